// Commands ask the register's own directory who someone is, views ask their rows. Whatever happens
// in the register, both give the same answer for everybody, for every body and at every moment:
// else somebody could see what they may not touch, or the reverse.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/directory/directory_rows.h"
#include "projections/directory/viewer.h"
#include "projections/engine/parts_projection.h"
#include "proto/wire/time.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"
#include "tests/services/registry/live_register.h"
#include "tests/services/registry/random_register.h"
#include "tests/services/registry/rules_table.h"

namespace sanzhang::projections {
namespace {

constexpr char kCommunity[] = "communities/c1";
constexpr int kPeople = 9;
constexpr int kServices = 2;

// Nothing but the shared part that every view has.
std::unique_ptr<Projection> DirectoryOnly() {
  return MakeView("directory-only", 1, Parts(DirectoryRows(DirectoryRows::People::kPseudonyms)));
}

std::string Show(type::v1::Role role, std::string_view body, std::string_view area,
                 std::string_view unit) {
  return absl::StrCat(type::v1::Role_Name(role), " for [", std::string(body), "] in [",
                      std::string(area), "] [", std::string(unit), "]");
}

// The same register seen from both sides.
class BothSides {
 public:
  BothSides() : rows_(DirectoryOnly()) { live_.Settle(); }

  registry::LiveRegister& live() { return live_; }

  // Brings the rows up to the log's end, and notes the moments at which something changes by
  // itself.
  void CatchUp() {
    while (true) {
      const auto page = live_.store().ReadLog(next_, eventstore::Direction::kForwards, {}, {});
      ASSERT_TRUE(page.ok()) << page.status();
      if (page->records.empty()) return;
      for (const eventstore::Stored& stored : page->records) {
        log::v1::Record record;
        ASSERT_TRUE(record.ParseFromString(stored.bytes));
        ASSERT_TRUE(rows_.Apply(record).ok()) << record.ShortDebugString();
        next_ = record.position() + 1;
        registry::v1::TermStarted term;
        if (record.type() != term.GetTypeName()) continue;
        ASSERT_TRUE(term.ParseFromString(record.payload()));
        for (const absl::Time at : {wire::ToTime(term.begins()), wire::ToTime(term.ends())}) {
          moments_.insert({at - absl::Microseconds(1), at});
        }
      }
    }
  }

  std::set<absl::Time> moments() const {
    std::set<absl::Time> all = moments_;
    all.insert(live_.now());
    return all;
  }

  std::vector<std::string> ForCommands(const runtime::Principal& who, absl::Time at) {
    const auto standings = live_.directory().StandingsOf(kCommunity, who, at);
    EXPECT_TRUE(standings.ok()) << standings.status();
    std::vector<std::string> shown;
    for (const runtime::GroundedStanding& grounded : *standings) {
      const auto& [role, membership, body, covers] = grounded.standing;
      shown.push_back(Show(role, body, covers.property_area(),
                           absl::StrCat(covers.grid(), covers.building(), covers.entrance())));
    }
    std::sort(shown.begin(), shown.end());
    return shown;
  }

  std::vector<std::string> ForViews(const runtime::Principal& who, absl::Time at) {
    const Caller caller{.kind = who.kind, .id = who.id, .installation_roles = {}};
    const auto standings = StandingsOf(rows_.rows(), caller, kCommunity, at);
    EXPECT_TRUE(standings.ok()) << standings.status();
    std::vector<std::string> shown;
    for (const Standing& standing : *standings) {
      shown.push_back(Show(standing.role, standing.body, standing.property_area, standing.unit));
    }
    std::sort(shown.begin(), shown.end());
    return shown;
  }

  // Name, kind, area, and whether it is active: one line each.
  std::string BodiesForCommands() {
    runtime::Needs needs;
    for (const char* id : {"co", "gov", "n1", "n2", "n3", "rc"}) {
      needs.bodies.push_back(absl::StrCat(kCommunity, "/bodies/", id));
    }
    runtime::Facts facts;
    std::vector<eventstore::Condition> conditions;
    EXPECT_TRUE(live_.directory().Resolve(kCommunity, needs, facts, conditions).ok());
    std::string shown;
    for (const auto& [name, body] : facts.bodies) {
      absl::StrAppend(&shown, name, " | ", static_cast<int>(body.kind), " | ", body.property_area,
                      " | ", body.active ? 1 : 0, "\n");
    }
    return shown;
  }

  std::string BodiesForViews() {
    return rows_.Select(
        "SELECT name, kind, property_area, established AND NOT dissolved FROM body ORDER BY name",
        4);
  }

 private:
  registry::LiveRegister live_;
  bench::ViewBench rows_;
  std::uint64_t next_ = 1;
  std::set<absl::Time> moments_;
};

runtime::Principal Someone(log::v1::Actor::Kind kind, std::string id) {
  runtime::Principal principal;
  principal.kind = kind;
  principal.id = std::move(id);
  return principal;
}

std::vector<runtime::Principal> Everybody() {
  std::vector<runtime::Principal> all;
  for (int i = 1; i <= kPeople; ++i) {
    all.push_back(Someone(log::v1::Actor::KIND_PERSON, absl::StrCat("p", i)));
  }
  for (int i = 1; i <= kServices; ++i) {
    all.push_back(Someone(log::v1::Actor::KIND_SERVICE, absl::StrCat("s", i)));
  }
  return all;
}

TEST(DirectoryParity, CommandsAndViewsAgreeWhateverHappens) {
  const std::uint64_t seed = registry::ChooseSeed();
  SCOPED_TRACE(absl::StrCat("SANZHANG_SEED=", seed));
  BothSides sides;
  registry::RandomRegister random(seed);
  std::set<std::string> seen;  // So that it can be told whether the comparison was about anything.
  for (int round = 0; round < 40; ++round) {
    for (int i = 0; i < 50; ++i) random.Play(sides.live());
    sides.CatchUp();
    EXPECT_EQ(sides.BodiesForViews(), sides.BodiesForCommands());
    for (const runtime::Principal& who : Everybody()) {
      for (const absl::Time at : sides.moments()) {
        const std::vector<std::string> expected = sides.ForCommands(who, at);
        EXPECT_EQ(sides.ForViews(who, at), expected)
            << who.id << " at " << absl::FormatTime(at, absl::UTCTimeZone());
        seen.insert(expected.begin(), expected.end());
      }
    }
    if (testing::Test::HasFailure()) return;
    sides.live().set_now(absl::StrCat("2026-05-0", 1 + round / 5, "T00:00:00+08:00"));
  }
  EXPECT_GT(seen.size(), 10u);
}

}  // namespace
}  // namespace sanzhang::projections
