#include "services/rating/appraisal.h"

#include "tests/services/rating/scene.h"

namespace sanzhang::rating {
namespace {

using scene::PlayAll;
using scene::Story;

constexpr char kName[] = "~appraisals/a1";
constexpr char kNotFound[] = "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~appraisals/a1}";
constexpr char kNotOpen[] =
    "ERROR_REASON_APPRAISAL_NOT_OPEN {closes=2026-05-04T00:00:00+08:00, "
    "opens=2026-05-02T00:00:00+08:00}";

std::string Ask(const std::string& body, const std::string& members,
                const std::string& times = "opens $24$ closes $72$") {
  return "body: '~bodies/" + body + "' " + members +
         " year: 2026 appraisers: APPRAISERS_RESIDENTS " + times;
}

TEST(AnnounceAppraisal, Rules) {
  const std::string m1 = "members: '~memberships/m1'";
  PlayAll<Appraisal, v1::AnnounceAppraisalRequest>(
      kName,
      {{"Exists", scene::AppraisalAnnounced(), Ask("rc", m1),
        "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~appraisals/a1}", "chair"},
       {"ByTheAppraised", {}, Ask("rc", m1), "ERROR_REASON_RATED_BODY {body=~bodies/rc}", "chair"},
       {"NoBody",
        {},
        Ask("none", m1),
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~bodies/none}",
        "sup"},
       {"BodyGone",
        {},
        Ask("gone", m1),
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~bodies/gone}",
        "sup"},
       {"AnotherKind", {}, Ask("oc", m1), "ERROR_REASON_INVALID_REQUEST {field=body}", "sup"},
       {"NoSeat",
        {},
        Ask("rc", "members: '~memberships/none'"),
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~memberships/none}",
        "sup"},
       {"SeatOver",
        {},
        Ask("rc", "members: '~memberships/over'"),
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~memberships/over}",
        "sup"},
       {"SeatElsewhere",
        {},
        Ask("rc", "members: '~memberships/manager'"),
        "ERROR_REASON_INVALID_REQUEST {field=members}",
        "sup"},
       {"SeatTwice",
        {},
        Ask("rc", m1 + " " + m1),
        "ERROR_REASON_INVALID_REQUEST {field=members}",
        "sup"},
       {"OpensInThePast",
        {},
        Ask("rc", m1, "opens $11$ closes $11$"),
        "ERROR_REASON_INVALID_REQUEST {field=opens}",
        "sup"},
       {"ClosesAtOnce",
        {},
        Ask("rc", m1, "opens $12$ closes $12$"),
        "ERROR_REASON_INVALID_REQUEST {field=closes}",
        "sup"},
       {"Announced",
        {},
        Ask("rc", m1),
        "appraisal_announced { body: \"~bodies/rc\" members: \"~memberships/m1\" year: 2026 "
        "appraisers: APPRAISERS_RESIDENTS opens { seconds: 1777651200 } closes { seconds: "
        "1777824000 } }; +~references/appraisals/bodies/rc else APPRAISAL_PENDING; ",
        "sup"}});
}

TEST(OpenAppraisal, Rules) {
  PlayAll<Appraisal, v1::OpenAppraisalRequest>(
      kName, {{"NotFound", {}, "", kNotFound, "sup"},
              {"Closed", scene::AppraisalClosed(), "", "ERROR_REASON_STATE_FORBIDS", "sup"},
              {"TooEarly", scene::AppraisalAnnounced(), "",
               "ERROR_REASON_CLOCK_NOT_DUE {due=2026-05-02T00:00:00+08:00}", "timer", 23},
              {"Opened", scene::AppraisalAnnounced(), "",
               "appraisal_opened { grade_key: \"PUBLIC\" }; ", "timer", 24},
              {"AlreadySo", scene::AppraisalOpen(), "", "", "sup"}});
}

TEST(GradeMembers, Rules) {
  const std::string ask =
      "parent: '~appraisals/a1' grades { membership: '~memberships/m1' grade: GRADE_UNFIT }";
  const std::string other =
      "parent: '~appraisals/a1' grades { membership: '~memberships/m3' grade: GRADE_UNFIT }";
  const std::string graded =
      "appraisal_graded { grades { open: "
      "\"\\n!\\n\\035communities/c1/memberships/m1\\020\\004\" sealed_to: \"PUBLIC\" } }; "
      "+~references/appraisers/a1/rep else GRADED_BEFORE; ";
  Story residents = scene::AppraisalOpen();
  residents[0].replace(residents[0].find("APPRAISERS_REPRESENTATIVES"), 26, "APPRAISERS_RESIDENTS");
  std::string by_li = graded;
  by_li.replace(by_li.find("a1/rep"), 6, "a1/li");
  const auto play = [](const scene::Row& row) {
    std::string shown =
        scene::Play<Appraiser, v1::GradeMembersRequest>(row, "~appraisals/a1/appraisers/x");
    return shown;
  };
  const auto expect = [&](scene::Row row) {
    SCOPED_TRACE(row.name);
    // What is in a box is not shortened.
    EXPECT_EQ(play(row), scene::Shorten(row.then));
  };
  expect({"NoAppraisal", {}, ask, kNotFound, "chair", 36, {.appraisal = {}}});
  expect({"Announced", {}, ask, kNotOpen, "chair", 36, {.appraisal = scene::AppraisalAnnounced()}});
  expect({"Closed", {}, ask, kNotOpen, "chair", 36, {.appraisal = scene::AppraisalClosed()}});
  expect({"PastTheClose", {}, ask, kNotOpen, "chair", 72});
  expect({"ForAnother",
          {},
          ask + " origin { witness: '~persons/li' }",
          "ERROR_REASON_INVALID_REQUEST {field=origin.witness}",
          "chair",
          36});
  expect({"AMember", {}, ask, "ERROR_REASON_RATER_IN_RATED_BODY", "chair", 36});
  expect({"NoRepresentative", {}, ask, "ERROR_REASON_RATER_NOT_ELIGIBLE", "li", 36});
  expect({"NotAppraised",
          {},
          other,
          "ERROR_REASON_MEMBER_NOT_APPRAISED {resource=~memberships/m3}",
          "rep",
          36});
  expect({"Twice",
          {},
          ask + " grades { membership: '~memberships/m1' grade: GRADE_BASIC }",
          "ERROR_REASON_INVALID_REQUEST {field=grades.membership}",
          "rep",
          36});
  expect({"Graded", {}, ask, graded, "rep", 36});
  expect({"WhereResidentsDo", {}, ask, by_li, "li", 36, {.appraisal = residents}});
}

