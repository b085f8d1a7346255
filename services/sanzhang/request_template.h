// A request whose fields are filled from a row of a table.
//
// Written as a TOML table that mirrors the message: nested tables are nested messages, arrays are
// repeated fields of plain values or of tables, enum values are given by name. A text may hold
// placeholders:
//
//   {column}          the row's value
//   {column|id}       as the last part of a resource name: lower case, all else becomes hyphens
//   {column|TABLE}    looked up in a table of values; its entry "*" stands for all others, and the
//   value
//                     "*" for the word itself
//   {{  }}            a brace
//
// A field whose placeholder turns out empty is not set. What is written wrongly is found when the
// template is made, with file and line; what a row lacks, when it is filled.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "services/sanzhang/toml_file.h"

namespace sanzhang::app {

using ValueTable = std::map<std::string, std::string, std::less<>>;

// What placeholders may name.
struct TemplateNames {
  std::map<std::string, std::size_t, std::less<>> columns;    // Name → place in the row.
  std::map<std::string, std::string, std::less<>> constants;  // As `community`.
  std::map<std::string, ValueTable, std::less<>> tables;
};

// A text with placeholders.
class TextTemplate {
 public:
  // INVALID_ARGUMENT: a brace is open, or a name is not known.
  static absl::StatusOr<TextTemplate> Parse(std::string_view text, const TemplateNames& names);
  // Empty if any placeholder is. INVALID_ARGUMENT if a table has no entry for the value.
  absl::StatusOr<std::string> Fill(const std::vector<std::string>& row) const;
  bool constant() const;

 private:
  struct Part {
    std::string literal;
    bool placeholder = false;
    std::size_t column = 0;  // Of a placeholder.
    std::vector<std::string> filter_names;
    std::vector<const ValueTable*> filters;  // Null: `id`.
  };
  static absl::StatusOr<Part> ParsePlaceholder(std::string_view text, const TemplateNames& names);

  std::vector<Part> parts_;
};

// `03 Queens` → `03-queens`.
std::string ToId(std::string_view text);

class RequestTemplate {
 public:
  // `names` must outlive it. Adds `path:line: what` to `mistakes`; then the template can't be used.
  RequestTemplate(const google::protobuf::Descriptor& message, const toml::table& fields,
                  std::string_view path, const TemplateNames& names,
                  std::vector<std::string>& mistakes);

  // A message that the caller may still add to. INVALID_ARGUMENT `field: what` if the row does not
  // do.
  absl::StatusOr<std::unique_ptr<google::protobuf::Message>> Fill(
      const std::vector<std::string>& row) const;

 private:
  // A way into the message; `index` of an element of a repeated message.
  struct Step {
    const google::protobuf::FieldDescriptor* field;
    int index = 0;
  };
  using Path = std::vector<Step>;
  struct Field {
    Path path;
    TextTemplate text;
  };
  struct Reading;
  void Read(const toml::table& fields, Reading& reading);
  void ReadField(std::string_view name, const toml::node& node, Reading& reading);
  void ReadMessage(const toml::table& fields, Reading& reading);
  void ReadValue(const toml::node& node, Reading& reading);
  // The message that the path's last field belongs to, made where it is missing.
  static google::protobuf::Message& Walk(google::protobuf::Message& message, const Path& path);

  const google::protobuf::Message* prototype_;
  std::unique_ptr<google::protobuf::Message> constant_;
  std::vector<Field> fields_;
};

// Sets a field from text: numbers, true and false, names of enum values. INVALID_ARGUMENT if it is
// none.
absl::Status SetFromText(google::protobuf::Message& message,
                         const google::protobuf::FieldDescriptor& field, const std::string& text);

}  // namespace sanzhang::app
