#include "services/sanzhang/export_approval.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "proto/wire/fact.h"
#include "proto/wire/time.h"
#include "sanzhang/log/v1/event_log_service.grpc.pb.h"
#include "sanzhang/privacy/v1/events.pb.h"
#include "services/audit/export_format.h"
#include "services/sanzhang/uuid.h"

namespace sanzhang::app {
namespace {

constexpr int kFilesMax = 100;  // Of RecordExport. The manifest has the hashes of all.

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), ShowError(status));
}

privacy::v1::ExportFormat FormatOf(audit::ExportOptions::Format format) {
  switch (format) {
    case audit::ExportOptions::Format::kNdjson:
      return privacy::v1::EXPORT_FORMAT_NDJSON;
    case audit::ExportOptions::Format::kCsv:
      return privacy::v1::EXPORT_FORMAT_CSV;
    case audit::ExportOptions::Format::kSqlite:
      return privacy::v1::EXPORT_FORMAT_SQLITE;
  }
  return privacy::v1::EXPORT_FORMAT_UNSPECIFIED;
}

std::string Show(const privacy::v1::ExportScope& scope, privacy::v1::ExportFormat format) {
  std::vector<std::string> types(scope.types().begin(), scope.types().end());
  std::sort(types.begin(), types.end());
  const std::string name = privacy::v1::ExportFormat_Name(format);
  return absl::StrCat(name.substr(sizeof "EXPORT_FORMAT"), " from ", scope.from_position(), " to ",
                      scope.to_position() == 0 ? "the end" : absl::StrCat(scope.to_position()),
                      " of ", types.empty() ? "all types" : absl::StrJoin(types, ", "),
                      scope.pseudonymous() ? ", pseudonymous" : ", as it is");
}

absl::Status Refused(const std::string& why) { return absl::FailedPreconditionError(why); }

}  // namespace

absl::Status ApprovedExport::Add(const log::v1::Record& record) {
  privacy::v1::ExportEvent event;
  if (absl::Status read = wire::ReadFact(record.type(), record.payload(), event); !read.ok()) {
    return absl::DataLossError(absl::StrCat(record.stream(), " is no export: ", record.type()));
  }
  switch (event.kind_case()) {
    case privacy::v1::ExportEvent::kRequested:
      purpose = event.requested().purpose();
      scope = event.requested().scope();
      format = event.requested().format();
      break;
    case privacy::v1::ExportEvent::kApproved:
      approver = record.actor().subject();
      expires = wire::ToTime(event.approved().expires());
      break;
    case privacy::v1::ExportEvent::kRefused:
      refused = true;
      break;
    case privacy::v1::ExportEvent::kProduced:
      produced = true;
      break;
    case privacy::v1::ExportEvent::KIND_NOT_SET:
      break;
  }
  return absl::OkStatus();
}

absl::Status CheckApproval(const ApprovedExport& approved, const audit::ExportOptions& options,
                           bool complete, absl::Time now) {
  const std::string& name = options.statement.approval;
  if (approved.refused) return Refused(absl::StrCat(name, " was refused"));
  if (approved.approver.empty()) return Refused(absl::StrCat(name, " has not been approved"));
  if (approved.produced && !complete) return Refused(absl::StrCat(name, " was made before"));
  if (!approved.produced && now > approved.expires) {
    return Refused(absl::StrCat(name, " was approved until ", absl::FormatTime(approved.expires)));
  }
  privacy::v1::ExportScope asked;
  asked.set_from_position(options.range.first);
  asked.set_to_position(options.range.last);
  for (const std::string& type : options.range.types) asked.add_types(type);
  asked.set_pseudonymous(options.pseudonymous);
  const std::string wanted = Show(asked, FormatOf(options.format));
  const std::string given = Show(approved.scope, approved.format);
  if (wanted == given) return absl::OkStatus();
  return Refused(absl::StrCat(name, " was approved for ", given, "; asked for is ", wanted));
}

ExportDesk::ExportDesk(std::shared_ptr<grpc::Channel> channel, Metadata metadata,
                       absl::Duration timeout)
    : channel_(std::move(channel)), metadata_(std::move(metadata)), timeout_(timeout) {}

std::unique_ptr<grpc::ClientContext> ExportDesk::NewContext() const {
  auto context = std::make_unique<grpc::ClientContext>();
  for (const auto& [key, value] : metadata_) context->AddMetadata(key, value);
  context->set_deadline(absl::ToChronoTime(absl::Now() + timeout_));
  return context;
}

absl::Status ExportDesk::Admit(audit::ExportOptions& options) {
  const std::string& name = options.statement.approval;
  const std::size_t exports = name.find("/exports/");
  if (!name.starts_with("communities/") || exports == std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": not as communities/…/exports/…"));
  }
  // Who answers for one community approves what is of it.
  const std::string community = name.substr(0, exports);
  if (!options.range.community.empty() && options.range.community != community) {
    return absl::InvalidArgumentError(absl::StrCat(name, " is an approval for ", community,
                                                   ", not for ", options.range.community));
  }
  options.range.community = community;
  log::v1::ReadStreamRequest request;
  request.set_stream(name);
  log::v1::ReadStreamResponse page;
  const auto context = NewContext();
  const grpc::Status status =
      log::v1::EventLogService::NewStub(channel_)->ReadStream(context.get(), request, &page);
  if (!status.ok()) return FromGrpc(status);
  ApprovedExport approved;
  for (const std::string& bytes : page.records()) {
    log::v1::Record record;
    if (!record.ParseFromString(bytes)) return absl::DataLossError("a record can't be read");
    if (absl::Status added = approved.Add(record); !added.ok()) return added;
  }
  options.statement.purpose = approved.purpose;
  options.statement.approver = approved.approver;
  const std::filesystem::path folder = options.folder;
  const bool complete = std::filesystem::exists(folder / audit::kUnrecordedManifestFile) ||
                        std::filesystem::exists(folder / audit::kManifestFile);
  return CheckApproval(approved, options, complete, absl::Now());
}

absl::Status ExportDesk::Record(const audit::ExportOptions& options,
                                const audit::ExportResult& result) {
  privacy::v1::RecordExportRequest request;
  request.set_name(options.statement.approval);
  request.set_request_id(
      NamedUuid(absl::StrCat(options.statement.approval, "\n", result.manifest_sha256)));
  request.set_to_position(result.last);
  request.set_manifest_sha256(absl::HexStringToBytes(result.manifest_sha256));
  request.set_records(static_cast<std::int64_t>(result.records));
  for (const audit::FinishedFile& file : result.files) {
    if (request.files_size() == kFilesMax) break;
    privacy::v1::HandedOut& handed_out = *request.add_files();
    handed_out.set_file_name(file.name);
    handed_out.set_sha256(absl::HexStringToBytes(file.sha256));
    handed_out.set_size_bytes(static_cast<std::int64_t>(file.bytes));
  }
  privacy::v1::RecordExportResponse response;
  const auto context = NewContext();
  return FromGrpc(privacy::v1::PrivacyService::NewStub(channel_)->RecordExport(context.get(),
                                                                               request, &response));
}

}  // namespace sanzhang::app
