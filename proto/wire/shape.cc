#include "proto/wire/shape.h"

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "proto/wire/names.h"
#include "proto/wire/per_type.h"
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

struct FieldRule {
  const pb::FieldDescriptor* field;
  const FieldShape* shape;
  bool is_stated;   // The shape is, not just its default.
  bool may_be_nil;  // It may be absent, or zero where that is no different.
  bool is_time;
};

struct TypeRules {
  std::vector<FieldRule> fields;
  const pb::FieldDescriptor* resource = nullptr;  // Names the community; null: nothing does.
};

TypeRules MakeRules(const pb::Descriptor& type) {
  TypeRules rules;
  for (int i = 0; i < type.field_count(); ++i) {
    const pb::FieldDescriptor& field = *type.field(i);
    const FieldShape& shape = field.options().GetExtension(type::v1::shape);
    const pb::Descriptor* inner = field.message_type();
    rules.fields.push_back(
        {.field = &field,
         .shape = &shape,
         .is_stated = field.options().HasExtension(type::v1::shape),
         .may_be_nil = field.has_presence() || shape.min() <= 0,
         .is_time = inner != nullptr && inner->full_name() == "google.protobuf.Timestamp"});
  }
  for (const char* name : {"name", "parent"}) {
    const pb::FieldDescriptor* field = type.FindFieldByName(name);
    const bool names = field != nullptr && field->type() == pb::FieldDescriptor::TYPE_STRING &&
                       !field->is_repeated();
    if (names && rules.resource == nullptr) rules.resource = field;
  }
  return rules;
}

const TypeRules& RulesOf(const pb::Message& message) {
  static auto* const rules = new PerType<TypeRules>(MakeRules);
  return rules->Of(*message.GetDescriptor());
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
  void Check(const pb::Message& message, const TypeRules& rules, const Path* outer) {
    for (const FieldRule& rule : rules.fields) CheckField(message, rule, {outer, rule.field});
  }

  std::vector<FieldViolation> Take() { return std::move(violations_); }

 private:
  void CheckField(const pb::Message& message, const FieldRule& rule, const Path& path) {
    const pb::FieldDescriptor& field = *rule.field;
    const pb::Reflection& reflection = *message.GetReflection();
    const FieldShape& shape = *rule.shape;
    if (field.is_repeated()) {
      const int size = reflection.FieldSize(message, &field);
      if (shape.required() && size == 0) Add(path, "is required");
      if (shape.items_max() > 0 && static_cast<std::uint32_t>(size) > shape.items_max()) {
        Add(path, absl::StrCat("has more than ", shape.items_max(), " items"));
        return;
      }
      for (int i = 0; i < size; ++i) CheckItem(message, rule, {path.outer, &field, i});
      return;
    }
    // Of a field without presence: whether it is zero.
    if (!reflection.HasField(message, &field)) {
      if (shape.required()) Add(path, "is required");
      if (rule.may_be_nil) return;
    }
    CheckItem(message, rule, path);
  }

  void CheckItem(const pb::Message& message, const FieldRule& rule, const Path& path) {
    const pb::Reflection& reflection = *message.GetReflection();
    const pb::FieldDescriptor& field = *rule.field;
    const int index = path.index;
    const bool one = index < 0;
    switch (field.cpp_type()) {
      case pb::FieldDescriptor::CPPTYPE_STRING: {
        std::string scratch;
        const std::string& text =
            one ? reflection.GetStringReference(message, &field, &scratch)
                : reflection.GetRepeatedStringReference(message, &field, index, &scratch);
        CheckText(text, *rule.shape, path);
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
                    rule, path);
        break;
      case pb::FieldDescriptor::CPPTYPE_INT64:
        CheckNumber(one ? reflection.GetInt64(message, &field)
                        : reflection.GetRepeatedInt64(message, &field, index),
                    rule, path);
        break;
      case pb::FieldDescriptor::CPPTYPE_MESSAGE: {
        const pb::Message& inner = one ? reflection.GetMessage(message, &field)
                                       : reflection.GetRepeatedMessage(message, &field, index);
        if (rule.is_time) {
          CheckTimestamp(inner, path);
        } else {
          Check(inner, RulesOf(inner), &path);
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

  void CheckNumber(std::int64_t number, const FieldRule& rule, const Path& path) {
    const FieldShape& shape = *rule.shape;
    // A shape that is not stated has neither bound; `min: 0` alone still forbids negative numbers.
    if (number < shape.min() && rule.is_stated) {
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

std::string CommunityOfRequest(const pb::Message& request, const TypeRules& rules) {
  if (rules.resource == nullptr) return {};
  std::string scratch;
  return std::string(
      CommunityOf(request.GetReflection()->GetStringReference(request, rules.resource, &scratch)));
}

}  // namespace

std::vector<FieldViolation> CheckShape(const pb::Message& request) {
  const TypeRules& rules = RulesOf(request);
  Checker checker(CommunityOfRequest(request, rules));
  checker.Check(request, rules, nullptr);
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
