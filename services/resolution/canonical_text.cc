#include "services/resolution/canonical_text.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/timestamp.pb.h"
#include "proto/wire/time.h"

namespace sanzhang::resolution {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

constexpr char kSet[] = "{}";

std::string Escaped(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '\\':
        escaped += "\\\\";
        break;
      case '\t':
        escaped += "\\t";
        break;
      case '\n':
        escaped += "\\n";
        break;
      case '\r':
        escaped += "\\r";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::optional<std::string> Unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      plain += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    switch (text[i]) {
      case '\\':
        plain += '\\';
        break;
      case 't':
        plain += '\t';
        break;
      case 'n':
        plain += '\n';
        break;
      case 'r':
        plain += '\r';
        break;
      default:
        return std::nullopt;
    }
  }
  return plain;
}

bool IsMessage(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

bool IsTime(const FieldDescriptor& field) {
  return IsMessage(field) && field.message_type() == Timestamp::descriptor();
}

std::string TimeText(const Message& time) {
  // Not every Timestamp is of the generated class: one may come from a descriptor pool.
  Timestamp stamp;
  stamp.CopyFrom(time);
  return absl::StrCat(absl::ToUnixMicros(wire::ToTime(stamp)));
}

// `index` -1: the field is singular.
std::string ScalarText(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& reflection = *message.GetReflection();
  const bool one = index < 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return (one ? reflection.GetBool(message, &field)
                  : reflection.GetRepeatedBool(message, &field, index))
                 ? "true"
                 : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(one ? reflection.GetInt32(message, &field)
                              : reflection.GetRepeatedInt32(message, &field, index));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(one ? reflection.GetInt64(message, &field)
                              : reflection.GetRepeatedInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_ENUM:
      return (one ? reflection.GetEnum(message, &field)
                  : reflection.GetRepeatedEnum(message, &field, index))
          ->name();
    case FieldDescriptor::CPPTYPE_STRING:
      return Escaped(one ? reflection.GetString(message, &field)
                         : reflection.GetRepeatedString(message, &field, index));
    default:
      return "";
  }
}

void AddFields(const Message& message, const std::string& prefix, Repeated repeated,
               std::vector<std::string>& texts);

void AddRepeated(const Message& message, const FieldDescriptor& field, const std::string& prefix,
                 Repeated repeated, std::vector<std::string>& texts) {
  const Reflection& reflection = *message.GetReflection();
  // Of each element, its texts without the path to it.
  std::vector<std::vector<std::string>> elements;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    auto& element = elements.emplace_back();
    if (IsMessage(field)) {
      AddFields(reflection.GetRepeatedMessage(message, &field, i), ".", repeated, element);
    } else {
      element.push_back("=" + ScalarText(message, field, i));
    }
  }
  if (repeated == Repeated::kSorted) {
    std::sort(elements.begin(), elements.end(), [](const auto& a, const auto& b) {
      return absl::StrJoin(a, "\t") < absl::StrJoin(b, "\t");
    });
  }
  for (std::size_t i = 0; i < elements.size(); ++i) {
    for (const std::string& text : elements[i]) {
      texts.push_back(absl::StrCat(prefix, field.name(), "[", i, "]", text));
    }
  }
}

void AddFields(const Message& message, const std::string& prefix, Repeated repeated,
               std::vector<std::string>& texts) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);  // By number, and only those that are set.
  for (const FieldDescriptor* field : fields) {
    const std::string path = prefix + field->name();
    if (field->is_repeated()) {
      AddRepeated(message, *field, prefix, repeated, texts);
    } else if (IsTime(*field)) {
      texts.push_back(path + "=" + TimeText(reflection.GetMessage(message, field)));
    } else if (IsMessage(*field)) {
      texts.push_back(path + "=" + kSet);
      AddFields(reflection.GetMessage(message, field), path + ".", repeated, texts);
    } else {
      texts.push_back(path + "=" + ScalarText(message, *field, -1));
    }
  }
}

absl::Status Wrong(std::string_view text, std::string_view reason) {
  return absl::InvalidArgumentError(absl::StrCat(std::string(text), ": ", std::string(reason)));
}

template <class Number>
std::optional<Number> ParseNumber(std::string_view value) {
  Number number;
  if (!absl::SimpleAtoi(absl::string_view(value.data(), value.size()), &number)) return {};
  return number;
}

