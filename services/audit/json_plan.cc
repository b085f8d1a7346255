#include "services/audit/json_plan.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "eventstore/utf8.h"
#include "services/audit/wire_walk.h"

namespace sanzhang::audit {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using Kind = FieldPlan::Kind;

constexpr int kDepthMax = 100;  // As deep as protobuf's own parser goes.

std::optional<Kind> KindOf(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_INT32:
      return Kind::kInt32;
    case FieldDescriptor::TYPE_UINT32:
      return Kind::kUint32;
    case FieldDescriptor::TYPE_INT64:
      return Kind::kInt64;
    case FieldDescriptor::TYPE_UINT64:
      return Kind::kUint64;
    case FieldDescriptor::TYPE_BOOL:
      return Kind::kBool;
    case FieldDescriptor::TYPE_ENUM:
      return Kind::kEnum;
    case FieldDescriptor::TYPE_STRING:
      return Kind::kText;
    case FieldDescriptor::TYPE_BYTES:
      return Kind::kBytes;
    case FieldDescriptor::TYPE_MESSAGE:
      if (field.is_map()) return std::nullopt;
      return field.message_type()->full_name() == "google.protobuf.Timestamp" ? Kind::kTime
                                                                              : Kind::kMessage;
    default:
      return std::nullopt;
  }
}

bool IsVarint(Kind kind) { return kind <= Kind::kEnum; }

// As it is read: of 32-bit numbers the upper half does not count.
bool IsZero(Kind kind, std::uint64_t value) {
  const bool narrow = kind == Kind::kInt32 || kind == Kind::kUint32 || kind == Kind::kEnum;
  return narrow ? static_cast<std::uint32_t>(value) == 0 : value == 0;
}

template <class Number>
void WriteNumber(Number number, std::string& to) {
  std::array<char, 24> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  to.append(text.data(), end);
}

void WriteVarint(const FieldPlan& field, std::uint64_t value, std::string& to) {
  switch (field.kind) {
    case Kind::kInt32:
      return WriteNumber(static_cast<std::int32_t>(value), to);
    case Kind::kUint32:
      return WriteNumber(static_cast<std::uint32_t>(value), to);
    case Kind::kBool:
      to.append(value != 0 ? "true" : "false");
      return;
    case Kind::kEnum: {
      const auto number = static_cast<std::int32_t>(value);
      const auto name = field.names.find(number);
      if (name == field.names.end()) return WriteNumber(number, to);
      to.append(name->second);
      return;
    }
    default:
      to.push_back('"');
      field.kind == Kind::kInt64 ? WriteNumber(static_cast<std::int64_t>(value), to)
                                 : WriteNumber(value, to);
      to.push_back('"');
  }
}

// Whether eight bytes are ASCII that JSON has as it is: no control, no quote, no backslash. May say
// no of some that are.
bool IsPlain8(const char* bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  std::uint64_t eight = 0;
  std::memcpy(&eight, bytes, sizeof eight);
  const std::uint64_t below_blank = eight - 0x20 * kOnes;
  const std::uint64_t quote = (eight ^ '"' * kOnes) - kOnes;
  const std::uint64_t backslash = (eight ^ '\\' * kOnes) - kOnes;
  return ((eight | below_blank | quote | backslash) & 0x80 * kOnes) == 0;
}

// One walk over bytes that are as protobuf writes them.
class Walk {
 public:
  enum class End { kDone, kOtherwise, kMalformed };  // kOtherwise: it would write them otherwise.

  explicit Walk(std::string& to) : to_(to) {}

  End Message(const MessagePlan& plan, std::string_view bytes, int depth) {
    if (depth > kDepthMax) return End::kMalformed;
    WireWalk walk(bytes);
    std::uint32_t last = 0;
    std::uint64_t oneofs = 0;
    bool in_array = false;
    bool any = false;
    to_.push_back('{');
    while (walk.Next()) {
      const std::uint32_t number = walk.number();
      const int index = number < plan.by_number.size() ? plan.by_number[number] : -1;
      if (index < 0) continue;
      const FieldPlan& field = plan.fields[static_cast<std::size_t>(index)];
      const bool packed = IsVarint(field.kind) && field.repeated && walk.type() == WireWalk::kBytes;
      const bool fits =
          packed || walk.type() == (IsVarint(field.kind) ? WireWalk::kVarint : WireWalk::kBytes);
      if (!fits) continue;  // As protobuf does: a field that is not known.
      if (number < last || (number == last && !field.repeated)) return End::kOtherwise;
      if (field.oneof >= 0) {
        const std::uint64_t bit = std::uint64_t{1} << (field.oneof & 63);
        if ((oneofs & bit) != 0) return End::kOtherwise;
        oneofs |= bit;
      }
      if (number == last) {
        to_.push_back(',');
      } else {
        if (in_array) to_.push_back(']');
        if (any) to_.push_back(',');
        to_.append(field.key);
        if (field.repeated) to_.push_back('[');
      }
      in_array = field.repeated;
      any = true;
      last = number;
      const End end = packed ? Packed(field, walk.bytes()) : Value(field, walk, depth);
      if (end != End::kDone) return end;
    }
    if (!walk.ok()) return End::kMalformed;
    to_.append(in_array ? "]}" : "}");
    return End::kDone;
  }

