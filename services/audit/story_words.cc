#include "services/audit/story_words.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/timestamp.pb.h"
#include "proto/wire/time.h"
#include "proto/wire/zone.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "sanzhang/type/v1/personal_text.pb.h"
#include "sanzhang/type/v1/place.pb.h"

namespace sanzhang::audit {
namespace {

namespace pb = google::protobuf;
using FieldType = pb::FieldDescriptor;

constexpr char kErasedFact[] = "sanzhang.privacy.v1.SubjectKeyDestroyed";
constexpr std::string_view kDisplayName = "display_name";
constexpr std::string_view kYesChinese = "是";
constexpr std::string_view kYesEnglish = "yes";
constexpr std::string_view kZero = "0";

std::string LastOf(std::string_view name) { return std::string(name.substr(name.rfind('/') + 1)); }

// 166875 square decimetres are 1668.75.
std::string SquareMetres(std::int64_t dm2) {
  return absl::StrFormat("%d.%02d", dm2 / 100, dm2 % 100);
}

}  // namespace

void StoryWords::Learn(const log::v1::Record& record, const pb::Message& fact) {
  const FieldType* field = fact.GetDescriptor()->FindFieldByName(std::string(kDisplayName));
  if (field != nullptr && field->cpp_type() == FieldType::CPPTYPE_STRING) {
    names_[record.stream()] = fact.GetReflection()->GetString(fact, field);
  }
  if (const auto* notice = dynamic_cast<const notice::v1::NoticePublished*>(&fact)) {
    names_[record.stream()] = TermOf(notice->kind(), language_);
  }
  if (record.type() != kErasedFact) return;
  const FieldType* subject = fact.GetDescriptor()->FindFieldByName("subject");
  if (subject != nullptr) erased_.insert(fact.GetReflection()->GetString(fact, subject));
}

std::string StoryWords::Fill(std::string_view sentence, const pb::Message& fact,
                             const Values& known) const {
  std::string text;
  std::string part;  // Of what stands in brackets.
  bool inside = false;
  bool whole = true;
  for (std::size_t i = 0; i < sentence.size(); ++i) {
    const char c = sentence[i];
    std::string& into = inside ? part : text;
    if (c == '[' || c == ']') {
      if (c == ']' && whole) text += part;
      inside = c == '[';
      whole = true;
      part.clear();
    } else if (c == '{') {
      const std::size_t end = sentence.find('}', i);
      const std::string_view placeholder = sentence.substr(i + 1, end - i - 1);
      const std::string value = Filled(placeholder, fact, known);
      whole = whole && !value.empty() && (value != kZero || known.contains(placeholder));
      const bool unset = value.empty() && placeholder.find('?') == std::string_view::npos;
      into += unset ? "-" : value;
      i = end;
    } else {
      into += c;
    }
  }
  return text;
}

std::string StoryWords::Filled(std::string_view placeholder, const pb::Message& fact,
                               const Values& known) const {
  const std::size_t asks = placeholder.find('?');
  if (asks != std::string_view::npos) {
    const std::string_view phrases = placeholder.substr(asks + 1);
    const std::size_t bar = phrases.find('|');
    const bool yes = Value(fact, placeholder.substr(0, asks)) == Choose(kYesChinese, kYesEnglish);
    return std::string(yes ? phrases.substr(0, bar) : phrases.substr(bar + 1));
  }
  const auto found = known.find(placeholder);
  return found != known.end() ? found->second : Value(fact, placeholder);
}

std::string StoryWords::Value(const pb::Message& fact, std::string_view path) const {
  const std::size_t dot = path.find('.');
  const FieldType* field = fact.GetDescriptor()->FindFieldByName(std::string(path.substr(0, dot)));
  if (field == nullptr) return "";
  const pb::Reflection& reflection = *fact.GetReflection();
  if (dot != std::string_view::npos) {
    return Value(reflection.GetMessage(fact, field), path.substr(dot + 1));
  }
  if (field->is_repeated()) {
    std::vector<std::string> all;
    for (int i = 0; i < reflection.FieldSize(fact, field); ++i) {
      all.push_back(One(fact, *field, i));
    }
    return absl::StrJoin(all, Choose("、", ", "));
  }
  if (field->cpp_type() == FieldType::CPPTYPE_MESSAGE && !reflection.HasField(fact, field)) {
    return "";
  }
  return One(fact, *field, -1);
}

std::string StoryWords::One(const pb::Message& fact, const FieldType& field, int index) const {
  const pb::Reflection& reflection = *fact.GetReflection();
  const bool many = index >= 0;
  switch (field.cpp_type()) {
    case FieldType::CPPTYPE_STRING: {
      const std::string text = many ? reflection.GetRepeatedString(fact, &field, index)
                                    : reflection.GetString(fact, &field);
      if (field.type() == FieldType::TYPE_BYTES) return absl::BytesToHexString(text);
      return text.find('/') == std::string::npos ? text : Resource(text);
    }
    case FieldType::CPPTYPE_ENUM: {
      const pb::EnumValueDescriptor& value = many ? *reflection.GetRepeatedEnum(fact, &field, index)
                                                  : *reflection.GetEnum(fact, &field);
      if (value.number() == 0) return "";
      std::string term = TermOf(*value.type(), value.number(), language_);
      if (language_ == Language::kEnglish) term[0] = absl::ascii_tolower(term[0]);  // Amid words.
      return term;
    }
    case FieldType::CPPTYPE_BOOL:
      return (many ? reflection.GetRepeatedBool(fact, &field, index)
                   : reflection.GetBool(fact, &field))
                 ? Choose(kYesChinese, kYesEnglish)
                 : Choose("否", "no");
    case FieldType::CPPTYPE_INT32:
      return std::to_string(many ? reflection.GetRepeatedInt32(fact, &field, index)
                                 : reflection.GetInt32(fact, &field));
    case FieldType::CPPTYPE_INT64: {
      const std::int64_t number = many ? reflection.GetRepeatedInt64(fact, &field, index)
                                       : reflection.GetInt64(fact, &field);
      if (field.name().ends_with("_ms")) return Duration(absl::Milliseconds(number));
      if (field.name().ends_with("_dm2") && number != 0) return SquareMetres(number);
      return std::to_string(number);
    }
    case FieldType::CPPTYPE_MESSAGE:
      return MessageText(many ? reflection.GetRepeatedMessage(fact, &field, index)
                              : reflection.GetMessage(fact, &field));
    default:
      return "";
  }
}

std::string StoryWords::MessageText(const pb::Message& message) const {
  if (message.GetDescriptor() == pb::Timestamp::descriptor()) {
    return Time(wire::ToTime(static_cast<const pb::Timestamp&>(message)));
  }
  if (message.GetDescriptor() == type::v1::PersonalText::descriptor()) {
    const auto& text = static_cast<const type::v1::PersonalText&>(message);
    if (erased_.contains(text.subject())) return Choose("（文字已删除）", "(words erased)");
    const std::string whose = Resource(text.subject());
    return Choose(absl::StrCat("（归属 ", whose, " 的文字，见相应视图）"),
                  absl::StrCat("(words that belong to ", whose, ", shown in the views)"));
  }
  if (message.GetDescriptor() == type::v1::Place::descriptor()) {
    std::vector<std::string> parts;
    for (const char* field :
         {"property_area", "grid", "building", "entrance", "dwelling", "public_area"}) {
      std::string part = Value(message, field);
      if (!part.empty()) parts.push_back(std::move(part));
    }
    return absl::StrJoin(parts, " ");
  }
  return message.ShortDebugString();
}

std::string StoryWords::Who(const log::v1::Actor& actor) const {
  std::string who = Resource(actor.subject());
  if (actor.role() != type::v1::ROLE_UNSPECIFIED) {
    const std::string role = TermOf(actor.role(), language_);
    // There is one timekeeper, and it bears the role's name.
    const bool role_alone = actor.role() == type::v1::ROLE_TIMER || actor.subject().empty();
    who = role_alone ? role : Choose(absl::StrCat(role, " ", who), absl::StrCat(who, ", ", role));
  }
  if (!actor.body().empty()) {
    who += Choose(absl::StrCat("（", Resource(actor.body()), "）"),
                  absl::StrCat(" (", Resource(actor.body()), ")"));
  }
  if (!actor.on_behalf_of().empty()) {
    who += Choose(absl::StrCat("，代 ", Resource(actor.on_behalf_of())),
                  absl::StrCat(", for ", Resource(actor.on_behalf_of())));
  }
  return who;
}

std::string StoryWords::Resource(std::string_view name) const {
  if (name.empty()) return Choose("系统", "the system");
  if (name.find('@') != std::string_view::npos) return std::string(name);  // A policy's version.
  const auto found = names_.find(name);
  std::string shown = LastOf(name);
  if (found != names_.end())
    shown = absl::StrCat(found->second, Choose("（", " ("), shown, Choose("）", ")"));
  if (erased_.contains(name)) absl::StrAppend(&shown, Choose("（信息已删除）", " (erased)"));
  return shown;
}

std::string StoryWords::Time(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M", time, wire::Shanghai());
}

std::string StoryWords::Duration(absl::Duration duration) const {
  const std::int64_t minutes = absl::ToInt64Minutes(duration);
  const std::int64_t days = minutes / (24 * 60);
  const std::int64_t hours = minutes / 60 % 24;
  std::string text;
  if (days > 0) absl::StrAppend(&text, days, Choose("天", " d "));
  if (hours > 0) absl::StrAppend(&text, hours, Choose("小时", " h "));
  if (days == 0) absl::StrAppend(&text, minutes % 60, Choose("分钟", " min"));
  return std::string(absl::StripTrailingAsciiWhitespace(text));
}

}  // namespace sanzhang::audit
