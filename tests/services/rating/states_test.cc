// Every command by every role in every state. The rule of the RPC says which roles are admitted at
// all; of those that are, one word for each state says what stands in the way, if anything.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "services/rating/appraisal.h"
#include "services/rating/campaign.h"
#include "services/rating/rating.h"
#include "tests/services/rating/scene.h"

namespace sanzhang::rating::scene {
namespace {

// `ok` records something, `=` is already so.
std::string Word(const std::string& shown) {
  static const std::map<std::string, std::string> words = {
      {"RESOURCE_ALREADY_EXISTS", "exists"},  {"RESOURCE_NOT_FOUND", "-"},
      {"STATE_FORBIDS", "forbids"},           {"CAMPAIGN_NOT_OPEN", "!open"},
      {"CAMPAIGN_NOT_CLOSED", "!closed"},     {"RESULT_NOT_PUBLISHED", "!public"},
      {"RESULT_NOT_CONTESTED", "!contested"}, {"RATED_BODY", "rated"},
      {"RATER_IN_RATED_BODY", "inside"},      {"CLOCK_NOT_DUE", "!due"},
      {"APPRAISAL_NOT_OPEN", "!open"},        {"APPRAISAL_NOT_CLOSED", "!closed"},
  };
  if (shown.empty()) return "=";
  if (!shown.starts_with("ERROR_REASON_")) return "ok";
  const std::string reason = shown.substr(13, shown.find(' ') - 13);
  const auto found = words.find(reason);
  return found == words.end() ? reason : found->second;
}

struct Column {
  std::string name;
  Story story;
  int at;
};

const std::vector<Column>& Campaigns() {
  static const auto* const columns = new std::vector<Column>{{"None", {}, 36},
                                                             {"Announced", Announced(), 12},
                                                             {"Due", Announced(), 24},
                                                             {"Open", Open(), 36},
                                                             {"Over", Open(), 72},
                                                             {"Closed", Closed(), 99},
                                                             {"Published", Published(), 99},
                                                             {"Contested", Contested(), 99},
                                                             {"Corrected", Corrected(), 99}};
  return *columns;
}

const std::vector<Column>& Appraisals() {
  static const auto* const columns =
      new std::vector<Column>{{"None", {}, 36},
                              {"Announced", AppraisalAnnounced(), 12},
                              {"Due", AppraisalAnnounced(), 24},
                              {"Open", AppraisalOpen(), 36},
                              {"Over", AppraisalOpen(), 72},
                              {"Closed", AppraisalClosed(), 99},
                              {"Published", AppraisalPublished(), 99}};
  return *columns;
}

struct Line {
  std::string who;
  std::string then;  // One word for each column.
};

using Playing = std::function<std::string(const std::string& who, const Column& column)>;

void Check(const std::string& command, const std::vector<Column>& columns, const Playing& play,
           const std::vector<Line>& lines) {
  for (const Line& line : lines) {
    std::vector<std::string> words;
    for (const Column& column : columns) words.push_back(Word(play(line.who, column)));
    EXPECT_EQ(absl::StrJoin(words, " "),
              absl::StrJoin(absl::StrSplit(line.then, ' ', absl::SkipEmpty()), " "))
        << command << " by " << line.who;
  }
}

// A command about the campaign itself.
template <class Request>
Playing OfCampaign(const std::string& ask) {
  return [ask](const std::string& who, const Column& column) {
    return Play<RatingCampaign, Request>({"", column.story, ask, "", who, column.at},
                                         "~ratingCampaigns/g1");
  };
}

// A command about a rating, given before, in a campaign of that state.
template <class Request>
Playing OfRating(const std::string& ask) {
  return [ask](const std::string& who, const Column& column) {
    const Story given = {"submitted { rater_ref: 'ref-zhang' building: '~buildings/b1' }"};
    return Play<Rating, Request>({"", given, ask, "", who, column.at, {.campaign = column.story}},
                                 "~ratingCampaigns/g1/ratings/r1");
  };
}

template <class Request>
Playing OfAppraisal(const std::string& ask) {
  return [ask](const std::string& who, const Column& column) {
    return Play<Appraisal, Request>({"", column.story, ask, "", who, column.at}, "~appraisals/a1");
  };
}

// clang-format off
TEST(States, OfACampaign) {
  const auto& columns = Campaigns();
  //                 None  Announced Due   Open  Over  Closed Published Contested Corrected
  Check("AnnounceCampaign", columns,
        OfCampaign<v1::AnnounceCampaignRequest>(
            "scheme: '~ratingSchemes/s1' target: '~bodies/co' property_area: '~propertyAreas/a1' "
            "period_begins $-9$ period_ends $-8$ opens $200$ closes $201$ "
            "electorate { building: '~buildings/b1' eligible: 1 } electorate_ref: 'e'"),
        {{"chair", "ok    exists    exists exists exists exists exists exists exists"},
         {"gov",   "ok    exists    exists exists exists exists exists exists exists"},
         {"both",  "rated exists    exists exists exists exists exists exists exists"}});
  Check("OpenCampaign", columns, OfCampaign<v1::OpenCampaignRequest>(""),
        {{"timer", "-     !due      ok    =     =     forbids forbids  forbids   forbids"},
         {"oc",    "-     !due      ok    =     =     forbids forbids  forbids   forbids"},
         {"both",  "-     rated     rated =     =     forbids forbids  forbids   forbids"}});
  Check("ExtendCampaign", columns, OfCampaign<v1::ExtendCampaignRequest>("closes $300$ reason: 'r'"),
        {{"chair", "-     ok        ok    ok    !open !open    !open    !open     !open"},
         {"both",  "-     rated     rated rated !open !open    !open    !open     !open"}});
  Check("CloseCampaign", columns, OfCampaign<v1::CloseCampaignRequest>(""),
        {{"timer", "-     !open     !open !due  ok    =        =        =         ="},
         {"sup",   "-     !open     !open !due  ok    =        =        =         ="},
         {"both",  "-     !open     !open rated rated =        =        =         ="}});
  Check("VoidRating", columns,
        OfCampaign<v1::VoidRatingRequest>(
            "rating: '~ratingCampaigns/g1/ratings/r1' void_reason: VOID_REASON_TEST evidence: 'e'"),
        {{"sup",   "-     ok        ok    ok    ok    ok       ok       ok        ok"},
         {"gov",   "-     ok        ok    ok    ok    ok       ok       ok        ok"},
         {"both",  "-     rated     rated rated rated rated    rated    rated     rated"}});
  Check("PublishRatingResult", columns, OfCampaign<v1::PublishRatingResultRequest>(""),
        {{"chair", "-     !closed   !closed !closed !closed ok  =       =         ="},
         {"both",  "-     !closed   !closed !closed !closed rated =     =         ="}});
  Check("ContestRatingResult", columns, OfCampaign<v1::ContestRatingResultRequest>("grounds: 'g'"),
        {{"zhang",   "-   !public   !public !public !public !public ok  =         ok"},
         {"manager", "-   !public   !public !public !public !public ok  =         ok"},
         {"sup",     "-   !public   !public !public !public !public ok  =         ok"}});
  Check("RuleRatingContest", columns, OfCampaign<v1::RuleRatingContestRequest>("reason: 'r'"),
        {{"gov",   "-     !contested !contested !contested !contested !contested !contested ok !contested"},
         {"both",  "-     !contested !contested !contested !contested !contested !contested rated !contested"}});
  Check("ReplyToRating", columns, OfCampaign<v1::ReplyToRatingRequest>("text: 't'"),
        {{"manager", "-   !public   !public !public !public !public ok  ok        ok"}});
  Check("OpenRectification", columns,
        OfCampaign<v1::OpenRectificationRequest>("clause_ref: 'c' task: 't' due $999$"),
        {{"oc",    "-     !public   !public !public !public !public ok  ok        ok"},
         {"both",  "-     !public   !public !public !public !public rated rated   rated"}});
}

TEST(States, OfARating) {
  const auto& columns = Campaigns();
  const std::string scores = "scores { dimension: 'safe' value: 2 }";
  //                 None  Announced Due   Open   Over  Closed Published Contested Corrected
  Check("SubmitRating", columns,
        OfRating<v1::SubmitRatingRequest>("parent: '~ratingCampaigns/g1' " + scores),
        {{"zhang", "-     !open     !open ok     !open !open  !open     !open     !open"},
         {"clerk", "-     !open     !open inside !open !open  !open     !open     !open"},
         {"kin",   "-     !open     !open inside !open !open  !open     !open     !open"},
         {"wu",    "-     !open     !open RATER_NOT_ELIGIBLE !open !open !open !open !open"}});
  Check("ReviseRating", columns, OfRating<v1::ReviseRatingRequest>(scores),
        {{"zhang", "-     !open     !open ok     !open !open  !open     !open     !open"},
         {"clerk", "-     !open     !open inside !open !open  !open     !open     !open"}});
  Check("WithdrawRating", columns, OfRating<v1::WithdrawRatingRequest>(""),
        {{"zhang", "-     !open     !open ok     !open !open  !open     !open     !open"},
         {"kin",   "-     !open     !open inside !open !open  !open     !open     !open"}});
}

TEST(States, OfAnAppraisal) {
  const auto& columns = Appraisals();
  //                 None  Announced Due   Open   Over  Closed Published
  Check("AnnounceAppraisal", columns,
        OfAppraisal<v1::AnnounceAppraisalRequest>(
            "body: '~bodies/rc' members: '~memberships/m1' year: 2026 opens $200$ closes $201$"),
        {{"sup",   "ok    exists    exists exists exists exists exists"},
         {"chair", "rated exists    exists exists exists exists exists"}});
  Check("OpenAppraisal", columns, OfAppraisal<v1::OpenAppraisalRequest>(""),
        {{"sup",   "-     !due      ok    =      =     forbids forbids"},
         {"timer", "-     !due      ok    =      =     forbids forbids"}});
  Check("GradeMembers", columns,
        [](const std::string& who, const Column& column) {
          return Play<Appraiser, v1::GradeMembersRequest>(
              {"", {}, "parent: '~appraisals/a1' grades { membership: '~memberships/m1' grade: GRADE_BASIC }",
               "", who, column.at, {.appraisal = column.story}},
              "~appraisals/a1/appraisers/x");
        },
        {{"rep",   "-     !open     !open ok     !open !open  !open"},
         {"chair", "-     !open     !open inside !open !open  !open"},
         {"li",    "-     !open     !open RATER_NOT_ELIGIBLE !open !open !open"}});
  Check("CloseAppraisal", columns, OfAppraisal<v1::CloseAppraisalRequest>(""),
        {{"sup",   "-     !open     !open !due   ok    =      ="},
         {"timer", "-     !open     !open !due   ok    =      ="}});
  Check("PublishAppraisal", columns, OfAppraisal<v1::PublishAppraisalRequest>(""),
        {{"sup",   "-     !closed   !closed !closed !closed ok ="}});
}

// Whom the rules admit at all; everyone else is refused in every state.
TEST(Roles, AreTheseAndNoOthers) {
  const std::string holders = "OWNERS_COMMITTEE RESIDENTS_COMMITTEE SUBDISTRICT_OFFICER SUPERVISION_COMMITTEE";
  const std::string watchers = "SUBDISTRICT_OFFICER SUPERVISION_COMMITTEE";
  const std::map<std::string, std::string> expected = {
      {"DefineRatingScheme", holders},
      {"AdoptRatingScheme", holders},
      {"RetireRatingScheme", holders},
      {"AnnounceCampaign", holders},
      {"OpenCampaign", holders + " TIMER"},
      {"ExtendCampaign", holders},
      {"CloseCampaign", holders + " TIMER"},
      {"SubmitRating", "OWNER RESIDENT"},
      {"ReviseRating", "OWNER RESIDENT"},
      {"WithdrawRating", "OWNER RESIDENT"},
      {"VoidRating", watchers},
      {"PublishRatingResult", holders},
      {"ContestRatingResult", "OWNER RESIDENT " + watchers + " the RATED"},
      {"RuleRatingContest", watchers},
      {"ReplyToRating", "the RATED"},
      {"OpenRectification", holders},
      {"RateService", "OWNER RESIDENT"},
      {"RecordAssessment", "OWNERS_COMMITTEE RESIDENTS_COMMITTEE SUBDISTRICT_OFFICER"},
      {"RecordCredit", "DEPARTMENT_OFFICER INTEGRATION SUBDISTRICT_OFFICER"},
      {"AnnounceAppraisal", "SUPERVISION_COMMITTEE"},
      {"OpenAppraisal", "SUPERVISION_COMMITTEE TIMER"},
      {"GradeMembers", "REPRESENTATIVE RESIDENT"},
      {"CloseAppraisal", "SUPERVISION_COMMITTEE TIMER"},
      {"PublishAppraisal", "SUPERVISION_COMMITTEE"},
  };
  std::map<std::string, std::string> stated;
  const auto& service =
      *v1::OpenCampaignRequest::descriptor()->file()->FindServiceByName("RatingService");
  for (int i = 0; i < service.method_count(); ++i) {
    const auto& rule = service.method(i)->options().GetExtension(type::v1::access);
    std::set<std::string> admitted;
    for (const int role : rule.roles()) {
      admitted.insert(type::v1::Role_Name(static_cast<type::v1::Role>(role)).substr(5));
    }
    std::string text = absl::StrJoin(admitted, " ");
    for (const int relation : rule.relations()) {
      if (!text.empty()) text += " ";
      text += "the " +
              type::v1::Relation_Name(static_cast<type::v1::Relation>(relation)).substr(9);
    }
    EXPECT_FALSE(rule.authenticated());
    stated[service.method(i)->name()] = text;
  }
  EXPECT_EQ(stated, expected);
}
// clang-format on

}  // namespace
}  // namespace sanzhang::rating::scene