 private:
  End Packed(const FieldPlan& field, std::string_view bytes) {
    WireWalk walk(bytes);
    std::uint64_t value = 0;
    if (bytes.empty()) return End::kOtherwise;
    for (bool first = true; walk.NextPacked(value); first = false) {
      if (!first) to_.push_back(',');
      WriteVarint(field, value, to_);
    }
    return walk.ok() ? End::kDone : End::kMalformed;
  }

  End Value(const FieldPlan& field, const WireWalk& walk, int depth) {
    const bool may_be_empty = field.repeated || field.presence;
    switch (field.kind) {
      case Kind::kText:
        if (walk.bytes().empty() && !may_be_empty) return End::kOtherwise;
        return WriteJsonText(walk.bytes(), to_) ? End::kDone : End::kMalformed;
      case Kind::kBytes:
        if (walk.bytes().empty() && !may_be_empty) return End::kOtherwise;
        to_.push_back('"');
        WriteBase64(walk.bytes(), to_);
        to_.push_back('"');
        return End::kDone;
      case Kind::kTime:
        return Time(walk.bytes());
      case Kind::kMessage:
        return Message(*field.message, walk.bytes(), depth + 1);
      default:
        if (IsZero(field.kind, walk.varint()) && !may_be_empty) return End::kOtherwise;
        WriteVarint(field, walk.varint(), to_);
        return End::kDone;
    }
  }

  End Time(std::string_view bytes) {
    std::int64_t seconds = 0;
    std::int64_t nanos = 0;
    WireWalk walk(bytes);
    while (walk.Next()) {
      if (walk.type() != WireWalk::kVarint) continue;
      if (walk.number() == 1) seconds = static_cast<std::int64_t>(walk.varint());
      if (walk.number() == 2) nanos = static_cast<std::int32_t>(walk.varint());
    }
    to_.push_back('"');
    if (!walk.ok() || !WriteTimeText(seconds, nanos, to_)) return End::kMalformed;
    to_.push_back('"');
    return End::kDone;
  }

  std::string& to_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<JsonPlans>> JsonPlans::Make(
    const std::vector<const Descriptor*>& types) {
  auto plans = std::make_unique<JsonPlans>();
  for (const Descriptor* type : types) {
    if (absl::Status added = plans->Add(*type); !added.ok()) return added;
  }
  return plans;
}

const MessagePlan* JsonPlans::Find(std::string_view type) const {
  const auto found = plans_.find(absl::string_view(type.data(), type.size()));
  return found == plans_.end() ? nullptr : found->second.get();
}

absl::Status JsonPlans::Add(const Descriptor& type) {
  auto& place = plans_[type.full_name()];
  if (place != nullptr) return absl::OkStatus();
  place = std::make_unique<MessagePlan>();
  MessagePlan& plan = *place;
  plan.type = &type;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::optional<Kind> kind = KindOf(field);
    if (!kind.has_value()) {
      return absl::UnimplementedError(
          absl::StrCat(field.full_name(), ": no plan for ", field.type_name()));
    }
    FieldPlan made;
    made.kind = *kind;
    made.number = field.number();
    made.repeated = field.is_repeated();
    made.presence = field.has_presence();
    if (field.real_containing_oneof() != nullptr) made.oneof = field.containing_oneof()->index();
    made.key = absl::StrCat("\"", field.name(), "\":");
    if (made.kind == Kind::kEnum) {
      for (int v = field.enum_type()->value_count() - 1; v >= 0; --v) {  // The first alias stays.
        const auto& value = *field.enum_type()->value(v);
        made.names[value.number()] = absl::StrCat("\"", value.name(), "\"");
      }
    }
    if (made.kind == Kind::kMessage) {
      if (absl::Status added = Add(*field.message_type()); !added.ok()) return added;
      made.message = plans_[field.message_type()->full_name()].get();
    }
    plan.fields.push_back(std::move(made));
  }
  for (std::size_t i = 0; i < plan.fields.size(); ++i) {
    const auto number = static_cast<std::size_t>(plan.fields[i].number);
    if (plan.by_number.size() <= number) plan.by_number.resize(number + 1, -1);
    plan.by_number[number] = static_cast<std::int16_t>(i);
  }
  return absl::OkStatus();
}

