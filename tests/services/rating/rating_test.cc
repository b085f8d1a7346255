#include "services/rating/rating.h"

#include "tests/services/rating/scene.h"

namespace sanzhang::rating {
namespace {

using scene::Peers;
using scene::PlayAll;
using scene::Story;
using scene::operator+;

constexpr char kName[] = "~ratingCampaigns/g1/ratings/r1";
constexpr char kNoCampaign[] = "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~ratingCampaigns/g1}";
constexpr char kNoRating[] =
    "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~ratingCampaigns/g1/ratings/r1}";
constexpr char kNotOpen[] =
    "ERROR_REASON_CAMPAIGN_NOT_OPEN {closes=2026-05-04T00:00:00+08:00, "
    "opens=2026-05-02T00:00:00+08:00}";
constexpr char kNotEligible[] = "ERROR_REASON_RATER_NOT_ELIGIBLE";
constexpr char kInside[] = "ERROR_REASON_RATER_IN_RATED_BODY";
constexpr char kPartOfIt[] = "parent: '~ratingCampaigns/g1' ";
// What `scores { dimension: 'clean' value: 4 }` is in a box.
constexpr char kBox[] = "scores { open: \"\\n\\t\\n\\005clean\\020\\004\" sealed_to: \"PUBLIC\" }";

const std::string kAsk = std::string(kPartOfIt) + "scores { dimension: 'clean' value: 4 }";
const std::string kClaim = "+~references/raters/g1/ref-zhang else RATING_EXISTS; ";

std::string Submitted(const std::string& building = "building: \"~buildings/b1\" ") {
  return "submitted { rater_ref: \"ref-zhang\" " + building + kBox + " }; " + kClaim;
}

TEST(SubmitRating, Rules) {
  PlayAll<Rating, v1::SubmitRatingRequest>(
      kName,
      {{"NoCampaign", {}, kAsk, kNoCampaign, "clerk", 36, {.campaign = {}}},
       {"Announced", {}, kAsk, kNotOpen, "clerk", 36, {.campaign = scene::Announced()}},
       {"Closed", {}, kAsk, kNotOpen, "clerk", 36, {.campaign = scene::Closed()}},
       {"PastTheClose", {}, kAsk, kNotOpen, "clerk", 72},
       {"ForAnother",
        {},
        kAsk + " origin { on_behalf_of: '~persons/li' }",
        "ERROR_REASON_INVALID_REQUEST {field=origin.on_behalf_of}",
        "clerk",
        36},
       {"ByAClerkOfTheCompany", {}, kAsk, kInside, "clerk", 36},
       {"ByARelativeOfTheClerk", {}, kAsk, kInside, "kin", 36},
       {"FromAnotherArea", {}, kAsk, kNotEligible, "wu", 36},
       {"AnOwnerWhoLivesElsewhere", {}, kAsk, kNotEligible, "owner", 36},
       {"NotKnownWell",
        {},
        kPartOfIt + std::string("scores { dimension: 'none' value: 4 }"),
        "ERROR_REASON_IDENTITY_TOO_WEAK {identity_level_min=IDENTITY_LEVEL_REAL_NAME}",
        "zhang",
        36,
        {.campaign = scene::OpenWith({.more = "identity_level_min: IDENTITY_LEVEL_REAL_NAME"})}},
       {"NoDimension",
        {},
        kPartOfIt + std::string("scores { dimension: 'none' value: 4 }"),
        "ERROR_REASON_DIMENSION_UNKNOWN {dimension=none}",
        "zhang",
        36},
       {"DimensionTwice",
        {},
        kAsk + " scores { dimension: 'clean' value: 5 }",
        "ERROR_REASON_INVALID_REQUEST {field=scores.dimension}",
        "zhang",
        36},
       {"Submitted", {}, kAsk, Submitted(), "zhang", 36},
       {"InTheLastMoment", {}, kAsk, Submitted(), "zhang", 71},
       {"ByTheCommitteeThatAsks", {}, kAsk, Submitted(), "chair", 36},
       {"KnownWellEnough",
        {},
        kAsk + " origin { identity_level: IDENTITY_LEVEL_FACE_OR_ESIG }",
        Submitted(),
        "zhang",
        36,
        {.campaign = scene::OpenWith({.more = "identity_level_min: IDENTITY_LEVEL_REAL_NAME"})}}});
}

// The words are the rating's, not the rater's.
TEST(SubmitRating, ACommentNamesNobody) {
  const scene::Row row = {"", {},      kAsk + " comment { subject: '~persons/li' content: 'c' }",
                          "", "zhang", 36};
  const std::string shown = scene::Play<Rating, v1::SubmitRatingRequest>(row, kName);
  EXPECT_NE(shown.find("comment { subject: \"~ratingCampaigns/g1/ratings/r1\" content: \"c\" }"),
            std::string::npos)
      << shown;
  EXPECT_EQ(shown.find("persons"), std::string::npos) << shown;
}

TEST(SubmitRating, WhoMay) {
  const Story owners = scene::OpenWith({.eligibility = "OWNER"});
  const Story households = scene::OpenWith({.eligibility = "HOUSEHOLD_ONE"});
  const Story everywhere = scene::OpenWith({.eligibility = "RESIDENT"}, "~bodies/co", "");
  const Story nobody_rated = scene::OpenWith({.kind = "COMMUNITY"}, "");
  const auto own = [](const std::string& dwelling) {
    return kAsk + " dwelling: '~dwellings/" + dwelling + "'";
  };
  PlayAll<Rating, v1::SubmitRatingRequest>(
      kName,
      {{"OwnerOfIt", {}, own("d1"), Submitted(), "zhang", 36, {.campaign = owners}},
       {"OwnerWhoLivesElsewhere", {}, own("d3"), Submitted(), "owner", 36, {.campaign = owners}},
       {"OwnerOfAnother", {}, own("d3"), kNotEligible, "zhang", 36, {.campaign = owners}},
       {"OwnerOfARetiredOne", {}, own("gone"), kNotEligible, "zhang", 36, {.campaign = owners}},
       {"OwnerInAnotherArea", {}, own("d2"), kNotEligible, "wu", 36, {.campaign = owners}},
       {"OwnerOfNoneSaid", {}, kAsk, kNotEligible, "zhang", 36, {.campaign = owners}},
       {"ResidentWhoOwnsNothing", {}, own("d1"), kNotEligible, "li", 36, {.campaign = owners}},
       {"OfAHousehold", {}, kAsk, Submitted(), "li", 36, {.campaign = households}},
       {"OfNoHousehold", {}, kAsk, kNotEligible, "guest", 36, {.campaign = households}},
       {"GuestAsAResident", {}, kAsk, Submitted(), "guest", 36},
       {"InWhateverArea",
        {},
        kAsk,
        Submitted("building: \"~buildings/b9\" "),
        "wu",
        36,
        {.campaign = everywhere}},
       {"WhereNobodyIsRated", {}, kAsk, Submitted(), "clerk", 36, {.campaign = nobody_rated}}});
}

// One pseudonym for a household, one for each person.
TEST(RaterOf, OnePerPersonOrHousehold) {
  const auto who = [](std::string_view person, const Story& campaign, std::string_view dwelling) {
    const runtime::Context context = scene::ContextOf(person, scene::Expand(kName), 36);
    const auto rater =
        RaterOf(scene::Fold<RatingCampaign>(campaign), scene::Expand(dwelling), context);
    return rater.has_value() ? scene::Shorten(rater->who) : "";
  };
  const Story households = scene::OpenWith({.eligibility = "HOUSEHOLD_ONE"});
  EXPECT_EQ(who("zhang", households, ""), "~dwellings/d1");
  EXPECT_EQ(who("li", households, ""), "~dwellings/d1");
  EXPECT_EQ(who("zhang", scene::Open(), ""), "~persons/zhang");
  EXPECT_EQ(who("li", scene::Open(), ""), "~persons/li");
  EXPECT_EQ(who("zhang", scene::OpenWith({.eligibility = "OWNER"}), "~dwellings/d1"),
            "~persons/zhang");
}

const Story kGiven = {"submitted { rater_ref: 'ref-zhang' building: '~buildings/b1' }"};
constexpr char kWithdrawn[] = "withdrawn { }";
constexpr char kVoided[] = "rating_voided { rating: '~ratingCampaigns/g1/ratings/r1' }";

Gathered Another() {
  Gathered gathered = scene::TestGathered();
  gathered.rater_ref = "ref-li";
  return gathered;
}

TEST(ReviseRating, Rules) {
  const std::string ask = "scores { dimension: 'clean' value: 4 }";
  const std::string wrong = "scores { dimension: 'none' value: 4 }";
  const Peers fixed = {.campaign = scene::OpenWith({.more = ""})};
  const Peers named = {
      .campaign = scene::OpenWith(
          {.more = "revision_allowed: true identity_level_min: IDENTITY_LEVEL_PHONE"})};
  PlayAll<Rating, v1::ReviseRatingRequest>(
      kName,
      {{"NotFound", {}, ask, kNoRating, "clerk", 72},
       {"PastTheClose", kGiven, ask, kNotOpen, "clerk", 72},
       {"ByOneWhoWorksThereNow", kGiven, ask, kInside, "clerk", 36},
       {"ByOneWhoMovedAway", kGiven, ask, kNotEligible, "wu", 36},
       {"ByAnother", kGiven, ask, "ERROR_REASON_NOT_RATER", "li", 36, {}, Another()},
       {"Voided",
        kGiven + kWithdrawn,
        ask,
        "ERROR_REASON_RATING_VOIDED",
        "zhang",
        36,
        {.campaign = scene::Open() + kVoided}},
       {"TakenBack", kGiven + kWithdrawn, ask, "ERROR_REASON_RATING_WITHDRAWN", "zhang", 36, fixed},
       {"Fixed", kGiven, wrong, "ERROR_REASON_REVISION_NOT_ALLOWED", "zhang", 36, fixed},
       {"NotKnownWell", kGiven, wrong,
        "ERROR_REASON_IDENTITY_TOO_WEAK {identity_level_min=IDENTITY_LEVEL_PHONE}", "zhang", 36,
        named},
       {"NoDimension", kGiven, wrong, "ERROR_REASON_DIMENSION_UNKNOWN {dimension=none}", "zhang",
        36},
       {"Revised", kGiven, ask, std::string("revised { ") + kBox + " }; ", "zhang", 71}});
}

TEST(WithdrawRating, Rules) {
  PlayAll<Rating, v1::WithdrawRatingRequest>(
      kName, {{"NotFound", {}, "", kNoRating, "clerk", 72},
              {"PastTheClose", kGiven, "", kNotOpen, "clerk", 72},
              {"ByOneWhoWorksThereNow", kGiven, "", kInside, "clerk", 36},
              {"ByAnother", kGiven, "", "ERROR_REASON_NOT_RATER", "li", 36, {}, Another()},
              {"Voided",
               kGiven,
               "",
               "ERROR_REASON_RATING_VOIDED",
               "zhang",
               36,
               {.campaign = scene::Open() + kVoided}},
              {"AlreadySo", kGiven + kWithdrawn, "", "", "zhang", 36},
              {"Withdrawn", kGiven, "", "withdrawn { }; -~references/raters/g1/ref-zhang; ",
               "zhang", 36}});
}

TEST(Rating, TheLastScoresCount) {
  const Story story = {"submitted { rater_ref: 'r' building: 'b' scores { sealed: 'one' } }",
                       "revised { scores { sealed: 'two' } }"};
  const Rating::State state = scene::Fold<Rating>(story);
  EXPECT_EQ(state.sealed_scores, "two");
  EXPECT_EQ(state.building, "b");
  EXPECT_FALSE(state.withdrawn);
}

}  // namespace
}  // namespace sanzhang::rating
