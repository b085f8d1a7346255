#include "proto/wire/shape.h"

#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "proto/wire/names.h"
#include "sanzhang/type/v1/shape.pb.h"

namespace sanzhang::wire {
namespace {

namespace pb = google::protobuf;
using type::v1::FieldShape;

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

// Where a field stands; spelled out only for a violation.
struct Path {
  const Path* outer;
  const pb::FieldDescriptor* field;
  int index = -1;  // In a repeated field.

  std::string Spell() const {
    std::string text = outer == nullptr ? std::string() : absl::StrCat(outer->Spell(), ".");
    absl::StrAppend(&text, field->name());
    if (index >= 0) absl::StrAppend(&text, "[", index, "]");
    return text;
  }
};

class Checker {
 public:
  explicit Checker(std::string community) : community_(std::move(community)) {}

  // `outer` null: the request itself.
  void Check(const pb::Message& message, const Path* outer) {
    const pb::Descriptor& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) CheckField(message, {outer, type.field(i)});
  }

  std::vector<FieldViolation> Take() { return std::move(violations_); }

 private:
  void CheckField(const pb::Message& message, const Path& path) {
    const pb::FieldDescriptor& field = *path.field;
    const pb::Reflection& reflection = *message.GetReflection();
    const FieldShape& shape = field.options().GetExtension(type::v1::shape);
    if (field.is_repeated()) {
      const int size = reflection.FieldSize(message, &field);
      if (shape.required() && size == 0) Add(path, "is required");
      if (shape.items_max() > 0 && static_cast<std::uint32_t>(size) > shape.items_max()) {
        Add(path, absl::StrCat("has more than ", shape.items_max(), " items"));
        return;
      }
      for (int i = 0; i < size; ++i) CheckItem(message, shape, {path.outer, &field, i});
      return;
    }
    if (field.has_presence() ? !reflection.HasField(message, &field) : IsZero(message, field)) {
      if (shape.required()) Add(path, "is required");
      if (field.has_presence() || shape.min() <= 0) return;
    }
    CheckItem(message, shape, path);
  }

  static bool IsZero(const pb::Message& message, const pb::FieldDescriptor& field) {
    return !message.GetReflection()->HasField(message, &field);
  }

  void CheckItem(const pb::Message& message, const FieldShape& shape, const Path& path) {
    const pb::Reflection& reflection = *message.GetReflection();
    const pb::FieldDescriptor& field = *path.field;
    const int index = path.index;
    const bool one = index < 0;
    switch (field.cpp_type()) {
      case pb::FieldDescriptor::CPPTYPE_STRING: {
        std::string scratch;
        const std::string& text =
            one ? reflection.GetStringReference(message, &field, &scratch)
                : reflection.GetRepeatedStringReference(message, &field, index, &scratch);
        CheckText(text, shape, path);
        break;
      }
      case pb::FieldDescriptor::CPPTYPE_ENUM: {
        const int number = one ? reflection.GetEnumValue(message, &field)
                               : reflection.GetRepeatedEnumValue(message, &field, index);
        if (field.enum_type()->FindValueByNumber(number) == nullptr) {
          Add(path, absl::StrCat("has the unknown value ", number));
        }
        break;
      }
      case pb::FieldDescriptor::CPPTYPE_INT32:
        CheckNumber(one ? reflection.GetInt32(message, &field)
                        : reflection.GetRepeatedInt32(message, &field, index),
                    shape, path);
        break;
      case pb::FieldDescriptor::CPPTYPE_INT64:
        CheckNumber(one ? reflection.GetInt64(message, &field)
                        : reflection.GetRepeatedInt64(message, &field, index),
                    shape, path);
        break;
      case pb::FieldDescriptor::CPPTYPE_MESSAGE: {
        const pb::Message& inner = one ? reflection.GetMessage(message, &field)
                                       : reflection.GetRepeatedMessage(message, &field, index);
        if (inner.GetDescriptor()->full_name() == "google.protobuf.Timestamp") {
          CheckTimestamp(inner, path);
        } else {
          Check(inner, &path);
        }
        break;
      }
      default:
        break;
    }
  }

  void CheckText(const std::string& text, const FieldShape& shape, const Path& path) {
    if (shape.bytes_max() > 0 && text.size() > shape.bytes_max()) {
      Add(path, absl::StrCat("is longer than ", shape.bytes_max(), " bytes"));
    }
    if (text.empty()) return;
    if (shape.id() && !IsId(text))
      Add(path, "is not an id: [a-z0-9-], 1 to 63, no hyphen at either end");
    if (shape.uuid() && !IsUuid(text)) Add(path, "is not a UUID in lower case");
    if (!shape.resource().empty()) {
      if (!MatchesPattern(text, shape.resource())) {
        Add(path, absl::StrCat("is not a resource name ", shape.resource()));
      } else if (const std::string_view own = CommunityOf(text);
                 !community_.empty() && !own.empty() && own != community_) {
        Add(path, absl::StrCat("lies outside ", community_));
      }
    }
  }

  void CheckNumber(std::int64_t number, const FieldShape& shape, const Path& path) {
    // A shape that is not stated has neither bound; `min: 0` alone still forbids negative numbers.
    if (number < shape.min() && path.field->options().HasExtension(type::v1::shape)) {
      Add(path, absl::StrCat("is less than ", shape.min()));
    }
    if (shape.max() != 0 && number > shape.max())
      Add(path, absl::StrCat("is more than ", shape.max()));
  }

  void CheckTimestamp(const pb::Message& stamp, const Path& path) {
    const pb::Descriptor& type = *stamp.GetDescriptor();
    const std::int64_t seconds = stamp.GetReflection()->GetInt64(stamp, type.FindFieldByNumber(1));
    const std::int32_t nanos = stamp.GetReflection()->GetInt32(stamp, type.FindFieldByNumber(2));
    // Years 1 to 9999, as the type's own definition has it.
    if (seconds < -62'135'596'800 || seconds > 253'402'300'799 || nanos < 0 ||
        nanos > 999'999'999) {
      Add(path, "is not a time between the years 1 and 9999");
    }
  }

  void Add(const Path& path, std::string description) {
    if (violations_.size() < kViolationsMax)
      violations_.push_back({path.Spell(), std::move(description)});
  }

  std::string community_;
  std::vector<FieldViolation> violations_;
};

std::string CommunityOfRequest(const pb::Message& request) {
  for (const char* name : {"name", "parent"}) {
    const pb::FieldDescriptor* field = request.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr || field->type() != pb::FieldDescriptor::TYPE_STRING ||
        field->is_repeated())
      continue;
    return std::string(CommunityOf(request.GetReflection()->GetString(request, field)));
  }
  return {};
}

}  // namespace

std::vector<FieldViolation> CheckShape(const pb::Message& request) {
  Checker checker(CommunityOfRequest(request));
  checker.Check(request, nullptr);
  return checker.Take();
}

absl::Status CheckRequest(const pb::Message& request, std::size_t bytes_max) {
  const std::size_t bytes = request.ByteSizeLong();
  if (bytes > bytes_max) {
    return Refuse(type::v1::ERROR_REASON_TOO_LARGE,
                  {{"bytes", std::to_string(bytes)}, {"bytes_max", std::to_string(bytes_max)}});
  }
  const std::vector<FieldViolation> violations = CheckShape(request);
  return violations.empty() ? absl::OkStatus() : RefuseShape(violations);
}

}  // namespace sanzhang::wire
