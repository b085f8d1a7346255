#include "services/sanzhang/source_flags.h"

#include "CLI/CLI.hpp"
#include "services/sanzhang/rpc.h"

namespace sanzhang::app {

void AddSourceFlags(CLI::App& command, SourceFlags& flags) {
  auto* data = command.add_option(
      "--data", flags.data,
      "From this data folder instead of a server: a copy, a restored backup, or one that no "
      "process has open; nothing in it is changed");
  auto* from_export = command.add_option(
      "--export", flags.from_export,
      "From this folder instead, which `audit export --format=ndjson` has written");
  data->excludes(from_export);
  command
      .add_option("--rate", flags.rate, "At most so many records a second are asked of a server")
      ->check(CheckPositive)
      ->excludes(data)
      ->excludes(from_export);
  AddClientFlags(command, flags.client);
}

absl::StatusOr<Metadata> SourceMetadata(const SourceFlags& flags) {
  ClientFlags client = flags.client;
  if (client.person.empty() && client.service.empty()) client.service = "auditor";
  return MetadataOf(client);
}

absl::StatusOr<std::unique_ptr<audit::RecordSource>> OpenSource(SourceFlags flags) {
  if (!flags.data.empty()) return audit::OpenDataFolder(flags.data);
  if (!flags.from_export.empty()) return audit::OpenExport(flags.from_export);
  auto metadata = SourceMetadata(flags);
  if (!metadata.ok()) return metadata.status();
  return audit::MakeServerSource(OpenChannel(flags.client.address),
                                 {.address = flags.client.address,
                                  .metadata = *std::move(metadata),
                                  .timeout = absl::Seconds(flags.client.timeout_s),
                                  .records_per_second_max = flags.rate});
}

}  // namespace sanzhang::app
