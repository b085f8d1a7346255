// Whose word a reader takes (C2SP tlog-policy): which logs, which witnesses, and how many of them.
//
//   log <vkey> [<url>]
//   witness <name> <vkey> [<url>]
//   group <name> all|any|<k> <name>...
//   quorum <name>|none
//
// Threads: everything may be called from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/transparency/checkpoint.h"
#include "eventstore/transparency/note.h"

namespace sanzhang::transparency {

class Policy {
 public:
  // INVALID_ARGUMENT with the number of the line.
  static absl::StatusOr<Policy> Parse(std::string_view text);
  // One log, no witnesses.
  static Policy OfLog(VerifierKey key);

  struct Witnessed {
    std::string name;
    std::int64_t unix_seconds = 0;
  };
  struct Verdict {
    Checkpoint checkpoint;
    VerifierKey log;
    std::vector<Witnessed> witnesses;  // Of those that the policy names.
  };
  // NOT_FOUND: none of the logs has signed it, or too few witnesses have. DATA_LOSS: a signature by
  // a key of the policy is wrong. INVALID_ARGUMENT: not a checkpoint.
  absl::StatusOr<Verdict> Check(const SignedNote& note) const;

  const std::vector<VerifierKey>& logs() const { return logs_; }
  // A log that is accepted too.
  void AddLog(VerifierKey key) { logs_.push_back(std::move(key)); }

 private:
  struct Group {
    std::size_t needed = 0;
    std::vector<std::string> members;
  };
  absl::Status AddLine(const std::vector<std::string>& words);
  absl::Status AddLogLine(const std::vector<std::string>& words);
  absl::Status AddWitness(const std::vector<std::string>& words);
  absl::Status AddGroup(const std::vector<std::string>& words);
  absl::Status SetQuorum(const std::vector<std::string>& words);
  absl::Status NobodyTrusted(const SignedNote& note) const;
  bool Knows(const std::string& name) const;
  bool Satisfied(const std::string& name, const std::set<std::string>& witnesses) const;

  std::vector<VerifierKey> logs_;
  std::map<std::string, VerifierKey> witnesses_;
  std::map<std::string, Group> groups_;
  std::set<std::string> members_;  // Of any group: each name at most once.
  std::optional<std::string> quorum_;
};

}  // namespace sanzhang::transparency
