// Filing, taking on, turning away, linking, supporting, redacting. In each table a case cures the
// defect of the one above it, so that the order of the checks is shown too.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "proto/wire/names.h"
#include "services/complaint/limits.h"
#include "tests/services/complaint/scene.h"
#include "tests/support/text_proto.h"

namespace sanzhang::complaint::scene {
namespace {

class Intake : public testing::TestWithParam<Case> {};
TEST_P(Intake, Then) { Expect(GetParam()); }

std::string Name(const testing::TestParamInfo<Case>& info) { return info.param.name; }

constexpr char kPlain[] =
    R"(category: CATEGORY_FEE place { building: "b1" } text { content: "t" })";

std::string File(std::string more) {
  return "FileComplaint { " + std::string(kPlain) + more + " }";
}

INSTANTIATE_TEST_SUITE_P(File, Intake,
                         testing::ValuesIn(std::vector<Case>{
                             {"TakenName", Filed(), "zhang", File(R"( complainant: "%li")"),
                              "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~k1}"},
                             {"ResidentForAnother",
                              {},
                              "zhang",
                              File(R"( complainant: "%li")"),
                              "ERROR_REASON_PERMISSION_DENIED"},
                             {"ForAStranger",
                              {},
                              "grid",
                              File(R"( complainant: "%nobody" about_body: "@none")"),
                              "ERROR_REASON_RESOURCE_NOT_FOUND {resource=%nobody}"},
                             {"ForTheDead",
                              {},
                              "grid",
                              File(R"( complainant: "%late" about_body: "@none")"),
                              "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=%late}"},
                             {"TextOfAStranger",
                              {},
                              "grid",
                              R"(FileComplaint { category: CATEGORY_FEE
             text { subject: "%nobody" content: "t" } place { building: "b7" } })",
                              "ERROR_REASON_RESOURCE_NOT_FOUND {resource=%nobody}"},
                             {"UnknownPlace",
                              {},
                              "grid",
                              R"(FileComplaint { category: CATEGORY_FEE
             text { content: "t" } place { building: "b7" } about_body: "@none" })",
                              "ERROR_REASON_RESOURCE_NOT_FOUND {resource=b7}"},
                             {"RetiredPlace",
                              {},
                              "grid",
                              R"(FileComplaint { category: CATEGORY_FEE
             text { content: "t" } place { building: "b9" } about_body: "@none" })",
                              "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=b9}"},
                             {"PartsApart",
                              {},
                              "grid",
                              R"(FileComplaint { category: CATEGORY_FEE text { content: "t" }
             place { building: "b2" grid: "g1" } about_body: "@none" })",
                              "ERROR_REASON_PLACE_INCONSISTENT {resource=g1}"},
                             {"AboutNobody",
                              {},
                              "zhang",
                              File(R"( about_body: "@none" attachments { sha256: "x" })"),
                              "ERROR_REASON_RESOURCE_NOT_FOUND {resource=@none}"},
                             {"HalfAHash",
                              {},
                              "zhang",
                              File(R"( about_body: "@pc" attachments { sha256: "x" })"),
                              "ERROR_REASON_INVALID_REQUEST {field=attachments.sha256}",
                              "+0h",
                              "@rc @gov"},
                             {"NobodyReceives",
                              {},
                              "zhang",
                              File(""),
                              "ERROR_REASON_BODY_MISSING {kind=RESIDENTS_COMMITTEE}",
                              "+0h",
                              "@rc @gov"},
                             {"NobodyElseReceives",
                              {},
                              "zhang",
                              File(R"( about_body: "@rc")"),
                              "ERROR_REASON_BODY_MISSING {kind=SUBDISTRICT_GOV}",
                              "+0h",
                              "@gov"},
                         }),
                         Name);

constexpr char kFiledHead[] =
    R"(filed { demand_type: DEMAND_TYPE_COMPLAINT category: CATEGORY_FEE )";
