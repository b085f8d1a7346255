#include "projections/metrics/completeness.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "projections/metrics/days.h"
#include "projections/metrics/metrics.h"
#include "projections/registry/body_terms.h"
#include "projections/registry/register_counts.h"
#include "projections/resolutions/sessions.h"
#include "sanzhang/resolution/v1/resolution.pb.h"
#include "sanzhang/type/v1/body.pb.h"

namespace sanzhang::projections {
namespace {

using views::v1::BodyTermRow;
using views::v1::Completeness;
using views::v1::CompletenessItem;
using enum views::v1::CompletenessCode;
using enum views::v1::CompletenessReason;

// The Organic Law of 2025, which made supervision and the representative assembly statutory.
absl::Time LawInForce() { return absl::FromCivil(absl::CivilDay(2026, 1, 1), Shanghai()); }

// The same moment of the calendar, so many months before.
absl::Time MonthsBefore(absl::Time now, int months) {
  const absl::CivilSecond at = absl::ToCivilSecond(now, Shanghai());
  return absl::FromCivil(absl::CivilSecond(at.year(), at.month() - months, at.day(), at.hour(),
                                           at.minute(), at.second()),
                         Shanghai());
}

class Checklist {
 public:
  Checklist(Rows& rows, std::string_view community, absl::Time now, Completeness& list)
      : rows_(rows), community_(community), now_(now), list_(list) {}

  absl::Status Run();

 private:
  CompletenessItem& Add(views::v1::CompletenessCode code) {
    CompletenessItem& item = *list_.add_items();
    item.set_code(code);
    return item;
  }
  static void Set(views::v1::CompletenessState state, views::v1::CompletenessReason reason,
                  CompletenessItem& item) {
    item.set_state(state);
    item.set_reason(reason);
  }
  static void Meet(CompletenessItem& item) {
    Set(views::v1::COMPLETENESS_STATE_MET, COMPLETENESS_REASON_UNSPECIFIED, item);
  }
  static void Miss(views::v1::CompletenessReason reason, CompletenessItem& item) {
    Set(views::v1::COMPLETENESS_STATE_NOT_MET, reason, item);
  }
  static void Skip(views::v1::CompletenessReason reason, CompletenessItem& item) {
    Set(views::v1::COMPLETENESS_STATE_NOT_APPLICABLE, reason, item);
  }
  void NotRecorded(views::v1::CompletenessCode code) {
    Add(code).set_state(views::v1::COMPLETENESS_STATE_NOT_RECORDED);
  }

  // The established bodies of a kind, with their terms.
  absl::StatusOr<std::vector<BodyTermRow>> BodiesOf(type::v1::BodyKind kind);
  // From when on the law asks something of the body.
  absl::StatusOr<absl::Time> BoundSince(std::string_view body);
  absl::Status AddMembers(views::v1::CompletenessCode code, type::v1::BodyKind kind);
  absl::Status AddTerm();
  absl::Status AddAssembly();
  absl::Status AddSessions(std::string_view assembly, CompletenessItem& item);
  absl::Status AddRepresentatives(std::string_view assembly, CompletenessItem& item);
  absl::Status AddOwnersBodies();
  absl::Status AddPublications();
  absl::Status AddAppraisal();
  absl::Status AddChiefs();