// False if the value is none of the field's. Adds an element to a repeated field.
bool SetScalar(Message& message, const FieldDescriptor& field, std::string_view value) {
  const Reflection& reflection = *message.GetReflection();
  const bool one = !field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      if (value != "true" && value != "false") return false;
      one ? reflection.SetBool(&message, &field, value == "true")
          : reflection.AddBool(&message, &field, value == "true");
      return true;
    case FieldDescriptor::CPPTYPE_INT32: {
      const auto number = ParseNumber<std::int32_t>(value);
      if (!number) return false;
      one ? reflection.SetInt32(&message, &field, *number)
          : reflection.AddInt32(&message, &field, *number);
      return true;
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      const auto number = ParseNumber<std::int64_t>(value);
      if (!number) return false;
      one ? reflection.SetInt64(&message, &field, *number)
          : reflection.AddInt64(&message, &field, *number);
      return true;
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* named = field.enum_type()->FindValueByName(std::string(value));
      if (named == nullptr) return false;
      one ? reflection.SetEnum(&message, &field, named)
          : reflection.AddEnum(&message, &field, named);
      return true;
    }
    case FieldDescriptor::CPPTYPE_STRING: {
      auto plain = Unescaped(value);
      if (!plain) return false;
      one ? reflection.SetString(&message, &field, *std::move(plain))
          : reflection.AddString(&message, &field, *std::move(plain));
      return true;
    }
    default:
      return false;
  }
}

bool SetTime(Message& message, const FieldDescriptor& field, std::string_view value) {
  const auto us = ParseNumber<std::int64_t>(value);
  if (!us) return false;
  message.GetReflection()
      ->MutableMessage(&message, &field)
      ->CopyFrom(wire::ToStamp(absl::FromUnixMicros(*us)));
  return true;
}

// One step of a path: `name` or `name[0]`.
struct Step {
  const FieldDescriptor* field = nullptr;  // Null: no such field, or an index where none belongs.
  int index = -1;
};

Step ReadStep(const Message& message, std::string_view text) {
  Step step;
  const auto bracket = text.find('[');
  const std::string name(text.substr(0, bracket));
  if (bracket != std::string_view::npos) {
    if (text.back() != ']') return {};
    const auto index = ParseNumber<int>(text.substr(bracket + 1, text.size() - bracket - 2));
    if (!index || *index < 0) return {};
    step.index = *index;
  }
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  if (field != nullptr && field->is_repeated() == (step.index >= 0)) step.field = field;
  return step;
}

}  // namespace

std::vector<std::string> FieldTexts(const Message& message, Repeated repeated) {
  std::vector<std::string> texts;
  AddFields(message, "", repeated, texts);
  return texts;
}

absl::Status SetField(std::string_view text, Message& message) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return Wrong(text, "must be as in `path=value`");
  std::string_view path = text.substr(0, equals);
  const std::string_view value = text.substr(equals + 1);
  Message* inside = &message;
  while (true) {
    const auto dot = path.find('.');
    const Step step = ReadStep(*inside, path.substr(0, dot));
    if (step.field == nullptr) return Wrong(text, "there is no such field");
    const Reflection& reflection = *inside->GetReflection();
    const int size = step.index < 0 ? 0 : reflection.FieldSize(*inside, step.field);
    if (step.index > size) return Wrong(text, "the index skips one");
    if (dot == std::string_view::npos) {
      const bool again = step.index >= 0 && step.index < size;
      const bool set = IsTime(*step.field)      ? SetTime(*inside, *step.field, value)
                       : IsMessage(*step.field) ? step.index < 0 && value == kSet &&
                                                      reflection.MutableMessage(inside, step.field)
                                                : SetScalar(*inside, *step.field, value);
      return set && !again ? absl::OkStatus() : Wrong(text, "there is no such value");
    }
    if (!IsMessage(*step.field) || IsTime(*step.field)) {
      return Wrong(text, "there is no such field");
    }
    inside = step.index < 0      ? reflection.MutableMessage(inside, step.field)
             : step.index < size ? reflection.MutableRepeatedMessage(inside, step.field, step.index)
                                 : reflection.AddMessage(inside, step.field);
    path.remove_prefix(dot + 1);
  }
}

}  // namespace sanzhang::resolution
