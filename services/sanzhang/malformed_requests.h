// Bytes that can't be read as the request of their RPC.
//
// gRPC answers them with a bare UNIMPLEMENTED and never calls the handler, so that no service can
// say more. This stands between: such a call ends with MALFORMED_REQUEST, as every refusal of ours
// does.
#pragma once

#include <memory>

#include "grpcpp/support/server_interceptor.h"

namespace sanzhang::app {

// For all RPCs of a server. One that counts calls by their code has to come after it.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> RefuseMalformedRequests();

}  // namespace sanzhang::app
