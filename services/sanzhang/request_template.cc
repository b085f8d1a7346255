#include "services/sanzhang/request_template.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/dynamic_message.h"
#include "services/sanzhang/descriptors.h"

namespace sanzhang::app {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// How many columns a placeholder's column can't be: it stands for a constant.
constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);

const Message* PrototypeOf(const Descriptor& message) {
  static auto& factory = *new google::protobuf::DynamicMessageFactory(&Descriptors());
  return factory.GetPrototype(&message);
}

absl::Status Wrong(std::string_view what) {
  return absl::InvalidArgumentError(absl::string_view(what.data(), what.size()));
}

template <class Number, class Put>
absl::Status SetNumber(const std::string& text, Put put) {
  Number number{};
  if (!absl::SimpleAtoi(text, &number))
    return Wrong(absl::StrCat("\"", text, "\" is not a number"));
  put(number);
  return absl::OkStatus();
}

std::string TextOf(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto number = node.value_exact<std::int64_t>()) return absl::StrCat(*number);
  if (const auto truth = node.value_exact<bool>()) return *truth ? "true" : "false";
  return "";
}

bool IsPlain(const toml::node& node) {
  return node.is_string() || node.is_integer() || node.is_boolean();
}

}  // namespace

std::string ToId(std::string_view text) {
  std::string id;
  for (const char c : text) {
    const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
    if (absl::ascii_isalnum(static_cast<unsigned char>(lower))) {
      id += lower;
    } else if (!id.empty() && id.back() != '-') {
      id += '-';
    }
  }
  if (!id.empty() && id.back() == '-') id.pop_back();
  return id;
}

absl::StatusOr<TextTemplate::Part> TextTemplate::ParsePlaceholder(std::string_view text,
                                                                  const TemplateNames& names) {
  const std::vector<std::string> words = absl::StrSplit(std::string(text), '|');
  Part part;
  part.placeholder = true;
  const auto column = names.columns.find(words[0]);
  const auto constant = names.constants.find(words[0]);
  if (column != names.columns.end()) {
    part.column = column->second;
  } else if (constant != names.constants.end()) {
    part.column = kNoColumn;
    part.literal = constant->second;
  } else {
    return Wrong(absl::StrCat("no column \"", words[0], "\""));
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto table = names.tables.find(words[i]);
    if (words[i] != "id" && table == names.tables.end()) {
      return Wrong(absl::StrCat("no table \"", words[i], "\""));
    }
    part.filter_names.push_back(words[i]);
    part.filters.push_back(words[i] == "id" ? nullptr : &table->second);
  }
  return part;
}

absl::StatusOr<TextTemplate> TextTemplate::Parse(std::string_view text,
                                                 const TemplateNames& names) {
  TextTemplate result;
  Part literal;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool doubled = i + 1 < text.size() && text[i + 1] == text[i];
    if ((text[i] == '{' || text[i] == '}') && doubled) {
      literal.literal += text[i++];
    } else if (text[i] == '{') {
      const std::size_t end = text.find('}', i);
      if (end == std::string_view::npos) return Wrong("a brace is open");
      absl::StatusOr<Part> part = ParsePlaceholder(text.substr(i + 1, end - i - 1), names);
      if (!part.ok()) return part.status();
      if (!literal.literal.empty()) result.parts_.push_back(std::move(literal));
      literal = {};
      result.parts_.push_back(*std::move(part));
      i = end;
    } else {
      literal.literal += text[i];
    }
  }
  if (!literal.literal.empty() || result.parts_.empty())
    result.parts_.push_back(std::move(literal));
  return result;
}

bool TextTemplate::constant() const {
  return std::all_of(parts_.begin(), parts_.end(), [](const Part& part) {
    return !part.placeholder || part.column == kNoColumn;
  });
}

absl::StatusOr<std::string> TextTemplate::Fill(const std::vector<std::string>& row) const {
  std::string text;
  for (const Part& part : parts_) {
    if (!part.placeholder) {
      text += part.literal;
      continue;
    }
    std::string value = part.column == kNoColumn   ? part.literal
                        : part.column < row.size() ? row[part.column]
                                                   : std::string();
    for (std::size_t i = 0; i < part.filters.size(); ++i) {
      const ValueTable* table = part.filters[i];
      if (table == nullptr) {
        value = ToId(value);
        continue;
      }
      auto entry = table->find(value);
      if (entry == table->end()) entry = table->find("*");
      if (entry == table->end()) {
        return Wrong(absl::StrCat("table ", part.filter_names[i], " has no \"", value, "\""));
      }
      if (entry->second != "*") value = entry->second;
    }
    if (value.empty()) return std::string();
    text += value;
  }
  return text;
}