bool JsonWriter::Write(const MessagePlan& plan, std::string_view bytes, std::string& to) {
  const std::size_t begin = to.size();
  Walk::End end = Walk(to).Message(plan, bytes, 0);
  if (end != Walk::End::kDone) {  // Protobuf may still read what no serialiser writes.
    to.resize(begin);
    const std::unique_ptr<google::protobuf::Message> message(
        factory_.GetPrototype(plan.type)->New());
    const bool read = message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
    message->DiscardUnknownFields();
    message->SerializeToString(&canonical_);
    end = read ? Walk(to).Message(plan, canonical_, 0) : Walk::End::kMalformed;
  }
  if (end == Walk::End::kDone) return true;
  to.resize(begin);
  return false;
}

bool WriteJsonText(std::string_view text, std::string& to) {
  static constexpr char kHex[] = "0123456789abcdef";
  to.push_back('"');
  std::size_t plain = 0;
  bool ascii = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    while (i + sizeof(std::uint64_t) <= text.size() && IsPlain8(text.data() + i)) {
      i += sizeof(std::uint64_t);
    }
    if (i == text.size()) break;
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x80) ascii = false;
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    to.append(text, plain, i - plain);
    plain = i + 1;
    to.push_back('\\');
    switch (c) {
      case '"':
      case '\\':
        to.push_back(static_cast<char>(c));
        break;
      case '\n':
        to.push_back('n');
        break;
      case '\r':
        to.push_back('r');
        break;
      case '\t':
        to.push_back('t');
        break;
      default:
        to.append("u00").push_back(kHex[c >> 4]);
        to.push_back(kHex[c & 15]);
    }
  }
  to.append(text, plain, text.size() - plain);
  to.push_back('"');
  return ascii || eventstore::IsUtf8(text);
}

void WriteBase64(std::string_view bytes, std::string& to) {
  static constexpr auto kPairs = [] {  // Of twelve bits each.
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::array<std::array<char, 2>, 4096> pairs = {};
    for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = {kDigits[i >> 6], kDigits[i & 63]};
    return pairs;
  }();
  const std::size_t begin = to.size();
  to.resize(begin + (bytes.size() + 2) / 3 * 4, '=');
  char* out = to.data() + begin;
  const auto at = [&bytes](std::size_t i) -> std::uint32_t {
    return static_cast<unsigned char>(bytes[i]);
  };
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3, out += 4) {
    const std::uint32_t three = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    std::memcpy(out, kPairs[three >> 12].data(), 2);
    std::memcpy(out + 2, kPairs[three & 4095].data(), 2);
  }
  if (i == bytes.size()) return;
  const bool two = i + 2 == bytes.size();
  const std::uint32_t rest = at(i) << 16 | (two ? at(i + 1) << 8 : 0);
  std::memcpy(out, kPairs[rest >> 12].data(), 2);
  if (two) out[2] = kPairs[rest & 4095][0];
}

bool WriteTimeText(std::int64_t seconds, std::int64_t nanos, std::string& to) {
  constexpr std::int64_t kYear1 = -62'135'596'800;
  constexpr std::int64_t kYear10000 = 253'402'300'800;
  if (seconds < kYear1 || seconds >= kYear10000 || nanos < 0 || nanos >= 1'000'000'000) {
    return false;
  }
  const std::int64_t since_year_0 = seconds + 719'468LL * 86'400;  // Since 1 March of year 0.
  const std::int64_t days = since_year_0 / 86'400;
  const auto second_of_day = static_cast<int>(since_year_0 % 86'400);
  // Proleptic Gregorian, with years that begin in March.
  const std::int64_t era = days / 146'097;
  const auto day_of_era = static_cast<int>(days % 146'097);
  const int year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int shifted_month = (5 * day_of_year + 2) / 153;
  const int day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const int month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const int year = static_cast<int>(era) * 400 + year_of_era + (month <= 2 ? 1 : 0);
  const auto digits = [&to](int value, int count) {
    std::array<char, 9> text;
    for (int i = count - 1; i >= 0; --i) {
      text[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
      value /= 10;
    }
    to.append(text.data(), static_cast<std::size_t>(count));
  };
  digits(year, 4);
  to.push_back('-');
  digits(month, 2);
  to.push_back('-');
  digits(day, 2);
  to.push_back('T');
  digits(second_of_day / 3600, 2);
  to.push_back(':');
  digits(second_of_day / 60 % 60, 2);
  to.push_back(':');
  digits(second_of_day % 60, 2);
  if (nanos != 0) {
    const int count = nanos % 1'000'000 == 0 ? 3 : nanos % 1000 == 0 ? 6 : 9;
    to.push_back('.');
    digits(static_cast<int>(nanos / (count == 3 ? 1'000'000 : count == 6 ? 1000 : 1)), count);
  }
  to.push_back('Z');
  return true;
}

}  // namespace sanzhang::audit
