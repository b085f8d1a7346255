// `sanzhang demo`, and what it does.
#include "services/sanzhang/demo.h"

#include <cstdio>
#include <fstream>
#include <map>
#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "services/sanzhang/client_flags.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/descriptors.h"
#include "services/sanzhang/uuid.h"

namespace sanzhang::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr absl::Duration kStepTimeout = absl::Seconds(10);

absl::StatusOr<Json> ReadSteps(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat(path, ": can't be read"));
  Json root = Json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object() || !root.value("name", Json()).is_string() ||
      !root.value("steps", Json()).is_array()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": must be {\"name\": …, \"steps\": […]}"));
  }
  for (const Json& step : root["steps"]) {
    const bool whole = step.is_object() && step.value("as", Json()).is_string() &&
                       step.value("method", Json()).is_string() &&
                       step.value("request", Json()).is_object();
    if (!whole) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": a step must have as, method, request: ", step.dump()));
    }
  }
  return root;
}

// `{now+3d}` → the time in three days. Answers whether there was one.
bool FillTimes(Json& value) {
  if (value.is_structured()) {
    bool filled = false;
    for (Json& item : value) filled = FillTimes(item) || filled;
    return filled;
  }
  if (!value.is_string()) return false;
  const std::string text = value;
  int days = 0;
  const bool placeholder = text.starts_with("{now+") && text.ends_with("d}") &&
                           absl::SimpleAtoi(text.substr(5, text.size() - 7), &days);
  if (placeholder) {
    value = absl::FormatTime(absl::RFC3339_sec, absl::Now() + days * absl::Hours(24),
                             absl::UTCTimeZone());
  }
  return placeholder;
}

Metadata As(const std::string& who) {
  const std::string id = who.substr(who.find('/') + 1);
  return who.starts_with("services/") ? AsService(id) : AsPerson(id);
}

absl::Status RunStep(RpcClient& client, const Json& step, const std::string& request_id) {
  const auto method = FindMethod(step["method"].get<std::string>());
  if (!method.ok()) return method.status();
  Json request = step["request"];
  const bool timed = FillTimes(request);
  request["request_id"] = request_id;
  const auto bytes = JsonToBytes(*(*method)->input_type(), request.dump());
  if (!bytes.ok()) return bytes.status();
  const grpc::Status status =
      client.Call(**method, *bytes, As(step["as"]), absl::Now() + kStepTimeout,
                  [](const std::string&) { return true; });
  if (status.ok() || (timed && ReasonOf(status) == "REQUEST_ID_REUSED")) return absl::OkStatus();
  const std::string error = absl::StrCat(step.dump(), "\n", ShowError(status));
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) return absl::UnavailableError(error);
  return absl::FailedPreconditionError(error);
}

struct DemoFlags {
  std::string address = "127.0.0.1:7300";
  std::string file = "deploy/demo/heping.json";
};

int Demo(const DemoFlags& flags) {
  RpcClient client(OpenChannel(flags.address));
  const auto steps = RunDemo(client, flags.file);
  if (!steps.ok()) return Fail(std::string(steps.status().message()));
  std::printf("The demonstration community is there: %zu commands.\n", *steps);
  return 0;
}

}  // namespace

absl::StatusOr<std::size_t> RunDemo(RpcClient& client, const std::string& path) {
  const absl::StatusOr<Json> root = ReadSteps(path);
  if (!root.ok()) return root.status();
  const std::string name = (*root)["name"];
  std::map<std::string, int> seen;  // The same step may be meant twice.
  for (const Json& step : (*root)["steps"]) {
    const std::string text = step.dump();
    const std::string id = NamedUuid(absl::StrCat("demo/", name, "/", seen[text]++, "/", text));
    if (absl::Status done = RunStep(client, step, id); !done.ok()) return done;
  }
  return (*root)["steps"].size();
}

void AddDemo(CLI::App& program, int& exit_code) {
  auto flags = std::make_shared<DemoFlags>();
  CLI::App* command = program.add_subcommand(
      "demo", "Fills in a small demonstration community; again adds nothing");
  command->add_option("-a,--address", flags->address, "The server, HOST:PORT or unix:/path")
      ->envname("SANZHANG_ADDRESS")
      ->capture_default_str();
  command->add_option("--file", flags->file, "The commands")->capture_default_str();
  command->callback([flags, &exit_code] { exit_code = Demo(*flags); });
}

}  // namespace sanzhang::app
