#include "services/sanzhang/demo_script.h"

#include <fstream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "proto/wire/zone.h"
#include "services/resolution/roll.h"

namespace sanzhang::app {
namespace {

using wire::Shanghai;

bool IsStep(const DemoJson& step) {
  if (!step.is_object()) return false;
  if (step.contains("clock")) return step["clock"].is_string() && step.size() == 1;
  if (step.contains("each") && !step["each"].is_array()) return false;
  return step.value("as", DemoJson()).is_string() && step.value("method", DemoJson()).is_string() &&
         step.value("request", DemoJson()).is_object();
}

std::string Stamp(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone());
}

// `-45d`, `3d`.
bool ReadDays(absl::string_view text, int& days) {
  return absl::ConsumeSuffix(&text, "d") && absl::SimpleAtoi(text, &days);
}

}  // namespace

DemoScript::DemoScript(std::string name, DemoJson steps)
    : name_(std::move(name)),
      steps_(std::move(steps)),
      today_(absl::ToCivilDay(absl::Now(), Shanghai())) {}

absl::StatusOr<DemoScript> DemoScript::Read(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat(path, ": can't be read"));
  DemoJson root = DemoJson::parse(file, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object() || !root.value("name", DemoJson()).is_string() ||
      !root.value("steps", DemoJson()).is_array()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": must be {\"name\": …, \"steps\": […]}"));
  }
  for (const DemoJson& step : root["steps"]) {
    if (IsStep(step)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": a step must have clock, or as, method, request: ", step.dump()));
  }
  return DemoScript(root["name"], std::move(root["steps"]));
}

std::optional<DemoJson> DemoScript::Next() {
  if (next_ == steps_.size()) return std::nullopt;
  return steps_[next_++];
}

absl::StatusOr<absl::Time> DemoScript::TimeOf(std::string_view text) const {
  const std::vector<std::string> parts =
      absl::StrSplit(absl::string_view(text.data(), text.size()), ' ');
  const std::vector<std::string> clock =
      parts.size() == 2 ? absl::StrSplit(parts[1], ':') : std::vector<std::string>();
  int days = 0, hour = 0, minute = 0;
  if (clock.size() != 2 || !ReadDays(parts[0], days) || !absl::SimpleAtoi(clock[0], &hour) ||
      !absl::SimpleAtoi(clock[1], &minute)) {
    return absl::InvalidArgumentError(
        absl::StrCat("not a time as in `-45d 09:00`: ", std::string(text)));
  }
  const absl::CivilDay day = today_ + days;
  return absl::FromCivil(absl::CivilMinute(day.year(), day.month(), day.day(), hour, minute),
                         Shanghai());
}

absl::StatusOr<std::string> DemoScript::FillText(std::string text, const Known& known) const {
  absl::string_view inside = text;
  if (!absl::ConsumeSuffix(&inside, "}")) return text;
  if (absl::ConsumePrefix(&inside, "{now+")) {
    int days = 0;
    if (!ReadDays(inside, days)) return absl::InvalidArgumentError(text);
    return Stamp(known.now + days * absl::Hours(24));
  }
  if (absl::ConsumePrefix(&inside, "{time ")) {
    const absl::StatusOr<absl::Time> time = TimeOf(std::string_view(inside.data(), inside.size()));
    if (!time.ok()) return time.status();
    return Stamp(*time);
  }
  if (absl::ConsumePrefix(&inside, "{voter ")) {
    const std::pair<std::string, std::string> named =
        absl::StrSplit(inside, absl::MaxSplits(' ', 1));
    return absl::StrCat(named.first, "/voters/", resolution::VoterId(named.first, named.second));
  }
  if (absl::ConsumePrefix(&inside, "{count ")) return known.count_of(std::string(inside));
  return text;
}

absl::Status DemoScript::Fill(DemoJson& value, std::string_view each, const Known& known) const {
  if (value.is_structured()) {
    for (DemoJson& item : value) {
      if (absl::Status filled = Fill(item, each, known); !filled.ok()) return filled;
    }
    return absl::OkStatus();
  }
  if (!value.is_string()) return absl::OkStatus();
  auto text = FillText(
      absl::StrReplaceAll(value.get<std::string>(), {{"{each}", std::string(each)}}), known);
  if (!text.ok()) return text.status();
  value = *std::move(text);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<DemoStep>> DemoScript::Expand(const DemoJson& step,
                                                         const Known& known) const {
  std::vector<std::string> repeats = {""};
  if (step.contains("each")) repeats = step["each"].get<std::vector<std::string>>();
  std::vector<DemoStep> steps;
  for (const std::string& each : repeats) {
    DemoStep one{absl::StrReplaceAll(step["as"].get<std::string>(), {{"{each}", each}}),
                 step["method"], step["request"]};
    if (absl::Status filled = Fill(one.request, each, known); !filled.ok()) return filled;
    steps.push_back(std::move(one));
  }
  return steps;
}

}  // namespace sanzhang::app
