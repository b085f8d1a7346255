// sanzhang.views.v1.ProjectionService: for operators and auditors, by the roles that the
// installation grants. PERMISSION_DENIED for everyone else.
#pragma once

#include <string>
#include <vector>

#include "projections/engine/answer.h"
#include "projections/engine/projector.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/projection_service.grpc.pb.h"

namespace sanzhang::projections {

class ProjectionService final : public views::v1::ProjectionService::CallbackService {
 public:
  // The projectors outlive the service.
  ProjectionService(QueryRuntime& runtime, std::vector<Projector*> projectors);

  grpc::ServerUnaryReactor* ListProjections(grpc::CallbackServerContext* call,
                                            const views::v1::ListProjectionsRequest* request,
                                            views::v1::ListProjectionsResponse* response) override;
  grpc::ServerUnaryReactor* GetProjectionStatus(
      grpc::CallbackServerContext* call, const views::v1::GetProjectionStatusRequest* request,
      views::v1::GetProjectionStatusResponse* response) override;
  grpc::ServerUnaryReactor* RebuildProjection(
      grpc::CallbackServerContext* call, const views::v1::RebuildProjectionRequest* request,
      views::v1::RebuildProjectionResponse* response) override;
  grpc::ServerUnaryReactor* GetProjectionDigest(
      grpc::CallbackServerContext* call, const views::v1::GetProjectionDigestRequest* request,
      views::v1::GetProjectionDigestResponse* response) override;

 private:
  // RESOURCE_NOT_FOUND {resource}.
  absl::StatusOr<Projector*> Find(const std::string& name) const;
  // Of the rows of one moment.
  static absl::Status Digest(absl::StatusOr<Snapshot> snapshot,
                             views::v1::GetProjectionDigestResponse& response);
  // Runs the work on a worker, for a caller who has one of the roles that the method's `access`
  // names.
  grpc::ServerUnaryReactor* Run(grpc::CallbackServerContext* call,
                                const google::protobuf::Message& request, const char* method,
                                std::function<absl::Status()> work);
  // The same for work that tells its end.
  using Finish = std::function<void(const absl::Status&)>;
  grpc::ServerUnaryReactor* Begin(grpc::CallbackServerContext* call,
                                  const google::protobuf::Message& request, const char* method,
                                  std::function<void(const Admission&, Finish)> work);

  QueryRuntime& runtime_;
  const std::vector<Projector*> projectors_;
};

}  // namespace sanzhang::projections