absl::Status SetFromText(Message& message, const FieldDescriptor& field, const std::string& text) {
  const auto& reflection = *message.GetReflection();
  const bool many = field.is_repeated();
  const auto put = [&](auto set, auto add) {
    return [&, set, add](auto value) {
      many ? (reflection.*add)(&message, &field, value)
           : (reflection.*set)(&message, &field, value);
    };
  };
  using Reflection = google::protobuf::Reflection;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      put(&Reflection::SetString, &Reflection::AddString)(text);
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* value = field.enum_type()->FindValueByName(text);
      if (value == nullptr) {
        return Wrong(absl::StrCat("\"", text, "\" is no ", field.enum_type()->full_name()));
      }
      put(&Reflection::SetEnum, &Reflection::AddEnum)(value);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      if (text != "true" && text != "false")
        return Wrong(absl::StrCat("\"", text, "\" is not true or false"));
      put(&Reflection::SetBool, &Reflection::AddBool)(text == "true");
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_INT32:
      return SetNumber<std::int32_t>(text, put(&Reflection::SetInt32, &Reflection::AddInt32));
    case FieldDescriptor::CPPTYPE_INT64:
      return SetNumber<std::int64_t>(text, put(&Reflection::SetInt64, &Reflection::AddInt64));
    case FieldDescriptor::CPPTYPE_UINT32:
      return SetNumber<std::uint32_t>(text, put(&Reflection::SetUInt32, &Reflection::AddUInt32));
    case FieldDescriptor::CPPTYPE_UINT64:
      return SetNumber<std::uint64_t>(text, put(&Reflection::SetUInt64, &Reflection::AddUInt64));
    default:
      return Wrong(absl::StrCat(field.name(), " can't be given as text"));
  }
}

// Where the reading of a template stands.
struct RequestTemplate::Reading {
  std::string_view file;
  const TemplateNames& names;
  std::vector<std::string>& mistakes;
  const Descriptor* message;
  Path path;

  void Mistake(const toml::node& node, std::string_view what) {
    mistakes.push_back(absl::StrCat(WhereIs(file, node), ": ", std::string(what)));
  }
};

RequestTemplate::RequestTemplate(const Descriptor& message, const toml::table& fields,
                                 std::string_view path, const TemplateNames& names,
                                 std::vector<std::string>& mistakes)
    : prototype_(PrototypeOf(message)), constant_(prototype_->New()) {
  Reading reading{path, names, mistakes, &message, {}};
  Read(fields, reading);
}

Message& RequestTemplate::Walk(Message& message, const Path& path) {
  Message* at = &message;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    const auto& [field, index] = path[i];
    const auto& reflection = *at->GetReflection();
    at = field->is_repeated() ? reflection.MutableRepeatedMessage(at, field, index)
                              : reflection.MutableMessage(at, field);
  }
  return *at;
}

void RequestTemplate::Read(const toml::table& fields, Reading& reading) {
  for (const auto& [name, node] : fields) ReadField(name.str(), node, reading);
}

void RequestTemplate::ReadField(std::string_view name, const toml::node& node, Reading& reading) {
  const FieldDescriptor* field = reading.message->FindFieldByName(std::string(name));
  if (field == nullptr) {
    reading.Mistake(node, absl::StrCat(reading.message->full_name(), " has no field \"",
                                       std::string(name), "\""));
    return;
  }
  const Descriptor* inner = field->message_type();
  const toml::array* array = node.as_array();
  const auto one_fits = [&](const toml::node& one) {
    return inner != nullptr ? one.is_table() : IsPlain(one);
  };
  const bool fits = field->is_repeated()
                        ? array != nullptr && std::all_of(array->begin(), array->end(), one_fits)
                        : one_fits(node);
  if (!fits) {
    const std::string_view one = inner != nullptr ? "table" : "plain value";
    reading.Mistake(node, absl::StrCat(std::string(name), " must be ",
                                       field->is_repeated() ? "an array of " : "a ",
                                       std::string(one), field->is_repeated() ? "s" : ""));
    return;
  }
  reading.path.push_back({field});
  const auto read_one = [&](const toml::node& one) {
    inner != nullptr ? ReadMessage(*one.as_table(), reading) : ReadValue(one, reading);
  };
  if (array != nullptr) {
    for (const toml::node& item : *array) read_one(item);
  } else {
    read_one(node);
  }
  reading.path.pop_back();
}

void RequestTemplate::ReadMessage(const toml::table& fields, Reading& reading) {
  auto& [field, index] = reading.path.back();
  Message& parent = Walk(*constant_, reading.path);
  const auto& reflection = *parent.GetReflection();
  if (field->is_repeated()) {
    index = reflection.FieldSize(parent, field);
    reflection.AddMessage(&parent, field);
  } else {
    reflection.MutableMessage(&parent, field);
  }
  const Descriptor* outer = std::exchange(reading.message, field->message_type());
  Read(fields, reading);
  reading.message = outer;
}

void RequestTemplate::ReadValue(const toml::node& node, Reading& reading) {
  absl::StatusOr<TextTemplate> text = TextTemplate::Parse(TextOf(node), reading.names);
  if (!text.ok()) return reading.Mistake(node, text.status().message().data());
  if (!text->constant()) {
    fields_.push_back({reading.path, *std::move(text)});
    return;
  }
  const absl::StatusOr<std::string> value = text->Fill({});
  absl::Status set = value.status();
  if (set.ok())
    set = SetFromText(Walk(*constant_, reading.path), *reading.path.back().field, *value);
  if (!set.ok()) reading.Mistake(node, std::string(set.message()));
}

absl::StatusOr<std::unique_ptr<Message>> RequestTemplate::Fill(
    const std::vector<std::string>& row) const {
  std::unique_ptr<Message> message(prototype_->New());
  message->CopyFrom(*constant_);
  for (const Field& field : fields_) {
    const absl::StatusOr<std::string> value = field.text.Fill(row);
    absl::Status set = value.status();
    if (set.ok() && !value->empty()) {
      set = SetFromText(Walk(*message, field.path), *field.path.back().field, *value);
    }
    if (!set.ok())
      return Wrong(absl::StrCat(field.path.back().field->name(), ": ", std::string(set.message())));
  }
  return message;
}

}  // namespace sanzhang::app
