#include "proto/wire/refusal.h"

#include <algorithm>

#include "absl/strings/cord.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/rpc/error_details.pb.h"

namespace sanzhang::wire {
namespace {

template <class Detail>
std::string Url() {
  return "type.googleapis.com/" + Detail::descriptor()->full_name();
}

template <class Detail>
void Attach(absl::Status& status, const Detail& detail) {
  status.SetPayload(Url<Detail>(), absl::Cord(detail.SerializeAsString()));
}

// Without the prefix ERROR_REASON_.
std::string ShortName(type::v1::ErrorReason reason) {
  return type::v1::ErrorReason_Name(reason).substr(sizeof "ERROR_REASON");
}

google::rpc::ErrorInfo InfoOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  if (const auto payload = status.GetPayload(Url<google::rpc::ErrorInfo>()); payload.has_value()) {
    info.ParseFromString(std::string(*payload));
  }
  return info;
}

}  // namespace

absl::Status Refuse(type::v1::ErrorReason reason, std::map<std::string, std::string> metadata,
                    std::string_view message) {
  const auto* value = type::v1::ErrorReason_descriptor()->FindValueByNumber(reason);
  const auto code =
      static_cast<absl::StatusCode>(value->options().GetExtension(type::v1::grpc_code));
  std::string text(message);
  if (text.empty()) {
    text = ShortName(reason);
    for (const auto& [key, content] : metadata) text += " " + key + "=" + content;
  }
  absl::Status status(code, text);
  google::rpc::ErrorInfo info;
  info.set_reason(ShortName(reason));
  info.set_domain("sanzhang");
  for (auto& [key, content] : metadata) (*info.mutable_metadata())[key] = std::move(content);
  Attach(status, info);
  return status;
}

absl::Status RefuseShape(const std::vector<FieldViolation>& violations) {
  std::string text = "the request's shape is wrong:";
  google::rpc::BadRequest bad;
  for (const auto& violation : violations) {
    text += " " + violation.field + ": " + violation.description + ";";
    auto* to = bad.add_field_violations();
    to->set_field(violation.field);
    to->set_description(violation.description);
  }
  absl::Status status = Refuse(type::v1::ERROR_REASON_INVALID_REQUEST, {}, text);
  Attach(status, bad);
  return status;
}

absl::Status RefuseForNow(type::v1::ErrorReason reason, absl::Duration retry_delay,
                          std::map<std::string, std::string> metadata) {
  absl::Status status = Refuse(reason, std::move(metadata));
  google::rpc::RetryInfo retry;
  const std::int64_t ms = absl::ToInt64Milliseconds(retry_delay);
  retry.mutable_retry_delay()->set_seconds(ms / 1000);
  retry.mutable_retry_delay()->set_nanos(static_cast<std::int32_t>(ms % 1000) * 1'000'000);
  Attach(status, retry);
  return status;
}

type::v1::ErrorReason ReasonOf(const absl::Status& status) {
  type::v1::ErrorReason reason = type::v1::ERROR_REASON_UNSPECIFIED;
  type::v1::ErrorReason_Parse("ERROR_REASON_" + InfoOf(status).reason(), &reason);
  return reason;
}

std::string MetadataOf(const absl::Status& status, std::string_view key) {
  const google::rpc::ErrorInfo info = InfoOf(status);
  const auto found = info.metadata().find(std::string(key));
  return found == info.metadata().end() ? std::string() : found->second;
}

}  // namespace sanzhang::wire