Gathered WithGrades(int appraisers) {
  Gathered gathered = scene::TestGathered();
  for (int i = 0; i < appraisers; ++i) {
    gathered.grades.push_back(support::Text<v1::Grades>(
        scene::Expand("grades { membership: '~memberships/m1' grade: GRADE_COMPETENT } grades { "
                      "membership: '~memberships/m2' grade: GRADE_UNFIT }")));
  }
  return gathered;
}

TEST(CloseAppraisal, Rules) {
  Gathered lost;
  PlayAll<Appraisal, v1::CloseAppraisalRequest>(
      kName,
      {{"NotFound", {}, "", kNotFound, "sup"},
       {"NotOpen", scene::AppraisalAnnounced(), "", kNotOpen, "sup", 72},
       {"TooEarly",
        scene::AppraisalOpen(),
        "",
        "ERROR_REASON_CLOCK_NOT_DUE {due=2026-05-04T00:00:00+08:00}",
        "sup",
        71,
        {},
        lost},
       {"KeyLost",
        scene::AppraisalOpen(),
        "",
        "ERROR_REASON_KEY_LOST {resource=~appraisals/a1}",
        "timer",
        72,
        {},
        lost},
       {"Closed",
        scene::AppraisalOpen(),
        "",
        "appraisal_closed { n: 5 counts { membership: \"~memberships/m1\" competent: 5 result: "
        "GRADE_COMPETENT } counts { membership: \"~memberships/m2\" unfit: 5 result: GRADE_UNFIT } "
        "}; ",
        "timer",
        72,
        {},
        WithGrades(5)},
       {"TooFewTellNothing",
        scene::AppraisalOpen(),
        "",
        "appraisal_closed { n: 4 counts { membership: \"~memberships/m1\" } counts { membership: "
        "\"~memberships/m2\" } }; ",
        "timer",
        72,
        {},
        WithGrades(4)},
       {"AlreadySo", scene::AppraisalPublished(), "", "", "sup"}});
}

EarlierAppraisal Earlier(const std::string& id, const std::string& counts) {
  EarlierAppraisal earlier;
  earlier.name = "communities/c1/appraisals/" + id;
  if (!counts.empty()) {
    earlier.counts.push_back(support::Text<v1::GradeCount>(scene::Expand(counts)));
  }
  return earlier;
}

Gathered After(std::vector<EarlierAppraisal> appraisals) {
  Gathered gathered;
  gathered.appraisals = std::move(appraisals);
  return gathered;
}

TEST(PublishAppraisal, Rules) {
  const std::string published =
      "appraisal_published { counts { membership: \"~memberships/m1\" competent: 5 result: "
      "GRADE_COMPETENT } counts { membership: \"~memberships/m2\" unfit: 5 result: GRADE_UNFIT } "
      "n: 5 }; ";
  const std::string ended =
      "office_ended { membership: \"~memberships/m2\" previous: \"~appraisals/a0\" }; ";
  const std::string released = "-~references/appraisals/bodies/rc; ";
  const std::string unfit = "membership: '~memberships/m2' result: GRADE_UNFIT";
  const std::string basic = "membership: '~memberships/m2' result: GRADE_BASIC";
  const std::string none = "membership: '~memberships/m2'";
  const Story closed = scene::AppraisalClosed();
  PlayAll<Appraisal, v1::PublishAppraisalRequest>(
      kName, {{"NotFound", {}, "", kNotFound, "sup"},
              {"Open", scene::AppraisalOpen(), "", "ERROR_REASON_APPRAISAL_NOT_CLOSED", "sup", 99},
              {"TheFirst", closed, "", published + released, "sup"},
              {"UnfitTwice",
               closed,
               "",
               published + ended + released,
               "sup",
               99,
               {},
               After({Earlier("a0", unfit), Earlier("a00", basic)})},
              {"NotInARow",
               closed,
               "",
               published + released,
               "sup",
               99,
               {},
               After({Earlier("a0", basic), Earlier("a00", unfit)})},
              {"NoResultBreaksTheRow",
               closed,
               "",
               published + released,
               "sup",
               99,
               {},
               After({Earlier("a0", none), Earlier("a00", unfit)})},
              {"WhenTheSeatWasLastAppraised",
               closed,
               "",
               published + ended + released,
               "sup",
               99,
               {},
               After({Earlier("x", ""), Earlier("a0", unfit)})},
              {"AlreadySo", scene::AppraisalPublished(), "", "", "sup"}});
}

}  // namespace
}  // namespace sanzhang::rating
