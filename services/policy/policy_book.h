// The policies of an installation, read once from the text files of a folder:
//
//   # proto-message: sanzhang.policy.v1.SlaPolicy         how long the steps of a complaint may
//   take # proto-message: sanzhang.policy.v1.CalendarVersion   which days are worked
//
// The comment line says what a file holds; one message each. Versions follow one another by their
// first and last day in Asia/Shanghai. For a time before the first one, the first one counts
// (records are brought in that are older than any policy); in a gap, the last one before. All or
// nothing: a book with a mistake in it is not made. Errors name file, line and reason, all that
// were found, one per line: INVALID_ARGUMENT; NOT_FOUND for a folder that is not there.
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
#include "services/runtime/decider.h"

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

  const Calendar& calendar() const { return calendar_; }

 private:
  friend class PolicyBookMaker;
  PolicyBook() = default;

  std::map<std::string, v1::SlaPolicy, std::less<>> slas_;
  std::map<absl::CivilDay, const v1::SlaPolicy*> slas_by_first_day_;
  Calendar calendar_;
};

}  // namespace sanzhang::policy
