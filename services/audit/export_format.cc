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

std::string NodeHash(std::string_view left, std::string_view right) {
  std::string node;
  node.reserve(1 + left.size() + right.size());
  node.append(1, '\x01').append(left).append(right);
  return wire::Sha256(node);
}

std::string EmptyRoot() { return wire::Sha256(""); }

}  // namespace sanzhang::audit
