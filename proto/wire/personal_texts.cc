#include "proto/wire/personal_texts.h"

#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "proto/wire/per_type.h"

namespace sanzhang::wire {
namespace {

namespace pb = google::protobuf;
using Fields = std::vector<const pb::FieldDescriptor*>;
using Visit = absl::FunctionRef<void(const std::string&, const type::v1::PersonalText&)>;

// `seen` keeps types that hold themselves from being endless.
bool Leads(const pb::Descriptor* type, absl::flat_hash_set<const pb::Descriptor*>& seen) {
  if (type == type::v1::PersonalText::descriptor()) return true;
  if (!seen.insert(type).second) return false;
  for (int i = 0; i < type->field_count(); ++i) {
    const pb::Descriptor* inner = type->field(i)->message_type();
    if (inner != nullptr && Leads(inner, seen)) return true;
  }
  return false;
}

Fields FindWays(const pb::Descriptor& type) {
  Fields fields;
  for (int i = 0; i < type.field_count(); ++i) {
    const pb::Descriptor* inner = type.field(i)->message_type();
    absl::flat_hash_set<const pb::Descriptor*> seen;
    if (inner != nullptr && Leads(inner, seen)) fields.push_back(type.field(i));
  }
  return fields;
}

const Fields& WaysOf(const pb::Descriptor& type) {
  static auto* const ways = new PerType<Fields>(FindWays);
  return ways->Of(type);
}

void Walk(const pb::Message& message, const std::string& path, Visit visit) {
  const pb::Descriptor* type = message.GetDescriptor();
  if (type == type::v1::PersonalText::descriptor()) {
    return visit(path, static_cast<const type::v1::PersonalText&>(message));
  }
  const pb::Reflection& reflection = *message.GetReflection();
  for (const pb::FieldDescriptor* field : WaysOf(*type)) {
    const std::string inner = path.empty() ? field->name() : absl::StrCat(path, ".", field->name());
    if (!field->is_repeated()) {
      if (reflection.HasField(message, field)) {
        Walk(reflection.GetMessage(message, field), inner, visit);
      }
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      Walk(reflection.GetRepeatedMessage(message, field, i), absl::StrCat(inner, "[", i, "]"),
           visit);
    }
  }
}

}  // namespace

bool HoldsTexts(const pb::Descriptor& type) { return !WaysOf(type).empty(); }

void VisitTexts(const pb::Message& fact, Visit visit) { Walk(fact, "", visit); }

}  // namespace sanzhang::wire
