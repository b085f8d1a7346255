#include "services/policy/policy_file.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace sanzhang::policy {
namespace {

constexpr char kMessageMark[] = "# proto-message:";

class Collector final : public google::protobuf::io::ErrorCollector {
 public:
  Collector(std::string_view file, Mistakes& mistakes) : file_(file), mistakes_(mistakes) {}
  void AddError(int line, int, const std::string& reason) override {
    mistakes_.Add(file_, line + 1, reason);  // The parser counts from 0.
  }

 private:
  std::string_view file_;
  Mistakes& mistakes_;
};

}  // namespace

void Mistakes::Add(std::string_view file, int line, std::string_view reason) {
  lines_.push_back(absl::StrCat(std::string(file), ":", line, ": ", std::string(reason)));
}

std::string Mistakes::Text() const { return absl::StrJoin(lines_, "\n"); }

std::string PolicyText::MessageName() const {
  const std::string text(text_);
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::ConsumePrefix(&line, kMessageMark)) {
      return std::string(absl::StripAsciiWhitespace(line));
    }
  }
  return "";
}

bool PolicyText::Parse(google::protobuf::Message& message) {
  Collector collector(file_, mistakes_);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  parser.WriteLocationsTo(&tree_);
  google::protobuf::io::ArrayInputStream input(text_.data(), static_cast<int>(text_.size()));
  return parser.Parse(&input, &message);
}

void PolicyText::Wrong(const google::protobuf::Message& message, std::string_view field, int index,
                       std::string_view reason) {
  mistakes_.Add(file_, LineOf(message, field, index),
                absl::StrCat(std::string(field), ": ", std::string(reason)));
}

int PolicyText::LineOf(const google::protobuf::Message& message, std::string_view field,
                       int index) const {
  const auto* descriptor = message.GetDescriptor()->FindFieldByName(std::string(field));
  if (descriptor == nullptr) return 1;
  // Of all of a repeated field: where the first is.
  if (descriptor->is_repeated()) index = std::max(index, 0);
  return std::max(tree_.GetLocation(descriptor, index).line + 1, 1);  // -1: not in the text.
}

}  // namespace sanzhang::policy