constexpr char kFiledPlace[] = R"(place { property_area: "a1" grid: "g1" building: "b1" } )";

std::string FiledEvent(std::string who, std::string tail) {
  std::string event = std::string(kFiledHead) + kFiledPlace;
  event += who.empty()
               ? R"(text { content: "t" } )"
               : "text { subject: \"" + who + R"(" content: "t" } complainant: ")" + who + "\" ";
  return event + "urgency: URGENCY_ORDINARY visibility: VISIBILITY_PRIVATE " + tail +
         "text_code_points: 1 }; ";
}

INSTANTIATE_TEST_SUITE_P(
    Filed, Intake,
    testing::ValuesIn(std::vector<Case>{
        {"CommitteeReceives",
         {},
         "zhang",
         File(""),
         FiledEvent("%zhang",
                    R"(first_receiver: "@rc" sla_policy: "policies/sla@1" intake_due $+24h$ )"),
         "+0h"},
        {"SubdistrictWhereNoCommittee",
         {},
         "zhang",
         File(""),
         FiledEvent("%zhang",
                    R"(first_receiver: "@gov" sla_policy: "policies/sla@1" intake_due $+24h$ )"),
         "+0h",
         "@rc"},
        {"SubdistrictIfAboutTheCommittee",
         {},
         "zhang",
         File(R"( about_body: "@rc")"),
         FiledEvent("%zhang", R"(about_body: "@rc" first_receiver: "@gov" )"
                              R"(sla_policy: "policies/sla@1" intake_due $+24h$ )"),
         "+0h"},
        {"WithoutAPropertyCompany",
         {},
         "zhang",
         File(""),
         FiledEvent("%zhang",
                    R"(first_receiver: "@rc" sla_policy: "policies/sla@1" intake_due $+24h$ )"),
         "+0h",
         "@pc @pc2 @oc"},
        {"ChiefOnBehalf",
         {},
         "entrance",
         File(R"( complainant: "%li")"),
         FiledEvent("%li",
                    R"(first_receiver: "@rc" sla_policy: "policies/sla@1" intake_due $+24h$ )"),
         "+0h"},
        {"HotlineOnBehalfByOrigin",
         {},
         "hotline",
         File(R"( origin { on_behalf_of: "%li" })"),
         FiledEvent("%li",
                    R"(first_receiver: "@rc" sla_policy: "policies/sla@1" intake_due $+24h$ )"),
         "+0h"},
        {"HotlineForNobodyKnown",
         {},
         "hotline",
         File(""),
         FiledEvent("", R"(first_receiver: "@rc" sla_policy: "policies/sla@1" intake_due $+24h$ )"),
         "+0h"},
        {"ImporterForOneWhoDied",
         {},
         "importer",
         File(R"( complainant: "%late")"),
         FiledEvent("%late",
                    R"(first_receiver: "@rc" sla_policy: "policies/sla@1" intake_due $+24h$ )"),
         "+0h"},
        {"LaterPolicy",
         {},
         "zhang",
         File(""),
         FiledEvent("%zhang",
                    R"(first_receiver: "@rc" sla_policy: "policies/sla@2" intake_due $+1025h$ )"),
         "+1001h"},
    }),
    Name);

Story AboutCommittee() {
  return {R"(zhang +0h filed { complainant: "%zhang" about_body: "@rc" first_receiver: "@gov"
      sla_policy: "policies/sla@1" intake_due $+24h$ text { content: "t" } text_code_points: 1 })"};
}

constexpr char kAcceptedTail[] =
    R"( sla_policy: "policies/sla@1" ack_due $+25h$ answer_due $+169h$ )";

std::string AcceptedEvent(std::string level, std::string body, std::string tail) {
  return "accepted { level: " + level + " responsible_body: \"" + body + "\"" + kAcceptedTail +
         tail + "}; ";
}

