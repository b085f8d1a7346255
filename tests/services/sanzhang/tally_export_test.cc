// A vote that was certified, exported and read again gives the same count and the same hashes; one
// changed ballot, entry of the roll, or rule is seen, and it is said which. By the program itself.
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
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

using resolution::v1::BallotCast;
using resolution::v1::VoteNoticed;
using resolution::v1::VoterEnrolled;
using support::Ended;
using testing::HasSubstr;
using testing::Not;

constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr char kVote[] = "communities/c1/resolutions/r1";
constexpr char kPolicies[] = SANZHANG_SOURCE_DIR "/deploy/policy";
constexpr int kExitDiffers = 3;

// Owners of three dwellings: two are for it, one is against.
constexpr char kScript[] = R"(
let cast
  -20d $1 CastBallot name: '<voter r1 $1>' paper { choices { item: 'a' choice: CHOICE_$2 } }
-399d operator RecordOwnership name: '~dwellings/home' owners { person: '~persons/resident' }
-399d operator RecordOwnership name: '~dwellings/d-co' owners { person: '~persons/resident' }
-60d convener DraftMotion parent: 'communities/c1' resolution_id: 'r1' regime: REGIME_OWNERS
  matter: MATTER_CODE_CC278_9 title: 't' text: 't' items { code: 'a' text: 't' } property_area: '~propertyAreas/a1'
-59d convener NoticeVote name: '~resolutions/r1' opens @-30d@ closes @-15d@ mode: VOTE_MODE_ELECTRONIC
  notice: '~notices/n1' told_residents_committee: true
-58d convener AppointCounters name: '~resolutions/r1' persons: ['~persons/counter', '~persons/complainant']
-57d timekeeper FreezeElectorate name: '~resolutions/r1'
-30d timekeeper OpenVote name: '~resolutions/r1'
play cast owner FOR
play cast drafter FOR
play cast resident AGAINST
-15d timekeeper CloseVote name: '~resolutions/r1'
-14d timekeeper ComputeTally name: '~resolutions/r1'
-3d counter CertifyResolution name: '~resolutions/r1' input_sha256: '<count r1>'
-2d convener CertifyResolution name: '~resolutions/r1' input_sha256: '<count r1>'
)";

Ended Sanzhang(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), SANZHANG_BINARY);
  return support::RunToEnd(std::move(arguments), kPatience);
}

class TallyExport : public testing::Test {
 protected:
  TallyExport() {
    std::ofstream(folder_.File("script.txt")) << kScript;
    town::Town town(folder_.File("data"));
    town.Read(folder_.File("script.txt"));
    town.Play();
    from_log_ = Sanzhang({"audit", "tally", kVote, "--address=" + town.address(),
                          absl::StrCat("--policy=", kPolicies)});
    const Ended read = Sanzhang({"audit", "read", absl::StrCat("--prefix=", kVote), "--json",
                                 "--address=" + town.address()});
    EXPECT_EQ(read.code, 0) << read.output;
    lines_ = absl::StrSplit(read.output, '\n', absl::SkipEmpty());
  }

  // Counts from the export as it is now; the server is gone.
  Ended Count(const std::string& policies = kPolicies) {
    std::ofstream out(folder_.File("export.ndjson"));
    for (const std::string& line : lines_) out << line << "\n";
    out.close();
    return Sanzhang({"audit", "tally", kVote, "--from=" + folder_.File("export.ndjson"),
                     "--policy=" + policies});
  }

  // Changes the `nth` record of that type.
  template <class Fact>
  void Change(int nth, const std::function<void(Fact&)>& change) {
    for (std::string& line : lines_) {
      auto json = nlohmann::ordered_json::parse(line);
      if (json["type"] != Fact::descriptor()->full_name() || nth-- > 0) continue;
      Fact fact;
      std::string bytes;
      ASSERT_TRUE(absl::Base64Unescape(json["payload"].get<std::string>(), &bytes));
      ASSERT_TRUE(fact.ParseFromString(bytes));
      change(fact);
      json["payload"] = absl::Base64Escape(fact.SerializeAsString());
      line = json.dump();
      return;
    }
    FAIL() << "no such record";
  }

