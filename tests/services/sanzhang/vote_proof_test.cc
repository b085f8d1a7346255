// Proof packages of votes that are over, counted again by the script that is shipped in them: of
// every vote that the town's scripts count, and of a secret one, whose papers name nobody. By the
// program itself.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/town/town.h"

namespace sanzhang {
namespace {

using support::Ended;
using support::RunToEnd;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

constexpr absl::Duration kPatience = absl::Seconds(60);

constexpr char kScript[] = R"(
let candidate
  -390d operator RegisterPerson parent: 'communities/c1' person_id: '$1' majority: MAJORITY_ADULT
  -32d+1h party-org NominateCandidate name: '~resolutions/r1' candidate: '~persons/$1'
  -32d+2h residents-committee ReviewCandidate name: '~resolutions/r1' candidate: '~persons/$1' eligible: true
let casts
  -10d $1 CastSecretBallot name: '<voter r1 $1>' paper { choices { item: '1' choice: CHOICE_FOR }
    choices { item: '2' choice: CHOICE_FOR } choices { item: '$2' choice: CHOICE_FOR } }
-32d residents-committee DraftMotion parent: 'communities/c1' resolution_id: 'r1'
  regime: REGIME_RESIDENTS_ELECTION matter: MATTER_CODE_URC19_ELECTION title: 't' text: 't' seats: 5
  elects_to: '~bodies/rc'
play candidate x1
play candidate x2
play candidate x3
play candidate x4
play candidate x5
play candidate x6
-32d+4h residents-committee PublishCandidates name: '~resolutions/r1' notice: '~notices/n-list'
-32d+3h residents-committee NoticeVote name: '~resolutions/r1' opens @-11d@ closes @-2d@ mode: VOTE_MODE_ELECTRONIC
  notice: '~notices/n-vote' rule_set: 'policies/voting-residents-election-all'
-32d+5h residents-committee AppointCounters name: '~resolutions/r1' persons: ['~persons/counter', '~persons/owner']
-32d+6h timekeeper FreezeElectorate name: '~resolutions/r1'
-11d timekeeper OpenVote name: '~resolutions/r1'
play casts resident 3
play casts complainant 4
-2d timekeeper CloseVote name: '~resolutions/r1'
-1d timekeeper ComputeTally name: '~resolutions/r1'
)";

Ended Prove(const std::string& data, const std::string& vote, const std::string& out) {
  return RunToEnd({SANZHANG_BINARY, "audit", "prove", vote, "--data=" + data, "--out=" + out,
                   "--policy=" SANZHANG_SOURCE_DIR "/deploy/policy"},
                  kPatience);
}

// As a stranger does: an interpreter without the machine's packages.
Ended Recompute(const std::string& proof) {
  return RunToEnd({SANZHANG_PYTHON, "-S", "-B", proof + "/recompute.py"}, kPatience);
}

TEST(VoteProof, OfEveryVoteOfTheTownIsCountedAgain) {
  const support::TempDir folder;
  std::vector<std::string> votes;
  {
    town::Town town(folder.File("data"));
    town.Read(SANZHANG_SOURCE_DIR "/tests/town/scenes.txt");
    town.Read(SANZHANG_SOURCE_DIR "/tests/town/edge_cases.txt");
    town.Play();
    const Ended read =
        RunToEnd({SANZHANG_BINARY, "audit", "read", "--type",
                  resolution::v1::ProvisionalTallyComputed::descriptor()->full_name(), "--json",
                  "--address=" + town.address()},
                 kPatience);
    EXPECT_EQ(read.code, 0) << read.output;
    for (const std::string& line :
         std::vector<std::string>(absl::StrSplit(read.output, '\n', absl::SkipEmpty()))) {
      votes.push_back(nlohmann::json::parse(line)["stream"].get<std::string>());
    }
  }
  EXPECT_GT(votes.size(), 8U);
  for (const std::string& vote : votes) {
    const std::string proof = folder.File(absl::StrReplaceAll(vote, {{"/", "-"}}));
    if (std::filesystem::exists(proof)) continue;  // Counted twice.
    const Ended proven = Prove(folder.File("data"), vote, proof);
    ASSERT_EQ(proven.code, 0) << vote << ": " << proven.output;
    const Ended again = Recompute(proof);
    EXPECT_EQ(again.code, 0) << vote << ": " << again.output;
    EXPECT_THAT(again.output, HasSubstr("the outcome is the one on record")) << vote;
  }
}

class SecretProof : public testing::Test {
 protected:
  SecretProof() {
    std::ofstream(folder_.File("script.txt")) << kScript;
    {
      town::Town town(folder_.File("data"));
      town.Read(folder_.File("script.txt"));
      town.Play();
    }
    const Ended proven = Prove(folder_.File("data"), "communities/c1/resolutions/r1", proof_);
    EXPECT_EQ(proven.code, 0) << proven.output;
  }

  std::string Read(const std::string& name) const {
    std::ifstream in(proof_ + "/" + name);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  const support::TempDir folder_;
  const std::string proof_ = folder_.File("proof");
};

TEST_F(SecretProof, IsCountedAgainFromItsPapers) {
  const Ended again = Recompute(proof_);
  EXPECT_EQ(again.code, 0) << again.output;
  EXPECT_THAT(again.output, HasSubstr("the outcome is the one on record"));
  int papers = 0;
  for (const std::string& line :
       std::vector<std::string>(absl::StrSplit(Read("counted.txt"), "\n"))) {
    if (!absl::StartsWith(line, "ballots\t")) continue;
    EXPECT_THAT(line, Not(AnyOf(HasSubstr("subject"), HasSubstr("persons"))));
    papers += absl::StrContains(line, "choices[2].item");
  }
  EXPECT_EQ(papers, 2) << Read("counted.txt");
}

TEST_F(SecretProof, OfAnotherPaperIsNone) {
  const std::string before = Read("counted.txt");
  const std::string after = absl::StrReplaceAll(before, {{"item=3", "item=5"}});
  ASSERT_NE(before, after);
  std::ofstream(proof_ + "/counted.txt") << after;
  const Ended meddled = Recompute(proof_);
  EXPECT_EQ(meddled.code, 1);
  EXPECT_THAT(meddled.output, HasSubstr("counted.txt"));
}

}  // namespace
}  // namespace sanzhang
