// A vote on the bench: the resolution `r` of community c1, fed with one fact after another. Times
// are `03-02 10:00` of 2026.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "projections/engine/parts_projection.h"
#include "projections/resolutions/resolution_rows.h"
#include "projections/resolutions/result_rows.h"
#include "projections/resolutions/voter_rows.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::bench {

inline std::unique_ptr<Projection> EveryVote(bool persons = true) {
  return MakeView("votes", 1,
                  Parts(Resolutions(ResolutionRows({.persons = persons, .words = persons}),
                                    VoterRows({.persons = persons, .dwellings = persons}),
                                    ResultRows({.persons = persons}))));
}

inline constexpr std::string_view kDrafted =
    "regime: REGIME_OWNERS matter: MATTER_CODE_CC278_4 title: '选聘物业' text: '全文' "
    "items { code: 'a' text: '甲' question: 'q' } items { code: 'b' text: '乙' question: 'q' } "
    "property_area: '@propertyAreas/a1' convener: '@bodies/oc' procedure: 'policies/p'";
inline constexpr std::string_view kNoticed =
    "rule_set: 'policies/v' opens T(2026-03-20 10:00) closes T(2026-03-30 10:00) "
    "mode: VOTE_MODE_ELECTRONIC notice: '@notices/n1' "
    "thresholds { quorum_area { numerator: 2 denominator: 3 } }";
inline constexpr std::string_view kFrozen =
    "snapshot: 's1' roll_sha256: 'f00d' subjects: 3 heads: 3 area_dm2: 300 dwellings: 4 "
    "objections_until T(2026-03-10 10:00)";

class Vote {
 public:
  explicit Vote(bool persons = true) : view_(EveryVote(persons)) {}

  template <class Fact>
  absl::Status On(std::string_view stream, std::string_view time, std::string_view payload = "") {
    return view_.Apply(history_.Add<Fact>(absl::StrCat("2026-", std::string(time)),
                                          absl::StrCat("resolutions/r", std::string(stream)),
                                          payload));
  }
  // Of the resolution itself.
  template <class Fact>
  void Then(std::string_view time, std::string_view payload = "") {
    Must(On<Fact>("", time, payload));
  }
  // Of the voter or the ballots with that id.
  template <class Fact>
  void Voter(std::string_view id, std::string_view time, std::string_view payload = "") {
    Must(On<Fact>(absl::StrCat("/voters/", std::string(id)), time, payload));
  }
  template <class Fact>
  void Ballot(std::string_view id, std::string_view time, std::string_view payload = "") {
    Must(On<Fact>(absl::StrCat("/ballots/", std::string(id)), time, payload));
  }
  // Drafted, noticed, frozen.
  void Freeze() {
    Then<resolution::v1::MotionDrafted>("03-01 10:00", kDrafted);
    Then<resolution::v1::VoteNoticed>("03-02 10:00", kNoticed);
    Then<resolution::v1::ElectorateFrozen>("03-03 10:00", kFrozen);
  }

  // The only row of a SELECT, without its end of line.
  std::string One(std::string_view sql, int columns) {
    std::string shown = view_.Select(sql, columns);
    if (!shown.empty()) shown.pop_back();
    return shown;
  }
  ViewBench& view() { return view_; }
  History& history() { return history_; }

 private:
  static void Must(const absl::Status& status) {
    if (!status.ok()) Fail(status.ToString());
  }
  [[noreturn]] static void Fail(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::abort();
  }

  History history_;
  ViewBench view_;
};

// `20.10`: day and hour in Shanghai.
inline std::string Hour(std::string_view column) {
  return absl::StrCat("strftime('%d.%H', ", std::string(column),
                      " / 1000000 + 28800, 'unixepoch')");
}

}  // namespace sanzhang::projections::bench
