// The words for codes, in Chinese and English, as shown to people: those of the field (README of
// services/audit says where they are from). Every value of the enums here has its words: a test
// holds the tables against the descriptors.
// Pure. Threads: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace sanzhang::audit {

enum class Language { kChinese, kEnglish };

// `en`, `zh`; false if it is neither.
bool ParseLanguage(std::string_view text, Language& language);

struct Term {
  std::string_view code;  // Name of an enum value, as in `CATEGORY_NOISE`.
  std::string_view chinese;
  std::string_view english;

  std::string_view in(Language language) const {
    return language == Language::kChinese ? chinese : english;
  }
};

// The words for an enum's value; `inquiry` of DEMAND_TYPE_INQUIRY where there are none.
std::string TermOf(const google::protobuf::EnumDescriptor& type, int value, Language language);

template <class Enum>
std::string TermOf(Enum value, Language language) {
  return TermOf(*google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value), language);
}

// Enums of which every value has words.
const std::vector<const google::protobuf::EnumDescriptor*>& TranslatedEnums();

}  // namespace sanzhang::audit
