// A community's own policies: every command in every state, the days, and what they say.
#include "services/policy/own_policy.h"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "services/policy/policy_book.h"
#include "tests/support/golden.h"
#include "tests/support/text_proto.h"

namespace sanzhang::policy {
namespace {

constexpr char kId[] = "publication-vote-notice";
constexpr char kName[] = "communities/c/policies/publication-vote-notice";

const PolicyBook& Shipped() {
  static const auto book =
      PolicyBook::Load(std::filesystem::path(SANZHANG_SOURCE_DIR) / "deploy/policy");
  EXPECT_TRUE(book.ok()) << book.status();
  return **book;
}

absl::Time At(std::string_view day, int hour = 12) {
  const auto read = ParseDay(day);
  EXPECT_TRUE(read.has_value()) << day;
  return absl::FromCivil(*read, Shanghai()) + absl::Hours(hour);
}

std::string Rule(int days, std::string_view more = "") {
  return absl::StrCat(
      "publication_rule { citations: 'c' kind: PUBLICATION_KIND_VOTE_NOTICE law_ref: 'l' "
      "days_min: ",
      days,
      " days_basis: BASIS_DECISION announces: true answer_within { days: 3 } audience: "
      "AUDIENCE_OWNERS publishers: ROLE_OWNERS_COMMITTEE ",
      std::string(more), " }");
}

std::string Propose(const std::string& body, std::string_view id = kId) {
  return absl::StrCat("ProposePolicy { parent: 'communities/c' policy_id: '", std::string(id),
                      "' body { ", body, " } reason: 'r' }");
}

std::string PutInForce(int version, std::string_view from, std::string_view to = "") {
  return absl::StrCat("PutPolicyInForce { version: ", version, " effective_from: '",
                      std::string(from), "' effective_to: '", std::string(to), "' }");
}

std::string Retire(int version, std::string_view to = "") {
  return absl::StrCat("RetirePolicy { version: ", version, " effective_to: '", std::string(to),
                      "' reason: 'r' }");
}

struct Step {
  std::string who;
  std::string day;
  std::string command;
};
using Story = std::vector<Step>;

OwnPolicy::Decision Try(const OwnPolicy::State& state, const Step& step,
                        std::string_view name = kName) {
  runtime::Context context;
  context.now = At(step.day);
  context.name = std::string(name);
  context.community = "communities/c";
  context.acting.subject = "communities/c/persons/" + step.who;
  context.facts.policies = &Shipped();
  const std::string verb = step.command.substr(0, step.command.find(' '));
  const std::size_t open = step.command.find('{') + 1;
  const std::string body = step.command.substr(open, step.command.rfind('}') - open);
  if (verb == "ProposePolicy") {
    return OwnPolicy::Decide(state, support::Text<v1::ProposePolicyRequest>(body), context);
  }
  if (verb == "PutPolicyInForce") {
    return OwnPolicy::Decide(state, support::Text<v1::PutPolicyInForceRequest>(body), context);
  }
  EXPECT_EQ(verb, "RetirePolicy");
  return OwnPolicy::Decide(state, support::Text<v1::RetirePolicyRequest>(body), context);
}

OwnPolicy::State Fold(const Story& story) {
  OwnPolicy::State state;
  for (const Step& step : story) {
    const auto decision = Try(state, step);
    const auto* decided = std::get_if<runtime::Decided<v1::PolicyEvent>>(&decision);
    EXPECT_NE(decided, nullptr) << step.command << ": " << support::Show(decision);
    if (decided == nullptr) break;
    log::v1::Actor actor;
    actor.set_subject("communities/c/persons/" + step.who);
    for (const v1::PolicyEvent& event : decided->events) {
      OwnPolicy::Evolve(state, event, {At(step.day), actor});
    }
  }
  return state;
}

std::string Word(const OwnPolicy::Decision& decision) {
  if (const auto* refusal = std::get_if<runtime::Refusal>(&decision)) {
    return type::v1::ErrorReason_Name(refusal->reason).substr(sizeof "ERROR_REASON");
  }
  return std::get<runtime::Decided<v1::PolicyEvent>>(decision).events.empty() ? "=" : "ok";
}

Story Proposed() { return {{"wang", "2026-06-01", Propose(Rule(20))}}; }
Story Decided() {
  Story story = Proposed();
  story.push_back({"li", "2026-06-02", PutInForce(1, "2026-06-20")});
  return story;
}
Story Dropped() {
  Story story = Proposed();
  story.push_back({"li", "2026-06-02", Retire(1)});
  return story;
}
Story CalledOff() {
  Story story = Decided();
  story.push_back({"li", "2026-06-03", Retire(1)});
  return story;
}
// Two versions, the second from 1 July.
Story Followed() {
  Story story = Decided();
  story.push_back({"wang", "2026-06-21", Propose(Rule(25))});
  story.push_back({"li", "2026-06-22", PutInForce(2, "2026-07-01")});
  return story;
}

TEST(OwnPolicyTest, EveryCommandInEveryState) {
  struct Row {
    std::string day;
    std::string command;
    std::string then;  // None, Proposed, Decided, Dropped, CalledOff, Followed.
  };
  const std::vector<Story> states = {{}, Proposed(), Decided(), Dropped(), CalledOff(), Followed()};
  const std::vector<Row> rows = {
      {"2026-06-10", Propose(Rule(20)), "ok = ok ok ok ok"},
      {"2026-06-10", PutInForce(1, "2026-06-20"),
       "RESOURCE_NOT_FOUND ok = POLICY_RETIRED POLICY_RETIRED ="},
      {"2026-06-10", PutInForce(1, "2026-06-21"),
       "RESOURCE_NOT_FOUND ok POLICY_RETIRED POLICY_RETIRED POLICY_RETIRED POLICY_RETIRED"},
      {"2026-06-10", PutInForce(3, "2026-06-21"),
       "RESOURCE_NOT_FOUND POLICY_VERSION_NOT_FOUND POLICY_VERSION_NOT_FOUND "
       "POLICY_VERSION_NOT_FOUND POLICY_VERSION_NOT_FOUND POLICY_VERSION_NOT_FOUND"},
      {"2026-06-10", Retire(1), "RESOURCE_NOT_FOUND ok ok = = ok"},
      {"2026-06-25", Retire(1, "2026-06-30"),
       "RESOURCE_NOT_FOUND POLICY_DAYS_INVALID ok POLICY_RETIRED POLICY_RETIRED ok"},
      {"2026-07-02", Retire(1, "2026-07-05"),
       "RESOURCE_NOT_FOUND POLICY_DAYS_INVALID ok POLICY_RETIRED POLICY_RETIRED POLICY_RETIRED"},
  };
  for (const Row& row : rows) {
    const std::vector<std::string> then = absl::StrSplit(row.then, ' ');
    ASSERT_EQ(then.size(), states.size());
    for (std::size_t i = 0; i < states.size(); ++i) {
      EXPECT_EQ(Word(Try(Fold(states[i]), {"zhao", row.day, row.command})), then[i])
          << row.command << " in state " << i;
    }
  }
}

TEST(OwnPolicyTest, NobodyDecidesOnTheirOwnProposal) {
  EXPECT_EQ(Word(Try(Fold(Proposed()), {"wang", "2026-06-02", PutInForce(1, "2026-06-20")})),
            "APPROVER_IS_REQUESTER");
}

TEST(OwnPolicyTest, NothingReachesBack) {
  const auto put = [](std::string_view from, std::string_view to = "") {
    return support::Show(Try(Fold(Proposed()), {"li", "2026-06-02", PutInForce(1, from, to)}));
  };
  EXPECT_EQ(put("2026-06-02"), "ERROR_REASON_POLICY_DAYS_INVALID {field=effective_from}");
  EXPECT_EQ(put("2026-06-03", "2026-06-02"),
            "ERROR_REASON_POLICY_DAYS_INVALID {field=effective_to}");
  EXPECT_EQ(put("2026-06-31"), "ERROR_REASON_INVALID_REQUEST {field=effective_from}");
  EXPECT_EQ(put("2026-06-03", "soon"), "ERROR_REASON_INVALID_REQUEST {field=effective_to}");
  EXPECT_EQ(
      put("2026-06-03", "2026-06-03"),
      "in_force { version: 1 effective_from: \"2026-06-03\" effective_to: \"2026-06-03\" }; ");
  const auto retire = [](std::string_view to) {
    return support::Show(Try(Fold(Decided()), {"li", "2026-06-25", Retire(1, to)}));
  };
  EXPECT_EQ(retire("2026-06-24"), "ERROR_REASON_POLICY_DAYS_INVALID {field=effective_to}");
  EXPECT_EQ(retire(""), "ERROR_REASON_POLICY_DAYS_INVALID {field=effective_to}");
  EXPECT_EQ(retire("2026-02-30"), "ERROR_REASON_INVALID_REQUEST {field=effective_to}");
  EXPECT_EQ(retire("2026-06-25"),
            "retired { version: 1 effective_to: \"2026-06-25\" reason: \"r\" }; ");
}

TEST(OwnPolicyTest, VersionsComeInTheirOrder) {
  Story story = Decided();
  story.push_back({"wang", "2026-06-03", Propose(Rule(25))});
  const auto put = [&](std::string_view from) {
    return support::Show(Try(Fold(story), {"li", "2026-06-04", PutInForce(2, from)}));
  };
  EXPECT_EQ(put("2026-06-20"), "ERROR_REASON_POLICY_OVERLAPS {version=1}");
  EXPECT_EQ(put("2026-06-10"), "ERROR_REASON_POLICY_OVERLAPS {version=1}");
  EXPECT_EQ(Word(Try(Fold(story), {"li", "2026-06-04", PutInForce(2, "2026-06-21")})), "ok");
}

TEST(OwnPolicyTest, OneIsInForceAtATime) {
  const auto at = [](const Story& story, std::string_view day, int hour) {
    const OwnPolicy::State state = Fold(story);
    return runtime::FindInForce<v1::PublicationRule>(Shipped(), &state, kName, At(day, hour)).name;
  };
  const std::string shipped = "policies/publication-vote-notice@1";
  EXPECT_EQ(at({}, "2026-06-25", 0), shipped);
  EXPECT_EQ(at(Proposed(), "2026-06-25", 0), shipped);
  EXPECT_EQ(at(Decided(), "2026-06-19", 23), shipped);
  EXPECT_EQ(at(Decided(), "2026-06-20", 0), std::string(kName) + "@1");
  EXPECT_EQ(at(CalledOff(), "2026-06-25", 0), shipped);
  EXPECT_EQ(at(Followed(), "2026-06-30", 23), std::string(kName) + "@1");
  EXPECT_EQ(at(Followed(), "2026-07-01", 0), std::string(kName) + "@2");
  Story off = Followed();  // The second is called off: the first goes on.
  off.push_back({"li", "2026-06-23", Retire(2)});
  EXPECT_EQ(at(off, "2026-07-01", 0), std::string(kName) + "@1");
  Story over = Followed();  // The second ends: the first does not come back.
  over.push_back({"li", "2026-07-02", Retire(2, "2026-07-05")});
  EXPECT_EQ(at(over, "2026-07-05", 23), std::string(kName) + "@2");
  EXPECT_EQ(at(over, "2026-07-06", 0), shipped);
}

TEST(OwnPolicyTest, EveryMistakeIsListed) {
  const auto propose = [](const std::string& body, std::string_view id = kId) {
    return support::Show(Try({}, {"wang", "2026-06-01", Propose(body, id)},
                             absl::StrCat("communities/c/policies/", std::string(id))));
  };
  EXPECT_EQ(propose(Rule(20, "name: 'policies/x@1' clear_days: true objection_period { }")),
            "ERROR_REASON_POLICY_MALFORMED {mistakes=name: must be empty: it follows from when the "
            "version is put in force\nobjection_period: must be so many hours, days or "
            "working_days}");
  EXPECT_EQ(propose(Rule(20), "publication-result"),
            "ERROR_REASON_POLICY_MALFORMED {mistakes=policy_id: must have the id "
            "publication-vote-notice, which is that of its kind}");
  EXPECT_EQ(
      propose("procedure_template { citations: 'c' title: 't' regimes: REGIME_OWNERS stages { "
              "kind: STAGE_KIND_VOTE } }",
              "procedure-ours"),
      "ERROR_REASON_POLICY_MALFORMED {mistakes=stages[0]: the vote can't be left out}");
  EXPECT_EQ(support::Show(Try({}, {"wang", "2026-06-01", Propose("")})),
            "ERROR_REASON_INVALID_REQUEST {field=body.kind}");
}

TEST(OwnPolicyTest, NoneGoesBelowTheLaw) {
  EXPECT_EQ(support::Show(Try({}, {"wang", "2026-06-01", Propose(Rule(14))})),
            "ERROR_REASON_POLICY_BELOW_LAW {mistakes=days_min: the law asks for 15, "
            "policy=policies/publication-vote-notice@1}");
  EXPECT_EQ(Word(Try({}, {"wang", "2026-06-01", Propose(Rule(15))})), "ok");
}

TEST(OwnPolicyTest, AllVersionsAreOfOneKind) {
  EXPECT_EQ(support::Show(
                Try(Fold(Proposed()), {"wang", "2026-06-02", Propose("procedure_template { }")})),
            "ERROR_REASON_POLICY_KIND_DIFFERS {kind=PublicationRule}");
}

TEST(OwnPolicyTest, EveryKindThatCanBeProposedIsChecked) {
  const auto* body = v1::PolicyBody::descriptor();
  for (int i = 0; i < body->field_count(); ++i) {
    EXPECT_NE(KindNamed(body->field(i)->message_type()->full_name()), nullptr)
        << body->field(i)->name();
  }
}

TEST(OwnPolicyTest, GoldenFacts) {
  support::CheckGoldenFacts(v1::PolicyEvent(), SANZHANG_SOURCE_DIR "/tests/golden/policy");
}

}  // namespace
}  // namespace sanzhang::policy
