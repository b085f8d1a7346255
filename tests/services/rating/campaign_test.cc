#include "services/rating/campaign.h"

#include "services/rating/limits.h"
#include "tests/services/rating/scene.h"

namespace sanzhang::rating {
namespace {

using scene::PlayAll;
using scene::Story;
using scene::operator+;

constexpr char kName[] = "~ratingCampaigns/g1";
constexpr char kNotFound[] = "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~ratingCampaigns/g1}";
constexpr char kNotOpen[] =
    "ERROR_REASON_CAMPAIGN_NOT_OPEN {closes=2026-05-04T00:00:00+08:00, "
    "opens=2026-05-02T00:00:00+08:00}";
constexpr char kRatedBody[] = "ERROR_REASON_RATED_BODY {body=~bodies/co}";

// The whole request, but for what a row changes.
struct Ask {
  std::string scheme = "s1";
  std::string target = "target: '~bodies/co'";
  std::string area = "property_area: '~propertyAreas/a1'";
  std::string period = "period_begins $-720$ period_ends $0$";
  std::string times = "opens $24$ closes $72$";
  std::string electorate = "electorate { building: '~buildings/b1' eligible: 40 }";

  operator std::string() const {
    return "scheme: '~ratingSchemes/" + scheme + "' " + target + " " + area + " " + period + " " +
           times + " " + electorate + " electorate_ref: 'e'";
  }
};

TEST(AnnounceCampaign, Rules) {
  const std::string both = "electorate { building: 'b' } electorate { building: 'b' }";
  PlayAll<RatingCampaign, v1::AnnounceCampaignRequest>(
      kName,
      {{"Exists", scene::Announced(), Ask{},
        "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~ratingCampaigns/g1}"},
       {"OfTheOwnBody",
        {},
        Ask{.scheme = "none", .target = "target: '~bodies/rc'"},
        "ERROR_REASON_RATED_BODY {body=~bodies/rc}"},
       {"ByOneWhoWorksThereToo", {}, Ask{.scheme = "none"}, kRatedBody, "both"},
       {"NoScheme",
        {},
        Ask{.scheme = "none", .target = ""},
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~ratingSchemes/none}"},
       {"SchemeNotInForce",
        {},
        Ask{.scheme = "draft", .target = ""},
        "ERROR_REASON_SCHEME_NOT_IN_FORCE {resource=~ratingSchemes/draft}"},
       {"NoTarget", {}, Ask{.target = ""}, "ERROR_REASON_INVALID_REQUEST {field=target}"},
       {"TargetUnknown",
        {},
        Ask{.target = "target: '~bodies/none'"},
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~bodies/none}"},
       {"TargetOfAnotherKind",
        {},
        Ask{.target = "target: '~bodies/gov'"},
        "ERROR_REASON_INVALID_REQUEST {field=target}"},
       {"ACompanyIsNoCommittee",
        {},
        Ask{.scheme = "COMMITTEE"},
        "ERROR_REASON_INVALID_REQUEST {field=target}"},
       {"BelongingRatesNobody",
        {},
        Ask{.scheme = "COMMUNITY"},
        "ERROR_REASON_INVALID_REQUEST {field=target}"},
       {"AreaOfAnother",
        {},
        Ask{.area = "property_area: '~propertyAreas/old'"},
        "ERROR_REASON_INVALID_REQUEST {field=property_area}"},
       {"AreaUnknown",
        {},
        Ask{.scheme = "COMMUNITY", .target = "", .area = "property_area: '~propertyAreas/none'"},
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~propertyAreas/none}"},
       {"AreaRetired",
        {},
        Ask{.scheme = "COMMUNITY", .target = "", .area = "property_area: '~propertyAreas/old'"},
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~propertyAreas/old}"},
       {"BuildingTwice",
        {},
        Ask{.period = "", .electorate = both},
        "ERROR_REASON_INVALID_REQUEST {field=electorate.building}"},
       {"PeriodEmpty",
        {},
        Ask{.period = "", .times = "opens $11$ closes $11$"},
        "ERROR_REASON_INVALID_REQUEST {field=period_ends}"},
       {"OpensInThePast",
        {},
        Ask{.times = "opens $11$ closes $11$"},
        "ERROR_REASON_INVALID_REQUEST {field=opens}"},
       {"ClosesAtOnce",
        {},
        Ask{.times = "opens $12$ closes $12$"},
        "ERROR_REASON_INVALID_REQUEST {field=closes}"}});
}

TEST(AnnounceCampaign, PinsTheSchemeAndNamesIt) {
  runtime::Context context = scene::ContextOf("chair", scene::Expand(kName), 12);
  scene::AddPeers({}, context.facts);
  const auto decision = RatingCampaign::Decide(
      {}, support::Text<v1::AnnounceCampaignRequest>(scene::Expand(std::string(Ask{}))), context);
  const auto& decided = std::get<runtime::Decided<v1::RatingCampaignEvent>>(decision);
  ASSERT_EQ(decided.events.size(), 1u);
  const v1::RatingCampaignAnnounced& announced = decided.events[0].announced();
  EXPECT_EQ(announced.scheme_version(), 2);
  EXPECT_EQ(announced.terms().dimensions_size(), 2);
  EXPECT_EQ(announced.convener(), "communities/c1/bodies/rc");
  EXPECT_EQ(decided.policy_refs, std::vector<std::string>{"communities/c1/ratingSchemes/s1@2"});
}

// A body that is no more is rated for what it did.
TEST(AnnounceCampaign, ACompanyThatLeftIsStillRated) {
  const scene::Row row = {"", {}, Ask{.target = "target: '~bodies/gone'"}, ""};
  EXPECT_TRUE((scene::Play<RatingCampaign, v1::AnnounceCampaignRequest>(row, kName))
                  .starts_with("announced { scheme"));
}

TEST(OpenCampaign, Rules) {
  PlayAll<RatingCampaign, v1::OpenCampaignRequest>(
      kName, {{"NotFound", {}, "", kNotFound},
              {"Closed", scene::Closed(), "", "ERROR_REASON_STATE_FORBIDS", "both"},
              {"ByTheRated", scene::Announced(), "", kRatedBody, "both"},
              {"TooEarly", scene::Announced(), "",
               "ERROR_REASON_CLOCK_NOT_DUE {due=2026-05-02T00:00:00+08:00}", "timer", 23},
              {"Opened", scene::Announced(), "", "opened { score_key: \"PUBLIC\" }; ", "timer", 24},
              {"AlreadySo", scene::Open(), "", "", "both"}});
}

TEST(ExtendCampaign, Rules) {
  const std::string later = "closes $96$ reason: 'x'";
  const std::string extended = "extended { closes { seconds: 1777910400 } reason: \"x\" }";
  PlayAll<RatingCampaign, v1::ExtendCampaignRequest>(
      kName, {{"NotFound", {}, later, kNotFound},
              {"Closed", scene::Closed(), later, kNotOpen, "both"},
              {"PastTheClose", scene::Open(), later, kNotOpen, "both", 72},
              {"ByTheRated", scene::Open(), "closes $48$", kRatedBody, "both", 71},
              {"Earlier", scene::Open(), "closes $71$", "ERROR_REASON_DUE_NOT_LATER"},
              {"AlreadySo", scene::Open(), "closes $72$", ""},
              {"Extended", scene::Open(), later, extended + "; ", "chair", 71},
              {"BeforeItOpens", scene::Announced(), later, extended + "; "},
              {"TooOften",
               scene::Open() + "extended { closes $73$ }" + "extended { closes $74$ }" +
                   "extended { closes $75$ }",
               later, "ERROR_REASON_EXTENSION_NOT_ALLOWED {extensions_max=3}"}});
}

TEST(CloseCampaign, Rules) {
  Gathered lost = scene::TestGathered();
  lost.secret_key.clear();
  PlayAll<RatingCampaign, v1::CloseCampaignRequest>(
      kName,
      {{"NotFound", {}, "", kNotFound},
       {"NotOpen", scene::Announced(), "", kNotOpen, "both"},
       {"ByTheRated", scene::Open(), "", kRatedBody, "both"},
       {"TooEarly", scene::Open(), "", "ERROR_REASON_CLOCK_NOT_DUE {due=2026-05-04T00:00:00+08:00}",
        "timer", 71},
       {"KeyLost",
        scene::Open(),
        "",
        "ERROR_REASON_KEY_LOST {resource=~ratingCampaigns/g1}",
        "timer",
        72,
        {},
        lost},
       {"Closed", scene::Open(), "", "closed { score_secret_key: \"SECRET\" }; ", "timer", 72},
       {"AlreadySo", scene::Contested(), "", "", "both", 72}});
}

constexpr char kVoid[] =
    "rating: '~ratingCampaigns/g1/ratings/r1' void_reason: VOID_REASON_COERCED evidence: 'e'";
constexpr char kVoided[] = "rating_voided { rating: '~ratingCampaigns/g1/ratings/r1' }";

TEST(VoidRating, Rules) {
  const std::string void_none = "rating: '~ratingCampaigns/g1/ratings/none'";
  const std::string done =
      "rating_voided { rating: \"~ratingCampaigns/g1/ratings/r1\" reason: VOID_REASON_COERCED "
      "evidence: \"e\" body: \"~bodies/sup\" approver: \"~memberships/sup\" }; ";
  Story full = scene::Open();
  for (std::size_t i = 0; i < kVoidsMax; ++i) {
    full.push_back("rating_voided { rating: 'r" + std::to_string(i) + "' }");
  }
  PlayAll<RatingCampaign, v1::VoidRatingRequest>(
      kName,
      {{"NotFound", {}, kVoid, kNotFound, "sup"},
       {"ByTheRated", scene::Open(), void_none, kRatedBody, "both"},
       {"OfAnotherCampaign", scene::Open(), "rating: '~ratingCampaigns/g2/ratings/r1'",
        "ERROR_REASON_INVALID_REQUEST {field=rating}", "sup"},
       {"NoRating", scene::Open(), void_none,
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~ratingCampaigns/g1/ratings/none}", "sup"},
       {"TakenBack",
        scene::Open(),
        kVoid,
        "ERROR_REASON_RATING_WITHDRAWN",
        "sup",
        12,
        {.rating = {"submitted { rater_ref: 'x' }", "withdrawn { }"}}},
       {"TooMany", full, kVoid, "ERROR_REASON_TOO_MANY {items_max=1000}", "sup"},
       {"WhileOpen", scene::Open(), kVoid, done, "sup"},
       {"AfterPublication", scene::Published(), kVoid, done, "sup"},
       {"AlreadySo", scene::Open() + kVoided, kVoid, "", "gov"}});
}

// Seven raters; the fifth is r1, which may be voided.
Gathered Seven() {
  Gathered gathered = scene::TestGathered();
  for (int i = 0; i < 7; ++i) {
    const std::string name = i == 4 ? "r1" : "x" + std::to_string(i);
    gathered.ratings.emplace_back(
        "communities/c1/ratingCampaigns/g1/ratings/" + name,
        CountedRating{"communities/c1/buildings/b1", {{"clean", i == 4 ? 1 : 5}, {"safe", 4}}});
  }
  return gathered;
}

constexpr char kSix[] =
    "result { n: 6 eligible: 100 coverage_bp: 600 dimensions { dimension: \"clean\" n: 6 "
    "average_milli: 5000 satisfied: 6 } dimensions { dimension: \"safe\" n: 6 average_milli: 4000 "
    "satisfied: 6 } total_milli: 4400 buildings { building: \"~buildings/b1\" raters: 6 eligible: "
    "40 } buildings { building: \"~buildings/b2\" raters: 0 eligible: 60 } formula: "
    "\"rating-result@1\" voided: 1 }";

TEST(PublishRatingResult, Rules) {
  PlayAll<RatingCampaign, v1::PublishRatingResultRequest>(
      kName, {{"NotFound", {}, "", kNotFound},
              {"Open", scene::Open(), "", "ERROR_REASON_CAMPAIGN_NOT_CLOSED", "both", 99},
              {"ByTheRated", scene::Closed(), "", kRatedBody, "both"},
              {"WithoutTheVoided",
               scene::Closed() + kVoided,
               "",
               std::string("result_published { ") + kSix + " }; ",
               "chair",
               99,
               {},
               Seven()},
              {"AlreadySo", scene::Corrected(), "", "", "both"}});
}

TEST(ContestRatingResult, Rules) {
  const std::string ask = "grounds: 'g'";
  PlayAll<RatingCampaign, v1::ContestRatingResultRequest>(
      kName,
      {{"NotFound", {}, ask, kNotFound, "zhang"},
       {"NotPublic", scene::Closed(), ask, "ERROR_REASON_RESULT_NOT_PUBLISHED", "manager"},
       {"ByTheRated", scene::Published(), ask,
        "result_contested { grounds: \"g\" body: \"~bodies/co\" }; ", "manager"},
       {"ByAResident", scene::Corrected(), ask, "result_contested { grounds: \"g\" }; ", "li"},
       {"AlreadySo", scene::Contested(), ask, "", "li"}});
}

TEST(RuleRatingContest, Rules) {
  const std::string ruled = "contest_ruled { upheld: true reason: \"r\" body: \"~bodies/sup\" }; ";
  PlayAll<RatingCampaign, v1::RuleRatingContestRequest>(
      kName, {{"NotFound", {}, "", kNotFound, "sup"},
              {"NotContested", scene::Published(), "", "ERROR_REASON_RESULT_NOT_CONTESTED", "both"},
              {"ByTheRated", scene::Contested(), "", kRatedBody, "both"},
              {"Dismissed", scene::Contested(), "reason: 'r'",
               "contest_ruled { reason: \"r\" body: \"~bodies/sup\" }; ", "sup"},
              {"Upheld",
               scene::Contested() + kVoided,
               "upheld: true reason: 'r'",
               ruled + "result_corrected { " + kSix + " replaced { n: 7 } }; ",
               "sup",
               99,
               {},
               Seven()}});
}

TEST(RuleRatingContest, DismissedTheFirstResultStands) {
  const Story dismissed = scene::Contested() + "contest_ruled { reason: 'r' }";
  EXPECT_EQ(scene::Fold<RatingCampaign>(dismissed).phase, v1::CAMPAIGN_STATE_PUBLISHED);
  EXPECT_EQ(scene::Fold<RatingCampaign>(scene::Corrected()).phase, v1::CAMPAIGN_STATE_CORRECTED);
  EXPECT_EQ(scene::Fold<RatingCampaign>(scene::Corrected()).result.n(), 6);
}

TEST(ReplyToRating, Rules) {
  PlayAll<RatingCampaign, v1::ReplyToRatingRequest>(
      kName,
      {{"NotFound", {}, "text: 't'", kNotFound, "manager"},
       {"NotPublic", scene::Closed(), "text: 't'", "ERROR_REASON_RESULT_NOT_PUBLISHED", "manager"},
       {"Replied", scene::Contested(), "text: 't'", "rated_body_replied { text: \"t\" }; ",
        "manager"}});
}

TEST(OpenRectification, Rules) {
  const std::string ask = "dimension: 'clean' clause_ref: '3.1' task: 't' due $96$";
  PlayAll<RatingCampaign, v1::OpenRectificationRequest>(
      kName, {{"NotFound", {}, ask, kNotFound},
              {"NotPublic", scene::Closed(), ask, "ERROR_REASON_RESULT_NOT_PUBLISHED", "both"},
              {"NobodyWasRated",
               Story(scene::OpenWith({.kind = "COMMUNITY"}, "")) + "result_published { }", ask,
               "ERROR_REASON_STATE_FORBIDS"},
              {"ByTheRated", scene::Published(), "dimension: 'none'", kRatedBody, "both"},
              {"NoDimension", scene::Published(), "dimension: 'none' due $12$",
               "ERROR_REASON_DIMENSION_UNKNOWN {dimension=none}"},
              {"DueInThePast", scene::Published(), "due $12$", "ERROR_REASON_DUE_NOT_LATER"},
              {"Opened", scene::Published(), ask,
               "rectification_opened { dimension: \"clean\" clause_ref: \"3.1\" task: \"t\" due { "
               "seconds: "
               "1777910400 } body: \"~bodies/rc\" }; "}});
}

TEST(Related, TheRatedBodysPeople) {
  const RatingCampaign::State open = scene::Fold<RatingCampaign>(scene::Open());
  const auto related = [&](std::string_view body) {
    runtime::Standing standing;
    standing.body = body;
    return RatingCampaign::Related(open, type::v1::RELATION_RATED, standing, "p");
  };
  EXPECT_TRUE(related("communities/c1/bodies/co"));
  EXPECT_FALSE(related("communities/c1/bodies/rc"));
  EXPECT_FALSE(related(""));
  runtime::Standing nobody;
  EXPECT_FALSE(RatingCampaign::Related({}, type::v1::RELATION_RATED, nobody, "p"));
}

}  // namespace
}  // namespace sanzhang::rating
