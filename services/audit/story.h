// The whole story of a complaint, a vote or a survey in readable lines: when, who in which role and
// body, what happened, which clock began, was set anew, stood still, ended or was breached and by
// how much, and which policy applied. What the policies rest on stands at its end, once.
//
// What happened beneath it (voters, ballots, ratings) is told in numbers, a line for each kind and
// day: the lines of one person stand in the log. Notices about it are told with it.
//
// Threads: one at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/audit/record_source.h"
#include "services/audit/story_words.h"

namespace sanzhang::audit {

struct StoryOptions {
  Language language = Language::kChinese;
  // What a policy cites, as in `policies/complaint-sla@1`; empty: not known.
  std::function<std::vector<std::string>(std::string_view policy)> citations =
      [](std::string_view) { return std::vector<std::string>(); };
  std::function<void(std::uint64_t done, std::uint64_t total)> on_progress = nullptr;
};

// `name`: `communities/heping/complaints/k1`. INVALID_ARGUMENT: not of that kind. NOT_FOUND: the
// log has no such thing. What the source says.
absl::Status TellStory(RecordSource& source, const std::string& name, const StoryOptions& options,
                       const std::function<void(std::string_view line)>& line);

}  // namespace sanzhang::audit
