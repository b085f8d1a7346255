#include "services/audit/export_format.h"

#include "proto/wire/sha256.h"

namespace sanzhang::audit {

std::string LeafHash(std::string_view record) {
  std::string leaf;
  leaf.reserve(record.size() + 1);
  leaf.push_back('\0');
  leaf.append(record);
  return wire::Sha256(leaf);
}

}  // namespace sanzhang::audit
