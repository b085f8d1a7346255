#include "proto/wire/fact.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"

namespace sanzhang::wire {

namespace pb = google::protobuf;

absl::Status ReadFact(std::string_view type, std::string_view payload, pb::Message& event) {
  const pb::OneofDescriptor* oneof = event.GetDescriptor()->oneof_decl(0);
  for (int i = 0; i < oneof->field_count(); ++i) {
    const pb::FieldDescriptor* field = oneof->field(i);
    if (field->message_type()->full_name() != type) continue;
    event.Clear();
    pb::Message* fact = event.GetReflection()->MutableMessage(&event, field);
    if (fact->ParseFromArray(payload.data(), static_cast<int>(payload.size())))
      return absl::OkStatus();
    return absl::DataLossError(absl::StrCat("unreadable ", field->message_type()->full_name()));
  }
  return absl::NotFoundError(absl::StrCat("no such fact: ", std::string(type)));
}

const pb::Message* FactOf(const pb::Message& event) {
  const pb::OneofDescriptor* oneof = event.GetDescriptor()->oneof_decl(0);
  const pb::FieldDescriptor* field = event.GetReflection()->GetOneofFieldDescriptor(event, oneof);
  return field == nullptr ? nullptr : &event.GetReflection()->GetMessage(event, field);
}

pb::Message* MutableFactOf(pb::Message& event) {
  const pb::OneofDescriptor* oneof = event.GetDescriptor()->oneof_decl(0);
  const pb::FieldDescriptor* field = event.GetReflection()->GetOneofFieldDescriptor(event, oneof);
  return field == nullptr ? nullptr : event.GetReflection()->MutableMessage(&event, field);
}

}  // namespace sanzhang::wire
