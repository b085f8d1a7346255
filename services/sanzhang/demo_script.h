// The script of a demonstration (demo.h): its steps, with times, voters and repeats filled in.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"

namespace sanzhang::app {

using DemoJson = nlohmann::ordered_json;

// One command.
struct DemoStep {
  std::string as;
  std::string method;
  DemoJson request;
};

class DemoScript {
 public:
  // NOT_FOUND: the file can't be read. INVALID_ARGUMENT: it is not a script.
  static absl::StatusOr<DemoScript> Read(const std::string& path);

  const std::string& name() const { return name_; }
  // The next step as it is written; nothing after the last.
  std::optional<DemoJson> Next();

  // `-45d 09:00`: that time of day in Asia/Shanghai, 45 days before the day of Read.
  // INVALID_ARGUMENT.
  absl::StatusOr<absl::Time> TimeOf(std::string_view text) const;
  // What a step's texts may ask for.
  struct Known {
    absl::Time now;
    std::function<absl::StatusOr<std::string>(const std::string& resolution)> count_of;
  };
  // The commands that a step stands for. INVALID_ARGUMENT, and what `count_of` says.
  absl::StatusOr<std::vector<DemoStep>> Expand(const DemoJson& step, const Known& known) const;

 private:
  DemoScript(std::string name, DemoJson steps);
  absl::Status Fill(DemoJson& value, std::string_view each, const Known& known) const;
  absl::StatusOr<std::string> FillText(std::string text, const Known& known) const;

  std::string name_;
  DemoJson steps_;
  std::size_t next_ = 0;
  absl::CivilDay today_;
};

}  // namespace sanzhang::app
