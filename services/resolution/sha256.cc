#include "services/resolution/sha256.h"

#include "absl/strings/escaping.h"
#include "proto/wire/sha256.h"

namespace sanzhang::resolution {

std::string Sha256Hex(std::string_view bytes) {
  return absl::BytesToHexString(wire::Sha256(bytes));
}

}  // namespace sanzhang::resolution
