// `sanzhang audit tally`: counts a vote again, from the log alone, or from what was exported of it;
// or by other rules, as a what-if that touches nothing.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "sanzhang/log/v1/event_log_service.grpc.pb.h"
#include "services/policy/policy_book.h"
#include "services/resolution/tally.h"
#include "services/resolution/vote_reader.h"
#include "services/sanzhang/client_flags.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/descriptors.h"
#include "services/sanzhang/recount.h"
#include "services/sanzhang/rpc.h"

namespace sanzhang::app {
namespace {

using Log = log::v1::EventLogService;

// The count differs from the one on record.
constexpr int kExitDiffers = 3;

struct TallyFlags {
  ClientFlags client;
  std::string resolution;
  std::string rule_set;
  std::string policy = "deploy/policy";
  std::string from;
  bool input = false;
};

using Visitor = std::function<absl::Status(const log::v1::Record&)>;

// A line of `audit read --json`: the record, and its fact for people to read.
absl::StatusOr<log::v1::Record> RecordIn(const std::string& line) {
  auto json = nlohmann::ordered_json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return absl::InvalidArgumentError("not a JSON object");
  json.erase("fact");
  const auto* type =
      Descriptors().FindMessageTypeByName(log::v1::Record::descriptor()->full_name());
  const auto bytes = JsonToBytes(*type, json.dump());
  if (!bytes.ok()) return bytes.status();
  log::v1::Record record;
  if (!record.ParseFromString(*bytes)) return absl::InvalidArgumentError("not a record");
  return record;
}

// Visits those of an export. INVALID_ARGUMENT with the line's number; also where a record of a
// stream is missing.
absl::Status VisitExport(const std::string& file, const std::string& prefix, const Visitor& visit) {
  std::ifstream in(file);
  if (!in) return absl::NotFoundError(absl::StrCat(file, ": can't be read"));
  std::map<std::string, std::uint64_t> revisions;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    const auto record = RecordIn(line);
    absl::Status visited = record.status();
    if (visited.ok() && !record->stream().starts_with(prefix)) continue;
    if (visited.ok() && record->revision() != ++revisions[record->stream()]) {
      visited = absl::InvalidArgumentError(absl::StrCat(
          record->stream(), ": revision ", record->revision(), " where the next one is wanted"));
    }
    if (visited.ok()) visited = visit(*record);
    if (visited.ok()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(file, ":", number, ": ", std::string(visited.message())));
  }
  return absl::OkStatus();
}

// Visits the records of all streams whose names begin so.
absl::Status Visit(const TallyFlags& flags, const Metadata& metadata, const std::string& prefix,
                   const Visitor& visit) {
  if (!flags.from.empty()) return VisitExport(flags.from, prefix, visit);
  const auto stub = Log::NewStub(OpenChannel(flags.client.address));
  log::v1::ReadLogRequest request;
  request.mutable_filter()->set_stream_prefix(prefix);
  request.set_page_size(1000);
  while (true) {
    grpc::ClientContext context;
    for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(flags.client.timeout_s)));
    log::v1::ReadLogResponse page;
    const grpc::Status status = stub->ReadLog(&context, request, &page);
    if (!status.ok()) return absl::UnavailableError(ShowError(status));
    for (const std::string& bytes : page.records()) {
      log::v1::Record record;
      if (!record.ParseFromString(bytes)) return absl::DataLossError("a record can't be read");
      if (absl::Status visited = visit(record); !visited.ok()) return visited;
    }
    if (page.next_position() > page.head_position()) return absl::OkStatus();
    request.set_from_position(page.next_position());
  }
}

// All that the log has of the vote.
absl::StatusOr<resolution::VoteOnRecord> ReadVote(const TallyFlags& flags,
                                                  const Metadata& metadata) {
  resolution::VoteFold fold(flags.resolution);
  const absl::Status read =
      Visit(flags, metadata, flags.resolution,
            [&fold](const log::v1::Record& record) { return fold.Add(record); });
  if (!read.ok()) return read;
  return std::move(fold).Take();
}

