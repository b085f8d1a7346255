#include "services/resolution/tally_input.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/resolution/canonical_text.h"
#include "services/resolution/sha256.h"

namespace sanzhang::resolution {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr char kForm[] = "sanzhang-tally 1";
constexpr std::string_view kRules = "rules";
constexpr char kRuleSet[] = "rule_set";

// The fields of TallyInput in a part.
std::vector<std::string_view> RecordsOf(std::string_view part) {
  if (part == "roll") return {"vote", "items", "subjects"};
  if (part == "deliveries") return {"deliveries", "presences", "voters"};
  if (part == "ballots") return {"proxies", "ballots", "resolved"};
  return {};
}

std::string Line(std::string_view kind, const Message& record) {
  std::string line(kind);
  for (const std::string& text : FieldTexts(record, Repeated::kSorted)) {
    absl::StrAppend(&line, "\t", text);
  }
  return line;
}

// Without the line that names the part.
std::vector<std::string> LinesOf(std::string_view part, const TallyCase& tally) {
  std::vector<std::string> lines;
  if (part == kRules) {
    for (const std::string& text : FieldTexts(tally.rules, Repeated::kSorted)) {
      lines.push_back(absl::StrCat(kRuleSet, "\t", text));
    }
    return lines;
  }
  const Reflection& reflection = *tally.input.GetReflection();
  for (const std::string_view kind : RecordsOf(part)) {
    const FieldDescriptor* field = tally.input.GetDescriptor()->FindFieldByName(std::string(kind));
    if (!field->is_repeated()) {
      if (!reflection.HasField(tally.input, field)) continue;
      lines.push_back(Line(kind, reflection.GetMessage(tally.input, field)));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(tally.input, field); ++i) {
      lines.push_back(Line(kind, reflection.GetRepeatedMessage(tally.input, field, i)));
    }
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

// The message that a line's fields belong to; null if its first word names none.
Message* RecordFor(const std::string& kind, ParsedTally& parsed) {
  if (kind == kRuleSet) return &parsed.rules;
  const FieldDescriptor* field = parsed.input.GetDescriptor()->FindFieldByName(kind);
  if (field == nullptr) return nullptr;
  const Reflection& reflection = *parsed.input.GetReflection();
  return field->is_repeated() ? reflection.AddMessage(&parsed.input, field)
                              : reflection.MutableMessage(&parsed.input, field);
}

// At most kDifferentLinesMax of what is in `lines` and not in `other`.
std::vector<std::string> Only(std::vector<std::string> lines, std::vector<std::string> other) {
  std::sort(lines.begin(), lines.end());
  std::sort(other.begin(), other.end());
  std::vector<std::string> only;
  std::set_difference(lines.begin(), lines.end(), other.begin(), other.end(),
                      std::back_inserter(only));
  if (only.size() > kDifferentLinesMax) only.resize(kDifferentLinesMax);
  return only;
}

}  // namespace

std::string TallyPartText(std::string_view part, const TallyCase& tally) {
  std::string text = absl::StrCat(kForm, " ", std::string(part), "\n");
  for (const std::string& line : LinesOf(part, tally)) absl::StrAppend(&text, line, "\n");
  return text;
}

std::string TallyText(const TallyCase& tally) {
  std::string text;
  for (const std::string_view part : kTallyParts) text += TallyPartText(part, tally);
  return text;
}

absl::StatusOr<ParsedTally> ParseTallyText(std::string_view text) {
  ParsedTally parsed;
  int number = 0;
  const auto wrong = [&](int line, absl::string_view reason) {
    return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", reason));
  };
  for (const auto line : absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    ++number;
    if (line.empty() || absl::StartsWith(line, kForm)) continue;
    const std::vector<std::string> words = absl::StrSplit(line, '\t');
    Message* record = RecordFor(words[0], parsed);
    if (record == nullptr) return wrong(number, words[0] + ": there is no such record");
    for (std::size_t i = 1; i < words.size(); ++i) {
      const absl::Status set = SetField(words[i], *record);
      if (!set.ok()) return wrong(number, set.message());
    }
  }
  return parsed;
}

v1::TallyHashes HashTally(const TallyCase& tally) {
  const auto hash = [&](std::string_view part) { return Sha256Hex(TallyPartText(part, tally)); };
  v1::TallyHashes hashes;
  hashes.set_rules(hash("rules"));
  hashes.set_roll(hash("roll"));
  hashes.set_deliveries(hash("deliveries"));
  hashes.set_ballots(hash("ballots"));
  hashes.set_input(
      Sha256Hex(absl::StrCat("rules ", hashes.rules(), "\nroll ", hashes.roll(), "\ndeliveries ",
                             hashes.deliveries(), "\nballots ", hashes.ballots(), "\n")));
  return hashes;
}

std::string TallyResultText(const v1::TallyResult& result) {
  std::string text;
  for (const std::string& field : FieldTexts(result, Repeated::kAsTheyStand)) {
    absl::StrAppend(&text, field, "\n");
  }
  return text;
}

std::vector<TallyDifference> DiffTallyInputs(const TallyCase& first, const TallyCase& second) {
  std::vector<TallyDifference> differences;
  for (const std::string_view part : kTallyParts) {
    const auto a = LinesOf(part, first);
    const auto b = LinesOf(part, second);
    if (a != b) differences.push_back({std::string(part), Only(a, b), Only(b, a)});
  }
  return differences;
}

}  // namespace sanzhang::resolution
