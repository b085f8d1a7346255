// opening.v1.OpeningService: the opener behind gRPC.
//
// Only query sides may call it: they decide who sees what. UNAUTHENTICATED, TOO_LARGE,
// INVALID_REQUEST, PERMISSION_DENIED, then the opener's refusals.
#pragma once

#include <memory>

#include "grpcpp/grpcpp.h"
#include "services/opening/opener.h"
#include "services/runtime/principal.h"

namespace sanzhang::opening {

// Both must outlive the service.
std::unique_ptr<grpc::Service> MakeOpeningService(Opener& opener,
                                                  const runtime::Authenticator& authenticator);

}  // namespace sanzhang::opening
