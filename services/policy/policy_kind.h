// The kinds of policies: one table, for the files that ship and for what a community proposes.
//
// Every kind is a message with `name`, `citations` and, but for calendars, `effective_from` and
// `effective_to`. A kind says what a good policy is; each mistake is reported with the field of the
// message that it stands in (`index` of a repeated field, else -1). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/civil_time.h"
#include "google/protobuf/message.h"

namespace sanzhang::policy {

using Report = absl::FunctionRef<void(std::string_view field, int index, std::string_view reason)>;

struct PolicyKind {
  // Of which policies one is in force at a time.
  enum class Turn {
    kKind,    // Of all of the kind.
    kId,      // Of those with the same id.
    kAlways,  // It has no days: it always counts.
  };
  const google::protobuf::Descriptor* type;
  Turn turn;
  // What is wrong with what it says; not with its name, citations and days.
  void (*check)(const google::protobuf::Message& policy, Report wrong);
  // Why a policy that says this may not have that id; empty: it may. Null: any id will do.
  std::string (*wrong_id)(const google::protobuf::Message& policy, std::string_view id) = nullptr;
  // Whether two of the kind are meant for the same and so take turns, whatever their ids. Null: no.
  bool (*rivals)(const google::protobuf::Message& one,
                 const google::protobuf::Message& other) = nullptr;
};

const std::vector<PolicyKind>& PolicyKinds();
// Null: no kind of policy.
const PolicyKind* KindNamed(std::string_view full_name);

// `YYYY-MM-DD`; none for `2026-02-29` and the like.
std::optional<absl::CivilDay> ParseDay(std::string_view text);

// What every kind of policy says of itself.
struct PolicyHead {
  std::string name;  // `policies/publication-result@1`
  std::string id;    // `publication-result`
  absl::CivilDay first;
  absl::CivilDay last = absl::CivilDay::max();
};

// The head of a policy that stands in a file; none, and its mistakes reported, if it is wrong. A
// kind without days counts on all of them.
std::optional<PolicyHead> ReadHead(const PolicyKind& kind, const google::protobuf::Message& policy,
                                   Report wrong);

// At least one citation, none of them empty.
void CheckCitations(const google::protobuf::Message& policy, Report wrong);

}  // namespace sanzhang::policy