  Rows& rows_;
  const std::string_view community_;
  const absl::Time now_;
  Completeness& list_;
};

absl::StatusOr<std::vector<BodyTermRow>> Checklist::BodiesOf(type::v1::BodyKind kind) {
  std::vector<BodyTermRow> bodies;
  const Value values[] = {community_, std::int64_t{kind}};
  absl::Status status = rows_.Query(
      "SELECT name FROM body WHERE community = ?1 AND kind = ?2 AND established AND NOT dissolved "
      "ORDER BY name",
      values, [&](const Row& row) { bodies.emplace_back().set_body(std::string(row.Text(0))); });
  for (BodyTermRow& body : bodies) {
    if (status.ok()) status = FillBodyTerm(rows_, now_, body);
  }
  if (!status.ok()) return status;
  return bodies;
}

absl::StatusOr<absl::Time> Checklist::BoundSince(std::string_view body) {
  absl::Time established = absl::InfinitePast();
  const Value values[] = {body};
  const absl::Status status =
      rows_.Query("SELECT established_us FROM body_life WHERE name = ?1", values,
                  [&](const Row& row) { established = row.Time(0); });
  if (!status.ok()) return status;
  return std::max(established, LawInForce());
}

absl::Status Checklist::AddMembers(views::v1::CompletenessCode code, type::v1::BodyKind kind) {
  CompletenessItem& item = Add(code);
  const auto bodies = BodiesOf(kind);
  if (!bodies.ok()) return bodies.status();
  item.set_need(1);
  for (const BodyTermRow& body : *bodies) item.set_have(item.have() + body.members());
  if (bodies->empty()) {
    Miss(COMPLETENESS_REASON_NO_BODY, item);
  } else if (item.have() == 0) {
    Miss(COMPLETENESS_REASON_NO_MEMBERS, item);
  } else {
    Meet(item);
  }
  return absl::OkStatus();
}

absl::Status Checklist::AddTerm() {
  CompletenessItem& item = Add(COMPLETENESS_CODE_COMMITTEE_TERM);
  const auto bodies = BodiesOf(type::v1::BODY_KIND_RESIDENTS_COMMITTEE);
  if (!bodies.ok()) return bodies.status();
  if (bodies->empty()) {
    Miss(COMPLETENESS_REASON_NO_BODY, item);
  } else if (!bodies->front().term().empty()) {
    Meet(item);
  } else {
    Miss(bodies->front().has_ends() ? COMPLETENESS_REASON_TERM_OVER : COMPLETENESS_REASON_NO_TERM,
         item);
  }
  return absl::OkStatus();
}

absl::Status Checklist::AddAssembly() {
  const auto bodies = BodiesOf(type::v1::BODY_KIND_RESIDENT_REP_ASSEMBLY);
  if (!bodies.ok()) return bodies.status();
  for (const auto code :
       {COMPLETENESS_CODE_ASSEMBLY_SESSIONS, COMPLETENESS_CODE_ASSEMBLY_REPRESENTATIVES}) {
    CompletenessItem& item = Add(code);
    if (now_ < LawInForce()) {
      Skip(COMPLETENESS_REASON_LAW_NOT_IN_FORCE, item);
      continue;
    }
    if (bodies->empty()) {
      Miss(COMPLETENESS_REASON_NO_BODY, item);
      continue;
    }
    absl::Status status = code == COMPLETENESS_CODE_ASSEMBLY_SESSIONS
                              ? AddSessions(bodies->front().body(), item)
                              : AddRepresentatives(bodies->front().body(), item);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// One session in every half year that the assembly has had, of the last two.
absl::Status Checklist::AddSessions(std::string_view assembly, CompletenessItem& item) {
  const absl::StatusOr<absl::Time> since = BoundSince(assembly);
  if (!since.ok()) return since.status();
  item.set_need((*since <= MonthsBefore(now_, 6) ? 1 : 0) +
                (*since <= MonthsBefore(now_, 12) ? 1 : 0));
  const auto sessions =
      SessionsSince(rows_, community_, resolution::v1::REGIME_REP_ASSEMBLY, MonthsBefore(now_, 12));
  if (!sessions.ok()) return sessions.status();
  item.set_have(std::count_if(sessions->begin(), sessions->end(),
                              [](const Session& session) { return session.Held(); }));
  if (item.need() == 0) {
    Skip(COMPLETENESS_REASON_NOT_DUE_YET, item);
  } else if (item.have() < item.need()) {
    Miss(COMPLETENESS_REASON_TOO_FEW, item);
  } else {
    Meet(item);
  }
  return absl::OkStatus();
}

absl::Status Checklist::AddRepresentatives(std::string_view assembly, CompletenessItem& item) {
  const absl::StatusOr<AssemblySeats> seats = AssemblySeatsOf(rows_, assembly, now_);
  if (!seats.ok()) return seats.status();
  item.set_have(seats->representatives);
  item.set_need((4 * seats->composition + 4) / 5);
  if (seats->composition == 0) {
    Miss(COMPLETENESS_REASON_NO_MEMBERS, item);
  } else if (!HasEnoughRepresentatives(seats->representatives, seats->composition)) {
    Miss(COMPLETENESS_REASON_TOO_FEW, item);
  } else {
    Meet(item);
  }
  return absl::OkStatus();
}

absl::Status Checklist::AddOwnersBodies() {
  std::vector<std::string> areas;
  const Value values[] = {community_};
  absl::Status status = rows_.Query(
      "SELECT name FROM place WHERE community = ?1 AND collection = 'propertyAreas' "
      "AND NOT retired ORDER BY name",
      values, [&](const Row& row) { areas.emplace_back(row.Text(0)); });
  if (!status.ok()) return status;
  std::vector<BodyTermRow> bodies;
  for (const auto kind : {type::v1::BODY_KIND_OWNERS_ASSEMBLY, type::v1::BODY_KIND_OWNERS_COMMITTEE,
                          type::v1::BODY_KIND_PROPERTY_MGMT_COMMITTEE}) {
    auto of_kind = BodiesOf(kind);
    if (!of_kind.ok()) return of_kind.status();
    for (BodyTermRow& body : *of_kind) bodies.push_back(std::move(body));
  }
  if (areas.empty()) Skip(COMPLETENESS_REASON_NO_SUBJECT, Add(COMPLETENESS_CODE_OWNERS_BODY));
  for (const std::string& area : areas) {
    CompletenessItem& item = Add(COMPLETENESS_CODE_OWNERS_BODY);
    item.set_property_area(area);
    Miss(COMPLETENESS_REASON_NO_BODY, item);
    for (const BodyTermRow& body : bodies) {
      if (body.property_area() != area) continue;
      if (body.stage() == views::v1::TERM_STAGE_OVER) {
        if (item.state() != views::v1::COMPLETENESS_STATE_MET) {
          Miss(COMPLETENESS_REASON_TERM_OVER, item);
        }
        continue;
      }
      Meet(item);
    }
  }
  return absl::OkStatus();
}

// Notices whose day to be published by lies in the year. What was never published has no notice,
// and no day that is on record.
absl::Status Checklist::AddPublications() {
  CompletenessItem& item = Add(COMPLETENESS_CODE_PUBLICATIONS);
  std::int64_t due = 0;
  const Value values[] = {community_, TimeValue(MonthsBefore(now_, 12)), TimeValue(now_)};
  absl::Status status = rows_.Query(
      "SELECT count(*), count(*) FILTER (WHERE first_published_us > publish_due_us) FROM notice "
      "WHERE community = ?1 AND publish_due_us >= ?2 AND publish_due_us <= ?3",
      values, [&](const Row& row) {
        due = row.Int(0);
        item.set_have(row.Int(1));
      });
  if (due == 0) {
    Skip(COMPLETENESS_REASON_NO_SUBJECT, item);
  } else if (item.have() > 0) {
    Miss(COMPLETENESS_REASON_TOO_MANY, item);
  } else {
    Meet(item);
  }
  return status;
}

// Of the residents' committee. It is due a year after the committee, or the law, is there.
absl::Status Checklist::AddAppraisal() {
  CompletenessItem& item = Add(COMPLETENESS_CODE_APPRAISAL);
  item.set_need(1);
  const auto bodies = BodiesOf(type::v1::BODY_KIND_RESIDENTS_COMMITTEE);
  if (!bodies.ok()) return bodies.status();
  if (bodies->empty()) {
    Skip(COMPLETENESS_REASON_NO_SUBJECT, item);
    return absl::OkStatus();
  }
  const Value values[] = {bodies->front().body(), TimeValue(MonthsBefore(now_, 12)),
                          TimeValue(now_)};
  absl::Status status = rows_.Query(
      "SELECT count(*) FROM appraisal WHERE body = ?1 AND published_us >= ?2 "
      "AND published_us <= ?3",
      values, [&](const Row& row) { item.set_have(row.Int(0)); });
  if (!status.ok()) return status;
  const absl::StatusOr<absl::Time> since = BoundSince(bodies->front().body());
  if (!since.ok()) return since.status();
  if (item.have() > 0) {
    Meet(item);
  } else if (now_ < LawInForce()) {
    Skip(COMPLETENESS_REASON_LAW_NOT_IN_FORCE, item);
  } else if (*since > MonthsBefore(now_, 12)) {
    Skip(COMPLETENESS_REASON_NOT_DUE_YET, item);
  } else {
    Miss(COMPLETENESS_REASON_TOO_FEW, item);
  }
  return absl::OkStatus();
}

absl::Status Checklist::AddChiefs() {
  CompletenessItem& item = Add(COMPLETENESS_CODE_CHIEFS);
  const absl::StatusOr<ChiefPosts> posts = ChiefPostsOf(rows_, community_);
  if (!posts.ok()) return posts.status();
  item.set_have(posts->vacant);
  item.set_need(posts->all / 10);
  if (posts->all == 0) {
    Skip(COMPLETENESS_REASON_NO_SUBJECT, item);
  } else if (10 * posts->vacant > posts->all) {
    Miss(COMPLETENESS_REASON_TOO_MANY, item);
  } else {
    Meet(item);
  }
  return absl::OkStatus();
}

absl::Status Checklist::Run() {
  absl::Status status = AddMembers(COMPLETENESS_CODE_PARTY_ORG, type::v1::BODY_KIND_PARTY_ORG);
  if (status.ok()) status = AddTerm();
  if (status.ok() && now_ < LawInForce()) {
    Skip(COMPLETENESS_REASON_LAW_NOT_IN_FORCE, Add(COMPLETENESS_CODE_SUPERVISION_COMMITTEE));
  } else if (status.ok()) {
    status = AddMembers(COMPLETENESS_CODE_SUPERVISION_COMMITTEE,
                        type::v1::BODY_KIND_SUPERVISION_COMMITTEE);
  }
  if (status.ok()) status = AddAssembly();
  if (status.ok()) status = AddOwnersBodies();
  NotRecorded(COMPLETENESS_CODE_INSTITUTIONS);
  NotRecorded(COMPLETENESS_CODE_CONTRACT);
  if (status.ok()) status = AddPublications();
  if (status.ok()) status = AddAppraisal();
  if (status.ok()) status = AddChiefs();
  return status;
}

}  // namespace

absl::Status ComputeCompleteness(Rows& rows, std::string_view community, absl::Time now,
                                 Completeness& completeness) {
  completeness.set_community(std::string(community));
  absl::Status status = Checklist(rows, community, now, completeness).Run();
  if (!status.ok()) return status;
  std::int64_t met = 0;
  std::int64_t applicable = 0;
  for (const CompletenessItem& item : completeness.items()) {
    met += item.state() == views::v1::COMPLETENESS_STATE_MET ? 1 : 0;
    applicable += item.state() == views::v1::COMPLETENESS_STATE_MET ||
                          item.state() == views::v1::COMPLETENESS_STATE_NOT_MET
                      ? 1
                      : 0;
  }
  *completeness.mutable_metric() =
      RatioOf(views::v1::METRIC_ID_SYSTEM_COMPLETENESS, met, applicable);
  completeness.set_checklist(completeness.metric().formula());
  return absl::OkStatus();
}

}  // namespace sanzhang::projections
