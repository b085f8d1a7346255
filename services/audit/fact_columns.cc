#include "services/audit/fact_columns.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "nlohmann/json.hpp"
#include "sanzhang/log/v1/record.pb.h"
#include "services/audit/json_plan.h"
#include "services/audit/record_json.h"

namespace sanzhang::audit {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr int kDepthMax = 8;  // Messages in messages; deeper ones are one column of JSON.

std::string CommentOf(const FieldDescriptor& field) {
  google::protobuf::SourceLocation location;
  if (!field.GetSourceLocation(&location)) return "";
  std::string text = absl::StrReplaceAll(location.leading_comments, {{"\n", " "}});
  absl::StripAsciiWhitespace(&text);
  absl::RemoveExtraAsciiWhitespace(&text);
  return text;
}

ColumnType TypeOf(const FieldDescriptor& field) {
  if (field.is_repeated()) return ColumnType::kJson;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return ColumnType::kBool;
    case FieldDescriptor::CPPTYPE_ENUM:
      return ColumnType::kEnum;
    case FieldDescriptor::CPPTYPE_STRING:
      return field.type() == FieldDescriptor::TYPE_BYTES ? ColumnType::kBytes : ColumnType::kText;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return field.message_type()->full_name() == "google.protobuf.Timestamp" ? ColumnType::kTime
                                                                              : ColumnType::kJson;
    default:
      return ColumnType::kInteger;
  }
}

// A number, a truth or a word that is not sent is its zero, if the message that has it is there.
std::string UnsetOf(const FieldDescriptor& field, ColumnType type, int depth) {
  if (depth > 0 || field.has_presence()) return "";
  if (type == ColumnType::kInteger || type == ColumnType::kBool) return "0";
  if (type != ColumnType::kEnum) return "";
  const auto* zero = field.enum_type()->FindValueByNumber(0);
  return zero == nullptr ? "" : absl::StrCat("'", zero->name(), "'");
}

void AddColumns(const Descriptor& message, const std::string& prefix, int depth,
                std::vector<FactColumn>& columns) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const std::string path = absl::StrCat(prefix, field.name());
    const ColumnType type = TypeOf(field);
    if (type == ColumnType::kJson && !field.is_repeated() && depth < kDepthMax) {
      AddColumns(*field.message_type(), path + ".", depth + 1, columns);
      continue;
    }
    columns.push_back({absl::StrReplaceAll(path, {{".", "_"}}), path, type,
                       UnsetOf(field, type, depth), CommentOf(field)});
  }
}

template <class Enum>
std::string NameOfValue(Enum value, const google::protobuf::EnumDescriptor& type) {
  const auto* known = type.FindValueByNumber(value);
  return value == 0 ? "" : known != nullptr ? known->name() : std::to_string(value);
}

std::string TimeOf(const google::protobuf::Timestamp& time) {
  std::string text;
  return WriteTimeText(time.seconds(), time.nanos(), text) ? text : "";
}

}  // namespace

std::vector<FactColumn> ColumnsOf(const Descriptor& fact) {
  std::vector<FactColumn> columns;
  AddColumns(fact, "", 0, columns);
  return columns;
}

const std::vector<RecordColumn>& RecordColumns() {
  using enum ColumnType;
  static const auto& columns =
      *new std::vector<RecordColumn>{{"position", kInteger},        {"stream", kText},
                                     {"revision", kInteger},        {"type", kText},
                                     {"schema_version", kInteger},  {"event_id", kText},
                                     {"community", kText},          {"occurred_at", kTime},
                                     {"recorded_at", kTime},        {"actor_kind", kEnum},
                                     {"actor_subject", kText},      {"actor_membership", kText},
                                     {"actor_body", kText},         {"actor_role", kEnum},
                                     {"actor_on_behalf_of", kText}, {"channel", kEnum},
                                     {"identity_level", kEnum},     {"request_id", kText},
                                     {"correlation_id", kText},     {"causation_id", kText},
                                     {"trace_parent", kText},       {"policy_refs", kJson}};
  return columns;
}

std::vector<std::string> RecordRow(const log::v1::Record& record) {
  const log::v1::Actor& actor = record.actor();
  std::string event_id;
  WriteUuidText(record.event_id(), event_id);
  nlohmann::json refs = nlohmann::json::array();
  for (const std::string& ref : record.policy_refs()) refs.push_back(ref);
  return {std::to_string(record.position()),
          record.stream(),
          std::to_string(record.revision()),
          record.type(),
          std::to_string(record.schema_version()),
          event_id,
          record.community(),
          TimeOf(record.occurred_at()),
          TimeOf(record.recorded_at()),
          NameOfValue(actor.kind(), *log::v1::Actor::Kind_descriptor()),
          actor.subject(),
          actor.membership(),
          actor.body(),
          NameOfValue(actor.role(), *type::v1::Role_descriptor()),
          actor.on_behalf_of(),
          NameOfValue(record.channel(), *type::v1::Channel_descriptor()),
          NameOfValue(record.identity_level(), *type::v1::IdentityLevel_descriptor()),
          record.request_id(),
          record.correlation_id(),
          record.causation_id(),
          record.trace_parent(),
          refs.empty() ? "" : refs.dump()};
}

std::string_view NameOf(ColumnType type) {
  switch (type) {
    case ColumnType::kText:
      return "text";
    case ColumnType::kInteger:
      return "integer";
    case ColumnType::kBool:
      return "boolean";
    case ColumnType::kEnum:
      return "enum";
    case ColumnType::kTime:
      return "time";
    case ColumnType::kBytes:
      return "bytes";
    case ColumnType::kJson:
      return "json";
  }
  return "";
}

}  // namespace sanzhang::audit
