#include "services/audit/story_clocks.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/timestamp.pb.h"
#include "proto/wire/time.h"
#include "sanzhang/complaint/v1/events.pb.h"

namespace sanzhang::audit {
namespace {

namespace pb = google::protobuf;

constexpr std::string_view kPackage = "sanzhang.";

// A field of a fact that is a time and is set.
std::optional<absl::Time> TimeIn(const pb::Message& fact, std::string_view field) {
  const pb::FieldDescriptor* found = fact.GetDescriptor()->FindFieldByName(std::string(field));
  if (found == nullptr || found->message_type() != pb::Timestamp::descriptor() ||
      !fact.GetReflection()->HasField(fact, found)) {
    return std::nullopt;
  }
  return wire::ToTime(
      static_cast<const pb::Timestamp&>(fact.GetReflection()->GetMessage(fact, found)));
}

}  // namespace

std::vector<std::string> ClockTeller::RanOut(absl::Time by) {
  std::vector<Running> over;
  for (const auto& [name, clock] : running_) {
    if (clock.rule->kind == ClockKind::kPeriod && clock.due < by) over.push_back(clock);
  }
  std::sort(over.begin(), over.end(), [](const auto& a, const auto& b) { return a.due < b.due; });
  std::vector<std::string> lines;
  for (const Running& clock : over) {
    running_.erase(clock.rule->name);
    lines.push_back(absl::StrCat(StoryWords::Time(clock.due), "  ", Name(*clock.rule),
                                 words_.Choose("届满", " ran out")));
  }
  return lines;
}

std::vector<std::string> ClockTeller::Tell(std::string_view type, const pb::Message& fact,
                                           absl::Time at) {
  std::vector<std::string> lines;
  type.remove_prefix(std::min(kPackage.size(), type.size()));
  for (const ClockRule& rule : Clocks()) {
    TellEnd(rule, type, fact, at, lines);
    TellBegin(rule, type, fact, lines);
  }
  if (type == "complaint.v1.ComplaintSuspended") TellPause(lines);
  return lines;
}

std::vector<std::string> ClockTeller::Rest(absl::Time as_of) const {
  std::vector<std::string> lines;
  for (const auto& [name, clock] : running_) {
    const std::string due = StoryWords::Time(clock.due);
    std::string line = words_.Choose("截至 ", "as of ");
    absl::StrAppend(&line, StoryWords::Time(as_of), words_.Choose("：", ": "), Name(*clock.rule));
    if (clock.paused) {
      absl::StrAppend(&line, words_.Choose("中止计时", " paused"));
    } else if (clock.rule->kind == ClockKind::kPeriod) {
      absl::StrAppend(&line, words_.Choose("未满，至 ", " goes on, until "), due);
    } else if (clock.due > as_of) {
      absl::StrAppend(&line, words_.Choose("计时中，截止 ", " runs, due "), due);
    } else if (clock.rule->ends.empty()) {
      // No fact says that it was met, so that none can say that it was missed.
      absl::StrAppend(&line, words_.Choose("已到期（", " has passed ("), due,
                      words_.Choose("），是否完成无记录", "); whether it was met is not recorded"));
    } else {
      absl::StrAppend(&line, words_.Choose("超期，应于 ", " overdue since "), due,
                      words_.Choose(" 前", ""));
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

void ClockTeller::TellEnd(const ClockRule& rule, std::string_view type, const pb::Message& fact,
                          absl::Time at, std::vector<std::string>& lines) {
  const auto clock = running_.find(rule.name);
  if (clock == running_.end()) return;
  const std::vector<std::string> ends = absl::StrSplit(std::string(rule.ends), ' ');
  if (std::find(ends.begin(), ends.end(), type) == ends.end()) return;
  const auto* reported = dynamic_cast<const complaint::v1::DepartmentReportedIn*>(&fact);
  if (reported != nullptr) {
    clock->second.awaited.erase(reported->department());
    if (!clock->second.awaited.empty()) return;
  }
  lines.push_back(Ended(clock->second, at));
  running_.erase(clock);
}

std::string ClockTeller::Ended(const Running& clock, absl::Time at) const {
  const std::string name = Name(*clock.rule);
  if (clock.paused)
    return absl::StrCat(name, words_.Choose("结束（中止计时中）", " ended, paused"));
  const std::string by = words_.Duration(at < clock.due ? clock.due - at : at - clock.due);
  if (clock.rule->kind == ClockKind::kPeriod) {
    if (at == clock.due) return absl::StrCat(name, words_.Choose("届满", " ran out"));
    return words_.Choose(absl::StrCat(name, "提前 ", by, "结束"),
                         absl::StrCat(name, " ended, ", by, " before it ran out"));
  }
  return at <= clock.due ? words_.Choose(absl::StrCat(name, "结束，剩余 ", by),
                                         absl::StrCat(name, " ended, ", by, " left"))
                         : words_.Choose(absl::StrCat(name, "结束，超期 ", by),
                                         absl::StrCat(name, " ended, ", by, " late"));
}

void ClockTeller::TellBegin(const ClockRule& rule, std::string_view type, const pb::Message& fact,
                            std::vector<std::string>& lines) {
  const std::vector<std::string> begins = absl::StrSplit(std::string(rule.begins), ' ');
  for (const std::string& begin : begins) {
    const std::size_t dot = begin.rfind('.');
    if (begin.substr(0, dot) != type) continue;
    const std::optional<absl::Time> due = TimeIn(fact, begin.substr(dot + 1));
    if (!due.has_value()) continue;
    const bool anew = running_.contains(rule.name);
    Running clock{.rule = &rule, .due = *due};
    if (const auto* whistled = dynamic_cast<const complaint::v1::DepartmentsWhistled*>(&fact)) {
      if (anew) clock.awaited = running_[rule.name].awaited;
      clock.awaited.insert(whistled->departments().begin(), whistled->departments().end());
    }
    running_[rule.name] = std::move(clock);
    // A period is announced before it begins.
    const std::string what =
        rule.kind == ClockKind::kPeriod
            ? words_.Choose(anew ? "改至 " : "至 ", anew ? ": now until " : ": until ")
            : words_.Choose(anew ? "调整，截止 " : "起算，截止 ",
                            anew ? " set anew, due " : " begins, due ");
    lines.push_back(absl::StrCat(Name(rule), what, StoryWords::Time(*due)));
  }
}

void ClockTeller::TellPause(std::vector<std::string>& lines) {
  for (const char* name : {"ACKNOWLEDGE", "ANSWER"}) {
    const auto clock = running_.find(std::string_view(name));
    if (clock == running_.end()) continue;
    clock->second.paused = true;
    lines.push_back(absl::StrCat(Name(*clock->second.rule), words_.Choose("中止计时", " paused")));
  }
}

std::string ClockTeller::Name(const ClockRule& rule) const {
  return words_.Choose(
      rule.zh, absl::StrCat(rule.kind == ClockKind::kPeriod ? "" : "clock ", std::string(rule.en)));
}

}  // namespace sanzhang::audit
