// `sanzhang audit export`: the log, or a part of it, as files for people and tools.
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "proto/wire/names.h"
#include "services/audit/export_job.h"
#include "services/audit/pseudonyms.h"
#include "services/audit/schema.h"
#include "services/sanzhang/client_flags.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/descriptors.h"
#include "services/sanzhang/export_approval.h"
#include "services/sanzhang/progress.h"
#include "services/sanzhang/source_flags.h"

namespace sanzhang::app {
namespace {

using Format = audit::ExportOptions::Format;

// Goes on with the same command.
constexpr int kExitTryAgain = 75;

struct ExportFlags {
  SourceFlags source;
  audit::ExportOptions options;
  std::string format = "ndjson";
  std::string salt_file;
};

void Describe(const ExportFlags& flags, const audit::ExportResult& result,
              const Progress& progress) {
  const std::string how =
      result.made_before
          ? "complete already, its files are those of its manifest"
          : absl::StrFormat("in %.1f seconds", absl::ToDoubleSeconds(progress.taken()));
  std::printf("%llu records of positions %llu to %llu, %s: %s\n",
              static_cast<unsigned long long>(result.records),
              static_cast<unsigned long long>(result.first),
              static_cast<unsigned long long>(result.last), how.c_str(),
              flags.options.folder.c_str());
  for (const audit::FinishedFile& file : result.files) {
    std::printf("  %s  %s  %llu bytes\n", file.sha256.c_str(), file.name.c_str(),
                static_cast<unsigned long long>(file.bytes));
  }
  std::printf("  %s  manifest.json\n", result.manifest_sha256.c_str());
  const audit::ExportStatement& said = flags.options.statement;
  if (!said.approval.empty()) return;
  std::printf(
      "Not recorded: no server was asked. The manifest says what for (%s), and who approved "
      "(%s).\n",
      said.purpose.empty() ? "not stated" : said.purpose.c_str(),
      said.approver.empty() ? "not stated" : said.approver.c_str());
}

absl::Status ReadSalt(ExportFlags& flags) {
  if (flags.salt_file.empty()) return absl::OkStatus();
  std::ifstream file(flags.salt_file, std::ios::binary);
  flags.options.salt.assign(std::istreambuf_iterator<char>(file), {});
  if (file && flags.options.salt.size() >= audit::kSaltBytesMin) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(flags.salt_file, ": a salt has at least ",
                                                 audit::kSaltBytesMin, " random bytes"));
}

absl::Status CheckType(const std::string& type, const audit::Schema& schema) {
  for (const auto* fact : schema.facts()) {
    const std::string& name = fact->full_name();
    if (name == type || (type.ends_with('.') && name.starts_with(type))) return absl::OkStatus();
  }
  std::string meant;
  for (const auto* fact : schema.facts()) {
    if (audit::ShortNameOf(fact->full_name()) != type) continue;
    meant = absl::StrCat(", you may mean ", fact->full_name());
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--types: there is no fact ", type, meant,
                   "; a type is a whole name, as in sanzhang.complaint.v1.ComplaintFiled, or a "
                   "package with its dot, as in sanzhang.complaint.v1."));
}

// What would be an export of nothing, or of something else than was meant.
absl::Status CheckAsked(const audit::ExportOptions& options, const audit::Schema& schema) {
  const audit::RecordRange& range = options.range;
  if (range.last != 0 && range.first > range.last) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--from=", range.first, " lies after --to=", range.last, ": no record is in between"));
  }
  if (!range.community.empty() && !wire::MatchesPattern(range.community, "communities/*")) {
    return absl::InvalidArgumentError(absl::StrCat("--community=", range.community,
                                                   ": not the name of a community, which is as in "
                                                   "communities/heping"));
  }
  for (const std::string& type : range.types) {
    if (absl::Status known = CheckType(type, schema); !known.ok()) return known;
  }
  return absl::OkStatus();
}

// Says why it did not get done; the exit code.
int Ended(const absl::Status& status) {
  Fail(std::string(status.message()));
  if (absl::IsDataLoss(status)) return kExitDamage;
  const bool again = absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
                     absl::IsDeadlineExceeded(status);
  if (!again) return kExitRefused;
  std::fprintf(stderr, "The same command goes on from where it was.\n");
  return kExitTryAgain;
}

