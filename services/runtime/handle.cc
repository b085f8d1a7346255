#include "services/runtime/handle.h"

#include <string>
#include <utility>

#include "absl/time/time.h"
#include "grpcpp/server_context.h"
#include "proto/wire/grpc_status.h"
#include "proto/wire/refusal.h"
#include "services/runtime/access.h"
#include "services/runtime/limits.h"
#include "services/runtime/request_check.h"

namespace sanzhang::runtime {

Call CallOf(const grpc::CallbackServerContext& context) {
  Call call;
  for (const auto& [key, value] : context.client_metadata()) {
    call.metadata.insert_or_assign(std::string(key.data(), key.size()),
                                   std::string(value.data(), value.size()));
  }
  const auto deadline = context.deadline();
  if (deadline != decltype(deadline)::max()) call.deadline = absl::FromChrono(deadline);
  return call;
}

grpc::ServerUnaryReactor* HandleCommand(CommandRunner& runner, const CommandType& type,
                                        grpc::CallbackServerContext* context,
                                        const google::protobuf::Message* request,
                                        google::protobuf::Message* response, Companion* companion) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  runner.Run(
      type, *request, CallOf(*context),
      [&type, context, reactor, response](absl::StatusOr<Answer> answer) {
        if (answer.ok()) {
          type.render(*answer, *response);
        } else if (wire::ReasonOf(answer.status()) == type::v1::ERROR_REASON_OVERLOADED) {
          // What gRPC's own retries heed; RetryInfo says the same to everyone else.
          context->AddTrailingMetadata("grpc-retry-pushback-ms",
                                       std::to_string(absl::ToInt64Milliseconds(kRetryDelay)));
        }
        reactor->Finish(wire::ToGrpc(answer.status()));
      },
      companion);
  return reactor;
}

absl::StatusOr<Principal> Admit(const Authenticator& authenticator,
                                const grpc::CallbackServerContext& context,
                                const google::protobuf::Message& request) {
  absl::StatusOr<Principal> principal = authenticator.Authenticate(CallOf(context).metadata);
  if (!principal.ok()) return principal;
  if (absl::Status shape = CheckRequest(request); !shape.ok()) return shape;
  if (!AdmitsPrincipal(MethodOf(*request.GetDescriptor()).rule, *principal)) {
    return wire::Refuse(type::v1::ERROR_REASON_PERMISSION_DENIED);
  }
  return principal;
}

}  // namespace sanzhang::runtime
