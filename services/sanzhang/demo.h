// The demonstration community: a folder of data made by commands from a file, on a clock of its
// own.
//
//   {"name": "heping", "steps": [
//     {"clock": "-60d 09:00"},
//     {"as": "services/operator", "method": "RegistryService/DrawGrid", "request": {...}},
//     {"each": ["p-xu", "p-he"], "as": "persons/{each}", "method": "BallotService/CastBallot",
//      "request": {"name": "{voter communities/heping/resolutions/lift {each}}", ...}},
//     {"clock": "now"}, ...]}
//
// A vote takes weeks by law, and a demonstration seconds. So the clock that commands and records
// see is set by steps: to a time of day in Asia/Shanghai, so many days before today, never
// backwards; from `now` on it runs. The timekeeper acts whenever a deadline lies between. Nothing
// else differs from a server: the same commands, rules, log.
//
// In requests, `{time -45d 09:00}` is that time and `{now+3d}` the clock's, three days on;
// `{voter R K}` names the voter of resolution R whose subject's key is K, and `{count R}` is the
// hash of its last count's input. A step with `each` is sent once for each text, which takes the
// place of `{each}`.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace sanzhang::app {

struct DemoFolder {
  std::string data = {};  // Made whole or not at all: it appears when it is complete.
  std::string keys = {};  // Empty: beside it (config.h, KeysBeside). Appears before the data.
  std::string policy = "deploy/policy";
  std::string file = "deploy/demo/heping.json";
};

// How many commands were carried out; 0 if they had been, and only a move was left. ALREADY_EXISTS:
// there is something in `data`; it stays as it is. INVALID_ARGUMENT: the file is not as above;
// NOT_FOUND: it can't be read; FAILED_PRECONDITION: a step was refused, or `data` has something
// else than a log, or `keys` is there; INTERNAL: it can't be written.
absl::StatusOr<std::size_t> MakeDemo(const DemoFolder& folder);

}  // namespace sanzhang::app
