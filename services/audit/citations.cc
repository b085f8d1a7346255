#include "services/audit/citations.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace sanzhang::audit {
namespace {

constexpr std::string_view kArticle = " Art. ";
constexpr std::string_view kNumbers = "0123456789,- ";

struct Phrase {
  std::string_view english;
  std::string_view chinese;
};

// Sources that are no laws.
constexpr Phrase kOthers[] = {
    {"GB/T 35273-2020 8.7", "GB/T 35273-2020 第8.7条"},
    {"practice of 12345 hotlines", "12345热线的通行做法"},
    {"practice of city vot", "各地投票系统的通行做法"},
    {"usual charters of residents' committees", "居民委员会章程的通行做法"},
    {"a published template", "公开的范本"},
    {"a template of 四议两公开", "四议两公开范本"},
    {"ecision of this project", "本项目的决定"},
};

// How far a law carries, and how far another source.
constexpr Phrase kLawLimits[] = {
    {"model", "地方规定，仅作参照"},
    {"by analogy", "类推适用"},
};
constexpr Phrase kOtherLimits[] = {
    {"recommended", "推荐性标准"},
    {"not law", "非法律规定"},
};

bool HasLatin(std::string_view text) { return absl::c_any_of(text, absl::ascii_isalpha); }

// Where the law's name begins that ends at `end`: after the last Latin word, colon or comma.
std::string LawBefore(std::string_view text, std::size_t end) {
  std::size_t begin = end;
  bool years = false;  // `(2018)`, `(1989; 2018年修正)`.
  while (begin > 0) {
    const char c = text[begin - 1];
    if (c == ')') years = true;
    const bool part = static_cast<unsigned char>(c) >= 0x80 || years;
    if (!part && !(c == ' ' && begin > 1 && text[begin] == '(')) break;
    if (c == '(') years = false;
    --begin;
  }
  std::string law(text.substr(begin, end - begin));
  return absl::StrReplaceAll(law, {{" (", "（"}, {"; ", "，"}, {")", "）"}});
}

// `278`, `13, 14` or `200-203, 1259` at `begin`.
std::string NumbersAt(std::string_view text, std::size_t begin) {
  const std::size_t end = std::min(text.find_first_not_of(kNumbers, begin), text.size());
  std::string numbers(text.substr(begin, end - begin));
  while (!numbers.empty() && absl::ascii_isdigit(numbers.back()) == 0) numbers.pop_back();
  return absl::StrReplaceAll(numbers, {{", ", "、"}, {"-", "至"}});
}

// The laws of a citation. `law`: the one that an article without a name is of.
std::vector<std::string> LawsOf(std::string_view text, std::string& law) {
  std::vector<std::string> laws;
  std::string padded = absl::StrCat(" ", std::string(text));
  const std::string_view all = padded;
  for (std::size_t at = all.find(kArticle); at != std::string_view::npos;
       at = all.find(kArticle, at + 1)) {
    const std::string named = LawBefore(all, at);
    if (!named.empty()) law = named;
    if (law.empty()) continue;
    laws.push_back(absl::StrCat(named.empty() && !laws.empty() ? "同法" : law, "第",
                                NumbersAt(all, at + kArticle.size()), "条"));
  }
  return laws;
}

std::vector<std::string> Found(std::span<const Phrase> phrases, std::string_view citation) {
  std::vector<std::string> found;
  for (const Phrase& phrase : phrases) {
    if (citation.find(phrase.english) != std::string_view::npos) {
      found.emplace_back(phrase.chinese);
    }
  }
  return found;
}

// `sources（limits）`; empty without sources.
std::string Limited(const std::vector<std::string>& sources,
                    const std::vector<std::string>& limits) {
  std::string text = absl::StrJoin(sources, "、");
  if (text.empty() || limits.empty()) return text;
  return absl::StrCat(text, "（", absl::StrJoin(limits, "，"), "）");
}

std::string InChinese(std::string_view citation, std::string& law) {
  if (!HasLatin(citation)) return std::string(citation);
  std::vector<std::string> told = {
      Limited(LawsOf(citation, law), Found(kLawLimits, citation)),
      Limited(Found(kOthers, citation), Found(kOtherLimits, citation)),
  };
  std::erase(told, "");
  return told.empty() ? std::string(citation) : absl::StrJoin(told, "；");
}

}  // namespace

std::string CitationLine(const std::vector<std::string>& citations, Language language) {
  if (language == Language::kEnglish) return absl::StrJoin(citations, "; ");
  std::string law;
  std::vector<std::string> told;
  for (const std::string& citation : citations) told.push_back(InChinese(citation, law));
  return absl::StrJoin(told, "；");
}

}  // namespace sanzhang::audit
