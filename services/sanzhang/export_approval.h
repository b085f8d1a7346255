// The approval of an export: asked for of one, given by another, and used once; all of it on the
// log.
//
// Errors: INVALID_ARGUMENT, FAILED_PRECONDITION in words if it does not allow this export; else the
// server's, UNAVAILABLE among them.
// Threads: one at a time.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "sanzhang/log/v1/record.pb.h"
#include "sanzhang/privacy/v1/privacy_service.grpc.pb.h"
#include "services/audit/export_job.h"
#include "services/sanzhang/rpc.h"

namespace sanzhang::app {

// What the facts of one export say, in the order in which they were recorded.
struct ApprovedExport {
  std::string purpose = {};
  std::string approver = {};
  privacy::v1::ExportScope scope = {};
  privacy::v1::ExportFormat format = privacy::v1::EXPORT_FORMAT_UNSPECIFIED;
  bool refused = false;
  bool produced = false;
  absl::Time expires =
      absl::InfinitePast();  // Of the approval; it may also be produced before that.

  // DATA_LOSS if it is no fact of an export.
  absl::Status Add(const log::v1::Record& record);
};

// Whether it allows what is asked for, now. `complete`: all files were there before, so that it may
// be on record already; the server knows whether these are the same.
absl::Status CheckApproval(const ApprovedExport& approved, const audit::ExportOptions& options,
                           bool complete, absl::Time now);

class ExportDesk {
 public:
  ExportDesk(std::shared_ptr<grpc::Channel> channel, Metadata metadata, absl::Duration timeout);

  // Reads and checks the approval that the options name, and puts purpose, approver and community
  // into them.
  absl::Status Admit(audit::ExportOptions& options);
  // ExportProduced.
  absl::Status Record(const audit::ExportOptions& options, const audit::ExportResult& result);

 private:
  std::unique_ptr<grpc::ClientContext> NewContext() const;

  const std::shared_ptr<grpc::Channel> channel_;
  const Metadata metadata_;
  const absl::Duration timeout_;
};

}  // namespace sanzhang::app
