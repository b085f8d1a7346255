// Messages and decisions as text, so that a test's table reads like what it says.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "services/runtime/decider.h"

namespace sanzhang::support {

// The message that the text format describes. A text that can't be read ends the test program: the
// test itself is wrong.
template <class M>
M Text(std::string_view text) {
  M message;
  if (!google::protobuf::TextFormat::ParseFromString(std::string(text), &message)) {
    std::fprintf(stderr, "not a %s: %.*s\n", M::descriptor()->full_name().c_str(),
                 static_cast<int>(text.size()), text.data());
    std::abort();
  }
  return message;
}

// One line of text format.
inline std::string Show(const google::protobuf::Message& message) {
  return message.ShortDebugString();
}

// The reason's name with its metadata, as in `ERROR_REASON_BODY_MISSING {kind=OWNERS_COMMITTEE}`.
inline std::string Show(const runtime::Refusal& refusal) {
  std::string shown = type::v1::ErrorReason_Name(refusal.reason);
  if (refusal.metadata.empty()) return shown;
  std::string_view separator = " {";
  for (const auto& [key, value] : refusal.metadata) {
    shown.append(separator).append(key).append("=").append(value);
    separator = ", ";
  }
  return shown + "}";
}

// The refusal, or each event followed by `; `, one of another resource after its name. Empty:
// already so.
template <class Event>
std::string Show(const runtime::Decision<Event>& decision) {
  if (const auto* refusal = std::get_if<runtime::Refusal>(&decision)) return Show(*refusal);
  std::string shown;
  const auto& decided = std::get<runtime::Decided<Event>>(decision);
  for (const Event& event : decided.events) shown += Show(event) + "; ";
  for (const runtime::Elsewhere<Event>& other : decided.elsewhere) {
    shown += other.name + ": " + Show(other.event) + "; ";
  }
  return shown;
}

}  // namespace sanzhang::support
