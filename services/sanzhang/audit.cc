// `sanzhang audit read`: what the log holds, as readable lines or NDJSON.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "proto/wire/time.h"
#include "sanzhang/log/v1/event_log_service.grpc.pb.h"
#include "sanzhang/log/v1/record.pb.h"
#include "services/sanzhang/client_flags.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/descriptors.h"
#include "services/sanzhang/rpc.h"

namespace sanzhang::app {
namespace {

using Json = nlohmann::ordered_json;
using Log = log::v1::EventLogService;

constexpr absl::Duration kRetryPause = absl::Seconds(1);

struct ReadFlags {
  ClientFlags client;
  std::string stream;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::vector<std::string> types;
  std::string prefix;
  std::string community;
  std::string since;
  std::string until;
  std::uint64_t limit = 0;
  bool backwards = false;
  bool json = false;
  bool follow = false;
};

// The fact as JSON; null if this program does not know its type.
Json PayloadOf(const log::v1::Record& record) {
  const auto* type = Descriptors().FindMessageTypeByName(record.type());
  if (type == nullptr) return nullptr;
  const auto json = BytesToJson(*type, record.payload(), /*pretty=*/false);
  return json.ok() ? Json::parse(*json, nullptr, false) : Json(nullptr);
}

std::string LineOf(const log::v1::Record& record) {
  const std::string type = record.type().substr(record.type().rfind('.') + 1);
  const std::string time = absl::FormatTime("%Y-%m-%d %H:%M:%S", wire::ToTime(record.occurred_at()),
                                            absl::UTCTimeZone());
  const Json payload = PayloadOf(record);
  const std::string role =
      record.actor().role() == type::v1::ROLE_UNSPECIFIED
          ? ""
          : absl::StrCat(" as ", type::v1::Role_Name(record.actor().role()).substr(sizeof "ROLE"));
  return absl::StrCat(record.position(), "  ", time, "  ", record.stream(), " @", record.revision(),
                      "  ", type, "  by ", record.actor().subject(), role, "\n    ",
                      payload.is_null() ? "(unknown type)" : payload.dump());
}

// The record with its payload decoded beside the exact bytes.
std::string NdjsonOf(const log::v1::Record& record) {
  const auto* type =
      Descriptors().FindMessageTypeByName(log::v1::Record::descriptor()->full_name());
  const auto text = BytesToJson(*type, record.SerializeAsString(), /*pretty=*/false);
  Json json = text.ok() ? Json::parse(*text, nullptr, false) : Json::object();
  json["fact"] = PayloadOf(record);
  return json.dump();
}

// Prints records until there were enough.
class Printer {
 public:
  explicit Printer(const ReadFlags& flags) : flags_(flags) {}

  // False: enough, or a record can't be read.
  template <class Field>
  bool Print(const Field& records) {
    for (const std::string& bytes : records) {
      log::v1::Record record;
      if (!record.ParseFromString(bytes)) {
        failed_ = true;
        return false;
      }
      const bool beyond = flags_.to != 0 && (flags_.backwards ? Place(record) < flags_.to
                                                              : Place(record) > flags_.to);
      if (beyond) return false;
      std::printf("%s\n", (flags_.json ? NdjsonOf(record) : LineOf(record)).c_str());
      if (++printed_ == flags_.limit) return false;
    }
    std::fflush(stdout);
    return true;
  }
  bool failed() const { return failed_; }

 private:
  // Positions of the log, revisions of a stream.
  std::uint64_t Place(const log::v1::Record& record) const {
    return flags_.stream.empty() ? record.position() : record.revision();
  }

  const ReadFlags& flags_;
  std::uint64_t printed_ = 0;
  bool failed_ = false;
};

void Prepare(const ReadFlags& flags, const Metadata& metadata, grpc::ClientContext& context) {
  for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
  if (!flags.follow) {
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(flags.client.timeout_s)));
  }
}

absl::StatusOr<log::v1::Filter> FilterOf(const ReadFlags& flags) {
  log::v1::Filter filter;
  for (const std::string& type : flags.types) filter.add_types(type);
  filter.set_stream_prefix(flags.prefix);
  filter.set_community(flags.community);
  const auto set = [](const std::string& text, google::protobuf::Timestamp* stamp) {
    absl::Time time;
    std::string error;
    if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
      return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not a time: ", error));
    }
    *stamp = wire::ToStamp(time);
    return absl::OkStatus();
  };
  absl::Status status;
  if (!flags.since.empty()) status.Update(set(flags.since, filter.mutable_recorded_from()));
  if (!flags.until.empty()) status.Update(set(flags.until, filter.mutable_recorded_before()));
  if (!status.ok()) return status;
  return filter;
}

grpc::Status ReadStream(Log::Stub& stub, const ReadFlags& flags, const Metadata& metadata,
                        Printer& printer) {
  log::v1::ReadStreamRequest request;
  request.set_stream(flags.stream);
  request.set_from_revision(flags.from);
  request.set_backwards(flags.backwards);
  request.set_page_size(1000);
  while (true) {
    grpc::ClientContext context;
    Prepare(flags, metadata, context);
    log::v1::ReadStreamResponse page;
    const grpc::Status status = stub.ReadStream(&context, request, &page);
    if (!status.ok()) return status;
    if (!printer.Print(page.records()) || page.next_revision() == 0) return status;
    request.set_from_revision(page.next_revision());
  }
}

