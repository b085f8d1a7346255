// Calls RPCs that are known by their descriptors only, with JSON or bytes in and out.
//
// JSON is proto JSON with the fields' own names. Threads: a client may be used by several at once.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/status.h"

namespace sanzhang::app {

using Metadata = std::vector<std::pair<std::string, std::string>>;

// To a server without TLS. Sends keepalive pings no faster than our servers allow.
std::shared_ptr<grpc::Channel> OpenChannel(const std::string& address);

class RpcClient {
 public:
  explicit RpcClient(std::shared_ptr<grpc::Channel> channel);

  // Sends `request`, hands every answer to `each`, and waits for the end. `each` answers whether it
  // wants more; if not, the call is cancelled and the status is OK.
  grpc::Status Call(const google::protobuf::MethodDescriptor& method, const std::string& request,
                    const Metadata& metadata, absl::Time deadline,
                    const std::function<bool(std::string)>& each);

  // A unary call; `done` runs on a thread of gRPC's with the answer's bytes.
  void Start(const std::string& path, const std::string& request, const Metadata& metadata,
             absl::Time deadline, std::function<void(const grpc::Status&, std::string)> done);

 private:
  std::shared_ptr<grpc::Channel> channel_;
  grpc::GenericStub stub_;
};

// INVALID_ARGUMENT with protobuf's own words.
absl::StatusOr<std::string> JsonToBytes(const google::protobuf::Descriptor& message,
                                        const std::string& json);
absl::StatusOr<std::string> BytesToJson(const google::protobuf::Descriptor& message,
                                        const std::string& bytes, bool pretty);

// Gives the JSON of a request the fields that every caller would have to make: a fresh request id,
// if the message has one and the JSON has not. INVALID_ARGUMENT if it is not a JSON object.
absl::StatusOr<std::string> CompleteRequest(const google::protobuf::Descriptor& message,
                                            const std::string& json);

// What an error says: code, reason, metadata, violations, each on a line of its own.
std::string ShowError(const grpc::Status& status);

// The reason of an error, as in `RESOURCE_ALREADY_EXISTS`; empty: it did not come from our server,
// and its outcome is unknown.
std::string ReasonOf(const grpc::Status& status);

// `UNAVAILABLE`.
std::string NameOf(grpc::StatusCode code);

}  // namespace sanzhang::app
