#include "services/sanzhang/rpc.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/type_resolver_util.h"
#include "google/rpc/code.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/byte_buffer.h"
#include "nlohmann/json.hpp"
#include "services/sanzhang/descriptors.h"
#include "services/sanzhang/uuid.h"

namespace sanzhang::app {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::util::TypeResolver;

constexpr int kMessageBytesMax = 16 << 20;
constexpr int kKeepaliveMs = 60'000;
constexpr std::string_view kTypePrefix = "type.googleapis.com";

grpc::ByteBuffer Pack(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string Unpack(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  buffer.Dump(&slices);
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

void Prepare(const Metadata& metadata, absl::Time deadline, grpc::ClientContext& context) {
  for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
  if (deadline != absl::InfiniteFuture()) context.set_deadline(absl::ToChronoTime(deadline));
}

TypeResolver& Types() {
  static auto& types = *google::protobuf::util::NewTypeResolverForDescriptorPool(
      std::string(kTypePrefix), &Descriptors());
  return types;
}

std::string UrlOf(const Descriptor& message) {
  return absl::StrCat(std::string(kTypePrefix), "/", message.full_name());
}

google::rpc::Status DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) details.Clear();
  return details;
}

}  // namespace

std::shared_ptr<grpc::Channel> OpenChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

RpcClient::RpcClient(std::shared_ptr<grpc::Channel> channel)
    : channel_(std::move(channel)), stub_(channel_) {}

grpc::Status RpcClient::Call(const google::protobuf::MethodDescriptor& method,
                             const std::string& request, const Metadata& metadata,
                             absl::Time deadline, const std::function<bool(std::string)>& each) {
  grpc::ClientContext context;
  Prepare(metadata, deadline, context);
  grpc::CompletionQueue queue;
  const auto call = stub_.PrepareCall(&context, PathOf(method), &queue);
  const auto wait = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  call->StartCall(nullptr);
  bool live = wait();
  if (live) {
    call->WriteLast(Pack(request), grpc::WriteOptions(), nullptr);
    live = wait();
  }
  bool enough = false;
  while (live && !enough) {
    grpc::ByteBuffer answer;
    call->Read(&answer, nullptr);
    live = wait();
    if (live && !each(Unpack(answer))) enough = true;
  }
  if (enough) context.TryCancel();
  grpc::Status status;
  call->Finish(&status, nullptr);
  wait();
  return enough ? grpc::Status::OK : status;
}

void RpcClient::Start(const std::string& path, const std::string& request, const Metadata& metadata,
                      absl::Time deadline,
                      std::function<void(const grpc::Status&, std::string)> done) {
  struct Pending {
    grpc::ClientContext context;
    grpc::ByteBuffer request;
    grpc::ByteBuffer answer;
  };
  auto pending = std::make_shared<Pending>();
  Prepare(metadata, deadline, pending->context);
  pending->request = Pack(request);
  // The callback keeps what the call needs until it has ended.
  stub_.UnaryCall(&pending->context, path, grpc::StubOptions(), &pending->request, &pending->answer,
                  [pending, done = std::move(done)](const grpc::Status& status) {
                    done(status, status.ok() ? Unpack(pending->answer) : std::string());
                  });
}

absl::StatusOr<std::string> JsonToBytes(const Descriptor& message, const std::string& json) {
  std::string bytes;
  const auto status =
      google::protobuf::util::JsonToBinaryString(&Types(), UrlOf(message), json, &bytes);
  if (!status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        message.full_name(), ": ", std::string(status.message().data(), status.message().size())));
  }
  return bytes;
}

absl::StatusOr<std::string> BytesToJson(const Descriptor& message, const std::string& bytes,
                                        bool pretty) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status =
      google::protobuf::util::BinaryToJsonString(&Types(), UrlOf(message), bytes, &json, options);
  if (!status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        message.full_name(), ": ", std::string(status.message().data(), status.message().size())));
  }
  // Printed again here, since protobuf's own layout changes with its version.
  return pretty ? nlohmann::ordered_json::parse(json).dump(2) : json;
}

absl::StatusOr<std::string> CompleteRequest(const Descriptor& message, const std::string& json) {
  auto object = nlohmann::ordered_json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return absl::InvalidArgumentError("the request is not a JSON object");
  if (message.FindFieldByName("request_id") != nullptr && !object.contains("request_id") &&
      !object.contains("requestId")) {
    object["request_id"] = RandomUuid();
  }
  return object.dump();
}

std::string NameOf(grpc::StatusCode code) {
  return google::rpc::Code_Name(static_cast<google::rpc::Code>(code));
}

std::string ReasonOf(const grpc::Status& status) {
  const google::rpc::Status details = DetailsOf(status);
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    if (detail.UnpackTo(&info) && info.domain() == "sanzhang") return info.reason();
  }
  return "";
}

// What the list of reasons says of one, without the keys of its metadata; those are shown beside
// it.
std::string SentenceOf(const std::string& reason) {
  const auto* value = Descriptors().FindEnumValueByName("sanzhang.type.v1.ERROR_REASON_" + reason);
  google::protobuf::SourceLocation location;
  if (value == nullptr || !value->GetSourceLocation(&location)) return "";
  std::string sentence;
  for (const auto word : absl::StrSplit(location.leading_comments, absl::ByAnyChar(" \n"))) {
    if (word.empty()) continue;
    if (word[0] == '{') break;
    absl::StrAppend(&sentence, sentence.empty() ? "" : " ", word);
  }
  return sentence;
}

std::string ShowError(const grpc::Status& status) {
  const std::string reason = ReasonOf(status);
  const std::string sentence = SentenceOf(reason);
  std::string lines = sentence.empty() ? "" : "\n  " + sentence;
  const google::rpc::Status details = DetailsOf(status);
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad_request;
    google::rpc::RetryInfo retry;
    if (detail.UnpackTo(&info)) {
      for (const auto& [key, value] : info.metadata()) {
        absl::StrAppend(&lines, "\n  ", key, " = ", value);
      }
    } else if (detail.UnpackTo(&bad_request)) {
      for (const auto& violation : bad_request.field_violations()) {
        absl::StrAppend(&lines, "\n  ", violation.field(), ": ", violation.description());
      }
    } else if (detail.UnpackTo(&retry)) {
      absl::StrAppend(&lines, "\n  try again in ", retry.retry_delay().seconds(), ".",
                      retry.retry_delay().nanos() / 100'000'000, " s");
    }
  }
  std::string text = absl::StrCat(NameOf(status.error_code()), reason.empty() ? "" : " ", reason);
  // Our own messages say again what reason and details say.
  const bool says_more = reason.empty() || (lines.empty() && status.error_message() != reason);
  if (says_more && !status.error_message().empty()) {
    absl::StrAppend(&text, ": ", status.error_message());
  }
  return text + lines;
}

}  // namespace sanzhang::app
