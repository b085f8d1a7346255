#include "projections/engine/projection_service.h"

#include <algorithm>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "projections/engine/answer.h"
#include "projections/engine/dump.h"
#include "proto/wire/grpc_status.h"
#include "proto/wire/refusal.h"

namespace sanzhang::projections {
namespace {

// What the proto states beside the method.
const type::v1::AccessRule& RuleOf(const char* method) {
  return views::v1::ListProjectionsRequest::descriptor()
      ->file()
      ->FindServiceByName("ProjectionService")
      ->FindMethodByName(method)
      ->options()
      .GetExtension(type::v1::access);
}

bool Allows(const type::v1::AccessRule& rule, const Caller& caller) {
  return std::any_of(rule.roles().begin(), rule.roles().end(),
                     [&caller](int role) { return caller.Is(static_cast<type::v1::Role>(role)); });
}

}  // namespace

ProjectionService::ProjectionService(QueryRuntime& runtime, std::vector<Projector*> projectors)
    : runtime_(runtime), projectors_(std::move(projectors)) {}

absl::StatusOr<Projector*> ProjectionService::Find(const std::string& name) const {
  for (Projector* projector : projectors_) {
    if (projector->name() == name) return projector;
  }
  return wire::Refuse(type::v1::ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", name}});
}

grpc::ServerUnaryReactor* ProjectionService::Run(grpc::CallbackServerContext* call,
                                                 const google::protobuf::Message& request,
                                                 const char* method,
                                                 std::function<absl::Status()> work) {
  return Begin(
      call, request, method,
      [work = std::move(work)](const Admission&, const Finish& finish) { finish(work()); });
}

grpc::ServerUnaryReactor* ProjectionService::Begin(
    grpc::CallbackServerContext* call, const google::protobuf::Message& request, const char* method,
    std::function<void(const Admission&, Finish)> work) {
  grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
  absl::StatusOr<Admission> admission = Admit(runtime_, *call, request, 0);
  absl::Status status = admission.status();
  if (status.ok() && !Allows(RuleOf(method), admission->caller)) {
    status = wire::Refuse(type::v1::ERROR_REASON_PERMISSION_DENIED);
  }
  if (status.ok()) status = runtime_.Enter(QueryRuntime::Kind::kCall);
  if (!status.ok()) {
    reactor->Finish(wire::ToGrpc(status));
    return reactor;
  }
  runtime_.workers().Post(
      [this, reactor, work = std::move(work), admission = *std::move(admission)] {
        work(admission, [this, reactor](const absl::Status& done) {
          runtime_.Leave(QueryRuntime::Kind::kCall);
          reactor->Finish(wire::ToGrpc(done));
        });
      });
  return reactor;
}

grpc::ServerUnaryReactor* ProjectionService::ListProjections(
    grpc::CallbackServerContext* call, const views::v1::ListProjectionsRequest* request,
    views::v1::ListProjectionsResponse* response) {
  return Run(call, *request, "ListProjections", [this, response] {
    std::vector<ProjectorStatus> all;
    for (const Projector* projector : projectors_) all.push_back(projector->status());
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    for (const ProjectorStatus& status : all) *response->add_projections() = ToProto(status);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* ProjectionService::GetProjectionStatus(
    grpc::CallbackServerContext* call, const views::v1::GetProjectionStatusRequest* request,
    views::v1::GetProjectionStatusResponse* response) {
  return Run(call, *request, "GetProjectionStatus", [this, request, response] {
    const absl::StatusOr<Projector*> projector = Find(request->name());
    if (projector.ok()) *response->mutable_projection() = ToProto((*projector)->status());
    return projector.status();
  });
}

grpc::ServerUnaryReactor* ProjectionService::RebuildProjection(
    grpc::CallbackServerContext* call, const views::v1::RebuildProjectionRequest* request,
    views::v1::RebuildProjectionResponse* response) {
  return Run(call, *request, "RebuildProjection", [this, request, response] {
    const absl::StatusOr<Projector*> projector = Find(request->name());
    if (!projector.ok()) return projector.status();
    const absl::Status begun = (*projector)->Rebuild();
    if (begun.ok()) *response->mutable_projection() = ToProto((*projector)->status());
    return begun;
  });
}

grpc::ServerUnaryReactor* ProjectionService::GetProjectionDigest(
    grpc::CallbackServerContext* call, const views::v1::GetProjectionDigestRequest* request,
    views::v1::GetProjectionDigestResponse* response) {
  return Begin(call, *request, "GetProjectionDigest",
               [this, request, response](const Admission& admission, Finish finish) {
                 const absl::StatusOr<Projector*> projector = Find(request->name());
                 if (!projector.ok()) return finish(projector.status());
                 if (request->as_of_position() == 0)
                   return finish(Digest((*projector)->Read(), *response));
                 runtime_.ReadPast(**projector, request->as_of_position(), admission.deadline,
                                   [response, finish](const absl::StatusOr<PastViews::File>& file) {
                                     finish(file.ok() ? Digest(PastViews::Read(*file), *response)
                                                      : file.status());
                                   });
               });
}

absl::Status ProjectionService::Digest(absl::StatusOr<Snapshot> snapshot,
                                       views::v1::GetProjectionDigestResponse& response) {
  if (!snapshot.ok()) return snapshot.status();
  absl::StatusOr<ViewDigest> digest = DigestTables(snapshot->rows());
  if (!digest.ok()) return digest.status();
  response.set_as_of_position(snapshot->position());
  response.set_version(snapshot->version());
  response.set_sha256(std::move(digest->sha256));
  for (TableDigest& of : digest->tables) {
    views::v1::TableDigest& table = *response.add_tables();
    table.set_name(std::move(of.table));
    table.set_rows(of.rows);
    table.set_sha256(std::move(of.sha256));
  }
  return absl::OkStatus();
}

}  // namespace sanzhang::projections
