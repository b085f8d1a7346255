// The cases that keep a person's data from being erased: complaints and votes, as far as an erasure
// must know them, folded from the facts of their contexts. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/privacy/v1/privacy.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::privacy {

// A complaint that the person filed, or in which words are theirs.
struct ComplaintCase {
  using Event = complaint::v1::ComplaintEvent;
  struct State {
    bool open = false;
    bool appealed = false;
    std::string main;                            // That it follows; empty: none.
    absl::Time ended_at = absl::InfinitePast();  // Of one that is not open.
    absl::Time appeal_until = absl::InfinitePast();
    bool operator==(const State&) const = default;
  };
  static void Evolve(State& state, const Event& event, const runtime::Happened& happened) noexcept;
};

// A vote in whose roll the person stands, or in which words are theirs.
struct VoteCase {
  using Event = resolution::v1::ResolutionEvent;
  struct State {
    enum class Phase { kBefore, kOpen, kCounting, kOver } phase = Phase::kBefore;
    bool frozen = false;
    absl::Time objections_until = absl::InfinitePast();
    std::vector<std::string> challenges;  // That wait for a ruling.
    bool operator==(const State&) const = default;
  };
  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

// How a complaint holds at `now`, its words kept for so many years after its end; none: not at all.
// `main`: the complaint that it follows; null: it follows none.
std::vector<v1::Hold> HoldsOf(std::string_view name, const ComplaintCase::State& complaint,
                              const ComplaintCase::State* main, int retention_years,
                              absl::Time now);
std::vector<v1::Hold> HoldsOf(std::string_view name, const VoteCase::State& vote);

}  // namespace sanzhang::privacy
