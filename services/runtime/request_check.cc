#include "services/runtime/request_check.h"

#include <openssl/evp.h>

#include "eventstore/check.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "proto/wire/shape.h"
#include "services/runtime/limits.h"

namespace sanzhang::runtime {

namespace pb = google::protobuf;

absl::Status CheckRequest(const pb::Message& request) {
  return wire::CheckRequest(request, kRequestBytesMax);
}

std::string DigestOf(const pb::Message& request) {
  std::string bytes = request.GetDescriptor()->full_name();
  bytes.push_back('\0');
  {
    pb::io::StringOutputStream stream(&bytes);
    pb::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&out);
  }
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

}  // namespace sanzhang::runtime
