#include "services/sanzhang/client_flags.h"

#include <cmath>
#include <cstdio>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/sanzhang/commands.h"

namespace sanzhang::app {

void AddClientFlags(CLI::App& command, ClientFlags& flags) {
  command.add_option("-a,--address", flags.address, "The server, HOST:PORT or unix:/path")
      ->envname("SANZHANG_ADDRESS")
      ->capture_default_str();
  command.add_option("--person", flags.person, "Acts as this person, as in p-zhang");
  command.add_option("--service", flags.service, "Acts as this service, as in operator")
      ->excludes("--person");
  command
      .add_option("-H,--header", flags.headers, "Metadata for the call, key=value; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--timeout", flags.timeout_s, "Seconds that a call may take")
      ->check(CheckPositive)
      ->capture_default_str();
}

std::string CheckPositive(const std::string& text) {
  double number = 0;
  const bool positive = absl::SimpleAtod(text, &number) && number > 0 && std::isfinite(number);
  return positive ? "" : "must be more than 0";
}

Metadata AsPerson(std::string_view id) { return {{"sanzhang-person", std::string(id)}}; }
Metadata AsService(std::string_view id) { return {{"sanzhang-service", std::string(id)}}; }

absl::StatusOr<Metadata> MetadataOf(const ClientFlags& flags) {
  Metadata metadata;
  if (!flags.person.empty()) metadata = AsPerson(flags.person);
  if (!flags.service.empty()) metadata = AsService(flags.service);
  for (const std::string& header : flags.headers) {
    const std::size_t equals = header.find('=');
    if (equals == std::string::npos || equals == 0) {
      return absl::InvalidArgumentError(absl::StrCat("-H ", header, ": not key=value"));
    }
    metadata.emplace_back(absl::AsciiStrToLower(header.substr(0, equals)),
                          header.substr(equals + 1));
  }
  return metadata;
}

int Fail(std::string_view what) {
  std::fprintf(stderr, "sanzhang: %.*s\n", static_cast<int>(what.size()), what.data());
  return kExitRefused;
}

}  // namespace sanzhang::app
