// A small community in which the tests of ratings play: a committee, its supervisors, an owners'
// committee and a company in area a1, residents and owners, schemes, a campaign, an appraisal.
//
// In all texts `~` stands for `communities/c1/`, and `$36$` for a timestamp that many hours after
// kStart.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "services/rating/gathered.h"
#include "services/runtime/decider.h"
#include "tests/support/text_proto.h"

namespace sanzhang::rating::scene {

// 2026-05-01 00:00 in Shanghai.
inline const absl::Time kStart = absl::FromUnixSeconds(1777564800);

using Story = std::vector<std::string>;  // Events as text.
Story operator+(Story story, std::string more);

std::string Expand(std::string_view text);
std::string Shorten(std::string_view text);

// Stories of `~ratingCampaigns/g1` that end in the state of their name; it is open from 24 to 72.
Story Announced();
Story Open();
Story Closed();
Story Published();
Story Contested();
Story Corrected();
// What a scheme says that differs from test to test.
struct Terms {
  std::string kind = "PROPERTY_COMPANY";
  std::string eligibility = "RESIDENT";
  std::string more = "revision_allowed: true";
};
Story OpenWith(const Terms& terms, std::string_view target = "~bodies/co",
               std::string_view area = "~propertyAreas/a1");

// Stories of `~appraisals/a1`, which is open from 24 to 72.
Story AppraisalAnnounced();
Story AppraisalOpen();
Story AppraisalClosed();
Story AppraisalPublished();

// `zhang` lives in d1 and owns it, and lives nowhere else; `li` lives in d1 too; `wu` owns d2 of
// area a2 and lives there; `rep` is a representative who lives in d3; `kin` is a near relative of a
// clerk of the company; `clerk` is that clerk, `manager` the manager of the company; `chair`, `oc`,
// `sup`, `gov`, `dep` sit in their bodies; `both` sits among the supervisors and works for the
// company; `timer` is the timekeeper.
runtime::Acting Cast(std::string_view who);

// What a decision sees. `who` acts in the last of the capacities that `Cast` gives.
runtime::Context ContextOf(std::string_view who, std::string_view name, int hour);

// What the companion would bring; tests change it.
Gathered TestGathered();

// Streams that are read beside the decider's own.
struct Peers {
  Story campaign = Open();
  Story appraisal = AppraisalOpen();
  Story rating = {"submitted { rater_ref: 'ref-zhang' building: '~buildings/b1' }"};
};
void AddPeers(const Peers& peers, runtime::Facts& facts);

template <class A>
typename A::State Fold(const Story& story) {
  typename A::State state;
  const log::v1::Actor actor;
  for (const std::string& text : story) {
    A::Evolve(state, support::Text<typename A::Event>(Expand(text)),
              runtime::Happened{kStart, actor});
  }
  return state;
}

std::string ShowClaims(const std::vector<runtime::Claim>& claims);

// One row of a table: after the story the one asks at that hour, and that is the answer: a reason,
// or events and claims; empty: already so.
struct Row {
  std::string name;
  Story given;
  std::string when;  // The request.
  std::string then;
  std::string by = "chair";
  int at = 12;
  Peers peers = {};
  Gathered gathered = TestGathered();
};

template <class A, class Request>
std::string Play(const Row& row, std::string_view name) {
  runtime::Context context = ContextOf(row.by, Expand(name), row.at);
  AddPeers(row.peers, context.facts);
  context.facts.gathered = std::make_shared<const Gathered>(row.gathered);
  const auto decision =
      A::Decide(Fold<A>(row.given), support::Text<Request>(Expand(row.when)), context);
  std::string shown = support::Show(decision);
  if (const auto* decided = std::get_if<runtime::Decided<typename A::Event>>(&decision)) {
    shown += ShowClaims(decided->claims);
  }
  return Shorten(shown);
}

template <class A, class Request>
void PlayAll(std::string_view name, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ((Play<A, Request>(row, name)), row.then);
  }
}

}  // namespace sanzhang::rating::scene
