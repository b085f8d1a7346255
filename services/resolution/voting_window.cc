#include "services/resolution/voting_window.h"

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "proto/wire/zone.h"

namespace sanzhang::resolution {
namespace {

absl::CivilDay DayOf(absl::Time time) { return absl::ToCivilDay(time, wire::Shanghai()); }

}  // namespace

int DaysOf(const VotingWindow& window) {
  // 24:00 of a day is the first moment of the next one, and belongs to the day.
  return static_cast<int>(DayOf(window.closes - absl::Microseconds(1)) - DayOf(window.opens));
}

std::string WrongWindow(const policy::v1::VotingRuleSet& rules, const VotingWindow& window) {
  if (window.closes <= window.opens) return "closes before it opens";
  const int days = DaysOf(window);
  if (days < rules.window_days_min()) {
    return absl::StrCat("is shorter than ", rules.window_days_min(), " days");
  }
  if (rules.window_days_max() > 0 && days > rules.window_days_max()) {
    return absl::StrCat("is longer than ", rules.window_days_max(), " days");
  }
  return "";
}

std::string WrongExtension(const policy::v1::VotingRuleSet& rules, const VotingWindow& window,
                           absl::Time new_close, absl::Time now) {
  if (now > window.closes) return "has closed";
  if (window.extensions >= rules.extensions_max()) return "was extended as often as it may be";
  if (new_close <= window.closes) return "would close no later";
  return WrongWindow(rules, {window.opens, new_close, window.extensions + 1});
}

}  // namespace sanzhang::resolution
