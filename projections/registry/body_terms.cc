#include "projections/registry/body_terms.h"

#include <algorithm>

#include "projections/engine/cells.h"
#include "projections/registry/register_fact.h"
#include "sanzhang/resolution/v1/resolution.pb.h"
#include "sanzhang/type/v1/body.pb.h"
#include "sanzhang/views/v1/resolution_view.pb.h"

namespace sanzhang::projections {
namespace {

using views::v1::BodyTermRow;

// What the rows know of a body's terms. Times that are not set are InfinitePast.
struct Terms {
  bool established = false;
  bool headed = false;  // Someone has the chair.
  bool noted = false;   // As expiring.
  bool later = false;   // The present term is not the first.
  absl::Time last_begins = absl::InfinitePast();
  absl::Time last_ends = absl::InfinitePast();
  bool filing_overdue = false;
  bool election_committee = false;  // There is one in the community.
  // The election that `election` names.
  views::v1::ResolutionState election_state{};
  resolution::v1::Outcome election_outcome{};
  bool election_contested = false;
};

// Those whose seats are filled by election or choice, and that have a head.
bool HasChair(type::v1::BodyKind kind) {
  switch (kind) {
    case type::v1::BODY_KIND_PARTY_ORG:
    case type::v1::BODY_KIND_RESIDENTS_COMMITTEE:
    case type::v1::BODY_KIND_SUPERVISION_COMMITTEE:
    case type::v1::BODY_KIND_OWNERS_COMMITTEE:
    case type::v1::BODY_KIND_PROPERTY_MGMT_COMMITTEE:
      return true;
    default:
      return false;
  }
}

absl::Status ReadBody(Rows& rows, absl::Time now, BodyTermRow& row, Terms& terms) {
  const Value values[] = {row.body(), TimeValue(now)};
  return rows.Query(
      "SELECT b.kind, b.display_name, b.property_area, b.established AND NOT b.dissolved, "
      "(SELECT min(n.begins_us) FROM term_life n WHERE n.body = b.name AND n.begins_us > ?2), "
      "(SELECT max(p.begins_us) FROM term_life p WHERE p.body = b.name AND p.begins_us <= ?2), "
      "(SELECT max(p.ends_us) FROM term_life p WHERE p.body = b.name AND p.begins_us <= ?2), "
      "EXISTS (SELECT 1 FROM filing f WHERE f.body = b.name AND f.filed_us IS NULL "
      "AND f.due_us < ?2), EXISTS (SELECT 1 FROM body e WHERE e.community = b.community "
      "AND e.kind = 14 AND e.established AND NOT e.dissolved) FROM body b WHERE b.name = ?1",
      values, [&](const Row& r) {
        row.set_kind(static_cast<type::v1::BodyKind>(r.Int(0)));
        row.set_display_name(std::string(r.Text(1)));
        row.set_property_area(std::string(r.Text(2)));
        terms.established = r.Int(3) != 0;
        SetStamp(r.Time(4), row, &BodyTermRow::mutable_next_begins);
        terms.last_begins = r.Time(5);
        terms.last_ends = r.Time(6);
        terms.filing_overdue = r.Int(7) != 0;
        terms.election_committee = r.Int(8) != 0;
      });
  static_assert(type::v1::BODY_KIND_ELECTION_COMMITTEE == 14);
}

absl::Status ReadTerm(Rows& rows, absl::Time now, BodyTermRow& row, Terms& terms) {
  const Value values[] = {row.body(), TimeValue(now)};
  return rows.Query(
      "SELECT t.name, t.begins_us, t.ends_us, t.expiring_us, t.handover_due_us, t.handed_over_us, "
      "EXISTS (SELECT 1 FROM term_life p WHERE p.body = t.body AND p.begins_us < t.begins_us) "
      "FROM term_life t WHERE t.body = ?1 AND t.expired_us IS NULL AND t.begins_us <= ?2 "
      "AND ?2 < t.ends_us",
      values, [&](const Row& r) {
        row.set_term(std::string(r.Text(0)));
        SetStamp(r.Time(1), row, &BodyTermRow::mutable_begins);
        SetStamp(r.Time(2), row, &BodyTermRow::mutable_ends);
        terms.noted = !r.IsNull(3);
        terms.later = r.Int(6) != 0;
        if (!terms.later && r.IsNull(5)) return;
        SetStamp(r.Time(4), row, &BodyTermRow::mutable_handover_due);
        SetStamp(r.Time(5), row, &BodyTermRow::mutable_handed_over_at);
      });
}

absl::Status ReadSeats(Rows& rows, BodyTermRow& row, Terms& terms) {
  const Value values[] = {row.body(), row.term()};
  absl::Status status = rows.Query(
      "SELECT count(*), total(suspended), total(office IN (1, 4)) FROM membership "
      "WHERE body = ?1 AND NOT ended AND term IN ('', ?2)",
      values, [&](const Row& r) {
        row.set_members(static_cast<std::int32_t>(r.Int(0)));
        row.set_suspended(static_cast<std::int32_t>(r.Int(1)));
        terms.headed = r.Int(2) != 0;
      });
  static_assert(type::v1::OFFICE_CHAIR == 1 && type::v1::OFFICE_MANAGER == 4);
  if (!status.ok()) return status;
  // The most that were held at once: as they were just after each was given.
  status = rows.Query(
      "WITH s AS (SELECT since_us, ended_us FROM seat WHERE body = ?1 AND term IN ('', ?2)) "
      "SELECT coalesce(max((SELECT count(*) FROM s o WHERE o.since_us <= s.since_us "
      "AND (o.ended_us IS NULL OR o.ended_us > s.since_us))), 0) FROM s",
      values, [&](const Row& r) { row.set_seats(static_cast<std::int32_t>(r.Int(0))); });
  if (!status.ok() || row.term().empty()) return status;
  const Value before[] = {row.body(), StampOf(row.begins())};
  return rows.Query(
      "SELECT seats FROM resolution WHERE elects_to = ?1 AND recalls = '' AND runoff_of = '' "
      "AND drafted_us <= ?2 AND certified_us IS NOT NULL AND revoked_us IS NULL "
      "ORDER BY certified_us DESC, name DESC LIMIT 1",
      before, [&](const Row& r) {
        row.set_seats(std::max(row.seats(), static_cast<std::int32_t>(r.Int(0))));
      });
}

// The last election to the body since its present or last term began.
absl::Status ReadElection(Rows& rows, BodyTermRow& row, Terms& terms) {
  const Value values[] = {row.body(), TimeValue(terms.last_begins)};
  return rows.Query(
      "SELECT r.name, r.state, r.outcome, r.challenges_open > 0 OR r.revoked_us IS NOT NULL OR "
      "EXISTS (SELECT 1 FROM challenge x WHERE x.resolution = r.name AND x.ruling = 3 "
      "AND x.ruled_us >= r.certified_us) FROM resolution r "
      "WHERE r.elects_to = ?1 AND r.recalls = '' AND r.state <> 11 "
      "AND r.drafted_us > coalesce(?2, 0) ORDER BY r.drafted_us DESC, r.name DESC LIMIT 1",
      values, [&](const Row& r) {
        row.set_election(std::string(r.Text(0)));
        terms.election_state = static_cast<views::v1::ResolutionState>(r.Int(1));
        terms.election_outcome = static_cast<resolution::v1::Outcome>(r.Int(2));
        terms.election_contested = r.Int(3) != 0;
      });
  static_assert(views::v1::RESOLUTION_STATE_WITHDRAWN == 11 &&
                resolution::v1::CHALLENGE_RULING_CORRECTION_ORDERED == 3);
}

bool ElectionFailed(const Terms& terms) {
  return terms.election_outcome == resolution::v1::OUTCOME_NO_QUORUM ||
         terms.election_outcome == resolution::v1::OUTCOME_VOID;
}

// The bodies whose elections are votes on record here; the others are chosen elsewhere.
bool IsElectedHere(type::v1::BodyKind kind) {
  return kind == type::v1::BODY_KIND_RESIDENTS_COMMITTEE ||
         kind == type::v1::BODY_KIND_OWNERS_COMMITTEE;
}

// The next election is to be followed: the term ends soon, or is over, and no other is recorded.
bool IsDue(views::v1::TermStage stage) {
  return stage == views::v1::TERM_STAGE_EXPIRING || stage == views::v1::TERM_STAGE_OVER;
}

views::v1::TermStage StageByTime(const BodyTermRow& row, const Terms& terms, absl::Time now) {
  if (row.has_next_begins()) {
    return row.term().empty() ? views::v1::TERM_STAGE_AWAITED : views::v1::TERM_STAGE_SUCCEEDED;
  }
  if (terms.last_begins == absl::InfinitePast()) return views::v1::TERM_STAGE_NONE;
  if (row.term().empty()) return views::v1::TERM_STAGE_OVER;
  const bool soon =
      terms.noted || wire::ToTime(row.ends()) - now <= absl::Hours(24 * kExpiringDays);
  return soon ? views::v1::TERM_STAGE_EXPIRING : views::v1::TERM_STAGE_RUNNING;
}

// The stage with what has become of the election, if one is under way.
views::v1::TermStage StageOf(views::v1::TermStage by_time, const BodyTermRow& row,
                             const Terms& terms) {
  if (!IsDue(by_time) || row.election().empty() || ElectionFailed(terms)) return by_time;
  switch (terms.election_state) {
    case views::v1::RESOLUTION_STATE_REVOKED:
      return by_time;
    case views::v1::RESOLUTION_STATE_DRAFTED:
    case views::v1::RESOLUTION_STATE_NOTICED:
      return views::v1::TERM_STAGE_ELECTION_PREPARED;
    default:
      return views::v1::TERM_STAGE_ELECTION_HELD;
  }
}

void AddElectionBlockers(const Terms& terms, BodyTermRow& row) {
  if (row.election().empty() && IsElectedHere(row.kind())) {
    row.add_blockers(views::v1::TERM_BLOCKER_NO_ELECTION);
  }
  if (row.kind() == type::v1::BODY_KIND_RESIDENTS_COMMITTEE && !terms.election_committee &&
      row.stage() != views::v1::TERM_STAGE_ELECTION_HELD) {
    row.add_blockers(views::v1::TERM_BLOCKER_NO_ELECTION_COMMITTEE);
  }
  if (ElectionFailed(terms)) row.add_blockers(views::v1::TERM_BLOCKER_ELECTION_FAILED);
  if (terms.election_contested) row.add_blockers(views::v1::TERM_BLOCKER_ELECTION_CONTESTED);
}

void AddBlockers(const Terms& terms, absl::Time now, BodyTermRow& row) {
  if (row.has_handover_due() && !row.has_handed_over_at() &&
      wire::ToTime(row.handover_due()) < now) {
    row.add_blockers(views::v1::TERM_BLOCKER_HANDOVER_OVERDUE);
  }
  if (terms.filing_overdue) row.add_blockers(views::v1::TERM_BLOCKER_FILING_OVERDUE);
  if (!terms.headed && HasChair(row.kind())) row.add_blockers(views::v1::TERM_BLOCKER_NO_CHAIR);
  if (!terms.established) row.add_blockers(views::v1::TERM_BLOCKER_NOT_ESTABLISHED);
}

}  // namespace

absl::Status FillBodyTerm(Rows& rows, absl::Time now, BodyTermRow& row) {
  Terms terms;
  absl::Status status = ReadBody(rows, now, row, terms);
  if (status.ok()) status = ReadTerm(rows, now, row, terms);
  if (status.ok()) status = ReadSeats(rows, row, terms);
  if (status.ok()) status = ReadElection(rows, row, terms);
  if (!status.ok()) return status;
  row.set_vacancies(std::max(0, row.seats() - row.members()));
  if (row.term().empty()) SetStamp(terms.last_ends, row, &BodyTermRow::mutable_ends);
  const views::v1::TermStage by_time = StageByTime(row, terms, now);
  row.set_stage(StageOf(by_time, row, terms));
  if (row.has_ends() && !row.has_next_begins()) *row.mutable_election_due() = row.ends();
  if (IsDue(by_time)) AddElectionBlockers(terms, row);
  AddBlockers(terms, now, row);
  return absl::OkStatus();
}

}  // namespace sanzhang::projections
