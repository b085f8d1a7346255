// Rules that only show where everything plays together, each by its name: what nobody may do alone
// or in their own cause (four_eyes.txt), and the cases at the edges of the law (edge_cases.txt).
// What is expected is written there by hand.
#include <cctype>
#include <fstream>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"
#include "tests/town/town.h"

namespace sanzhang::town {
namespace {

struct Rule {
  std::string script;
  std::string name;
};
void PrintTo(const Rule& rule, std::ostream* out) { *out << rule.name; }

// The rules of a script, without playing it.
std::vector<Rule> RulesOf(const std::string& script) {
  std::ifstream in(absl::StrCat(SANZHANG_SOURCE_DIR "/tests/town/", script, ".txt"));
  std::vector<Rule> rules;
  for (std::string line; std::getline(in, line);) {
    if (absl::StartsWith(line, "rule ")) rules.push_back({script, line.substr(5)});
  }
  return rules;
}

// `A term ends` → `ATermEnds`.
std::string NameOf(const testing::TestParamInfo<Rule>& info) {
  std::string name;
  bool begins = true;
  for (const char c : info.param.name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
      begins = begins || c == ' ';
      continue;
    }
    name.push_back(begins ? static_cast<char>(std::toupper(c)) : c);
    begins = false;
  }
  return name;
}

// What went wrong in a script, by rule. Each script is played once, in a town of its own.
const std::map<std::string, std::string>& WrongIn(const std::string& script) {
  static auto* const played = new std::map<std::string, std::map<std::string, std::string>>();
  const auto [entry, fresh] = played->try_emplace(script);
  if (!fresh) return entry->second;
  const support::TempDir folder;
  Town town(folder.File("data"));
  town.Read(SANZHANG_SOURCE_DIR "/tests/town/scenes.txt");
  town.Read(absl::StrCat(SANZHANG_SOURCE_DIR "/tests/town/", script, ".txt"));
  for (const Wrong& wrong : town.Play()) {
    absl::StrAppend(&entry->second[wrong.rule], wrong.what, "\n");
  }
  return entry->second;
}

class Rules : public testing::TestWithParam<Rule> {};

TEST_P(Rules, Hold) {
  const auto& wrong = WrongIn(GetParam().script);
  const auto found = wrong.find(GetParam().name);
  EXPECT_TRUE(found == wrong.end()) << found->second;
}

std::string TextOf(const std::string& path) {
  std::ifstream in(SANZHANG_SOURCE_DIR "/tests/" + path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The index of cases names what there is, and has each of the twenty.
TEST(CasesAtTheEdges, AreWhereTheIndexSays) {
  std::set<int> cases;
  for (const auto line : absl::StrSplit(TextOf("services/README.md"), '\n')) {
    const std::vector<std::string> cells = absl::StrSplit(line, '|');
    int number = 0;
    if (cells.size() != 5 ||
        !absl::SimpleAtoi(cells[1].substr(0, cells[1].find(' ', 1)), &number)) {
      continue;
    }
    cases.insert(number);
    const std::string file(absl::StripAsciiWhitespace(cells[2]));
    const std::string name(absl::StripAsciiWhitespace(cells[3]));
    if (absl::StartsWith(file, "later: ")) continue;
    // A rule of a script, a row of a table, or a test.
    const std::string text =
        TextOf(std::string(absl::StripPrefix(absl::StripSuffix(file, "`"), "`")));
    const bool there = absl::StrContains(text, absl::StrCat("\nrule ", name, "\n")) ||
                       absl::StrContains(text, absl::StrCat("{\"", name, "\"")) ||
                       absl::StrContains(text, absl::StrCat(", ", name, ")")) ||
                       absl::StrContains(text, absl::StrCat("TEST(", name, ","));
    EXPECT_TRUE(there) << std::string(line);
  }
  EXPECT_EQ(cases.size(), 20u);
}

INSTANTIATE_TEST_SUITE_P(FourEyes, Rules, testing::ValuesIn(RulesOf("four_eyes")), NameOf);
INSTANTIATE_TEST_SUITE_P(EdgeCases, Rules, testing::ValuesIn(RulesOf("edge_cases")), NameOf);

}  // namespace
}  // namespace sanzhang::town
