#include "tests/services/complaint/scene.h"

#include <cstdlib>
#include <ostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "proto/wire/time.h"
#include "tests/support/text_proto.h"

namespace sanzhang::complaint::scene {

using enum type::v1::BodyKind;
using enum type::v1::Role;

Story operator+(Story story, std::string more) {
  story.push_back(std::move(more));
  return story;
}

absl::Time At(std::string_view offset) {
  absl::Duration duration;
  const bool read = absl::ParseDuration(std::string(offset), &duration);
  EXPECT_TRUE(read) << offset;
  return kStart + duration;
}

namespace {

bool IsNamePart(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

std::string_view CollectionFor(char mark) {
  switch (mark) {
    case '@':
      return "communities/c/bodies/";
    case '%':
      return "communities/c/persons/";
    case '#':
      return "communities/c/memberships/";
    case '~':
      return "communities/c/complaints/";
    default:
      return "";
  }
}

std::string Stamp(absl::Time time) {
  return absl::StrCat("{ ", support::Show(wire::ToStamp(time)), " }");
}

}  // namespace

std::string Expand(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '$') {
      const std::size_t end = text.find('$', i + 1);
      out += Stamp(At(text.substr(i + 1, end - i - 1)));
      i = end;
      continue;
    }
    const std::string_view collection = CollectionFor(text[i]);
    const bool name = !collection.empty() && i + 1 < text.size() && IsNamePart(text[i + 1]) &&
                      (i == 0 || !IsNamePart(text[i - 1]));  // `sla@1` is no body.
    if (name) {
      out += collection;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

runtime::Acting Cast(std::string_view who) {
  struct Part {
    type::v1::Role role;
    std::string body;
    type::v1::Place covers;
  };
  const auto covers = [](std::string_view text) { return support::Text<type::v1::Place>(text); };
  static const std::map<std::string, Part, std::less<>> parts = {
      {"zhang", {ROLE_RESIDENT, "", {}}},
      {"li", {ROLE_RESIDENT, "", {}}},
      {"grid", {ROLE_GRID_CHIEF, "@rc", covers("grid: 'g1'")}},
      {"building", {ROLE_BUILDING_CHIEF, "@rc", covers("grid: 'g1' building: 'b1'")}},
      {"entrance", {ROLE_ENTRANCE_CHIEF, "@rc", covers("building: 'b1' entrance: 'e1'")}},
      {"committee", {ROLE_RESIDENTS_COMMITTEE, "@rc", {}}},
      {"committee2", {ROLE_RESIDENTS_COMMITTEE, "@rc", {}}},
      {"staff", {ROLE_PROPERTY_STAFF, "@pc", covers("property_area: 'a1'")}},
      {"manager", {ROLE_PROPERTY_MANAGER, "@pc", covers("property_area: 'a1'")}},
      {"subdistrict", {ROLE_SUBDISTRICT_OFFICER, "@gov", {}}},
      {"subdistrict2", {ROLE_SUBDISTRICT_OFFICER, "@gov", {}}},
      {"supervision", {ROLE_SUPERVISION_COMMITTEE, "@sup", {}}},
      {"water", {ROLE_DEPARTMENT_OFFICER, "@water", {}}},
      {"owners", {ROLE_OWNERS_COMMITTEE, "@oc", {}}},
      {"hotline", {ROLE_INTEGRATION, "", {}}},
      {"importer", {ROLE_IMPORTER, "", {}}},
      {"timer", {ROLE_TIMER, "", {}}},
      {"privacy", {ROLE_PRIVACY_OFFICER, "", {}}},
  };
  const auto found = parts.find(who);
  EXPECT_NE(found, parts.end()) << who;
  const Part& part = found->second;
  const bool service = who == "hotline" || who == "importer" || who == "timer" || who == "privacy";
  runtime::Acting acting;
  acting.kind = service ? log::v1::Actor::KIND_SERVICE : log::v1::Actor::KIND_PERSON;
  acting.subject = service ? absl::StrCat("services/", std::string(who))
                           : Expand(absl::StrCat("%", std::string(who)));
  acting.as.role = part.role;
  acting.as.body = Expand(part.body);
  acting.as.membership = part.body.empty() ? "" : Expand(absl::StrCat("#", std::string(who)));
  acting.as.covers = part.covers;
  acting.all = {acting.as};
  return acting;
}

namespace {

class PlainPolicies final : public runtime::Policies {
 public:
  PlainPolicies() {
    constexpr char kRules[] = R"(
        intake { hours: 24 }
        rules { urgencies: URGENCY_EMERGENCY acknowledge { hours: 1 } answer { hours: 2 } }
        rules { categories: CATEGORY_FEE acknowledge { hours: 24 } answer { hours: 240 } }
        rules { acknowledge { hours: 24 } answer { hours: 168 } }
        silence { hours: 168 } appeal { hours: 720 }
        extensions_max: 2 extension_total { hours: 100 } report_in { hours: 24 })";
    first_ = support::Text<policy::v1::SlaPolicy>(kRules);
    first_.set_name("policies/sla@1");
    second_ = first_;
    second_.set_name("policies/sla@2");
    second_.mutable_rules(2)->mutable_answer()->set_hours(10);
  }
  const policy::v1::SlaPolicy* SlaInForce(absl::Time at) const override {
    return at < At("1000h") ? &first_ : &second_;
  }
  const policy::v1::SlaPolicy* Sla(std::string_view name) const override {
    if (name == first_.name()) return &first_;
    return name == second_.name() ? &second_ : nullptr;
  }
  absl::Time DueAfter(const policy::v1::Period& period, absl::Time from) const override {
    return from + absl::Hours(period.hours()) + absl::Hours(24) * period.days();
  }

 private:
  policy::v1::SlaPolicy first_;
  policy::v1::SlaPolicy second_;
};

}  // namespace

const runtime::Policies& TestPolicies() {
  static const PlainPolicies policies;
  return policies;
}

runtime::Facts TestFacts(std::string_view without) {
  runtime::Facts facts;
  const auto body = [&](std::string_view mark, type::v1::BodyKind kind, bool active = true,
                        std::string_view area = "") {
    if (absl::StrContains(absl::StrCat(std::string(without), " "),
                          absl::StrCat(std::string(mark), " "))) {
      return;
    }
    facts.bodies[Expand(mark)] = {kind, active, true, std::string(area)};
  };
  body("@rc", BODY_KIND_RESIDENTS_COMMITTEE);
  body("@gov", BODY_KIND_SUBDISTRICT_GOV);
  body("@pc", BODY_KIND_PROPERTY_COMPANY, true, "a1");
  body("@pc2", BODY_KIND_PROPERTY_COMPANY, true, "a2");
  body("@oc", BODY_KIND_OWNERS_COMMITTEE);
  body("@sup", BODY_KIND_SUPERVISION_COMMITTEE);
  body("@rep", BODY_KIND_RESIDENT_REP_ASSEMBLY);
  body("@water", BODY_KIND_GOV_DEPARTMENT);
  body("@roads", BODY_KIND_GOV_DEPARTMENT);
  body("@gone", BODY_KIND_PROPERTY_COMPANY, false);
  const auto place = [&](const std::string& name, bool active, std::string_view complete) {
    facts.places[name] = {active, support::Text<type::v1::Place>(complete)};
  };
  place("b1", true, "property_area: 'a1' grid: 'g1' building: 'b1'");
  place("b2", true, "property_area: 'a2' grid: 'g2' building: 'b2'");
  place("b9", false, "building: 'b9'");
  place("e1", true, "property_area: 'a1' grid: 'g1' building: 'b1' entrance: 'e1'");
  place("g1", true, "grid: 'g1'");
  for (const char* person : {"%zhang", "%li", "%wang"})
    facts.persons[Expand(person)] = {true, true};
  facts.persons[Expand("%late")] = {true, false};
  facts.memberships[Expand("#staff")] = {Expand("@pc"), Expand("%staff"), true};
  facts.memberships[Expand("#left")] = {Expand("@pc"), Expand("%li"), false};
  facts.policies = &TestPolicies();
  return facts;
}

void Play(Complaint::State& state, std::string_view line) {
  const std::vector<std::string> parts = absl::StrSplit(std::string(line), absl::MaxSplits(' ', 2));
  const runtime::Acting acting = Cast(parts[0]);
  log::v1::Actor actor;
  actor.set_kind(acting.kind);
  actor.set_subject(acting.subject);
  actor.set_body(acting.as.body);
  actor.set_role(acting.as.role);
  Complaint::Evolve(state, support::Text<v1::ComplaintEvent>(Expand(parts[2])),
                    {At(parts[1]), actor});
}

Complaint::State Fold(const Story& story) {
  Complaint::State state;
  for (const std::string& line : story) Play(state, line);
  return state;
}

namespace {

using Attempt = Complaint::Decision (*)(const Complaint::State&, const std::string& text,
                                        runtime::Context&);

template <class Request>
Complaint::Decision Decide(const Complaint::State& state, const std::string& text,
                           runtime::Context& context) {
  return Complaint::Decide(state, support::Text<Request>(text), context);
}

const std::map<std::string, Attempt, std::less<>>& Attempts() {
  static const std::map<std::string, Attempt, std::less<>> attempts = {
      {"FileComplaint", Decide<v1::FileComplaintRequest>},
      {"AcceptComplaint", Decide<v1::AcceptComplaintRequest>},
      {"RefuseComplaint", Decide<v1::RefuseComplaintRequest>},
      {"LinkComplaint", Decide<v1::LinkComplaintRequest>},
      {"SupportComplaint", Decide<v1::SupportComplaintRequest>},
      {"AssignComplaint", Decide<v1::AssignComplaintRequest>},
      {"DisputeDispatch", Decide<v1::DisputeDispatchRequest>},
      {"RuleDispatchDispute", Decide<v1::RuleDispatchDisputeRequest>},
      {"AcknowledgeComplaint", Decide<v1::AcknowledgeComplaintRequest>},
      {"NoteProgress", Decide<v1::NoteProgressRequest>},
      {"RequestSuspension", Decide<v1::RequestSuspensionRequest>},
      {"RuleSuspension", Decide<v1::RuleSuspensionRequest>},
      {"ResumeComplaint", Decide<v1::ResumeComplaintRequest>},
      {"ExtendDeadline", Decide<v1::ExtendDeadlineRequest>},
      {"EscalateComplaint", Decide<v1::EscalateComplaintRequest>},
      {"WhistleDepartments", Decide<v1::WhistleDepartmentsRequest>},
      {"ReportIn", Decide<v1::ReportInRequest>},
      {"AnswerComplaint", Decide<v1::AnswerComplaintRequest>},
      {"ConfirmComplaint", Decide<v1::ConfirmComplaintRequest>},
      {"DisputeAnswer", Decide<v1::DisputeAnswerRequest>},
      {"ReopenComplaint", Decide<v1::ReopenComplaintRequest>},
      {"CloseComplaint", Decide<v1::CloseComplaintRequest>},
      {"WithdrawComplaint", Decide<v1::WithdrawComplaintRequest>},
      {"AppealComplaint", Decide<v1::AppealComplaintRequest>},
      {"RuleAppeal", Decide<v1::RuleAppealRequest>},
      {"DetectBreach", Decide<v1::DetectBreachRequest>},
      {"CallBackComplainant", Decide<v1::CallBackComplainantRequest>},
      {"RedactText", Decide<v1::RedactTextRequest>},
      {"ProposeScoreExclusion", Decide<v1::ProposeScoreExclusionRequest>},
      {"RuleScoreExclusion", Decide<v1::RuleScoreExclusionRequest>},
  };
  return attempts;
}

}  // namespace

std::vector<std::string> Commands() {
  std::vector<std::string> names;
  for (const auto& [name, attempt] : Attempts()) names.push_back(name);
  return names;
}

Complaint::Decision Try(const Scene& scene, std::string_view who, std::string_view command,
                        std::string_view when) {
  runtime::Context context;
  context.now = At(when);
  context.name = Expand("~k1");
  context.community = "communities/c";
  context.acting = Cast(who);
  context.facts = TestFacts(scene.without);
  for (const auto& [name, state] : scene.peers) {
    context.facts.peers[Expand(name)] = std::make_shared<Complaint::State>(state);
  }
  const std::string verb(command.substr(0, command.find(' ')));
  const std::size_t open = command.find('{');
  const std::size_t close = command.rfind('}');
  const std::string body =
      open == std::string_view::npos ? "" : std::string(command.substr(open + 1, close - open - 1));
  const auto found = Attempts().find(verb);
  EXPECT_NE(found, Attempts().end()) << verb;
  return found->second(scene.state, Expand(body), context);
}

Complaint::Decision Try(const Story& story, std::string_view who, std::string_view command,
                        std::string_view when) {
  return Try(Scene{Fold(story), ""}, who, command, when);
}

Story Filed() {
  return {R"(zhang +0h filed { category: CATEGORY_FACILITY urgency: URGENCY_ORDINARY
      visibility: VISIBILITY_COMMUNITY complainant: "%zhang" first_receiver: "@rc"
      place { property_area: "a1" grid: "g1" building: "b1" entrance: "e1" }
      text { subject: "%zhang" content: "电梯停运" } text_code_points: 4 sla_policy: "policies/sla@1"
      intake_due $+24h$ })"};
}
Story Accepted() {
  return Filed() + R"(committee +1h accepted { level: LEVEL_COMMUNITY responsible_body: "@rc"
      sla_policy: "policies/sla@1" ack_due $+25h$ answer_due $+169h$ was_first_receiver: true })";
}
Story NotAccepted() {
  return Filed() +
         R"(committee +1h not_accepted { reason: REFUSAL_REASON_LITIGATION body: "@rc" })";
}
Story Linked() { return Accepted() + R"(committee +2h linked { main: "~k2" })"; }
Story Assigned() {
  return Accepted() + R"(committee +2h assigned { assignee_body: "@pc" from_body: "@rc" hop: 1 })";
}
Story DispatchDisputed() {
  return Assigned() + R"(staff +3h dispatch_disputed { reason: "r" body: "@pc" })";
}
Story Acknowledged() {
  return Assigned() + R"(staff +3h acknowledged { contacted_at $+3h$ body: "@pc" })";
}
Story InProgress() {
  return Acknowledged() + R"(staff +4h progress_noted { note { subject: "%zhang" content: "n" } })";
}
Story Suspended() {
  return InProgress() + R"(staff +5h suspension_requested { reason: SUSPENSION_REASON_WAIT_PARTS
      until $+50h$ requested_by: "%staff" })" +
         R"(committee +6h suspended { reason: SUSPENSION_REASON_WAIT_PARTS until $+50h$
      requested_by: "%staff" approved_by: "%committee" })";
}
Story Answered() {
  return InProgress() + R"(staff +5h answered { outcome: OUTCOME_SOLVED body: "@pc"
      explanation { subject: "%zhang" content: "done" } silence_until $+173h$ })";
}
Story Confirmed() { return Answered() + "zhang +6h confirmed { result_score: 5 }"; }
Story AnswerDisputed() { return Answered() + "zhang +6h disputed { result_score: 1 }"; }
Story Reopened() {
  return AnswerDisputed() + R"(committee +7h reopened { reason: "r" responsible_body: "@rc"
      ack_due $+31h$ answer_due $+175h$ reopening: 1 })";
}
Story Closed() {
  return Confirmed() + R"(timer +7h closed { mode: CLOSE_MODE_CONFIRMED outcome: OUTCOME_SOLVED
      confirmation: CONFIRMATION_CONFIRMED appeal_until $+727h$ })";
}
Story Appealed() {
  return Closed() + R"(zhang +8h appealed { grounds { subject: "%zhang" content: "g" } })";
}
Story Withdrawn() { return Filed() + R"(zhang +1h withdrawn { reason: "r" })"; }

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

void Expect(const Case& c) {
  const Scene scene{Fold(c.story), c.without};
  EXPECT_EQ(support::Show(Try(scene, c.who, c.command, c.when)), Expand(c.then));
}

}  // namespace sanzhang::complaint::scene
