// The flags that every subcommand which talks to a server has.
#pragma once

#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "services/sanzhang/rpc.h"

namespace sanzhang::app {

struct ClientFlags {
  std::string address = "127.0.0.1:7300";
  std::string person;
  std::string service;
  std::vector<std::string> headers;  // `key=value`
  double timeout_s = 30;
};

// --address (SANZHANG_ADDRESS), --person, --service, -H, --timeout.
void AddClientFlags(CLI::App& command, ClientFlags& flags);

// A check of flags: a number, and more than 0.
std::string CheckPositive(const std::string& text);

// What goes with each call. INVALID_ARGUMENT if a header has no `=`.
absl::StatusOr<Metadata> MetadataOf(const ClientFlags& flags);
Metadata AsPerson(std::string_view id);
Metadata AsService(std::string_view id);

// Prints `sanzhang: …` on stderr and answers kExitRefused.
int Fail(std::string_view what);

}  // namespace sanzhang::app
