// `sanzhang admin reapply-erasures`: keys that were restored from an old backup obey the newest
// record of the log that there is, before any server opens them.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "eventstore/transparency/checkpoint.h"
#include "eventstore/transparency/signer.h"
#include "sanzhang/log/v1/record.pb.h"
#include "sanzhang/privacy/v1/events.pb.h"
#include "services/keyring/subject_keyring.h"
#include "services/privacy/limits.h"
#include "services/sanzhang/client_flags.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/source_flags.h"

namespace sanzhang::app {
namespace {

using keyring::SubjectKeyring;
using keyring::SubjectState;

struct ErasureFlags {
  SourceFlags source;
  std::string keys;
};

// Another log has persons of the same names, and what is destroyed does not come back.
absl::Status BelongsTogether(audit::RecordSource& source, const std::string& keys) {
  const auto key = transparency::VerifierIn(keys);
  if (!key.ok()) {
    return absl::Status(key.status().code(), absl::StrCat(std::string(key.status().message()),
                                                          "; --keys is a log's folder of keys"));
  }
  const auto checkpoint = source.Checkpoint();
  if (!checkpoint.ok()) return checkpoint.status();
  if (!checkpoint->has_value()) {
    return absl::FailedPreconditionError(
        absl::StrCat(source.Describe(), " has no signed checkpoint: is it of this log?"));
  }
  const auto note = transparency::SignedNote::Parse(**checkpoint);
  if (!note.ok()) return note.status();
  const auto opened = transparency::OpenCheckpoint(*note, *key);
  if (opened.ok()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(source.Describe(), " is not of the log of ",
                                                    keys, " (", key->name,
                                                    "): ", std::string(opened.status().message())));
}

// Whom THE LEDGER names, as far as the source goes.
absl::StatusOr<std::vector<std::string>> ReadErased(audit::RecordSource& source) {
  std::vector<std::string> erased;
  absl::Status status;
  const absl::Status read = source.Read(
      {.types = {privacy::v1::SubjectKeyDestroyed::descriptor()->full_name()}},
      [&](std::uint64_t position, std::string_view bytes) {
        log::v1::Record record;
        privacy::v1::SubjectKeyDestroyed fact;
        if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
            !fact.ParseFromString(record.payload())) {
          status = absl::DataLossError(absl::StrCat("position ", position, " can't be read"));
        } else if (erased.size() == privacy::kLedgerMax) {
          status = absl::ResourceExhaustedError(
              absl::StrCat("more than ", privacy::kLedgerMax, " persons"));
        } else {
          erased.push_back(fact.subject());
        }
        return status.ok();
      });
  if (!read.ok()) return read;
  if (!status.ok()) return status;
  return erased;
}

absl::Status Reapply(const ErasureFlags& flags) {
  const auto source = OpenSource(flags.source);
  if (!source.ok()) return source.status();
  if (absl::Status same = BelongsTogether(**source, flags.keys); !same.ok()) return same;
  const auto end = (*source)->End();
  if (!end.ok()) return end.status();
  const auto erased = ReadErased(**source);
  if (!erased.ok()) return erased.status();
  const auto keys = SubjectKeyring::Open(absl::StrCat(flags.keys, "/persons"));
  if (!keys.ok()) {
    return absl::Status(keys.status().code(),
                        absl::StrCat(flags.keys, ": ", std::string(keys.status().message()),
                                     "; the server that has these keys must be stopped"));
  }
  std::vector<std::string> alive;
  for (const std::string& person : *erased) {
    const auto state = (*keys)->StateOf(person);
    if (!state.ok()) return state.status();
    if (*state != SubjectState::kDestroyed) alive.push_back(person);
  }
  if (absl::Status destroyed = (*keys)->Destroy(*erased); !destroyed.ok()) return destroyed;
  std::printf("%s, to position %llu: %zu erased; %zu of them were not erased in %s, and are now.\n",
              (*source)->Describe().c_str(), static_cast<unsigned long long>(*end), erased->size(),
              alive.size(), flags.keys.c_str());
  for (const std::string& person : alive) std::printf("  %s\n", person.c_str());
  return absl::OkStatus();
}

}  // namespace

void AddAdminErasures(CLI::App& admin, int& exit_code) {
  auto flags = std::make_shared<ErasureFlags>();
  CLI::App* command = admin.add_subcommand(
      "reapply-erasures",
      "Destroys, in a folder of keys that no server has open, what the log says was erased: after "
      "log and keys were restored from a backup that is older than some erasure. Takes the log "
      "from the newest copy, export (one of the type sanzhang.privacy.v1.SubjectKeyDestroyed will "
      "do) or mirror that there is");
  command->add_option("--keys", flags->keys, "The restored folder of keys")->required();
  AddSourceFlags(*command, flags->source);
  command->callback([flags, &exit_code] {
    const absl::Status done = Reapply(*flags);
    exit_code = done.ok() ? 0 : Fail(std::string(done.message()));
  });
}

}  // namespace sanzhang::app
