// `sanzhang audit report`: what a community's numbers were, as one page.
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "eventstore/transparency/merkle.h"
#include "services/audit/log_verifier.h"
#include "services/audit/report.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/past_server.h"
#include "services/sanzhang/policy_flags.h"
#include "services/sanzhang/progress.h"
#include "services/sanzhang/rpc.h"
#include "services/sanzhang/source_flags.h"

namespace sanzhang::app {
namespace {

struct ReportFlags {
  SourceFlags source;
  std::string community;
  std::string period;
  std::uint64_t as_of = 0;
  std::string language = "zh";
  std::string out;
  PolicyFlags policy;
};

// What a failure is goes on the page: an auditor wants the numbers all the same, and to know.
audit::LogCheck CheckLog(audit::RecordSource& source, const transparency::Policy& policy,
                         std::uint64_t as_of) {
  Progress progress("verified");
  audit::VerifyOptions options;
  options.root_of = as_of;
  options.progress = [&](std::uint64_t done, std::uint64_t total) { progress.Show(done, total); };
  const auto verified = audit::VerifyLog(source, policy, options);
  if (!verified.ok()) return {.failure = std::string(verified.status().message())};
  audit::LogCheck check{.log = verified->verdict.log.name,
                        .records = as_of,
                        .all_signed = as_of <= verified->verdict.checkpoint.head.size,
                        .root = verified->root ? transparency::ToBase64(*verified->root) : ""};
  for (const auto& witness : verified->verdict.witnesses) check.witnesses.push_back(witness.name);
  return check;
}

int MakeReport(ReportFlags flags) {
  audit::ReportOptions options{.community = flags.community, .as_of_position = flags.as_of};
  const absl::Status period = audit::ParsePeriod(flags.period, options.from, options.to);
  if (!period.ok()) return Fail("--period: " + std::string(period.message()));
  audit::Language language = audit::Language::kChinese;
  if (!audit::ParseLanguage(flags.language, language)) {
    return Fail(absl::StrCat("--lang=", flags.language, " is neither zh nor en"));
  }
  ClientFlags& client = flags.source.client;
  if (client.person.empty() && client.service.empty()) client.service = "auditor";
  const auto metadata = MetadataOf(client);
  if (!metadata.ok()) return Fail(std::string(metadata.status().message()));
  options.metadata = *metadata;
  const auto source = OpenSource(flags.source);
  if (!source.ok()) return Fail(std::string(source.status().message()));
  std::optional<transparency::Policy> policy;
  if (flags.policy.given()) {
    auto given = PolicyOf(flags.policy);
    if (!given.ok()) return Fail(std::string(given.status().message()));
    policy = *std::move(given);
  }
  std::unique_ptr<PastServer> past;
  if (flags.source.offline()) {
    auto opened = PastServer::Open(
        **source, {.as_of = flags.as_of,
                   .views = {"residents-committee", "owners-committee", "party-org", "analyst"}});
    if (!opened.ok()) return Fail(std::string(opened.status().message()));
    past = *std::move(opened);
  }
  audit::Report report;
  const grpc::Status collected = audit::Collect(
      past != nullptr ? past->channel() : OpenChannel(client.address), options, report);
  if (!collected.ok()) {
    std::fprintf(stderr, "%s\n", ShowError(collected).c_str());
    return kExitRefused;
  }
  if (policy) report.log = CheckLog(**source, *policy, report.asked.as_of_position);
  // Whole or not at all.
  const std::string part = flags.out + ".part";
  std::ofstream file(part, std::ios::binary);
  file << audit::ReportPage(report, language);
  file.close();
  if (!file || std::rename(part.c_str(), flags.out.c_str()) != 0) {
    return Fail(flags.out + " can't be written");
  }
  std::printf("%s: as of position %llu\n", flags.out.c_str(),
              static_cast<unsigned long long>(report.asked.as_of_position));
  if (!report.log || report.log->failure.empty()) return 0;
  return Fail(absl::StrCat((*source)->Describe(), ": NOT VERIFIED: ", report.log->failure));
}

}  // namespace

void AddAuditReport(CLI::App& audit, int& exit_code) {
  auto flags = std::make_shared<ReportFlags>();
  CLI::App* command = audit.add_subcommand(
      "report",
      "Writes a community's numbers as one page of HTML, each with what it counts; with the log's "
      "key, also whether the log is whole");
  command->add_option("community", flags->community, "As in communities/heping")->required();
  command
      ->add_option("--period", flags->period,
                   "2026, 2026-Q3, 2026-09, or 2026-09-01..2026-11-30 with both days")
      ->required();
  command->add_option("--as-of", flags->as_of, "Position; the log's end if not given");
  command->add_option("--lang", flags->language, "zh or en")->capture_default_str();
  command->add_option("--out", flags->out, "The file")->required();
  AddPolicyFlags(*command, flags->policy);
  AddSourceFlags(*command, flags->source);
  command->callback([flags, &exit_code] { exit_code = MakeReport(*flags); });
}

}  // namespace sanzhang::app
