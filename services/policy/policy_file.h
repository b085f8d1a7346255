// One policy file: its text, what it holds, and where in it each field stands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"

namespace sanzhang::policy {

// Collects what is wrong, each as `file:line: reason`.
class Mistakes {
 public:
  void Add(std::string_view file, int line, std::string_view reason);
  bool none() const { return lines_.empty(); }
  std::string Text() const;

 private:
  std::vector<std::string> lines_;
};

class PolicyText {
 public:
  PolicyText(std::string_view file, std::string_view text, Mistakes& mistakes)
      : file_(file), text_(text), mistakes_(mistakes) {}

  // The full name after `# proto-message:`; empty if no line says so.
  std::string MessageName() const;
  // False, and a mistake noted, if the text is not such a message.
  bool Parse(google::protobuf::Message& message);

  // Notes a mistake at the field's line; at the first line if the field is not there. `index` of a
  // repeated field, -1 for others.
  void Wrong(const google::protobuf::Message& message, std::string_view field, int index,
             std::string_view reason);

 private:
  int LineOf(const google::protobuf::Message& message, std::string_view field, int index) const;

  std::string_view file_;
  std::string_view text_;
  Mistakes& mistakes_;
  google::protobuf::TextFormat::ParseInfoTree tree_;
};

}  // namespace sanzhang::policy
