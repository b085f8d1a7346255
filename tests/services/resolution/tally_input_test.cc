// The text of an input, its hashes, and what differs between two.
#include "services/resolution/tally_input.h"

#include <algorithm>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/resolution/scene.h"

namespace sanzhang::resolution {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

Scene Small() {
  Scene scene("voting-owners-ordinary");
  scene.rules.clear_citations();
  scene.Item("a");
  v1::TallySubject& second = scene.Subject("s2", 8950);
  second.add_persons("p3");
  second.add_persons("p1");
  scene.Subject("s1", 100);
  scene.Deliver("s1");
  scene.Cast("s2", v1::CHOICE_FOR).set_person("p\t1\\\n");
  return scene;
}

TEST(TallyInputTest, PartsAreLinesInOrder) {
  const Scene scene = Small();
  const TallyCase tally{scene.rules, scene.input};
  EXPECT_EQ(TallyPartText("roll", tally),
            "sanzhang-tally 1 roll\n"
            "items\titem=a\tvoted_at=150000000\n"
            "subjects\tsubject=s1\tarea_dm2=100\theads=1\n"
            "subjects\tsubject=s2\tarea_dm2=8950\theads=1\tpersons[0]=p1\tpersons[1]=p3\n"
            "vote\topened_at=100000000\tcloses_at=200000000\n");
  EXPECT_EQ(TallyPartText("deliveries", tally),
            "sanzhang-tally 1 deliveries\n"
            "deliveries\tsubject=s1\tdelivered_at=120000000\twarning_shown=true\n");
  EXPECT_EQ(TallyPartText("ballots", tally),
            "sanzhang-tally 1 ballots\n"
            "ballots\tballot=b0\tsubject=s2\tchoices[0].item=a\tchoices[0].choice=CHOICE_FOR\t"
            "cast_at=150000000\tby=CAST_BY_PRINCIPAL\tperson=p\\t1\\\\\\n\n");
  EXPECT_THAT(TallyPartText("rules", tally),
              StartsWith("sanzhang-tally 1 rules\n"
                         "rule_set\tname=policies/voting-owners-ordinary@1\n"
                         "rule_set\teffective_from=2021-01-01\n"
                         "rule_set\tregime=REGIME_OWNERS\n"
                         "rule_set\tmatters[0]=MATTER_CODE_CC278_1\n"));
}

TEST(TallyInputTest, ReadsWhatItWrites) {
  for (const char* file : {"voting-owners-committee-election", "voting-rep-assembly-2026",
                           "voting-residents-election-all", "voting-owners-unanimity"}) {
    Scene scene = Small();
    scene.rules = ShippedRules(file);
    scene.Present("s1");
    scene.Proxy("s1", "agent").add_items("a");
    scene.Keep("s2", "b0");
    const TallyCase tally{scene.rules, scene.input};
    const auto parsed = ParseTallyText(TallyText(tally));
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(TallyText({parsed->rules, parsed->input}), TallyText(tally));
    EXPECT_THAT(DiffTallyInputs(tally, {parsed->rules, parsed->input}), IsEmpty());
  }
}

TEST(TallyInputTest, OrderNeverMatters) {
  const Scene scene = Small();
  Scene turned = scene;
  std::swap(*turned.input.mutable_subjects(0), *turned.input.mutable_subjects(1));
  std::swap(*turned.input.mutable_subjects(1)->mutable_persons(0),
            *turned.input.mutable_subjects(1)->mutable_persons(1));
  const auto matters = turned.rules.mutable_matters();
  std::reverse(matters->begin(), matters->end());
  EXPECT_EQ(TallyText({turned.rules, turned.input}), TallyText({scene.rules, scene.input}));
}

// Changes here break every hash that was ever published: only with a new version of the form.
TEST(TallyInputTest, HashesStay) {
  const Scene scene = Small();
  const v1::TallyHashes hashes = HashTally({scene.rules, scene.input});
  EXPECT_EQ(hashes.roll(), "da07430c3e3f17a39ab0526e78f0661c004ae241488eba118ec2a0aed0ebff15");
  EXPECT_EQ(hashes.deliveries(),
            "d77afbbd874c577c37f27bed2229eb9962e2c69ddd481cd46899908c668268ad");
  EXPECT_EQ(hashes.ballots(), "68810603acbcd847629f2145f0a82b53cf5be790ede73dc7e4e805797e48cb97");
}

TEST(TallyInputTest, AChangeIsNamedByItsPart) {
  const Scene before = Small();
  const TallyCase first{before.rules, before.input};
  const auto parts = [&](const Scene& after) {
    std::string names;
    for (const auto& difference : DiffTallyInputs(first, {after.rules, after.input})) {
      names += difference.part + " ";
    }
    return names;
  };
  Scene after = before;
  EXPECT_EQ(parts(after), "");
  after.rules.mutable_quorum()->mutable_area()->set_numerator(1);
  EXPECT_EQ(parts(after), "rules ");
  after = before;
  after.input.mutable_subjects(0)->set_area_dm2(8951);
  EXPECT_EQ(parts(after), "roll ");
  after = before;
  after.input.mutable_deliveries(0)->set_warning_shown(false);
  EXPECT_EQ(parts(after), "deliveries ");
  after = before;
  after.input.mutable_ballots(0)->mutable_choices(0)->set_choice(v1::CHOICE_AGAINST);
  after.input.mutable_vote()->set_runoff(true);
  EXPECT_EQ(parts(after), "roll ballots ");
}

TEST(TallyInputTest, ADifferenceShowsTheFirstLines) {
  Scene before = Small();
  Scene after = before;
  after.input.mutable_subjects(0)->set_area_dm2(8951);
  after.Crowd(30, v1::CHOICE_UNSPECIFIED);
  const auto differences =
      DiffTallyInputs({before.rules, before.input}, {after.rules, after.input});
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_THAT(differences[0].only_in_first,
              ElementsAre("subjects\tsubject=s2\tarea_dm2=8950\theads=1\tpersons[0]=p1\t"
                          "persons[1]=p3"));
  EXPECT_EQ(differences[0].only_in_second.size(), kDifferentLinesMax);
}

TEST(TallyInputTest, RefusesWhatIsNoText) {
  const auto error = [](std::string_view text) {
    return std::string(ParseTallyText(text).status().message());
  };
  EXPECT_EQ(error("subjects\tsubject=s1\nvoter\tx=1"), "line 2: voter: there is no such record");
  EXPECT_EQ(error("subjects\tname=s1"), "line 1: name=s1: there is no such field");
  EXPECT_EQ(error("subjects\tsubject"), "line 1: subject: must be as in `path=value`");
  EXPECT_EQ(error("subjects\tarea_dm2=1.5"), "line 1: area_dm2=1.5: there is no such value");
  EXPECT_EQ(error("subjects\trelated=yes"), "line 1: related=yes: there is no such value");
  EXPECT_EQ(error("subjects\tsubject=\\x"), "line 1: subject=\\x: there is no such value");
  EXPECT_EQ(error("subjects\tpersons[1]=p"), "line 1: persons[1]=p: the index skips one");
  EXPECT_EQ(error("subjects\tpersons[x]=p"), "line 1: persons[x]=p: there is no such field");
  EXPECT_EQ(error("subjects\tsubject[0]=s"), "line 1: subject[0]=s: there is no such field");
  EXPECT_EQ(error("subjects\tpersons[0]=p\tpersons[0]=q"),
            "line 1: persons[0]=q: there is no such value");
  EXPECT_EQ(error("ballots\tchoices[0].choice=FOR"),
            "line 1: choices[0].choice=FOR: there is no such value");
  EXPECT_EQ(error("ballots\tcast_at.seconds=1"),
            "line 1: cast_at.seconds=1: there is no such field");
}

TEST(TallyCheckTest, RefusesWhatNoFactsCanMake) {
  const auto refusal = [](auto change) {
    Scene scene = Small();
    change(scene);
    return scene.Refusal();
  };
  EXPECT_EQ(refusal([](Scene&) {}), "");
  EXPECT_EQ(refusal([](Scene& s) { s.input.clear_items(); }), "vote : has no item");
  EXPECT_EQ(refusal([](Scene& s) { s.Item("a"); }), "item a: is there twice");
  EXPECT_EQ(refusal([](Scene& s) { s.Subject(""); }), "subject : has no name");
  EXPECT_EQ(refusal([](Scene& s) { s.Subject("s3", -1); }),
            "subject s3: has an area that can't be");
  EXPECT_EQ(refusal([](Scene& s) { s.Subject("s3").set_heads(2); }),
            "subject s3: has another number of heads than 0 or 1");
  EXPECT_EQ(refusal([](Scene& s) { s.Deliver("s3"); }), "subject s3: is not known");
  EXPECT_EQ(refusal([](Scene& s) { s.Cast("s3", v1::CHOICE_FOR); }), "subject s3: is not known");
  EXPECT_EQ(refusal([](Scene& s) { s.Cast("s1", v1::CHOICE_FOR).clear_cast_at(); }),
            "ballot b1: has no time");
  EXPECT_EQ(refusal([](Scene& s) { s.Cast("s1", v1::CHOICE_UNSPECIFIED); }),
            "ballot b1: says nothing to an item");
  EXPECT_EQ(
      refusal([](Scene& s) { s.Cast("s1", v1::CHOICE_FOR).mutable_choices(0)->set_item("b"); }),
      "item b: is not known");
  EXPECT_EQ(refusal([](Scene& s) { s.Keep("s1", "b0"); }), "ballot b0: is none of the subject's");
  EXPECT_EQ(refusal([](Scene& s) {
              s.Proxy("s1", "agent");
              s.Proxy("s1", "agent");
            }),
            "proxy s1: is there twice for one agent");
  EXPECT_EQ(refusal([](Scene& s) { s.Candidate("b"); }), "vote : is on candidates and on motions");
  EXPECT_EQ(refusal([](Scene& s) { s.rules.clear_consent(); }),
            "rule set policies/voting-owners-ordinary@1: asks for no consent");
  EXPECT_EQ(
      refusal([](Scene& s) { s.rules.mutable_consent()->mutable_area()->set_denominator(0); }),
      "threshold consent.area: is no share");
  EXPECT_EQ(refusal([](Scene& s) { s.rules.set_secrecy(policy::v1::SECRECY_SECRET); }),
            "rule set policies/voting-owners-ordinary@1: can't be secret: it weighs or names the "
            "voters");
  EXPECT_EQ(refusal([](Scene& s) {
              s.rules = ShippedRules("voting-rep-assembly-2026");
              s.input.mutable_items(0)->clear_voted_at();
            }),
            "item a: was put to the vote at no known time");
}

}  // namespace
}  // namespace sanzhang::resolution
