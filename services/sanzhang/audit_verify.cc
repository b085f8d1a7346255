// `sanzhang audit verify`: a receipt with nothing but the log's public key; or the whole log, from
// a server, a copy of a data folder or an export.
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "eventstore/rocks_commit_log.h"
#include "eventstore/transparency/limits.h"
#include "eventstore/transparency/policy.h"
#include "eventstore/transparency/receipt.h"
#include "eventstore/transparency/tile_store.h"
#include "proto/wire/time.h"
#include "services/audit/log_verifier.h"
#include "services/sanzhang/audit_verify_views.h"
#include "services/sanzhang/client_flags.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/log_index.h"
#include "services/sanzhang/policy_flags.h"
#include "services/sanzhang/source_flags.h"

namespace sanzhang::app {
namespace {

using transparency::Checkpoint;
using transparency::Policy;
using transparency::SignedNote;

struct VerifyFlags {
  SourceFlags source;
  PolicyFlags policy;
  std::string receipt;
  std::vector<std::string> known;
  std::string tiles;
  bool whole_views = false;
  std::vector<std::string> views;
  std::string view_files;
};

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", time, absl::UTCTimeZone());
}

void PrintVerdict(const Policy::Verdict& verdict) {
  std::printf("log        %s\n", verdict.log.Encode().c_str());
  std::printf("signed     %llu records, root %s\n",
              static_cast<unsigned long long>(verdict.checkpoint.head.size),
              transparency::ToBase64(verdict.checkpoint.head.root).c_str());
  for (const Policy::Witnessed& witness : verdict.witnesses) {
    std::printf("witness    %s, %s\n", witness.name.c_str(),
                TimeText(absl::FromUnixSeconds(witness.unix_seconds)).c_str());
  }
}

void PrintRecord(const log::v1::Record& record) {
  std::printf("record     %s\n", record.type().c_str());
  std::printf("stream     %s, revision %llu\n", record.stream().c_str(),
              static_cast<unsigned long long>(record.revision()));
  std::printf("happened   %s\n", TimeText(wire::ToTime(record.occurred_at())).c_str());
  std::printf("recorded   %s\n", TimeText(wire::ToTime(record.recorded_at())).c_str());
  const std::string role =
      record.actor().role() == type::v1::ROLE_UNSPECIFIED
          ? ""
          : absl::StrCat(" as ", type::v1::Role_Name(record.actor().role()).substr(sizeof "ROLE"));
  std::printf("actor      %s%s\n", record.actor().subject().c_str(), role.c_str());
}

int VerifyOneReceipt(const VerifyFlags& flags, const Policy& policy) {
  const auto text = ReadText(flags.receipt, transparency::kReceiptBytesMax);
  if (!text.ok()) return Fail(std::string(text.status().message()));
  const absl::StatusOr<transparency::Proven> proven = VerifyReceipt(*text, policy);
  if (!proven.ok()) {
    return Fail(
        absl::StrCat(flags.receipt, ": NOT PROVEN: ", std::string(proven.status().message())));
  }
  std::printf("PROVEN: the record is in the log, at position %llu.\n",
              static_cast<unsigned long long>(proven->position));
  if (proven->record) {
    PrintRecord(*proven->record);
  } else {
    std::printf("leaf       %s (the receipt does not hold the record itself)\n",
                transparency::ToBase64(proven->leaf).c_str());
  }
  PrintVerdict(proven->verdict);
  return 0;
}

// A checkpoint that somebody kept, or that of a receipt.
absl::StatusOr<Checkpoint> KnownIn(const std::string& path, const Policy& policy) {
  absl::StatusOr<std::string> text = ReadText(path, transparency::kReceiptBytesMax);
  if (!text.ok()) return text.status();
  if (transparency::TlogProof::Begins(*text)) {
    const auto proven = VerifyReceipt(*text, policy);
    if (absl::IsInvalidArgument(proven.status())) {
      return In(path + ": a damaged receipt", proven.status());
    }
    if (!proven.ok()) return In(path, proven.status());
    return proven->verdict.checkpoint;
  }
  const absl::StatusOr<SignedNote> note = SignedNote::Parse(*text);
  if (!note.ok()) return In(path, note.status());
  const absl::StatusOr<Policy::Verdict> verdict = policy.Check(*note);
  if (!verdict.ok()) return In(path, verdict.status());
  return verdict->checkpoint;
}

int VerifyWhole(const VerifyFlags& flags, const Policy& policy) {
  audit::VerifyOptions options;
  for (const std::string& path : flags.known) {
    absl::StatusOr<Checkpoint> known = KnownIn(path, policy);
    if (!known.ok()) return Fail(std::string(known.status().message()));
    options.known.push_back(*std::move(known));
  }
  // A mirror's checkpoint is one that is known.
  const std::string mirrored = flags.tiles.empty() ? "" : flags.tiles + "/checkpoint";
  if (!mirrored.empty() && std::filesystem::exists(mirrored)) {
    absl::StatusOr<Checkpoint> known = KnownIn(mirrored, policy);
    if (!known.ok()) return Fail(std::string(known.status().message()));
    options.tiles_size = known->head.size;
    options.known.push_back(*std::move(known));
  }
  const std::filesystem::path data = flags.source.data;
  const std::string tree = !flags.tiles.empty() ? flags.tiles : (data / "tree").string();
  const transparency::TileStore tiles(tree);
  if (!flags.tiles.empty() || !data.empty()) options.tiles = &tiles;
  auto source = OpenSource(flags.source);
  if (!source.ok()) return Fail(std::string(source.status().message()));
  std::unique_ptr<eventstore::CommitLog> rows;
  if (!data.empty()) {
    auto opened = eventstore::OpenRocksCommitLogToRead((data / "log").string());
    if (!opened.ok()) return Fail(std::string(In(flags.source.data, opened.status()).message()));
    rows = *std::move(opened);
    options.rows = rows.get();
    options.derive = [](const log::v1::Record& record) { return IndexOf(record); };
  }
  if (::isatty(STDERR_FILENO) == 1) {
    options.progress = [](std::uint64_t position, std::uint64_t end) {
      std::fprintf(stderr, "\rverified %llu of %llu", static_cast<unsigned long long>(position),
                   static_cast<unsigned long long>(end));
    };
  }
  const absl::StatusOr<audit::VerifyReport> report = VerifyLog(**source, policy, options);
  if (options.progress) std::fputs("\r\033[K", stderr);
  if (!report.ok()) {
    return Fail(absl::StrCat((*source)->Describe(),
                             ": NOT VERIFIED: ", std::string(report.status().message())));
  }
  const std::uint64_t size = report->verdict.checkpoint.head.size;
  std::printf("VERIFIED: the log is what was signed, all %llu records of it.\n",
              static_cast<unsigned long long>(size));
  PrintVerdict(report->verdict);
  std::printf("read       %llu records of %llu streams%s\n",
              static_cast<unsigned long long>(report->records),
              static_cast<unsigned long long>(report->streams),
              report->records > size ? ", the last ones not signed yet" : "");
  std::printf(
      "compared   root%s%s%s\n", flags.source.from_export.empty() ? "" : ", manifest's hashes",
      options.tiles != nullptr ? ", tiles" : "",
      options.rows != nullptr ? ", indexes of streams, heads, requests and of what records say"
                              : "");
  for (const Checkpoint& known : options.known) {
    std::printf("goes on    from %llu records that were signed before\n",
                static_cast<unsigned long long>(known.head.size));
  }
  return 0;
}

int Verify(const VerifyFlags& flags) {
  if (flags.whole_views) return VerifyViews(flags.source, flags.view_files, flags.views);
  const absl::StatusOr<Policy> policy = PolicyOf(flags.policy);
  if (!policy.ok()) return Fail(std::string(policy.status().message()));
  return flags.receipt.empty() ? VerifyWhole(flags, *policy) : VerifyOneReceipt(flags, *policy);
}

}  // namespace

