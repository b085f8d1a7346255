#include "proto/wire/enum_id.h"

namespace sanzhang::wire {
namespace {

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

// `PublicationKind` → `publication-kind`.
std::string Hyphenated(const std::string& name) {
  std::string out;
  for (const char c : name) {
    if (IsUpper(c) && !out.empty()) out.push_back('-');
    out.push_back(IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return out;
}

}  // namespace

std::string EnumId(const google::protobuf::EnumDescriptor& type, int number) {
  const google::protobuf::EnumValueDescriptor* value = type.FindValueByNumber(number);
  if (value == nullptr) return "";
  std::string id = value->name();
  for (char& c : id) {
    if (IsUpper(c)) c = static_cast<char>(c - 'A' + 'a');
    if (c == '_') c = '-';
  }
  const std::string prefix = Hyphenated(type.name()) + "-";
  return id.starts_with(prefix) ? id.substr(prefix.size()) : id;
}

}  // namespace sanzhang::wire
