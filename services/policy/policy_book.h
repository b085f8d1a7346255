// The policies of an installation, read once from the text files of a folder:
//
//   # proto-message: sanzhang.policy.v1.SlaPolicy
//
// The comment line says what a file holds, one message each: one of PolicyKinds. Versions follow
// one another by their first and last day in Asia/Shanghai. Clocks of complaints: for a time before
// the first policy, the first one counts (records are brought in that are older than any policy);
// in a gap, the last one before. All others: nothing is in force but between its days.
//
// All or nothing: a book with a mistake in it is not made. Errors name file, line and reason, all
// that were found, one per line: INVALID_ARGUMENT; NOT_FOUND for a folder that is not there.
// Threads: a book never changes; all methods may be called from any thread.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/policy/day_count.h"
#include "services/policy/policy_kind.h"
#include "services/runtime/policies.h"

namespace sanzhang::policy {

struct PolicyFile {
  std::string name;  // For messages.
  std::string text;
};

class PolicyBook final : public runtime::Policies {
 public:
  // Reads every `*.textproto` of the folder, hidden files excepted.
  static absl::StatusOr<std::unique_ptr<PolicyBook>> Load(const std::filesystem::path& folder);
  static absl::StatusOr<std::unique_ptr<PolicyBook>> Make(const std::vector<PolicyFile>& files);

  const v1::SlaPolicy* SlaInForce(absl::Time at) const override;
  const v1::SlaPolicy* Sla(std::string_view name) const override;
  absl::Time DueAfter(const v1::Period& period, absl::Time from) const override;
  const google::protobuf::Message* Shipped(std::string_view id, absl::Time at) const override;

  const google::protobuf::Message* Named(std::string_view name) const override;
  std::vector<const google::protobuf::Message*> AllShipped(absl::Time at) const override;

  // All policies of that kind in force at that time, by name.
  template <class P>
  std::vector<const P*> AllInForce(absl::Time at) const {
    std::vector<const P*> all;
    for (const auto& [name, entry] : entries_) {
      if (!entry.Counts(absl::ToCivilDay(at, Shanghai()))) continue;
      if (const auto* policy = dynamic_cast<const P*>(entry.policy.get())) all.push_back(policy);
    }
    return all;
  }

  const Calendar& calendar() const { return calendar_; }

 private:
  friend class PolicyBookMaker;

  struct Entry {
    PolicyHead head;
    const PolicyKind* kind = nullptr;
    std::unique_ptr<google::protobuf::Message> policy;

    bool Counts(absl::CivilDay day) const {
      const bool always = kind->turn == PolicyKind::Turn::kAlways;
      return always || (head.first <= day && day <= head.last);
    }
  };

  PolicyBook() = default;

  std::map<std::string, Entry, std::less<>> entries_;                                 // By name.
  std::map<std::string, std::map<absl::CivilDay, const Entry*>, std::less<>> by_id_;  // First day.
  std::map<absl::CivilDay, const v1::SlaPolicy*> slas_by_first_day_;
  Calendar calendar_;
};

}  // namespace sanzhang::policy
