// How long a vote is open: its window, and extensions of it, as the rule set allows (T23). Days are
// counted as the law does: the opening's own day is none of them, and a window that closes at 24:00
// of a day includes that day. Pure.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "sanzhang/policy/v1/voting_rule_set.pb.h"

namespace sanzhang::resolution {

struct VotingWindow {
  absl::Time opens;
  absl::Time closes;  // The last moment at which a ballot counts.
  int extensions = 0;
};

// Days of the window, in Asia/Shanghai.
int DaysOf(const VotingWindow& window);

// Why the window may not be; empty: it may.
std::string WrongWindow(const policy::v1::VotingRuleSet& rules, const VotingWindow& window);

// Why it may not be extended to that moment, now; empty: it may.
std::string WrongExtension(const policy::v1::VotingRuleSet& rules, const VotingWindow& window,
                           absl::Time new_close, absl::Time now);

}  // namespace sanzhang::resolution