int Export(ExportFlags flags) {
  if (absl::Status salt = ReadSalt(flags); !salt.ok()) return Fail(std::string(salt.message()));
  if (!flags.source.offline() && flags.options.statement.approval.empty()) {
    return Fail(
        "an export from a server needs its approval (--approval=communities/…/exports/…); "
        "to look at the log, use `audit read`");
  }
  const auto schema = audit::Schema::Make(DescriptorSet());
  if (!schema.ok()) return Fail(std::string(schema.status().message()));
  if (absl::Status asked = CheckAsked(flags.options, **schema); !asked.ok()) return Ended(asked);
  const auto source = OpenSource(flags.source);
  if (!source.ok()) return Fail(std::string(source.status().message()));
  std::optional<ExportDesk> desk;
  if (!flags.options.statement.approval.empty()) {
    if (flags.source.offline())
      return Fail("an approval is recorded by its server: name it, not a folder");
    auto metadata = SourceMetadata(flags.source);
    if (!metadata.ok()) return Fail(std::string(metadata.status().message()));
    desk.emplace(OpenChannel(flags.source.client.address), *std::move(metadata),
                 absl::Seconds(flags.source.client.timeout_s));
    if (absl::Status admitted = desk->Admit(flags.options); !admitted.ok()) return Ended(admitted);
    flags.options.record = [&](const audit::ExportResult& made) {
      return desk->Record(flags.options, made);
    };
  }
  Progress progress("records");
  flags.options.on_progress = [&progress](const audit::ExportProgress& now) {
    progress.Show(now.position + 1 - now.first, now.last + 1 - now.first);
  };
  const auto result = audit::RunExport(**source, **schema, flags.options);
  if (!result.ok()) return Ended(result.status());
  Describe(flags, *result, progress);
  return 0;
}

constexpr char kFooter[] = R"(
Interrupted, the same command goes on and ends with the same bytes. README.md has the formats.
A first query on --format=sqlite:

  sqlite3 OUT/records.sqlite "SELECT fact_category, count(*) AS filed
    FROM complaint_ComplaintFiled GROUP BY fact_category ORDER BY filed DESC")";

}  // namespace

void AddAuditExport(CLI::App& audit, int& exit_code) {
  auto flags = std::make_shared<ExportFlags>();
  audit::ExportOptions& options = flags->options;
  options.tool = absl::StrCat("sanzhang ", SANZHANG_VERSION);
  CLI::App* command = audit.add_subcommand(
      "export",
      "Writes the log, or a part of it, into a folder: exact, and the same bytes each time");
  command->footer(kFooter);
  command->add_option("--out", options.folder, "The folder; made, or an interrupted export's")
      ->required();
  command->add_option("--format", flags->format, "How")
      ->check(CLI::IsMember({"ndjson", "csv", "sqlite"}))
      ->capture_default_str();
  command->add_option("--from", options.range.first, "The first position")
      ->check(CheckPositive)
      ->capture_default_str();
  command->add_option("--to", options.range.last, "The last position; else where the log ends")
      ->check(CheckPositive);
  command
      ->add_option("--types", options.range.types,
                   "Only these, as in sanzhang.complaint.v1.ComplaintFiled,…")
      ->delimiter(',');
  command->add_option("--community", options.range.community,
                      "Only this community, as in communities/heping");
  auto* pseudonymous = command->add_flag("--pseudonymous", options.pseudonymous,
                                         "Persons are pseudonyms that are new in each export, "
                                         "dwellings are buildings, words are left out; "
                                         "without the records' bytes");
  command
      ->add_option(
          "--salt-file", flags->salt_file,
          "Makes the same pseudonyms each time from the secret bytes in this file; else they "
          "are random, and the same command makes others")
      ->needs(pseudonymous);
  command->add_option("--purpose", options.statement.purpose, "What for; stands in the manifest");
  auto* approver = command->add_option("--approver", options.statement.approver,
                                       "Who approved it, where no server can say so");
  command
      ->add_option(
          "--approval", options.statement.approval,
          "The approved export, as in communities/heping/exports/x; recorded when it is made")
      ->excludes(approver);
  AddSourceFlags(*command, flags->source);
  command->callback([flags, &exit_code] {
    flags->options.format = flags->format == "csv"      ? Format::kCsv
                            : flags->format == "sqlite" ? Format::kSqlite
                                                        : Format::kNdjson;
    exit_code = Export(*flags);
  });
}

}  // namespace sanzhang::app
