// The program: see `sanzhang --help`.
#include <exception>

#include "CLI/CLI.hpp"
#include "google/protobuf/stubs/logging.h"
#include "services/sanzhang/commands.h"
#include "sodium.h"

int main(int argc, char** argv) {
  if (sodium_init() < 0) return sanzhang::app::kExitStopped;
  // Protobuf would print the offending text, which may be somebody's words; we report errors
  // ourselves.
  google::protobuf::SetLogHandler(nullptr);
  CLI::App program(
      "Sanzhang (三长): the shared record of a community's governance.\n"
      "An event log that is never rewritten, and a view of it for each body.");
  program.set_version_flag("--version", SANZHANG_VERSION);
  program.require_subcommand(1);
  program.get_formatter()->column_width(36);
  int exit_code = 0;
  sanzhang::app::AddServe(program, exit_code);
  sanzhang::app::AddCommandd(program, exit_code);
  sanzhang::app::AddProjector(program, exit_code);
  sanzhang::app::AddCall(program, exit_code);
  sanzhang::app::AddImport(program, exit_code);
  sanzhang::app::AddAudit(program, exit_code);
  sanzhang::app::AddAdmin(program, exit_code);
  sanzhang::app::AddWitness(program, exit_code);
  sanzhang::app::AddDemo(program, exit_code);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : sanzhang::app::kExitUsage;
  }
  return exit_code;
}
