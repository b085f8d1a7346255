#include "projections/complaints/timeline_rows.h"

#include <optional>

namespace sanzhang::projections {
namespace {

namespace v1 = complaint::v1;

// Who is responsible from this fact on, and under which assignment.
struct Handover {
  std::string_view body;
  std::optional<std::int64_t> assignment;  // Not set: the same as before.
};

std::optional<Handover> HandoverOf(const v1::ComplaintEvent& event) {
  if (event.has_filed()) return Handover{event.filed().first_receiver(), 0};
  if (event.has_accepted()) return Handover{event.accepted().responsible_body(), {}};
  if (event.has_assigned()) {
    return Handover{event.assigned().assignee_body(), event.assigned().hop()};
  }
  if (event.has_dispatch_dispute_ruled() && event.dispatch_dispute_ruled().upheld()) {
    const auto& ruled = event.dispatch_dispute_ruled();
    return Handover{ruled.new_body(), ruled.hop()};
  }
  if (event.has_escalated()) return Handover{event.escalated().responsible_body(), {}};
  if (event.has_reopened()) return Handover{event.reopened().responsible_body(), {}};
  return std::nullopt;
}

bool Ends(const v1::ComplaintEvent& event) {
  return event.has_answered() || event.has_not_accepted() || event.has_linked() ||
         event.has_withdrawn() || event.has_closed();
}

}  // namespace

std::string_view EventRows::schema() const {
  return R"(
CREATE TABLE event (
  complaint TEXT NOT NULL, revision INTEGER NOT NULL, position INTEGER NOT NULL,
  event_id BLOB NOT NULL, occurred_us INTEGER NOT NULL, recorded_us INTEGER NOT NULL,
  actor_kind INTEGER NOT NULL, actor_role INTEGER NOT NULL, actor_body TEXT NOT NULL,
  type TEXT NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (complaint, revision))
  STRICT, WITHOUT ROWID;
)";
}

absl::Status EventRows::Apply(const ComplaintFact& fact, Rows& rows) const {
  const log::v1::Record& record = fact.record;
  return rows.Run("INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                  {fact.complaint(), static_cast<std::int64_t>(record.revision()),
                   static_cast<std::int64_t>(record.position()), Blob{record.event_id()},
                   TimeValue(fact.at()), TimeValue(wire::ToTime(record.recorded_at())),
                   std::int64_t{record.actor().kind()}, std::int64_t{record.actor().role()},
                   record.actor().body(), record.type(), Blob{record.payload()}});
}

std::string_view HopRows::schema() const {
  return R"(
CREATE TABLE hop (
  complaint TEXT NOT NULL, number INTEGER NOT NULL, assignment INTEGER NOT NULL,
  body TEXT NOT NULL, since_us INTEGER NOT NULL, until_us INTEGER,
  PRIMARY KEY (complaint, number)) STRICT, WITHOUT ROWID;
)";
}

absl::Status HopRows::Apply(const ComplaintFact& fact, Rows& rows) const {
  const Value at = TimeValue(fact.at());
  const std::optional<Handover> handover = HandoverOf(fact.event);
  if (handover) {
    // Nothing new when the same body goes on under the same assignment.
    bool same = false;
    const Value now[] = {fact.complaint(), handover->body,
                         handover->assignment ? Value(*handover->assignment) : Value(Null{})};
    absl::Status status = rows.Query(
        "SELECT body = ?2 AND assignment = COALESCE(?3, assignment) FROM hop "
        "WHERE complaint = ?1 AND until_us IS NULL",
        now, [&](const Row& row) { same = row.Int(0) != 0; });
    if (!status.ok() || same) return status;
  } else if (!Ends(fact.event)) {
    return absl::OkStatus();
  }
  absl::Status status =
      rows.Run("UPDATE hop SET until_us = ?2 WHERE complaint = ?1 AND until_us IS NULL",
               {fact.complaint(), at});
  if (!status.ok() || !handover) return status;
  return rows.Run(
      "INSERT INTO hop SELECT ?1, count(*) + 1, COALESCE(?2, max(assignment), 0), ?3, ?4, NULL "
      "FROM hop WHERE complaint = ?1",
      {fact.complaint(), handover->assignment ? Value(*handover->assignment) : Value(Null{}),
       handover->body, at});
}

std::string_view PauseRows::schema() const {
  return R"(
CREATE TABLE pause (
  complaint TEXT NOT NULL, number INTEGER NOT NULL, reason INTEGER NOT NULL,
  since_us INTEGER NOT NULL, until_us INTEGER, ended_us INTEGER,
  PRIMARY KEY (complaint, number)) STRICT, WITHOUT ROWID;
)";
}

absl::Status PauseRows::Apply(const ComplaintFact& fact, Rows& rows) const {
  const Value at = TimeValue(fact.at());
  if (fact.event.has_suspended()) {
    const v1::ComplaintSuspended& e = fact.event.suspended();
    return rows.Run(
        "INSERT INTO pause SELECT ?1, count(*) + 1, ?2, ?3, ?4, NULL FROM pause "
        "WHERE complaint = ?1",
        {fact.complaint(), std::int64_t{e.reason()}, at, StampValue(e.until(), e.has_until())});
  }
  if (!fact.event.has_resumed() && !Ends(fact.event)) return absl::OkStatus();
  return rows.Run("UPDATE pause SET ended_us = ?2 WHERE complaint = ?1 AND ended_us IS NULL",
                  {fact.complaint(), at});
}

}  // namespace sanzhang::projections
