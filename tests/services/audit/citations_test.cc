// What rules rest on, in Chinese: the sources of every policy that is shipped.
#include "services/audit/citations.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"

namespace sanzhang::audit {
namespace {

std::string Chinese(const std::vector<std::string>& citations) {
  return CitationLine(citations, Language::kChinese);
}

TEST(Citations, AreToldByTheirSources) {
  const struct {
    std::vector<std::string> cited;
    std::string told;
  } kRows[] = {
      {{}, ""},
      {{"Participation of two thirds: 中华人民共和国民法典 Art. 278; 以上 includes it, Art. 1259"},
       "中华人民共和国民法典第278条、同法第1259条"},
      {{"中华人民共和国城市居民委员会组织法 (1989; 2018年修正) Art. 10"},
       "中华人民共和国城市居民委员会组织法（1989，2018年修正）第10条"},
      {{"物业管理条例 (2018) Art. 13, 14", "Published for 15 days: Art. 34"},
       "物业管理条例（2018）第13、14条；物业管理条例（2018）第34条"},
      {{"In 3 days: 北京市物业管理条例 Art. 45, 杭州市物业管理条例 Art. 29; models here"},
       "北京市物业管理条例第45条、杭州市物业管理条例第29条（地方规定，仅作参照）"},
      {{"15 days, by analogy with 民法典 Art. 200-203: decision of this project"},
       "民法典第200至203条（类推适用）；本项目的决定"},
      {{"Counted first: practice of city vote systems; not law"},
       "各地投票系统的通行做法（非法律规定）"},
      // What a community made for itself, and what is not known: as it stands.
      {{"业主大会议事规则第十二条"}, "业主大会议事规则第十二条"},
      {{"Our own custom"}, "Our own custom"},
  };
  for (const auto& row : kRows) EXPECT_EQ(Chinese(row.cited), row.told);
  EXPECT_EQ(CitationLine({"A: b Art. 1", "C"}, Language::kEnglish), "A: b Art. 1; C");
}

TEST(Citations, OfAllPoliciesAreChinese) {
  int told = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(SANZHANG_SOURCE_DIR "/deploy/policy")) {
    if (file.path().extension() != ".textproto") continue;
    SCOPED_TRACE(file.path());
    std::ifstream lines(file.path());
    std::vector<std::string> citations;
    for (std::string line; std::getline(lines, line);) {
      absl::string_view rest = line;
      if (absl::ConsumePrefix(&rest, "citations: \"") && absl::ConsumeSuffix(&rest, "\"")) {
        citations.emplace_back(rest);
      }
    }
    const std::string line = absl::StrReplaceAll(Chinese(citations), {{"GB/T", ""}});
    EXPECT_TRUE(absl::c_none_of(line, absl::ascii_isalpha)) << line;
    told += line.empty() ? 0 : 1;
  }
  EXPECT_GT(told, 30);
}

}  // namespace
}  // namespace sanzhang::audit
