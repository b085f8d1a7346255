#include "proto/wire/grpc_status.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "proto/wire/refusal.h"

namespace sanzhang::wire {
namespace {

constexpr std::size_t kMessageBytesMax = 1024;
constexpr std::size_t kDetailsBytesMax = 3072;

// Cuts at a character's boundary.
std::string Cut(absl::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

// BadRequest keeps its first violations, as many as fit.
std::string CutBadRequest(const std::string& bytes, std::size_t bytes_max) {
  google::rpc::BadRequest bad;
  bad.ParseFromString(bytes);
  while (bad.ByteSizeLong() > bytes_max && bad.field_violations_size() > 0) {
    bad.mutable_field_violations()->RemoveLast();
  }
  return bad.SerializeAsString();
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  if (ReasonOf(status) == type::v1::ERROR_REASON_UNSPECIFIED) {
    return ToGrpc(Refuse(absl::IsDataLoss(status) ? type::v1::ERROR_REASON_LOG_CORRUPT
                                                  : type::v1::ERROR_REASON_INTERNAL));
  }
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(Cut(status.message(), kMessageBytesMax));
  const std::string info_url = "type.googleapis.com/google.rpc.ErrorInfo";
  std::vector<std::pair<std::string, std::string>> payloads;
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& bytes) {
    const auto at = url == info_url ? payloads.begin() : payloads.end();
    payloads.insert(at, {std::string(url), std::string(bytes)});
  });
  for (auto& [url, bytes] : payloads) {
    const std::size_t used = details.ByteSizeLong() + url.size() + 16;
    const std::size_t left = used < kDetailsBytesMax ? kDetailsBytesMax - used : 0;
    if (bytes.size() > left) {
      if (!url.ends_with("google.rpc.BadRequest")) continue;
      bytes = CutBadRequest(bytes, left);
    }
    auto* any = details.add_details();
    any->set_type_url(url);
    any->set_value(bytes);
  }
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), details.message(),
                      details.SerializeAsString());
}

}  // namespace sanzhang::wire
