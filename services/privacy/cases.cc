#include "services/privacy/cases.h"

#include <algorithm>

#include "absl/time/civil_time.h"
#include "proto/wire/time.h"
#include "proto/wire/zone.h"

namespace sanzhang::privacy {
namespace {

void End(ComplaintCase::State& state, absl::Time at) {
  state.open = false;
  state.ended_at = at;
}

// 24:00 of the day so many years later (Civil Code Art. 201, 202), in Shanghai.
absl::Time YearsLater(absl::Time from, int years) {
  const absl::CivilDay day = absl::ToCivilDay(from, wire::Shanghai());
  const absl::CivilMonth month(day.year() + years, day.month());
  // The 29th of February has no anniversary in most years: the last day of the month is it.
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  const absl::CivilDay same = absl::CivilDay(month) + (day.day() - 1);
  return absl::FromCivil(std::min(same, last) + 1, wire::Shanghai());
}

v1::Hold Hold(v1::HoldKind kind, std::string_view about, absl::Time until) {
  v1::Hold hold;
  hold.set_kind(kind);
  hold.set_about(std::string(about));
  if (until != absl::InfiniteFuture()) *hold.mutable_until() = wire::ToStamp(until);
  return hold;
}

bool IsOpen(const ComplaintCase::State& complaint) { return complaint.open || complaint.appealed; }

}  // namespace

void ComplaintCase::Evolve(State& state, const Event& event,
                           const runtime::Happened& happened) noexcept {
  switch (event.kind_case()) {
    case Event::kFiled:
      state.open = true;
      return;
    case Event::kLinked:
      state.main = event.linked().main();
      return End(state, happened.at);
    case Event::kNotAccepted:
    case Event::kWithdrawn:
      return End(state, happened.at);
    case Event::kClosed:
      if (event.closed().has_appeal_until()) {
        state.appeal_until = wire::ToTime(event.closed().appeal_until());
      }
      return End(state, happened.at);
    case Event::kReopened:
      state.open = true;
      return;
    case Event::kAppealed:
      state.appealed = true;
      return;
    case Event::kAppealRuled:
      state.appealed = false;
      return;
    default:
      return;  // It neither begins nor ends with others.
  }
}

void VoteCase::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  const auto end_challenge = [&state](const std::string& challenge) {
    std::erase_if(state.challenges, [&](const std::string& one) { return one == challenge; });
  };
  switch (event.kind_case()) {
    case Event::kElectorateFrozen:
      state.frozen = true;
      return;
    case Event::kOpened:
      state.phase = State::Phase::kOpen;
      return;
    case Event::kClosed:
      state.phase = State::Phase::kCounting;
      return;
    case Event::kProvisionallyTallied:
      if (event.provisionally_tallied().has_objections_until()) {
        state.objections_until = wire::ToTime(event.provisionally_tallied().objections_until());
      }
      return;
    case Event::kCertified:
    case Event::kMotionWithdrawn:
      state.phase = State::Phase::kOver;
      return;
    case Event::kRecountPerformed:
      state.phase = State::Phase::kCounting;
      return;
    case Event::kChallenged:
      state.challenges.push_back(event.challenged().challenge());
      return;
    case Event::kUpheld:
      return end_challenge(event.upheld().challenge());
    case Event::kRevoked:
      return end_challenge(event.revoked().challenge());
    case Event::kCorrectionOrdered:
      return end_challenge(event.correction_ordered().challenge());
    default:
      return;  // It neither begins nor ends with others.
  }
}

std::vector<v1::Hold> HoldsOf(std::string_view name, const ComplaintCase::State& complaint,
                              const ComplaintCase::State* main, int retention_years,
                              absl::Time now) {
  if (IsOpen(complaint) || (main != nullptr && IsOpen(*main))) {
    return {Hold(v1::HOLD_KIND_OPEN_COMPLAINT, name, absl::InfiniteFuture())};
  }
  if (complaint.ended_at == absl::InfinitePast()) return {};  // Words beside a complaint.
  std::vector<v1::Hold> holds;
  if (now <= complaint.appeal_until) {
    holds.push_back(Hold(v1::HOLD_KIND_OPEN_COMPLAINT, name, complaint.appeal_until));
  }
  const absl::Time kept_until = YearsLater(complaint.ended_at, retention_years);
  if (retention_years > 0 && now < kept_until) {
    holds.push_back(Hold(v1::HOLD_KIND_RETENTION, name, kept_until));
  }
  return holds;
}

std::vector<v1::Hold> HoldsOf(std::string_view name, const VoteCase::State& vote) {
  std::vector<v1::Hold> holds;
  switch (vote.phase) {
    case VoteCase::State::Phase::kBefore:
      if (vote.frozen) {
        holds.push_back(Hold(v1::HOLD_KIND_OPEN_VOTE, name, absl::InfiniteFuture()));
      }
      break;
    case VoteCase::State::Phase::kOpen:
      holds.push_back(Hold(v1::HOLD_KIND_OPEN_VOTE, name, absl::InfiniteFuture()));
      break;
    case VoteCase::State::Phase::kCounting:
      holds.push_back(Hold(v1::HOLD_KIND_VOTE_OBJECTIONS, name, absl::InfiniteFuture()));
      break;
    case VoteCase::State::Phase::kOver:
      break;
  }
  if (!vote.challenges.empty()) {
    holds.push_back(Hold(v1::HOLD_KIND_VOTE_CHALLENGED, name, absl::InfiniteFuture()));
  }
  return holds;
}

}  // namespace sanzhang::privacy
