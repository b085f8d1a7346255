#include "services/audit/record_json.h"

#include <array>

#include "sanzhang/log/v1/record.pb.h"
#include "services/audit/export_format.h"
#include "services/audit/wire_walk.h"

namespace sanzhang::audit {
namespace {

using log::v1::Record;

void WriteHex(std::string_view bytes, std::string& to) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (const char byte : bytes) {
    to.push_back(kHex[static_cast<unsigned char>(byte) >> 4]);
    to.push_back(kHex[static_cast<unsigned char>(byte) & 15]);
  }
}

// The store writes its own fields around the others: so that each can be written by itself in the
// order of the numbers, the bytes of each are found first.
struct Slices {
  static constexpr std::size_t kFieldsMax = 32;
  std::array<std::string_view, kFieldsMax> of = {};  // With the tags; empty: the field is not set.
  bool plain = true;  // No field that stands once stands twice, and repeated ones lie together.
};

bool Slice(std::string_view record, Slices& slices) {
  WireWalk walk(record);
  const char* begin = record.data();
  while (walk.Next()) {
    const std::string_view field(begin, static_cast<std::size_t>(walk.at() - begin));
    begin = walk.at();
    if (walk.number() >= Slices::kFieldsMax) continue;
    std::string_view& place = slices.of[walk.number()];
    if (place.empty()) {
      place = field;
    } else if (walk.number() == Record::kPolicyRefsFieldNumber &&
               place.data() + place.size() == field.data()) {
      place = {place.data(), place.size() + field.size()};
    } else {
      slices.plain = false;
    }
  }
  return walk.ok();
}

std::string_view ContentOf(std::string_view field) {
  WireWalk walk(field);
  return walk.Next() ? walk.bytes() : std::string_view();
}

}  // namespace

void WriteUuidText(std::string_view bytes, std::string& to) {
  if (bytes.size() != 16) return WriteHex(bytes, to);
  std::size_t from = 0;
  for (const std::size_t length : {4, 2, 2, 2, 6}) {
    if (from != 0) to.push_back('-');
    WriteHex(bytes.substr(from, length), to);
    from += length;
  }
}

bool RecordJson::WriteFields(std::string_view record, std::string& to) {
  Slices slices;
  if (!Slice(record, slices) || !slices.plain) {
    Record parsed;
    if (!parsed.ParseFromArray(record.data(), static_cast<int>(record.size()))) return false;
    parsed.DiscardUnknownFields();
    scratch_ = parsed.SerializeAsString();
    slices = Slices();
    if (!Slice(scratch_, slices) || !slices.plain) return false;
  }
  const MessagePlan* fact = schema_.PlanOf(ContentOf(slices.of[Record::kTypeFieldNumber]));
  to.push_back('{');
  for (const FieldPlan& field : schema_.record_plan().fields) {
    const auto number = static_cast<std::size_t>(field.number);
    const std::string_view bytes =
        number < Slices::kFieldsMax ? slices.of[number] : std::string_view();
    const bool is_payload = field.number == Record::kPayloadFieldNumber;
    if (bytes.empty() && !is_payload) continue;
    if (to.back() != '{') to.push_back(',');
    if (is_payload) {
      to.append(field.key);
      if (fact == nullptr || !writer_.Write(*fact, ContentOf(bytes), to)) to.append("null");
    } else if (field.number == Record::kEventIdFieldNumber) {
      to.append(field.key).push_back('"');
      WriteUuidText(ContentOf(bytes), to);
      to.push_back('"');
    } else {
      // As a message that has this field alone, without its braces.
      const std::size_t begin = to.size();
      if (!writer_.Write(schema_.record_plan(), bytes, to)) return false;
      to.erase(begin, 1);
      to.pop_back();
      if (to.size() == begin && to.back() == ',')
        to.pop_back();  // A zero that was written out: not set.
    }
  }
  return true;
}

bool RecordJson::WriteLine(std::string_view record, std::string_view leaf, std::string& to) {
  const std::size_t begin = to.size();
  if (!WriteFields(record, to)) {
    to.resize(begin);
    return false;
  }
  if (leaf.empty()) {
    to.append("}\n");
    return true;
  }
  to.append(kLeafHashMark);
  WriteHex(leaf, to);
  to.append(kBytesMark);
  WriteBase64(record, to);
  to.append(kLineEnd).push_back('\n');
  return true;
}

}  // namespace sanzhang::audit
