#include "proto/wire/names.h"

namespace sanzhang::wire {
namespace {

bool IsIdCharacter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// Cuts the part before the next `separator` off `text`.
std::string_view Cut(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

bool MatchesOne(std::string_view name, std::string_view pattern) {
  while (!pattern.empty() && !name.empty()) {
    const std::string_view want = Cut(pattern, '/');
    const std::string_view have = Cut(name, '/');
    if (want == "*" ? !IsId(have) : want != have) return false;
    if (pattern.empty() != name.empty()) return false;
  }
  return pattern.empty() && name.empty();
}

}  // namespace

bool IsId(std::string_view text) {
  if (text.empty() || text.size() > 63) return false;
  if (!IsIdCharacter(text.front()) || !IsIdCharacter(text.back())) return false;
  for (const char c : text) {
    if (!IsIdCharacter(c) && c != '-') return false;
  }
  return true;
}

bool MatchesPattern(std::string_view name, std::string_view patterns) {
  if (name.size() > kNameBytesMax || name.empty() || name.back() == '/') return false;
  while (!patterns.empty()) {
    if (MatchesOne(name, Cut(patterns, '|'))) return true;
  }
  return false;
}

std::string_view CommunityOf(std::string_view name) {
  if (!name.starts_with("communities/")) return {};
  const std::size_t id = std::string_view("communities/").size();
  const std::size_t end = name.find('/', id);
  return end == id || name.size() == id ? std::string_view() : name.substr(0, end);
}

std::string_view IdOf(std::string_view name) { return name.substr(name.rfind('/') + 1); }

std::string_view CollectionOf(std::string_view name) {
  const std::size_t end = name.rfind('/');
  if (end == std::string_view::npos) return {};
  const std::string_view rest = name.substr(0, end);
  return rest.substr(rest.rfind('/') + 1);
}

std::string Child(std::string_view parent, std::string_view collection, std::string_view id) {
  std::string name;
  name.reserve(parent.size() + collection.size() + id.size() + 2);
  name.append(parent).append("/").append(collection).append("/").append(id);
  return name;
}

}  // namespace sanzhang::wire
