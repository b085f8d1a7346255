#include "services/opening/opening_service.h"

#include <algorithm>
#include <string>
#include <utility>

#include "proto/wire/grpc_status.h"
#include "proto/wire/refusal.h"
#include "proto/wire/shape.h"
#include "sanzhang/opening/v1/opening_service.grpc.pb.h"
#include "services/runtime/access.h"
#include "services/runtime/handle.h"
#include "services/runtime/limits.h"

namespace sanzhang::opening {
namespace {

using opening::v1::OpenTextsRequest;
using opening::v1::OpenTextsResponse;

// As query sides call themselves (services/sanzhang/query_side.cc).
constexpr std::string_view kQuerySide = "projector";
constexpr std::size_t kRequestBytesMax = 3 << 20;

class OpeningService final : public opening::v1::OpeningService::CallbackService {
 public:
  OpeningService(Opener& opener, const runtime::Authenticator& authenticator)
      : opener_(opener), authenticator_(authenticator) {}

  grpc::ServerUnaryReactor* OpenTexts(grpc::CallbackServerContext* context,
                                      const OpenTextsRequest* request,
                                      OpenTextsResponse* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    const runtime::Call call = runtime::CallOf(*context);
    if (absl::Status admitted = Admit(call, *request); !admitted.ok()) {
      reactor->Finish(wire::ToGrpc(admitted));
      return reactor;
    }
    const absl::Time latest = absl::Now() + runtime::kDeadlineDefault;
    opener_.Open(*request, std::min(call.deadline, latest),
                 [reactor, response](absl::StatusOr<OpenTextsResponse> opened) {
                   if (opened.ok()) *response = *std::move(opened);
                   reactor->Finish(wire::ToGrpc(opened.status()));
                 });
    return reactor;
  }

 private:
  absl::Status Admit(const runtime::Call& call, const OpenTextsRequest& request) const {
    const auto principal = authenticator_.Authenticate(call.metadata);
    if (!principal.ok()) return principal.status();
    absl::Status checked = wire::CheckRequest(request, kRequestBytesMax);
    if (!checked.ok()) return checked;
    const bool query_side =
        principal->kind == log::v1::Actor::KIND_SERVICE && principal->id == kQuerySide;
    const auto& rule = runtime::MethodOf(*request.GetDescriptor()).rule;
    if (!query_side || !runtime::AdmitsPrincipal(rule, *principal)) {
      return wire::Refuse(type::v1::ERROR_REASON_PERMISSION_DENIED);
    }
    return absl::OkStatus();
  }

  Opener& opener_;
  const runtime::Authenticator& authenticator_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeOpeningService(Opener& opener,
                                                  const runtime::Authenticator& authenticator) {
  return std::make_unique<OpeningService>(opener, authenticator);
}

}  // namespace sanzhang::opening
