// A handler of a command in one line, between gRPC's callback API and the runner:
//
//   grpc::ServerUnaryReactor* CloseComplaint(grpc::CallbackServerContext* call,
//                                            const v1::CloseComplaintRequest* request,
//                                            v1::CloseComplaintResponse* response) override {
//     return runtime::Handle<Complaint>(runner_, call, request, response);
//   }
//
// Other RPCs admit their callers with Admit.
#pragma once

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/server_callback.h"
#include "services/runtime/command_runner.h"
#include "services/runtime/command_type.h"
#include "services/runtime/principal.h"

namespace grpc {
class CallbackServerContext;
}

namespace sanzhang::runtime {

// Metadata and deadline of a call.
Call CallOf(const grpc::CallbackServerContext& context);

grpc::ServerUnaryReactor* HandleCommand(CommandRunner& runner, const CommandType& type,
                                        grpc::CallbackServerContext* context,
                                        const google::protobuf::Message* request,
                                        google::protobuf::Message* response, Companion* companion);

// Runs the command that `request` is, by A's rules, with a companion where it needs one. Never
// blocks on the commit.
template <class A, class Request, class Response>
grpc::ServerUnaryReactor* Handle(CommandRunner& runner, grpc::CallbackServerContext* context,
                                 const Request* request, Response* response,
                                 Companion* companion = nullptr) {
  return HandleCommand(runner, CommandTypeOf<A, Request, Response>(), context, request, response,
                       companion);
}

// For RPCs that are no commands: who calls, if the RPC's rule admits them for what the installation
// made them or for being known at all, and if the request has the shape that its proto states.
// UNAUTHENTICATED, TOO_LARGE, INVALID_REQUEST, PERMISSION_DENIED, in this order.
absl::StatusOr<Principal> Admit(const Authenticator& authenticator,
                                const grpc::CallbackServerContext& context,
                                const google::protobuf::Message& request);

}  // namespace sanzhang::runtime
