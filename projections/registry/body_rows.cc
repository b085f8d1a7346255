#include "projections/registry/body_rows.h"

#include <optional>
#include <string>

#include "projections/metrics/days.h"
#include "projections/registry/register_fact.h"
#include "proto/wire/names.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/type/v1/body.pb.h"
#include "sanzhang/views/v1/register_view.pb.h"

namespace sanzhang::projections {
namespace {

namespace v1 = registry::v1;
using views::v1::FILING_CAUSE_CHANGED;
using views::v1::FILING_CAUSE_ESTABLISHED;
using views::v1::FILING_CAUSE_TERM;

constexpr std::string_view kSchema = R"(
CREATE TABLE body_life (
  name TEXT PRIMARY KEY, community TEXT NOT NULL, kind INTEGER NOT NULL,
  prepared_us INTEGER NOT NULL, established_us INTEGER, dissolved_us INTEGER)
  STRICT, WITHOUT ROWID;
CREATE TABLE filing (
  body TEXT NOT NULL, number INTEGER NOT NULL,
  cause INTEGER NOT NULL,  -- views.v1.FilingCause
  term TEXT NOT NULL, since_us INTEGER NOT NULL, due_us INTEGER, filed_us INTEGER,
  receipt TEXT NOT NULL, PRIMARY KEY (body, number)) STRICT, WITHOUT ROWID;
CREATE TABLE term_life (
  name TEXT PRIMARY KEY, body TEXT NOT NULL, begins_us INTEGER NOT NULL, ends_us INTEGER NOT NULL,
  expiring_us INTEGER, expired_us INTEGER, handover_due_us INTEGER NOT NULL,
  handed_over_us INTEGER) STRICT, WITHOUT ROWID;
CREATE INDEX term_life_of_body ON term_life (body, begins_us);
CREATE TABLE seat (
  name TEXT PRIMARY KEY, body TEXT NOT NULL, term TEXT NOT NULL, office INTEGER NOT NULL,
  since_us INTEGER NOT NULL, ended_us INTEGER, end_reason INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX seat_of_body ON seat (body, term);
)";

struct Change {
  std::string_view name;
  absl::Time at;
  Rows& rows;
};

bool MustFile(std::int64_t kind) { return kind == type::v1::BODY_KIND_OWNERS_COMMITTEE; }

absl::StatusOr<std::int64_t> Number(Rows& rows, std::string_view sql,
                                    std::initializer_list<Value> values) {
  std::int64_t number = 0;
  const absl::Status status = rows.Query(sql, std::span(values.begin(), values.size()),
                                         [&](const Row& row) { number = row.Int(0); });
  if (!status.ok()) return status;
  return number;
}

// A further filing. `due`: InfinitePast if there is none.
absl::Status AddFiling(Rows& rows, std::string_view body, std::int64_t cause, std::string_view term,
                       absl::Time since, absl::Time due) {
  return rows.Run(
      "INSERT INTO filing SELECT ?1, count(*) + 1, ?2, ?3, ?4, ?5, NULL, '' FROM filing "
      "WHERE body = ?1",
      {body, cause, term, TimeValue(since), TimeValue(due)});
}

absl::Status Establish(const Change& at) {
  const absl::StatusOr<std::int64_t> kind =
      Number(at.rows, "SELECT kind FROM body_life WHERE name = ?1", {at.name});
  if (!kind.ok()) return kind.status();
  absl::Status status = at.rows.Run("UPDATE body_life SET established_us = ?2 WHERE name = ?1",
                                    {at.name, TimeValue(at.at)});
  if (!status.ok() || !MustFile(*kind)) return status;
  return AddFiling(at.rows, at.name, FILING_CAUSE_ESTABLISHED, "", at.at,
                   EndOfDay(at.at, kFilingDays));
}

absl::Status File(const Change& at, const v1::BodyFiled& filed) {
  const Value now = TimeValue(at.at);
  const absl::StatusOr<std::int64_t> closed = at.rows.Change(
      "UPDATE filing SET filed_us = ?2, receipt = ?3 WHERE body = ?1 AND filed_us IS NULL "
      "AND since_us <= ?2",
      {at.name, now, filed.receipt()});
  if (!closed.ok()) return closed.status();
  if (*closed > 0) return absl::OkStatus();
  return at.rows.Run(
      "INSERT INTO filing SELECT ?1, count(*) + 1, iif(count(*) = 0, ?4, ?5), '', "
      "iif(count(*) = 0, coalesce((SELECT established_us FROM body_life WHERE name = ?1), ?2), ?2),"
      " NULL, ?2, ?3 FROM filing WHERE body = ?1",
      {at.name, now, filed.receipt(), std::int64_t{FILING_CAUSE_ESTABLISHED},
       std::int64_t{FILING_CAUSE_CHANGED}});
}

absl::Status ApplyBody(const Envelope& envelope, Rows& rows) {
  v1::BodyEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  const Change at{envelope.record.stream(), envelope.at(), rows};
  switch (event.kind_case()) {
    case v1::BodyEvent::kBodyPrepared:
      return rows.Run("INSERT INTO body_life VALUES (?1, ?2, ?3, ?4, NULL, NULL)",
                      {at.name, wire::CommunityOf(at.name),
                       std::int64_t{event.body_prepared().kind()}, TimeValue(at.at)});
    case v1::BodyEvent::kBodyEstablished:
      return Establish(at);
    case v1::BodyEvent::kBodyFiled:
      return File(at, event.body_filed());
    case v1::BodyEvent::kBodyDissolved:
      return rows.Run("UPDATE body_life SET dissolved_us = ?2 WHERE name = ?1",
                      {at.name, TimeValue(at.at)});
    case v1::BodyEvent::kHandoverCompleted: {
      const v1::HandoverCompleted& e = event.handover_completed();
      return rows.Run(
          "UPDATE term_life SET handed_over_us = ?2, handover_due_us = ?3 WHERE name = ?1",
          {e.term(), TimeValue(at.at), StampOf(e.due())});
    }
    case v1::BodyEvent::kSealCustodyRecorded:
      return absl::OkStatus();
    case v1::BodyEvent::KIND_NOT_SET:
      break;
  }
  return UnknownFact(envelope);
}

// The election of a later term is to be filed, unless something that is filed after it covers it.
absl::Status FileTerm(const Change& at, const v1::TermStarted& started) {
  const absl::StatusOr<std::int64_t> kind =
      Number(at.rows, "SELECT kind FROM body_life WHERE name = ?1", {started.body()});
  if (!kind.ok()) return kind.status();
  if (!MustFile(*kind)) return absl::OkStatus();
  const absl::Time begins = wire::ToTime(started.begins());
  const absl::StatusOr<std::int64_t> covered =
      Number(at.rows,
             "SELECT count(*) FROM filing WHERE body = ?1 AND (filed_us >= ?2 OR filed_us IS NULL)",
             {started.body(), TimeValue(begins)});
  if (!covered.ok()) return covered.status();
  const absl::StatusOr<std::int64_t> established =
      Number(at.rows, "SELECT established_us IS NOT NULL FROM body_life WHERE name = ?1",
             {started.body()});
  if (!established.ok()) return established.status();
  // A body in preparation files when it is established.
  if (*covered > 0 || *established == 0) return absl::OkStatus();
  return AddFiling(at.rows, started.body(), FILING_CAUSE_TERM, at.name, begins,
                   EndOfDay(begins, kFilingDays));
}

absl::Status ApplyTerm(const Envelope& envelope, Rows& rows) {
  v1::TermEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  const Change at{envelope.record.stream(), envelope.at(), rows};
  switch (event.kind_case()) {
    case v1::TermEvent::kTermStarted: {
      const v1::TermStarted& e = event.term_started();
      absl::Status status =
          rows.Run("INSERT INTO term_life VALUES (?1, ?2, ?3, ?4, NULL, NULL, ?5, NULL)",
                   {at.name, e.body(), StampOf(e.begins()), StampOf(e.ends()),
                    TimeValue(EndOfDay(wire::ToTime(e.begins()), kHandoverDays))});
      if (!status.ok()) return status;
      return FileTerm(at, e);
    }
    case v1::TermEvent::kTermExpiring:
      return rows.Run("UPDATE term_life SET expiring_us = ?2 WHERE name = ?1",
                      {at.name, TimeValue(at.at)});
    case v1::TermEvent::kTermExpired:
      return rows.Run("UPDATE term_life SET expired_us = ?2 WHERE name = ?1",
                      {at.name, TimeValue(at.at)});
    case v1::TermEvent::KIND_NOT_SET:
      break;
  }
  return UnknownFact(envelope);
}

absl::Status ApplyMembership(const Envelope& envelope, Rows& rows) {
  v1::MembershipEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  const std::string_view name = envelope.record.stream();
  switch (event.kind_case()) {
    case v1::MembershipEvent::kMemberSeated: {
      const v1::MemberSeated& e = event.member_seated();
      return rows.Run(
          "INSERT INTO seat VALUES (?1, ?2, ?3, ?4, ?5, NULL, 0)",
          {name, e.body(), e.term(), std::int64_t{e.office()}, TimeValue(envelope.at())});
    }
    case v1::MembershipEvent::kMemberEnded:
      return rows.Run(
          "UPDATE seat SET ended_us = ?2, end_reason = ?3 WHERE name = ?1",
          {name, TimeValue(envelope.at()), std::int64_t{event.member_ended().reason()}});
    case v1::MembershipEvent::kMemberSuspended:
    case v1::MembershipEvent::kMemberReinstated:
      return absl::OkStatus();  // The seat is held; whether it gives powers, the directory says.
    case v1::MembershipEvent::KIND_NOT_SET:
      break;
  }
  return UnknownFact(envelope);
}

}  // namespace

std::string_view BodyRows::schema() const { return kSchema; }

absl::Status BodyRows::Apply(const Envelope& envelope, Rows& rows) const {
  const std::string_view collection = wire::CollectionOf(envelope.record.stream());
  if (collection == "bodies") return ApplyBody(envelope, rows);
  if (collection == "terms") return ApplyTerm(envelope, rows);
  if (collection == "memberships") return ApplyMembership(envelope, rows);
  return absl::OkStatus();
}

}  // namespace sanzhang::projections
