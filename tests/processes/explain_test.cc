// Every story of the demonstration, as `sanzhang audit explain` tells it: in Chinese, unless told
// otherwise, with nothing in Latin letters but what the log itself calls so.
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "sanzhang/log/v1/record.pb.h"
#include "services/audit/record_source.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace sanzhang {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(120);
constexpr std::size_t kHashHex = 64;

std::string Sanzhang(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), std::getenv("SANZHANG_BINARY"));
  const support::Ended ended = support::RunToEnd(arguments, kPatience);
  EXPECT_EQ(ended.code, 0) << ended.output;
  return ended.output;
}

bool HasStory(const std::string& stream) {
  const std::vector<std::string> parts = absl::StrSplit(stream, '/');
  return parts.size() == 4 &&
         (parts[2] == "complaints" || parts[2] == "resolutions" || parts[2] == "ratingCampaigns");
}

// What stories may name, and the names of the stories.
struct Names {
  std::set<std::string> ids;  // Of resources and policies.
  std::set<std::string> stories;
};

Names NamesIn(const std::string& data) {
  Names names;
  const auto source = audit::OpenDataFolder(data);
  EXPECT_TRUE(source.ok()) << source.status();
  if (!source.ok()) return names;
  const absl::Status read = (*source)->Read({}, [&names](std::uint64_t, std::string_view bytes) {
    log::v1::Record record;
    EXPECT_TRUE(record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    if (HasStory(record.stream())) names.stories.insert(record.stream());
    names.ids.insert(record.stream());
    for (const auto part : absl::StrSplit(record.stream(), '/')) names.ids.emplace(part);
    for (const auto part : absl::StrSplit(record.actor().subject(), '/')) names.ids.emplace(part);
    names.ids.insert(record.policy_refs().begin(), record.policy_refs().end());
    return true;
  });
  EXPECT_TRUE(read.ok()) << read;
  return names;
}

// `M3@1`.
bool IsFormula(std::string_view word) {
  return word.size() >= 4 && word[0] == 'M' && absl::ascii_isdigit(word[1]) &&
         word.find('@') != std::string_view::npos;
}

bool IsHash(std::string_view word) {
  return word.size() == kHashHex &&
         word.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Words with Latin letters in them, with what may stand within a name.
std::vector<std::string> LatinWords(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool letters = false;
  for (const char c : absl::StrCat(std::string(text), "\n")) {
    const bool letter = absl::ascii_isalpha(c);
    if (letter || absl::ascii_isdigit(c) || std::string_view("-_@/.+").find(c) != word.npos) {
      word += c;
      letters = letters || letter;
      continue;
    }
    if (letters) words.push_back(word);
    word.clear();
    letters = false;
  }
  return words;
}

TEST(ExplainTest, TellsTheDemonstrationInChinese) {
  const support::TempDir scratch;
  const std::string data = scratch.File("data");
  Sanzhang({"demo", "--data=" + data});
  const Names names = NamesIn(data);
  EXPECT_GT(names.stories.size(), 20u);
  for (const std::string& name : names.stories) {
    const std::string told = Sanzhang({"audit", "explain", name, "--data=" + data,
                                       "--policy=" SANZHANG_SOURCE_DIR "/deploy/policy"});
    EXPECT_TRUE(absl::StartsWith(told, name)) << told;
    for (const std::string& word : LatinWords(told)) {
      EXPECT_TRUE(names.ids.contains(word) || IsFormula(word) || IsHash(word))
          << name << " has “" << word << "”: services/audit/terms.cc or story_*.cc";
    }
    EXPECT_EQ(told.find("：-"), std::string::npos) << "something is not set in " << told;
    for (const char* wait : {"名册异议期结束", "计票异议期结束", "表决期结束"}) {
      EXPECT_EQ(told.find(wait), std::string::npos)
          << "a period that ran out is told late: " << told;
    }
  }
}

}  // namespace
}  // namespace sanzhang
