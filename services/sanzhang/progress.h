// How a long piece of work gets on, on stderr: a bar on a terminal, a line now and then elsewhere.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace sanzhang::app {

class Progress {
 public:
  // `unit`, as in `records`.
  explicit Progress(std::string unit);
  // Ends the bar's line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` of `total`; the rate, and the time that is left, are those of this run.
  void Show(std::uint64_t done, std::uint64_t total);
  absl::Duration taken() const { return absl::Now() - started_; }

 private:
  const std::string unit_;
  const bool terminal_;
  const absl::Time started_ = absl::Now();
  absl::Time next_;
  bool begun_ = false;
  std::uint64_t first_ = 0;  // Done when it was first shown.
};

// What is shown, without the line's end, for tests. `bar`: with one.
std::string ProgressText(std::string_view unit, std::uint64_t done, std::uint64_t total,
                         double rate, bool bar);

}  // namespace sanzhang::app
