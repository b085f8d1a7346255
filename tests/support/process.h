// Child processes of a test: start, wait for what they print, stop, by process id only.
//
// Threads: one thread at a time, but for the reader inside. Ownership: the child dies with the
// object.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace sanzhang::support {

// A loopback port that was free just now. Prefer port 0 where the server can say what it took.
std::uint16_t FreePort();

class Process {
 public:
  // Runs `arguments`, the first of which is the program's path, with `environment` (`NAME=value`)
  // added to the test's own. The error is the system's if it can't be started.
  static absl::StatusOr<std::unique_ptr<Process>> Start(std::vector<std::string> arguments,
                                                        std::vector<std::string> environment = {});
  // SIGKILL, if it still runs.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t id() const { return id_; }
  // The first line of its output (stdout and stderr, from the start) that contains `text`; nullopt
  // if there is none when the time is over or the output has ended.
  std::optional<std::string> WaitForLine(std::string_view text, absl::Duration timeout);
  // All that it has printed.
  std::string Output() const;

  void Signal(int signal) const;
  // Its exit code, or 128 + the signal that ended it, once all that it printed is read; nullopt if
  // it still runs when the time is over.
  std::optional<int> WaitForExit(absl::Duration timeout);

 private:
  Process(pid_t id, int output);
  void ReadOutput(int output);

  const pid_t id_;
  std::optional<int> exit_code_;
  mutable absl::Mutex mutex_;
  std::string output_ ABSL_GUARDED_BY(mutex_);
  bool output_ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread reader_;
};

// What a program said that has ended.
struct Ended {
  int code = -1;  // As WaitForExit has it; -1: it could not be started, or had to be killed.
  std::string output = {};
};
// Runs a program to its end, and reads all that it prints.
Ended RunToEnd(std::vector<std::string> arguments, absl::Duration timeout);

}  // namespace sanzhang::support
