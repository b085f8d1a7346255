// The script of a demonstration: what a step's texts stand for, and what is no script.
#include "services/sanzhang/demo_script.h"

#include <fstream>
#include <string>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/resolution/roll.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::app {
namespace {

using ::testing::HasSubstr;

class DemoScriptTest : public testing::Test {
 protected:
  absl::StatusOr<DemoScript> Read(const std::string& text) {
    const std::string path = folder_.File("script.json");
    std::ofstream(path) << text;
    return DemoScript::Read(path);
  }

  // The requests that the only step of a script stands for.
  std::vector<std::string> Requests(const std::string& step) {
    auto script = Read(R"({"name": "s", "steps": [)" + step + "]}");
    EXPECT_TRUE(script.ok()) << script.status();
    const auto steps = script->Expand(
        *script->Next(), {absl::FromUnixSeconds(1'800'000'000), [](const std::string& resolution) {
                            return absl::StatusOr<std::string>("count of " + resolution);
                          }});
    if (!steps.ok()) return {std::string(steps.status().message())};
    std::vector<std::string> shown;
    for (const DemoStep& one : *steps) shown.push_back(one.as + " " + one.request.dump());
    return shown;
  }

  support::TempDir folder_;
};

TEST_F(DemoScriptTest, AStepWithEachIsOneForEach) {
  EXPECT_THAT(Requests(R"({"each": ["p-a", "p-b"], "as": "persons/{each}", "method": "M",
                           "request": {"name": "x/{each}", "list": ["{each}"], "n": 3}})"),
              testing::ElementsAre(R"(persons/p-a {"name":"x/p-a","list":["p-a"],"n":3})",
                                   R"(persons/p-b {"name":"x/p-b","list":["p-b"],"n":3})"));
}

TEST_F(DemoScriptTest, TextsInBracesStandForOthers) {
  const std::string voter = resolution::VoterId("communities/c1/resolutions/r1", "p-a+p-b");
  EXPECT_THAT(Requests(R"({"as": "services/s", "method": "M", "request": {
                     "later": "{now+3d}", "count": "{count communities/c1/resolutions/r1}",
                     "voter": "{voter communities/c1/resolutions/r1 p-a+p-b}", "plain": "{x}"}})"),
              testing::ElementsAre(
                  "services/s {\"later\":\"2027-01-18T08:00:00+00:00\",\"count\":\"count of "
                  "communities/c1/resolutions/r1\",\"voter\":\"communities/c1/resolutions/"
                  "r1/voters/" +
                  voter + "\",\"plain\":\"{x}\"}"));
  EXPECT_THAT(Requests(R"({"as": "a", "method": "M", "request": {"t": "{time soon}"}})"),
              testing::ElementsAre(HasSubstr("soon")));
}

TEST_F(DemoScriptTest, TimesAreOfADayInShanghai) {
  const auto script = Read(R"({"name": "s", "steps": []})");
  ASSERT_TRUE(script.ok());
  const auto nine = script->TimeOf("-45d 09:30");
  const auto midnight = script->TimeOf("+2d 00:00");
  ASSERT_TRUE(nine.ok() && midnight.ok());
  EXPECT_EQ(*midnight - *nine, 47 * absl::Hours(24) - absl::Hours(9) - absl::Minutes(30));
  EXPECT_EQ(absl::FormatTime("%H:%M", *nine, absl::FixedTimeZone(8 * 60 * 60)), "09:30");
  for (const char* wrong : {"", "-45d", "45 09:00", "-45d 9", "-xd 09:00"}) {
    EXPECT_EQ(script->TimeOf(wrong).status().code(), absl::StatusCode::kInvalidArgument) << wrong;
  }
}

TEST_F(DemoScriptTest, WhatIsNoScriptIsRefusedWithItsStep) {
  EXPECT_EQ(DemoScript::Read(folder_.File("none")).status().code(), absl::StatusCode::kNotFound);
  for (const char* wrong :
       {"", "[]", R"({"name": "s"})", R"({"name": "s", "steps": [{"as": "a"}]})",
        R"({"name": "s", "steps": [{"clock": 3}]})",
        R"({"name": "s", "steps": [{"clock": "now", "as": "a"}]})",
        R"({"name": "s", "steps": [{"each": "x", "as": "a", "method": "m", "request": {}}]})"}) {
    EXPECT_EQ(Read(wrong).status().code(), absl::StatusCode::kInvalidArgument) << wrong;
  }
}

}  // namespace
}  // namespace sanzhang::app
