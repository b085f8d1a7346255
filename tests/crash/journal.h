// What the clients of a crash test sent and what they were told. The server may die at any moment;
// the journal lives in the test's own process and does not.
//
// Threads: all methods may be called from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "sanzhang/log/v1/record.pb.h"

namespace sanzhang::crash {

enum class Outcome {
  kUnknown,  // No answer of the server's own: to be sent again with the same request id.
  kAcked,    // OK.
  kRefused,  // An error with our ErrorInfo, other than COMMIT_OUTCOME_UNKNOWN.
};

struct Entry {
  Outcome outcome = Outcome::kUnknown;
  std::string name;             // kAcked: the resource.
  std::uint64_t position = 0;   // kAcked: the commit position.
  bool expect_refusal = false;  // The command breaks a rule, whenever it is sent.
};

class Journal {
 public:
  // Before sending.
  void Intend(const std::string& request_id, bool expect_refusal);
  void Acked(const std::string& request_id, std::string name, std::uint64_t position);
  void Refused(const std::string& request_id);

  std::vector<std::string> Unknown() const;
  std::map<std::string, Entry> Entries() const;

 private:
  mutable absl::Mutex mutex_;
  std::map<std::string, Entry> entries_ ABSL_GUARDED_BY(mutex_);
};

// Everything that is wrong with the log in the light of the journal; empty: all promises hold.
//   positions and revisions are dense; an acked command is there exactly once, as one append at its
//   position; a refused one is not; nothing is there that was not sent; nothing is left unknown.
std::vector<std::string> Verify(const Journal& journal, const std::vector<log::v1::Record>& log);

}  // namespace sanzhang::crash