  const support::TempDir folder_;
  Ended from_log_;
  std::vector<std::string> lines_;
};

TEST_F(TallyExport, GivesTheSameCountAndHashesAsTheLog) {
  EXPECT_EQ(from_log_.code, 0) << from_log_.output;
  EXPECT_THAT(from_log_.output, HasSubstr("items[0].heads.in_favour=2\n"));
  EXPECT_THAT(from_log_.output, HasSubstr("ballots same, input same"));
  const Ended again = Count();
  EXPECT_EQ(again.code, 0);
  EXPECT_EQ(again.output, from_log_.output);
}

TEST_F(TallyExport, SeesAChangedBallot) {
  std::string for_it;
  Change<BallotCast>(0, [&](BallotCast& cast) { for_it = cast.paper().sealed(); });
  Change<BallotCast>(2, [&](BallotCast& cast) { cast.mutable_paper()->set_sealed(for_it); });
  const Ended changed = Count();
  EXPECT_EQ(changed.code, kExitDiffers) << changed.output;
  EXPECT_THAT(changed.output, HasSubstr("items[0].heads.in_favour=3\n"));
  EXPECT_THAT(changed.output,
              HasSubstr("on record: rules same, roll same, deliveries same, ballots "
                        "DIFFERS, input DIFFERS"));
}

TEST_F(TallyExport, SeesAChangedEntryOfTheRoll) {
  Change<VoterEnrolled>(1, [](VoterEnrolled& enrolled) {
    enrolled.mutable_entry()->set_area_dm2(enrolled.entry().area_dm2() + 1);
  });
  const Ended changed = Count();
  EXPECT_EQ(changed.code, kExitDiffers) << changed.output;
  EXPECT_THAT(changed.output, HasSubstr("on record: rules same, roll DIFFERS, deliveries same, "
                                        "ballots same, input DIFFERS"));
}

TEST_F(TallyExport, SeesAnotherRuleSet) {
  Change<VoteNoticed>(0, [](VoteNoticed& noticed) {
    EXPECT_EQ(noticed.rule_set(), "policies/voting-owners-ordinary@1");
    noticed.set_rule_set("policies/voting-owners-special@1");
  });
  const Ended changed = Count();
  EXPECT_EQ(changed.code, kExitDiffers) << changed.output;
  EXPECT_THAT(changed.output, HasSubstr("on record: rules DIFFERS, roll same, deliveries same, "
                                        "ballots same, input DIFFERS"));
}

TEST_F(TallyExport, SeesAChangedRule) {
  const std::string policies = folder_.File("policy");
  std::filesystem::copy(kPolicies, policies, std::filesystem::copy_options::recursive);
  const std::string file = policies + "/voting-owners-ordinary.textproto";
  std::ifstream in(file);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  ASSERT_THAT(text, HasSubstr("window_days_max: 60"));
  std::ofstream(file) << absl::StrReplaceAll(text,
                                             {{"window_days_max: 60", "window_days_max: 61"}});
  const Ended changed = Count(policies);
  EXPECT_EQ(changed.code, kExitDiffers) << changed.output;
  EXPECT_THAT(changed.output, HasSubstr("on record: rules DIFFERS, roll same"));
}

TEST_F(TallyExport, IsRefusedWhereARecordIsMissing) {
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (!absl::StrContains(lines_[i], VoteNoticed::descriptor()->full_name())) continue;
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(i));
    break;
  }
  const Ended cut = Count();
  EXPECT_EQ(cut.code, 1) << cut.output;
  EXPECT_THAT(cut.output, HasSubstr("where the next one is wanted"));
  EXPECT_THAT(cut.output, Not(HasSubstr("items[0]")));
}

}  // namespace
}  // namespace sanzhang
