// `sanzhang admin backup`: a proven copy of a data folder, also of a running server.
#include <cstdio>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "services/sanzhang/backup.h"
#include "services/sanzhang/client_flags.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/progress.h"

namespace sanzhang::app {
namespace {

struct BackupFlags {
  std::string data;
  std::string out;
};

int Backup(const BackupFlags& flags) {
  absl::StatusOr<BackupResult> made = absl::UnknownError("");
  {
    Progress progress("records");
    made = MakeBackup(flags.data, flags.out,
                      [&](std::uint64_t done, std::uint64_t total) { progress.Show(done, total); });
  }
  if (!made.ok()) return Fail(std::string(made.status().message()));
  std::printf("%s: %llu records", flags.out.c_str(),
              static_cast<unsigned long long>(made->records));
  if (made->checkpoint) {
    std::printf(", the first %llu with the root that %s has signed",
                static_cast<unsigned long long>(made->checkpoint->head.size),
                made->checkpoint->origin.c_str());
  }
  std::printf(". The keys are not in it.\n");
  return 0;
}

}  // namespace

void AddAdminBackup(CLI::App& admin, int& exit_code) {
  auto flags = std::make_shared<BackupFlags>();
  CLI::App* command = admin.add_subcommand(
      "backup",
      "Copies the log of a data folder, its signed tree and the box of secret votes, beside the "
      "server that has it open, and proves the copy. Views are made anew from it; keys are backed "
      "up by themselves");
  command->add_option("--data", flags->data, "The data folder")->required();
  command->add_option("--out", flags->out, "The copy; must not be there")->required();
  command->callback([flags, &exit_code] { exit_code = Backup(*flags); });
}

}  // namespace sanzhang::app
