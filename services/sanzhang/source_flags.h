// The flags of every audit subcommand that reads the log from where it is told to: a server, a data
// folder, or an export.
#pragma once

#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "services/audit/record_source.h"
#include "services/sanzhang/client_flags.h"

namespace sanzhang::app {

struct SourceFlags {
  ClientFlags client;
  std::string data;
  std::string from_export;
  double rate = 0;

  // No server is asked.
  bool offline() const { return !data.empty() || !from_export.empty(); }
};

// --data, --export, --rate, and those of a client.
void AddSourceFlags(CLI::App& command, SourceFlags& flags);

// What goes with each call: as the auditor, unless told otherwise. INVALID_ARGUMENT.
absl::StatusOr<Metadata> SourceMetadata(const SourceFlags& flags);
// As the auditor, unless told otherwise. INVALID_ARGUMENT for flags; else what record_source.h
// says.
absl::StatusOr<std::unique_ptr<audit::RecordSource>> OpenSource(SourceFlags flags);

}  // namespace sanzhang::app
