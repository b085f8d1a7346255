#include "tests/support/views_client.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <thread>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "sanzhang/log/v1/event_log_service.grpc.pb.h"
#include "sanzhang/views/v1/projection_service.grpc.pb.h"

namespace sanzhang::support {
namespace {

using views::v1::ListProjectionsResponse;
using views::v1::ProjectionService;

constexpr absl::Duration kPatience = absl::Seconds(120);

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address) {
  return grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
}

// Calls a method as the operator.
template <class Stub, class Request, class Response>
Response Ask(Stub& stub,
             grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
             const Request& request) {
  grpc::ClientContext context;
  context.AddMetadata("sanzhang-service", "operator");
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) Fail(request.GetTypeName() + ": " + status.error_message());
  return response;
}

// Asks again and again until every view is as wanted.
ListProjectionsResponse WaitFor(ProjectionService::Stub& stub,
                                const std::function<bool(const views::v1::Projection&)>& wanted) {
  const absl::Time deadline = absl::Now() + kPatience;
  for (;;) {
    auto response =
        Ask(stub, &ProjectionService::Stub::ListProjections, views::v1::ListProjectionsRequest());
    bool all = response.projections_size() > 0;
    for (const auto& projection : response.projections()) {
      if (projection.state() == views::v1::PROJECTION_STATE_STOPPED)
        Fail(projection.ShortDebugString());
      all = all && wanted(projection);
    }
    if (all) return response;
    if (absl::Now() > deadline) Fail("the views did not get there: " + response.ShortDebugString());
    std::this_thread::yield();
  }
}

}  // namespace

std::uint64_t HeadOf(const std::string& address) {
  const auto stub = log::v1::EventLogService::NewStub(ChannelTo(address));
  return Ask(*stub, &log::v1::EventLogService::Stub::GetHead, log::v1::GetHeadRequest()).position();
}

std::map<std::string, std::string> DigestsAt(const std::string& address, std::uint64_t position) {
  const auto stub = ProjectionService::NewStub(ChannelTo(address));
  const auto views = WaitFor(*stub, [&](const auto& view) { return view.position() >= position; });
  std::map<std::string, std::string> digests;
  for (const auto& view : views.projections()) {
    views::v1::GetProjectionDigestRequest request;
    request.set_name(view.name());
    const auto digest = Ask(*stub, &ProjectionService::Stub::GetProjectionDigest, request);
    if (digest.as_of_position() != position) Fail("the log grew: " + digest.ShortDebugString());
    digests[view.name()] = digest.sha256();
  }
  return digests;
}

void RebuildViews(const std::string& address) {
  const auto stub = ProjectionService::NewStub(ChannelTo(address));
  const auto views =
      Ask(*stub, &ProjectionService::Stub::ListProjections, views::v1::ListProjectionsRequest());
  for (const auto& view : views.projections()) {
    views::v1::RebuildProjectionRequest request;
    request.set_name(view.name());
    Ask(*stub, &ProjectionService::Stub::RebuildProjection, request);
  }
  WaitFor(*stub, [](const auto& view) { return !view.rebuilding(); });
}

}  // namespace sanzhang::support
