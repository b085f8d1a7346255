#include "services/policy/policy_kind.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "proto/wire/names.h"
#include "sanzhang/policy/v1/procedure_template.pb.h"
#include "sanzhang/policy/v1/publication_rule.pb.h"
#include "sanzhang/policy/v1/sla_policy.pb.h"
#include "sanzhang/policy/v1/voting_rule_set.pb.h"
#include "services/policy/calendar_check.h"
#include "services/policy/procedure_check.h"
#include "services/policy/publication_check.h"
#include "services/policy/sla_check.h"
#include "services/policy/subject_rights_check.h"
#include "services/policy/voting_check.h"

namespace sanzhang::policy {
namespace {

namespace pb = google::protobuf;

// A row of the table, with the check of its own message.
template <class P, void (*kCheck)(const P&, Report)>
PolicyKind Kind(PolicyKind::Turn turn) {
  return {
      .type = P::descriptor(), .turn = turn, .check = [](const pb::Message& policy, Report wrong) {
        kCheck(static_cast<const P&>(policy), wrong);
      }};
}

template <class P, std::string (*kWrongId)(const P&, std::string_view)>
PolicyKind WithId(PolicyKind kind) {
  kind.wrong_id = [](const pb::Message& policy, std::string_view id) {
    return kWrongId(static_cast<const P&>(policy), id);
  };
  return kind;
}

template <class P, bool (*kRivals)(const P&, const P&)>
PolicyKind WithRivals(PolicyKind kind) {
  kind.rivals = [](const pb::Message& one, const pb::Message& other) {
    return kRivals(static_cast<const P&>(one), static_cast<const P&>(other));
  };
  return kind;
}

std::string TextOf(const pb::Message& message, const char* field) {
  const pb::FieldDescriptor* found = message.GetDescriptor()->FindFieldByName(field);
  return found == nullptr ? "" : message.GetReflection()->GetString(message, found);
}

// Whether `policies/{id}@{version}`; the id, if so.
std::optional<std::string> IdIn(const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '@');
  const bool good =
      parts.size() == 2 && wire::MatchesPattern(parts[0], "policies/*") && wire::IsId(parts[1]);
  if (!good) return std::nullopt;
  return std::string(wire::IdOf(parts[0]));
}

// False: a mistake was reported.
bool ReadDays(const pb::Message& policy, PolicyHead& head, Report wrong) {
  const std::optional<absl::CivilDay> first = ParseDay(TextOf(policy, "effective_from"));
  if (!first) {
    wrong("effective_from", -1, "must be a day as in 2026-01-01");
    return false;
  }
  head.first = *first;
  const std::string last = TextOf(policy, "effective_to");
  if (last.empty()) return true;
  const std::optional<absl::CivilDay> day = ParseDay(last);
  if (!day) {
    wrong("effective_to", -1, "must be a day as in 2026-12-31");
    return false;
  }
  head.last = *day;
  if (head.last >= head.first) return true;
  wrong("effective_to", -1, "lies before effective_from");
  return false;
}

}  // namespace

const std::vector<PolicyKind>& PolicyKinds() {
  using enum PolicyKind::Turn;
  static const auto* const kinds = new std::vector<PolicyKind>{
      Kind<v1::SlaPolicy, CheckSla>(kKind),
      Kind<v1::CalendarVersion, CheckCalendar>(kAlways),
      WithId<v1::PublicationRule, WrongPublicationId>(
          Kind<v1::PublicationRule, CheckPublicationRule>(kId)),
      WithId<v1::ProcedureTemplate, WrongProcedureId>(
          Kind<v1::ProcedureTemplate, CheckProcedure>(kId)),
      WithId<v1::SubjectRightsRule, WrongSubjectRightsId>(
          Kind<v1::SubjectRightsRule, CheckSubjectRights>(kId)),
      WithRivals<v1::VotingRuleSet, MeantForTheSame>(
          Kind<v1::VotingRuleSet, CheckVotingRuleSet>(kId)),
  };
  return *kinds;
}

const PolicyKind* KindNamed(std::string_view full_name) {
  const std::vector<PolicyKind>& kinds = PolicyKinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const PolicyKind& kind) {
    return kind.type->full_name() == full_name;
  });
  return found == kinds.end() ? nullptr : &*found;
}

std::optional<absl::CivilDay> ParseDay(std::string_view text) {
  constexpr std::size_t kLength = sizeof "2026-01-01" - 1;
  absl::CivilDay day;
  if (text.size() != kLength ||
      !absl::ParseCivilTime(absl::string_view(text.data(), text.size()), &day)) {
    return std::nullopt;
  }
  return day;
}

std::optional<PolicyHead> ReadHead(const PolicyKind& kind, const pb::Message& policy,
                                   Report wrong) {
  PolicyHead head;
  head.name = TextOf(policy, "name");
  const std::optional<std::string> id = IdIn(head.name);
  if (!id) {
    wrong("name", -1, "must be as in policies/complaint-sla@1");
  } else if (kind.wrong_id != nullptr) {
    if (const std::string why = kind.wrong_id(policy, *id); !why.empty()) wrong("name", -1, why);
  }
  CheckCitations(policy, wrong);
  const bool dated = kind.turn == PolicyKind::Turn::kAlways || ReadDays(policy, head, wrong);
  if (!id || !dated) return std::nullopt;
  head.id = *id;
  return head;
}

void CheckCitations(const pb::Message& policy, Report wrong) {
  const pb::FieldDescriptor* field = policy.GetDescriptor()->FindFieldByName("citations");
  const pb::Reflection& reflection = *policy.GetReflection();
  const int size = reflection.FieldSize(policy, field);
  if (size == 0) wrong("citations", 0, "must say what the policy rests on");
  for (int i = 0; i < size; ++i) {
    if (reflection.GetRepeatedString(policy, field, i).empty()) wrong("citations", i, "is empty");
  }
}

}  // namespace sanzhang::policy
