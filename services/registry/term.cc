#include "services/registry/term.h"

#include "absl/time/civil_time.h"
#include "proto/wire/time.h"
#include "proto/wire/zone.h"
#include "services/registry/rules.h"

namespace sanzhang::registry {
namespace {

using runtime::Context;
using Decision = Term::Decision;
using State = Term::State;

using enum type::v1::ErrorReason;

// URC-2025 Art. 14. Owners' bodies have shorter terms by local rules, which are policy, not law
// here.
constexpr int kTermYearsMax = 5;

// The last possible end of a term, by the calendar of the People's Republic: one fixed offset.
absl::Time LatestEnd(absl::Time begins) {
  const absl::CivilSecond begin = absl::ToCivilSecond(begins, wire::Shanghai());
  const absl::CivilSecond end(begin.year() + kTermYearsMax, begin.month(), begin.day(),
                              begin.hour(), begin.minute(), begin.second());
  return absl::FromCivil(end, wire::Shanghai());
}

runtime::Refusal NotDue(absl::Time due) {
  return {.reason = ERROR_REASON_CLOCK_NOT_DUE,
          .metadata = {{"due", absl::FormatTime(absl::RFC3339_full, due, absl::UTCTimeZone())}}};
}

}  // namespace

std::string Term::NewName(const v1::StartTermRequest& request, std::string_view fresh_id) {
  return NameFor(request.parent(), "terms", request.term_id(), fresh_id);
}

runtime::Needs Term::NeedsOf(const State&, const v1::StartTermRequest& request) {
  return {.bodies = {request.body()}, .terms_of = {request.body()}};
}

type::v1::Place Term::PlaceOf(const State&, const v1::StartTermRequest& request,
                              const runtime::Facts& facts) {
  return AreaOf(facts, request.body());
}

// Checks stand in order of precedence: of several reasons the first is given.
Decision Term::Decide(const State& state, const v1::StartTermRequest& request,
                      const Context& context) {
  if (state.started) return Refuse(ERROR_REASON_RESOURCE_ALREADY_EXISTS, context.name);
  if (context.acting.as.role == type::v1::ROLE_OWNERS_COMMITTEE &&
      context.acting.as.body != request.body()) {
    return Refuse(ERROR_REASON_PERMISSION_DENIED);
  }
  if (auto refusal = RequireBody(context.facts, request.body())) return *std::move(refusal);
  const type::v1::BodyKind kind = context.facts.bodies.find(request.body())->second.kind;
  const bool elects = context.acting.as.role == type::v1::ROLE_ELECTION_COMMITTEE;
  if (elects && !MayOversee(context.acting, kind)) return Refuse(ERROR_REASON_PERMISSION_DENIED);
  const absl::Time begins = wire::ToTime(request.begins());
  const absl::Time ends = wire::ToTime(request.ends());
  if (ends <= begins || ends > LatestEnd(begins)) return Refuse(ERROR_REASON_TERM_INVALID);
  std::size_t number = 1;
  for (const auto& [name, other] : context.facts.terms) {
    if (other.body != request.body()) continue;
    if (begins < other.ends && other.begins < ends) return Refuse(ERROR_REASON_TERM_OVERLAPS, name);
    ++number;
  }
  Event event;
  auto& started = *event.mutable_term_started();
  started.set_body(request.body());
  *started.mutable_begins() = wire::ToStamp(begins);
  *started.mutable_ends() = wire::ToStamp(ends);
  return Record(std::move(event), {{.name = TermClaim(request.body(), number),
                                    .taken = ERROR_REASON_REVISION_CONFLICT}});
}

Decision Term::Decide(const State& state, const v1::ExpireTermRequest&, const Context& context) {
  if (!state.started) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (state.expired) return AlreadySo<Event>();
  if (context.now < state.ends) return NotDue(state.ends);
  Event event;
  event.mutable_term_expired();
  return Record(std::move(event));
}

Decision Term::Decide(const State& state, const v1::NoteTermExpiringRequest&,
                      const Context& context) {
  if (!state.started) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (state.expired) return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, context.name);
  if (state.expiring) return AlreadySo<Event>();
  if (context.now < state.ends - kExpiringNotice) return NotDue(state.ends - kExpiringNotice);
  Event event;
  *event.mutable_term_expiring()->mutable_ends() = wire::ToStamp(state.ends);
  return Record(std::move(event));
}

void Term::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kTermStarted:
      state.started = true;
      state.body = event.term_started().body();
      state.begins = wire::ToTime(event.term_started().begins());
      state.ends = wire::ToTime(event.term_started().ends());
      break;
    case Event::kTermExpiring:
      state.expiring = true;
      break;
    case Event::kTermExpired:
      state.expired = true;
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<Term, v1::StartTermRequest>);
static_assert(runtime::Decides<Term, v1::NoteTermExpiringRequest>);
static_assert(runtime::Decides<Term, v1::ExpireTermRequest>);

}  // namespace sanzhang::registry
