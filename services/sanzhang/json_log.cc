#include "services/sanzhang/json_log.h"

#include <atomic>
#include <cstdio>
#include <memory>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "spdlog/async.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

namespace sanzhang::app {
namespace {

constexpr std::size_t kEntriesQueuedMax = 8192;

struct Writers {
  std::shared_ptr<spdlog::details::thread_pool> thread;
  std::shared_ptr<spdlog::logger> waits;
  std::shared_ptr<spdlog::logger> drops;
};
Writers& TheWriters() {
  static auto& writers = *new Writers;
  return writers;
}
std::atomic<int> least_level{static_cast<int>(Level::kInfo)};

std::string_view NameOf(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarn:
      return "warn";
    case Level::kError:
      return "error";
  }
  return "";
}

Level LevelOf(std::string_view name) {
  for (const Level level : {Level::kDebug, Level::kWarn, Level::kError}) {
    if (NameOf(level) == name) return level;
  }
  return Level::kInfo;
}

std::shared_ptr<spdlog::logger> MakeWriter(const spdlog::sink_ptr& sink,
                                           spdlog::async_overflow_policy policy) {
  auto logger =
      std::make_shared<spdlog::async_logger>("sanzhang", sink, TheWriters().thread, policy);
  logger->set_level(spdlog::level::trace);
  return logger;
}

}  // namespace

void StartLog(std::string_view level) {
  least_level = static_cast<int>(LevelOf(level));
  Writers& writers = TheWriters();
  writers.thread = std::make_shared<spdlog::details::thread_pool>(kEntriesQueuedMax, 1);
  const auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  sink->set_pattern("%v");
  writers.waits = MakeWriter(sink, spdlog::async_overflow_policy::block);
  writers.drops = MakeWriter(sink, spdlog::async_overflow_policy::overrun_oldest);
}

void StopLog() { TheWriters() = {}; }

std::string LogLine(std::string_view time, Level level, std::string_view message,
                    LogFields fields) {
  nlohmann::ordered_json line;
  line["time"] = time;
  line["level"] = NameOf(level);
  line["message"] = message;
  for (const auto& [name, value] : fields) line[std::string(name)] = value;
  // Bytes that are not UTF-8 are replaced: a log line must never throw.
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void Log(Level level, std::string_view message, LogFields fields) {
  if (static_cast<int>(level) < least_level) return;
  const std::string time =
      absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(), absl::UTCTimeZone());
  const std::string line = LogLine(time, level, message, fields);
  const Writers& writers = TheWriters();
  if (writers.waits == nullptr) {
    std::fprintf(stderr, "%s\n", line.c_str());
    return;
  }
  (level == Level::kDebug ? writers.drops : writers.waits)->log(spdlog::level::info, line);
}

}  // namespace sanzhang::app