// The policy that a community made for itself, from the log.
absl::StatusOr<runtime::OwnPolicy> ReadPolicy(const TallyFlags& flags, const Metadata& metadata,
                                              const std::string& name) {
  runtime::OwnPolicy own;
  const absl::Status read = Visit(flags, metadata, name, [&](const log::v1::Record& record) {
    return AddOwnPolicy(name, record, own);
  });
  if (!read.ok()) return read;
  return own;
}

const char* Same(const std::string& recorded, const std::string& now) {
  return recorded == now ? "same" : "DIFFERS";
}

int Tally(TallyFlags flags) {
  if (flags.client.person.empty() && flags.client.service.empty()) flags.client.service = "auditor";
  const auto metadata = MetadataOf(flags.client);
  if (!metadata.ok()) return Fail(std::string(metadata.status().message()));
  const auto book = policy::PolicyBook::Load(flags.policy);
  if (!book.ok()) return Fail(std::string(book.status().message()));
  const auto record = ReadVote(flags, *metadata);
  if (!record.ok()) return Fail(std::string(record.status().message()));
  const resolution::ResolutionState& vote = record->vote.vote;
  const std::string& name = flags.rule_set.empty() ? vote.rule_set : flags.rule_set;
  std::optional<runtime::OwnPolicy> own;
  if (name.starts_with("communities/")) {
    auto policy = ReadPolicy(flags, *metadata, name.substr(0, name.find('@')));
    if (!policy.ok()) return Fail(std::string(policy.status().message()));
    own = *std::move(policy);
  }
  const auto recount = CountAgain(*record, **book, own.has_value() ? &*own : nullptr, name);
  if (!recount.ok()) {
    return Fail(absl::StrCat(flags.resolution, ": ", std::string(recount.status().message())));
  }
  const resolution::TallyCase again{recount->rules, recount->input};
  if (flags.input) {
    std::fputs(resolution::TallyText(again).c_str(), stdout);
    return 0;
  }
  const auto result = resolution::Tally(again);
  if (!result.ok()) return Fail(std::string(result.status().message()));
  std::fputs(resolution::TallyResultText(*result).c_str(), stdout);
  if (!flags.rule_set.empty()) return 0;

  const auto& recorded = record->first_count.hashes();
  if (recorded.input().empty()) {
    std::printf("on record: not counted yet\n");
    return 0;
  }
  const auto& now = result->hashes();
  std::printf("on record: rules %s, roll %s, deliveries %s, ballots %s, input %s\n",
              Same(recorded.rules(), now.rules()), Same(recorded.roll(), now.roll()),
              Same(recorded.deliveries(), now.deliveries()),
              Same(recorded.ballots(), now.ballots()), Same(recorded.input(), now.input()));
  return recorded.input() == now.input() ? 0 : kExitDiffers;
}

}  // namespace

void AddAuditTally(CLI::App& audit, int& exit_code) {
  auto flags = std::make_shared<TallyFlags>();
  CLI::App* tally = audit.add_subcommand(
      "tally",
      "Counts a vote again from the log, and compares with what is on record (3: differs)");
  tally->add_option("resolution", flags->resolution, "As in communities/heping/resolutions/r1")
      ->required();
  tally->add_option(
      "--rule-set", flags->rule_set,
      "By these rules instead, as in policies/voting-owners-special@1, or of the community's own; "
      "changes nothing");
  tally->add_option("--policy", flags->policy, "The folder that has the rules");
  tally->add_option(
      "--from", flags->from,
      "From this file instead of a server, as `audit read --json` wrote it: the vote's streams "
      "(--prefix=RESOLUTION), or more");
  tally->add_flag("--input", flags->input,
                  "Shows what is counted, as the text that is hashed, instead of the count");
  AddClientFlags(*tally, flags->client);
  tally->callback([flags, &exit_code] { exit_code = Tally(*flags); });
}

}  // namespace sanzhang::app