// Up to the end as it is now; answers where to go on.
grpc::Status ReadLog(Log::Stub& stub, const ReadFlags& flags, const log::v1::Filter& filter,
                     const Metadata& metadata, Printer& printer) {
  log::v1::ReadLogRequest request;
  request.set_from_position(flags.from);
  request.set_backwards(flags.backwards);
  *request.mutable_filter() = filter;
  request.set_page_size(1000);
  while (true) {
    grpc::ClientContext context;
    Prepare(flags, metadata, context);
    log::v1::ReadLogResponse page;
    const grpc::Status status = stub.ReadLog(&context, request, &page);
    if (!status.ok()) return status;
    const bool ended =
        flags.backwards ? page.next_position() == 0 : page.next_position() > page.head_position();
    const bool passed = !flags.backwards && flags.to != 0 && page.next_position() > flags.to;
    if (!printer.Print(page.records()) || ended || passed) return status;
    request.set_from_position(page.next_position());
  }
}

// For ever, across the ends of streams and the absence of the server.
grpc::Status Follow(Log::Stub& stub, const ReadFlags& flags, const log::v1::Filter& filter,
                    const Metadata& metadata, Printer& printer) {
  log::v1::SubscribeRequest request;
  request.set_from_position(flags.from);
  *request.mutable_filter() = filter;
  while (true) {
    grpc::ClientContext context;
    Prepare(flags, metadata, context);
    const auto reader = stub.Subscribe(&context, request);
    log::v1::SubscribeResponse message;
    while (reader->Read(&message)) {
      if (!printer.Print(message.records())) {
        context.TryCancel();
        reader->Finish();
        return grpc::Status::OK;
      }
      request.set_from_position(message.next_position());
    }
    const grpc::Status status = reader->Finish();
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE) return status;
    std::fprintf(stderr, "%s; trying again\n", ShowError(status).c_str());
    absl::SleepFor(kRetryPause);
  }
}

int Read(ReadFlags flags) {
  if (flags.client.person.empty() && flags.client.service.empty()) flags.client.service = "auditor";
  const auto metadata = MetadataOf(flags.client);
  if (!metadata.ok()) return Fail(std::string(metadata.status().message()));
  const auto filter = FilterOf(flags);
  if (!filter.ok()) return Fail(std::string(filter.status().message()));
  const auto stub = Log::NewStub(OpenChannel(flags.client.address));
  Printer printer(flags);
  const grpc::Status status = !flags.stream.empty() ? ReadStream(*stub, flags, *metadata, printer)
                              : flags.follow ? Follow(*stub, flags, *filter, *metadata, printer)
                                             : ReadLog(*stub, flags, *filter, *metadata, printer);
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", ShowError(status).c_str());
    return kExitRefused;
  }
  return printer.failed() ? Fail("a record can't be read") : 0;
}

}  // namespace

void AddAudit(CLI::App& program, int& exit_code) {
  auto flags = std::make_shared<ReadFlags>();
  CLI::App* command = program.add_subcommand("audit", "For analysts");
  command->require_subcommand(1);
  CLI::App* read = command->add_subcommand(
      "read", "Shows a stream or the log, as the auditor unless told otherwise");
  auto* stream = read->add_option("--stream", flags->stream, "Only this stream, by revision");
  read->add_option("--from", flags->from, "The first position (of a stream: revision)");
  read->add_option("--to", flags->to, "The last position (of a stream: revision)");
  read->add_option("--type", flags->types,
                   "Only this type, as in sanzhang.complaint.v1.ComplaintFiled; may be repeated")
      ->allow_extra_args(false)
      ->excludes(stream);
  read->add_option("--prefix", flags->prefix, "Only streams whose name begins so")
      ->excludes(stream);
  read->add_option("--community", flags->community, "Only this community, as in communities/heping")
      ->excludes(stream);
  read->add_option("--since", flags->since, "Recorded then or later, RFC 3339")->excludes(stream);
  read->add_option("--until", flags->until, "Recorded before then, RFC 3339")->excludes(stream);
  read->add_option("--limit", flags->limit, "At most so many");
  auto* backwards = read->add_flag("--backwards", flags->backwards, "From the last to the first");
  read->add_flag("--json", flags->json, "One JSON object per line");
  read->add_flag("--follow", flags->follow, "Goes on with what comes")
      ->excludes(stream)
      ->excludes(backwards);
  AddClientFlags(*read, flags->client);
  read->callback([flags, &exit_code] { exit_code = Read(*flags); });
  AddAuditReport(*command, exit_code);
  AddAuditTally(*command, exit_code);
  AddAuditReceipt(*command, exit_code);
  AddAuditVerify(*command, exit_code);
  AddAuditReplay(*command, exit_code);
  AddAuditDiff(*command, exit_code);
  AddAuditExplain(*command, exit_code);
  AddAuditExport(*command, exit_code);
  AddAuditProve(*command, exit_code);
}

}  // namespace sanzhang::app