INSTANTIATE_TEST_SUITE_P(
    Accept, Intake,
    testing::ValuesIn(std::vector<Case>{
        {"AcceptUnknown", {}, "committee", "AcceptComplaint", "ERROR_REASON_COMPLAINT_NOT_FOUND"},
        {"AcceptTwiceAtAnotherLevel", Accepted(), "committee",
         "AcceptComplaint { level: LEVEL_GRID }", "ERROR_REASON_COMPLAINT_NOT_AWAITING_INTAKE"},
        {"AcceptAboutOneself", AboutCommittee(), "committee",
         R"(AcceptComplaint { responsible_body: "@pc" level: LEVEL_DEPARTMENT })",
         "ERROR_REASON_BODY_COMPLAINED_OF {body=@rc}", "+1h"},
        {"ChiefAcceptsForTheCommitteeComplainedOf", AboutCommittee(), "grid", "AcceptComplaint",
         "ERROR_REASON_BODY_COMPLAINED_OF {body=@rc}", "+1h"},
        {"AcceptForAnotherBody", Filed(), "committee",
         R"(AcceptComplaint { responsible_body: "@pc" level: LEVEL_DEPARTMENT })",
         "ERROR_REASON_PERMISSION_DENIED", "+1h"},
        {"AcceptAboveTheCommunity", Filed(), "committee",
         "AcceptComplaint { level: LEVEL_SUBDISTRICT }", "ERROR_REASON_LEVEL_NOT_NEXT", "+1h"},
        {"ChiefAboveOwnLevel", Filed(), "grid", "AcceptComplaint { level: LEVEL_COMMUNITY }",
         "ERROR_REASON_LEVEL_NOT_NEXT", "+1h"},
        {"ImporterForNobody", Filed(), "importer",
         R"(AcceptComplaint { responsible_body: "@none" })",
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=@none}", "+1h"},
        {"ImporterForTheDissolved", Filed(), "importer",
         R"(AcceptComplaint { responsible_body: "@gone" })",
         "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=@gone}", "+1h"},
        {"ImporterForTheOneComplainedOf", AboutCommittee(), "importer",
         R"(AcceptComplaint { responsible_body: "@rc" })",
         "ERROR_REASON_BODY_COMPLAINED_OF {body=@rc}", "+1h"},
        {"ImporterForAnAssembly", Filed(), "importer",
         R"(AcceptComplaint { responsible_body: "@rep" })",
         "ERROR_REASON_BODY_CANNOT_HANDLE {body=@rep}", "+1h"},
        {"ImporterForAnotherArea", Filed(), "importer",
         R"(AcceptComplaint { responsible_body: "@pc2" })",
         "ERROR_REASON_BODY_CANNOT_HANDLE {body=@pc2}", "+1h"},
        {"BeforeItWasFiled", Filed(), "importer",
         "AcceptComplaint { origin { occurred_at $-1h$ } }", "ERROR_REASON_OCCURRED_AT_INVALID",
         "-1h"},
        {"Committee", Filed(), "committee", "AcceptComplaint",
         AcceptedEvent("LEVEL_COMMUNITY", "@rc", "was_first_receiver: true "), "+1h"},
        {"CommitteeLeavesItToAnEntrance", Filed(), "committee",
         "AcceptComplaint { level: LEVEL_ENTRANCE }",
         AcceptedEvent("LEVEL_ENTRANCE", "@rc", "was_first_receiver: true "), "+1h"},
        {"ChiefAtOwnLevel", Filed(), "grid", "AcceptComplaint",
         AcceptedEvent("LEVEL_GRID", "@rc", "was_first_receiver: true "), "+1h"},
        {"Manager", Filed(), "manager", "AcceptComplaint",
         AcceptedEvent("LEVEL_COMMUNITY", "@pc", ""), "+1h"},
        {"Subdistrict", AboutCommittee(), "subdistrict", "AcceptComplaint",
         AcceptedEvent("LEVEL_SUBDISTRICT", "@gov", "was_first_receiver: true "), "+1h"},
        {"ImporterForTheFirstReceiver", Filed(), "importer", "AcceptComplaint",
         AcceptedEvent("LEVEL_COMMUNITY", "@rc", "was_first_receiver: true "), "+1h"},
        {"ImporterForAnyBody", Filed(), "importer",
         R"(AcceptComplaint { responsible_body: "@pc" origin { occurred_at $+1h$ } })",
         AcceptedEvent("LEVEL_COMMUNITY", "@pc", ""), "+1h"},
    }),
    Name);

