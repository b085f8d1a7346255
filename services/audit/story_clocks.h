// Tells the clocks of one resource along its facts: a deadline that was kept or missed, a period
// that ran out. Not reaching a deadline is a breach; the end of a period is none.
//
// Threads: one at a time.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "services/audit/story_table.h"
#include "services/audit/story_words.h"

namespace sanzhang::audit {

class ClockTeller {
 public:
  explicit ClockTeller(const StoryWords& words) : words_(words) {}

  // Periods that ran out before then and were not told yet, as lines of their own, in their order.
  std::vector<std::string> RanOut(absl::Time by);
  // What a fact did to the clocks. `type` as in a record.
  std::vector<std::string> Tell(std::string_view type, const google::protobuf::Message& fact,
                                absl::Time at);
  // What nothing has ended by `as_of`, the time of the log's last record.
  std::vector<std::string> Rest(absl::Time as_of) const;

 private:
  struct Running {
    const ClockRule* rule = nullptr;
    absl::Time due;
    bool paused = false;
    // Each of them ends its own part of it; empty: whatever ends it ends all.
    std::set<std::string, std::less<>> awaited = {};
  };

  void TellEnd(const ClockRule& rule, std::string_view type, const google::protobuf::Message& fact,
               absl::Time at, std::vector<std::string>& lines);
  void TellBegin(const ClockRule& rule, std::string_view type,
                 const google::protobuf::Message& fact, std::vector<std::string>& lines);
  void TellPause(std::vector<std::string>& lines);
  std::string Ended(const Running& clock, absl::Time at) const;
  std::string Name(const ClockRule& rule) const;

  const StoryWords& words_;
  std::map<std::string_view, Running> running_;  // By the rule's name.
};

}  // namespace sanzhang::audit
