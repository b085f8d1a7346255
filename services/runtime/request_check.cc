#include "services/runtime/request_check.h"

#include <openssl/evp.h>

#include <memory>
#include <vector>

#include "absl/strings/escaping.h"
#include "eventstore/check.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "proto/wire/per_type.h"
#include "proto/wire/shape.h"
#include "sanzhang/type/v1/shape.pb.h"
#include "services/runtime/limits.h"

namespace sanzhang::runtime {

namespace pb = google::protobuf;

absl::Status CheckRequest(const pb::Message& request) {
  absl::Status checked = wire::CheckRequest(request, kRequestBytesMax);
  if (!checked.ok()) return checked;
  std::vector<wire::FieldViolation> violations;
  for (std::string& path : SealedIn(request)) {
    violations.push_back({std::move(path), "must not come sealed"});
  }
  return violations.empty() ? absl::OkStatus() : wire::RefuseShape(violations);
}

namespace {

std::string Sha256(std::string_view bytes) {
  // Fetched once: looking an algorithm up costs more than a small digest.
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  std::string digest(32, '\0');
  unsigned size = 0;
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &size,
                 sha256, nullptr);
  SANZHANG_CHECK(done == 1 && size == digest.size());
  return digest;
}

using Fields = std::vector<const pb::FieldDescriptor*>;

// Top-level fields only, as the shape's comment says.
Fields FindSecrets(const pb::Descriptor& type) {
  Fields secrets;
  for (int i = 0; i < type.field_count(); ++i) {
    if (type.field(i)->options().GetExtension(type::v1::shape).secret()) {
      secrets.push_back(type.field(i));
    }
  }
  return secrets;
}

const Fields& SecretsOf(const pb::Descriptor& type) {
  static auto* const secrets = new wire::PerType<Fields>(FindSecrets);
  return secrets->Of(type);
}

}  // namespace

std::string DigestOf(const pb::Message& message, const Sealer& sealer) {
  const std::unique_ptr<pb::Message> open(message.New());
  open->CopyFrom(message);
  for (const pb::FieldDescriptor* secret : SecretsOf(*message.GetDescriptor())) {
    open->GetReflection()->ClearField(open.get(), secret);
  }
  std::string words = TakeWords(*open);
  std::string bytes = message.GetDescriptor()->full_name();
  bytes.push_back('\0');
  {
    pb::io::StringOutputStream stream(&bytes);
    pb::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    open->SerializeToCodedStream(&out);
  }
  std::string digest = Sha256(bytes);
  // With the request's id in it, so that the same words said twice do not look the same.
  if (!words.empty()) digest += sealer.TagOf(digest + words);
  return digest;
}

std::string Fingerprint(std::string_view text) {
  const std::string digest = Sha256(text);
  return absl::BytesToHexString(absl::string_view(digest.data(), digest.size()));
}

}  // namespace sanzhang::runtime
