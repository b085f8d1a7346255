#include "services/sanzhang/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace sanzhang::app {
namespace {

constexpr absl::Duration kBarEvery = absl::Milliseconds(100);
constexpr absl::Duration kLineEvery = absl::Seconds(10);
constexpr std::uint64_t kBarWidth = 25;

}  // namespace

Progress::Progress(std::string unit)
    : unit_(std::move(unit)),
      terminal_(isatty(STDERR_FILENO) == 1),
      next_(started_ + (terminal_ ? absl::ZeroDuration() : kLineEvery)) {}

Progress::~Progress() {
  if (terminal_ && begun_) std::fprintf(stderr, "\n");
}

void Progress::Show(std::uint64_t done, std::uint64_t total) {
  if (!begun_) first_ = done;
  begun_ = true;
  const absl::Time now = absl::Now();
  if (now < next_ && done != total) return;
  if (done == total && !terminal_) return;  // What comes of it is said at the end.
  next_ = now + (terminal_ ? kBarEvery : kLineEvery);
  const double seconds = absl::ToDoubleSeconds(now - started_);
  const double rate = seconds > 0 ? static_cast<double>(done - first_) / seconds : 0;
  std::fprintf(stderr, "%s%s%s", terminal_ ? "\r" : "",
               ProgressText(unit_, done, total, rate, terminal_).c_str(), terminal_ ? "  " : "\n");
}

std::string ProgressText(std::string_view unit, std::uint64_t done, std::uint64_t total,
                         double rate, bool bar) {
  const std::uint64_t percent = total == 0 ? 100 : 100 * done / total;
  std::string text;
  if (bar) {
    const std::uint64_t filled = std::min<std::uint64_t>(percent * kBarWidth / 100, kBarWidth);
    text = absl::StrCat("[", std::string(filled, '#'), std::string(kBarWidth - filled, ' '), "] ");
  }
  absl::StrAppendFormat(&text, "%3d %%  %d of %d %s", percent, done, total, std::string(unit));
  if (rate < 1) return text;
  const double left_s = static_cast<double>(total - std::min(done, total)) / rate;
  absl::StrAppendFormat(&text, "  %.0f/s  %s left", rate,
                        absl::FormatDuration(absl::Ceil(absl::Seconds(left_s), absl::Seconds(1))));
  return text;
}

}  // namespace sanzhang::app