// The limits of the matching rule: the first one counts.
TEST(AcceptedClocks, FollowUrgencyThenCategory) {
  struct Limit {
    std::string filed;
    std::string ack_due;
    std::string answer_due;
  };
  for (const Limit& limit : std::vector<Limit>{
           {"urgency: URGENCY_EMERGENCY category: CATEGORY_FEE", "+2h", "+3h"},
           {"urgency: URGENCY_ORDINARY category: CATEGORY_FEE", "+25h", "+241h"},
           {"urgency: URGENCY_DIFFICULT category: CATEGORY_NOISE", "+25h", "+169h"}}) {
    const Story story = {"zhang +0h filed { first_receiver: '@rc' " + limit.filed + " }"};
    EXPECT_EQ(support::Show(Try(story, "committee", "AcceptComplaint", "+1h")),
              Expand("accepted { level: LEVEL_COMMUNITY responsible_body: \"@rc\" sla_policy: "
                     "\"policies/sla@1\" ack_due $" +
                     limit.ack_due + "$ answer_due $" + limit.answer_due +
                     "$ was_first_receiver: true }; "));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Refuse, Intake,
    testing::ValuesIn(std::vector<Case>{
        {"RefuseForAnotherReason", NotAccepted(), "committee",
         "RefuseComplaint { reason: REFUSAL_REASON_SECRET }",
         "ERROR_REASON_COMPLAINT_NOT_AWAITING_INTAKE"},
        {"RefuseAboutOneself", AboutCommittee(), "committee",
         "RefuseComplaint { reason: REFUSAL_REASON_OUT_OF_SCOPE }",
         "ERROR_REASON_BODY_COMPLAINED_OF {body=@rc}"},
        {"OutOfScopeAndNowhereToGo", AboutCommittee(), "subdistrict",
         "RefuseComplaint { reason: REFUSAL_REASON_OUT_OF_SCOPE origin { occurred_at $-1h$ } }",
         "ERROR_REASON_REDIRECT_MISSING", "-1h"},
        {"EmergencyAndNowhereToGo", Filed(), "committee",
         "RefuseComplaint { reason: REFUSAL_REASON_EMERGENCY_LINE }",
         "ERROR_REASON_REDIRECT_MISSING"},
        {"PetitionAndNowhereToGo", Filed(), "committee",
         "RefuseComplaint { reason: REFUSAL_REASON_PETITION_CHANNEL }",
         "ERROR_REASON_REDIRECT_MISSING"},
        {"RefusedBeforeFiled", Filed(), "committee",
         "RefuseComplaint { reason: REFUSAL_REASON_SECRET origin { occurred_at $-1h$ } }",
         "ERROR_REASON_OCCURRED_AT_INVALID", "-1h"},
        {"Refused", Filed(), "committee",
         R"(RefuseComplaint { reason: REFUSAL_REASON_EMERGENCY_LINE told_to_complainant: true
            redirected_to: "119" })",
         R"(not_accepted { reason: REFUSAL_REASON_EMERGENCY_LINE told_to_complainant: true )"
         R"(redirected_to: "119" body: "@rc" }; )"},
    }),
    Name);

