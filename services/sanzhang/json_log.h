// The process's own log: one JSON object per line on stderr.
//
// Entries are queued and written by one thread. The queue is bounded: when it is full, debug
// entries push out older ones, all others wait. Nothing personal is ever logged: no text, no names
// of persons.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "nlohmann/json.hpp"

namespace sanzhang::app {

enum class Level { kDebug, kInfo, kWarn, kError };

// Before it, and after StopLog, entries are written at once. `level`: debug, info, warn or error.
void StartLog(std::string_view level);
// Writes what is queued.
void StopLog();

using LogFields = std::initializer_list<std::pair<std::string_view, nlohmann::ordered_json>>;
// {"time":"…","level":"info","message":"serving","address":"127.0.0.1:7300"}
void Log(Level level, std::string_view message, LogFields fields = {});

// The line itself, for tests.
std::string LogLine(std::string_view time, Level level, std::string_view message, LogFields fields);

}  // namespace sanzhang::app