void AddAuditVerify(CLI::App& audit, int& exit_code) {
  auto flags = std::make_shared<VerifyFlags>();
  CLI::App* verify = audit.add_subcommand(
      "verify", "Checks a receipt, or the whole log, against what the log has signed");
  verify->add_option("receipt", flags->receipt,
                     "A receipt; without one, the whole log is verified");
  AddPolicyFlags(*verify, flags->policy);
  verify
      ->add_option(
          "--known", flags->known,
          "A checkpoint or receipt from before, which the log must go on from; may be repeated")
      ->allow_extra_args(false);
  verify->add_option(
      "--tiles", flags->tiles,
      "The folder with the log's tiles, to name the position of what differs; of a data "
      "folder its own");
  auto* views = verify->add_flag(
      "--views", flags->whole_views,
      "Instead, that the views of the server or data folder are what the log makes of them");
  verify->add_option("--view", flags->views, "Of the views only this one; may be repeated")
      ->allow_extra_args(false)
      ->needs(views);
  verify
      ->add_option("--view-files", flags->view_files,
                   "The folder with the views' files, or a copy of it; of a data folder its own")
      ->needs(views);
  AddSourceFlags(*verify, flags->source);
  verify->callback([flags, &exit_code] { exit_code = Verify(*flags); });
}

}  // namespace sanzhang::app