TEST(LinkComplaint, RefusesInOrder) {
  struct Link {
    std::string name;
    Story story;
    std::string main;
    std::map<std::string, Complaint::State, std::less<>> peers;
    std::string then;
  };
  const Story about_company = {
      "zhang +0h filed { complainant: '%zhang' about_body: '@pc' first_receiver: '@rc' }"};
  for (const Link& link : std::vector<Link>{
           {"AboutOneself",
            AboutCommittee(),
            "~k1",
            {},
            "ERROR_REASON_BODY_COMPLAINED_OF {body=@rc}"},
           {"ToItself", Filed(), "~k1", {}, "ERROR_REASON_MAIN_NOT_LINKABLE {resource=~k1}"},
           {"ToNothing", Filed(), "~k2", {}, "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~k2}"},
           {"ToAnEmptyStream",
            Filed(),
            "~k2",
            {{"~k2", {}}},
            "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~k2}"},
           {"ToALinkedOne",
            Filed(),
            "~k2",
            {{"~k2", Fold(Linked())}},
            "ERROR_REASON_MAIN_NOT_LINKABLE {resource=~k2}"},
           {"ToAClosedOne",
            Filed(),
            "~k2",
            {{"~k2", Fold(Closed())}},
            "ERROR_REASON_MAIN_NOT_LINKABLE {resource=~k2}"},
           {"IntoTheHandsOfTheOneComplainedOf",
            about_company,
            "~k2",
            {{"~k2", Fold(Assigned())}},
            "ERROR_REASON_BODY_COMPLAINED_OF {body=@pc}"},
           {"ToAnOpenOne",
            Filed(),
            "~k2",
            {{"~k2", Fold(Assigned())}},
            "linked { main: \"~k2\" }; "},
       }) {
    const Scene scene{Fold(link.story), "", link.peers};
    EXPECT_EQ(support::Show(
                  Try(scene, "committee", "LinkComplaint { main: '" + link.main + "' }", "+20h")),
              Expand(link.then))
        << link.name;
  }
}

Story Private() { return {"zhang +0h filed { complainant: '%zhang' first_receiver: '@rc' }"}; }

INSTANTIATE_TEST_SUITE_P(
    Support, Intake,
    testing::ValuesIn(std::vector<Case>{
        {"OwnComplaint", Private(), "zhang", "SupportComplaint", ""},
        {"PrivateComplaint", Private(), "li", "SupportComplaint", "ERROR_REASON_PERMISSION_DENIED"},
        {"ClosedComplaint", Closed(), "li", "SupportComplaint", "ERROR_REASON_COMPLAINT_NOT_OPEN"},
        {"Once", Filed(), "li", "SupportComplaint", "supported { supporter: \"%li\" }; "},
        {"Twice", Filed() + "li +1h supported { supporter: '%li' }", "li", "SupportComplaint", ""},
    }),
    Name);

TEST(SupportComplaint, IsBounded) {
  Scene scene{Fold(Filed()), ""};
  for (std::size_t i = 1; i < kSupportersMax; ++i) scene.state.supporters.insert(std::to_string(i));
  EXPECT_EQ(support::Show(Try(scene, "li", "SupportComplaint", "+1h")),
            Expand("supported { supporter: \"%li\" }; "));
  scene.state.supporters.insert("one more");
  EXPECT_EQ(support::Show(Try(scene, "li", "SupportComplaint", "+1h")),
            "ERROR_REASON_TOO_MANY {items_max=1000}");
}

std::string Redact(std::string spans) { return "RedactText { " + spans + " reason: 'r' }"; }

