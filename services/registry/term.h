// The rules of a body's term (届期): at most five years (URC-2025 Art. 14), one at a time, over at
// its end whether or not anyone notes it. Stream: `communities/{c}/terms/{id}`.
//
// Terms may be recorded in any order, past ones and the next one too. Each claims its number among
// the body's, so that of two recorded at once one is decided anew.
//
// Refusals, in this order: RESOURCE_ALREADY_EXISTS or RESOURCE_NOT_FOUND; PERMISSION_DENIED where
// an owners' committee names another body; of the body RESOURCE_NOT_FOUND, RESOURCE_NOT_ACTIVE;
// TERM_INVALID; TERM_OVERLAPS; CLOCK_NOT_DUE.
#pragma once

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/registry/v1/registry_service.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::registry {

// How long before its end a term is noted as expiring, so that the next election is prepared.
inline constexpr absl::Duration kExpiringNotice = absl::Hours(24 * 90);

struct Term {
  using Event = v1::TermEvent;
  using Decision = runtime::Decision<Event>;

  struct State {
    bool started = false;
    bool expiring = false;  // Noted.
    bool expired = false;   // Noted; the powers ended at `ends` in any case.
    std::string body;
    absl::Time begins;
    absl::Time ends;  // First moment after it.
    bool operator==(const State&) const = default;
  };

  static std::string NewName(const v1::StartTermRequest&, std::string_view fresh_id);

  static runtime::Needs NeedsOf(const State&, const v1::StartTermRequest&);

  // That of the body's property area.
  static type::v1::Place PlaceOf(const State&, const v1::StartTermRequest&, const runtime::Facts&);

  static Decision Decide(const State&, const v1::StartTermRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::NoteTermExpiringRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::ExpireTermRequest&, const runtime::Context&);

  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

}  // namespace sanzhang::registry