// The text of Filed() has four characters and twelve bytes: spans count characters.
INSTANTIATE_TEST_SUITE_P(
    Redact, Intake,
    testing::ValuesIn(std::vector<Case>{
        {"RedactAboutOneself", AboutCommittee(), "committee", Redact("spans { length: 99 }"),
         "ERROR_REASON_BODY_COMPLAINED_OF {body=@rc}"},
        {"BeforeTheText", Filed(), "committee", Redact("spans { start: -1 length: 2 }"),
         "ERROR_REASON_SPAN_UNKNOWN"},
        {"Nothing", Filed(), "committee", Redact("spans { start: 1 }"),
         "ERROR_REASON_SPAN_UNKNOWN"},
        {"BehindTheText", Filed(), "privacy", Redact("spans { start: 3 length: 2 }"),
         "ERROR_REASON_SPAN_UNKNOWN"},
        {"FarBehindTheText", Filed(), "privacy",
         Redact("spans { start: 2147483647 length: 2147483647 }"), "ERROR_REASON_SPAN_UNKNOWN"},
        {"TheLastCharacter", Filed(), "privacy", Redact("spans { start: 3 length: 1 }"),
         "text_redacted { spans { start: 3 length: 1 } reason: \"r\" }; "},
        {"Covered",
         Filed() + "privacy +1h text_redacted { spans { length: 2 } spans { start: 2 length: 1 } }",
         "privacy", Redact("spans { start: 1 length: 2 }"), ""},
        {"PartlyCovered", Filed() + "privacy +1h text_redacted { spans { length: 2 } }", "privacy",
         Redact("spans { start: 1 length: 2 }"),
         "text_redacted { spans { start: 1 length: 2 } reason: \"r\" }; "},
    }),
    Name);

TEST(ExternalReference, IsClaimed) {
  const auto decision = Try(Story{}, "hotline", File(R"( external_ref: "12345-0001")"), "+0h");
  const auto& decided = std::get<runtime::Decided<v1::ComplaintEvent>>(decision);
  EXPECT_EQ(decided.claims,
            (std::vector<runtime::Claim>{{"communities/c/references/12345-0001",
                                          type::v1::ERROR_REASON_EXTERNAL_REF_TAKEN}}));
  EXPECT_EQ(decided.policy_refs, std::vector<std::string>{"policies/sla@1"});
}

TEST(ExternalReference, HasItsOwnName) {
  const std::string c = "communities/c";
  EXPECT_EQ(ReferenceName(c, "12345-0001"), c + "/references/12345-0001");
  EXPECT_EQ(ReferenceName(c, "NYCC02517820"), c + "/references/nycc02517820");
  EXPECT_EQ(ReferenceName(c, "nycc02517820"), ReferenceName(c, "NYCC02517820"));
  // What is cut or replaced carries a fingerprint: different references stay different.
  const std::vector<std::string> others = {
      "12345/0001", "12345 0001", "12345--0001", "-12345-0001",        "12345-0001-",
      "12345.0001", "工单一",     "工单二",      std::string(64, 'a'), std::string(63, 'a')};
  std::set<std::string> names = {ReferenceName(c, "12345-0001")};
  for (const std::string& other : others) {
    const std::string name = ReferenceName(c, other);
    EXPECT_TRUE(names.insert(name).second) << other;
    EXPECT_TRUE(wire::MatchesPattern(name, "communities/*/references/*")) << name;
  }
}

TEST(NewName, IsTheClientsOrFresh) {
  v1::FileComplaintRequest request;
  request.set_parent("communities/c");
  EXPECT_EQ(Complaint::NewName(request, "01j"), "communities/c/complaints/01j");
  request.set_complaint_id("mine");
  EXPECT_EQ(Complaint::NewName(request, "01j"), "communities/c/complaints/mine");
}

TEST(PlaceOf, IsCompletedFromTheRegister) {
  const auto request = support::Text<v1::FileComplaintRequest>("place { building: 'b1' }");
  EXPECT_EQ(support::Show(Complaint::PlaceOf({}, request, TestFacts())),
            R"(property_area: "a1" grid: "g1" building: "b1")");
  EXPECT_EQ(support::Show(Complaint::PlaceOf(Fold(Filed()), v1::CloseComplaintRequest(), {})),
            R"(property_area: "a1" grid: "g1" building: "b1" entrance: "e1")");
}

}  // namespace
}  // namespace sanzhang::complaint::scene
