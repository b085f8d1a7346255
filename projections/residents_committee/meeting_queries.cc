#include "projections/residents_committee/meeting_queries.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "projections/directory/viewer.h"
#include "projections/engine/cells.h"
#include "projections/engine/list_query.h"
#include "projections/metrics/days.h"
#include "projections/registry/body_terms.h"
#include "projections/registry/register_counts.h"
#include "projections/resolutions/sessions.h"
#include "sanzhang/resolution/v1/resolution.pb.h"
#include "sanzhang/type/v1/body.pb.h"
#include "sanzhang/views/v1/resolution_view.pb.h"

namespace sanzhang::projections::residents_committee {
namespace {

using resolution::v1::Regime;
using views::v1::DeliberationRow;
using views::v1::MeetingPlan;

// The assembly meets at least every half year (URC-2025 Art. 28).
constexpr int kHalfYearMonths = 6;

// 24:00 of the day that is half a year later by the calendar.
absl::Time HalfYearAfter(absl::Time time) {
  const absl::CivilMonth month = absl::CivilMonth(absl::ToCivilDay(time, Shanghai()));
  const absl::CivilDay last = absl::CivilDay(month + kHalfYearMonths + 1) - 1;
  const absl::CivilDay same(last.year(), last.month(), absl::ToCivilDay(time, Shanghai()).day());
  // 31 August is followed by the last of February, not by a day of March.
  return EndOfDay(absl::FromCivil(std::min(same, last), Shanghai()));
}

struct Meets {
  Regime regime;
  type::v1::BodyKind kind;
};
constexpr Meets kMeets[] = {
    {resolution::v1::REGIME_REP_ASSEMBLY, type::v1::BODY_KIND_RESIDENT_REP_ASSEMBLY},
    {resolution::v1::REGIME_RESIDENTS_MEETING, type::v1::BODY_KIND_RESIDENTS_MEETING},
    {resolution::v1::REGIME_RESIDENTS_COMMITTEE, type::v1::BODY_KIND_RESIDENTS_COMMITTEE}};

class Planner {
 public:
  Planner(const QueryContext& context, std::string_view community)
      : rows_(context.snapshot.rows()), community_(community), now_(context.now) {}

  absl::Status Plan(const Meets& meets, MeetingPlan& plan) {
    plan.set_regime(meets.regime);
    absl::Status status = FindBody(meets.kind, plan);
    if (status.ok()) status = AddSessions(meets.regime, plan);
    if (status.ok()) status = AddComposition(meets.regime, plan);
    if (status.ok()) status = AddMotions(meets.regime, plan);
    return status;
  }

 private:
  absl::Status FindBody(type::v1::BodyKind kind, MeetingPlan& plan) {
    const Value values[] = {community_, std::int64_t{kind}};
    return rows_.Query(
        "SELECT b.name, b.display_name, l.established_us FROM body b "
        "JOIN body_life l ON l.name = b.name WHERE b.community = ?1 AND b.kind = ?2 "
        "AND b.established AND NOT b.dissolved ORDER BY b.name DESC",
        values, [&](const Row& row) {
          plan.set_body(std::string(row.Text(0)));
          plan.set_display_name(std::string(row.Text(1)));
          established_ = row.Time(2);
        });
  }

  absl::Status AddSessions(Regime regime, MeetingPlan& plan) {
    const auto sessions = SessionsSince(rows_, community_, regime, absl::UnixEpoch());
    if (!sessions.ok()) return sessions.status();
    absl::Time last = absl::InfinitePast();
    absl::Time next = absl::InfiniteFuture();
    for (const Session& session : *sessions) {
      if (session.Held()) last = std::max(last, session.begins);
      if (!session.opened && session.begins > now_) next = std::min(next, session.begins);
    }
    SetStamp(last, plan, &MeetingPlan::mutable_last_session);
    if (next != absl::InfiniteFuture()) SetStamp(next, plan, &MeetingPlan::mutable_next_session);
    if (regime != resolution::v1::REGIME_REP_ASSEMBLY || plan.body().empty()) {
      return absl::OkStatus();
    }
    const absl::Time due = HalfYearAfter(std::max(last, established_));
    SetStamp(due, plan, &MeetingPlan::mutable_next_due);
    plan.set_overdue(due < now_);
    return absl::OkStatus();
  }

  absl::Status AddComposition(Regime regime, MeetingPlan& plan) {
    if (regime == resolution::v1::REGIME_RESIDENTS_MEETING) {
      views::v1::RegisterSummary summary;
      absl::Status status = Summarise(rows_, community_, now_, summary);
      SetComposition(summary.adults(), MeetingQuorum(summary.adults()), plan);
      return status;
    }
    if (plan.body().empty()) return absl::OkStatus();
    const absl::StatusOr<AssemblySeats> seats = AssemblySeatsOf(rows_, plan.body(), now_);
    if (!seats.ok()) return seats.status();
    if (regime != resolution::v1::REGIME_REP_ASSEMBLY) {
      SetComposition(seats->composition, MeetingQuorum(seats->composition), plan);
      return absl::OkStatus();
    }
    SetComposition(seats->composition, AssemblyQuorum(seats->composition), plan);
    plan.set_representatives(static_cast<std::int32_t>(seats->representatives));
    plan.set_composition_valid(
        seats->composition > 0 &&
        HasEnoughRepresentatives(seats->representatives, seats->composition));
    return absl::OkStatus();
  }

  static void SetComposition(std::int64_t composition, std::int64_t required, MeetingPlan& plan) {
    if (composition == 0) return;
    plan.set_composition(composition);
    plan.set_present_required(required);
  }

  absl::Status AddMotions(Regime regime, MeetingPlan& plan) {
    static_assert(views::v1::RESOLUTION_STATE_DRAFTED == 1);
    const Value values[] = {community_, std::int64_t{regime}};
    return rows_.Query(
        "SELECT count(*), count(*) FILTER (WHERE studied_us IS NOT NULL) FROM resolution "
        "WHERE community = ?1 AND regime = ?2 AND state = 1",
        values, [&](const Row& row) {
          plan.set_motions_drafted(static_cast<std::int32_t>(row.Int(0)));
          plan.set_motions_ready(static_cast<std::int32_t>(row.Int(1)));
        });
  }

  Rows& rows_;
  const std::string_view community_;
  const absl::Time now_;
  absl::Time established_ = absl::InfinitePast();
};

// Of `resolution r`: views.v1.DeliberationStatus.
constexpr char kStatus[] =
    "(CASE WHEN r.state IN (11, 12) THEN 6 WHEN r.state IN (9, 10) THEN 5 WHEN r.state = 8 THEN 4 "
    "WHEN r.certified_us IS NOT NULL THEN 3 WHEN r.state > 1 THEN 2 ELSE 1 END)";
static_assert(views::v1::RESOLUTION_STATE_DRAFTED == 1 &&
              views::v1::RESOLUTION_STATE_IN_EXECUTION == 8 &&
              views::v1::RESOLUTION_STATE_EXECUTED == 9 &&
              views::v1::RESOLUTION_STATE_EXECUTION_PUBLISHED == 10 &&
              views::v1::RESOLUTION_STATE_WITHDRAWN == 11 &&
              views::v1::RESOLUTION_STATE_REVOKED == 12 &&
              views::v1::DELIBERATION_STATUS_CONCLUDED == 1 &&
              views::v1::DELIBERATION_STATUS_HANDED_TO_VOTE == 2 &&
              views::v1::DELIBERATION_STATUS_DECIDED == 3 &&
              views::v1::DELIBERATION_STATUS_IMPLEMENTING == 4 &&
              views::v1::DELIBERATION_STATUS_DONE == 5 &&
              views::v1::DELIBERATION_STATUS_DROPPED == 6);

DeliberationRow ReadDeliberation(const Row& row) {
  Cells cells(row);
  DeliberationRow held;
  held.set_resolution(cells.Text());
  held.set_topic(cells.Text());
  held.set_regime(static_cast<Regime>(cells.Int()));
  SetStamp(cells.Time(), held, &DeliberationRow::mutable_held_at);
  for (const auto body : absl::StrSplit(cells.Text(), ' ', absl::SkipEmpty())) {
    held.add_bodies(std::string(body));
  }
  held.set_participants(cells.Int32());
  held.set_consensus(cells.Text());
  held.set_status(static_cast<views::v1::DeliberationStatus>(cells.Int()));
  held.set_outcome(static_cast<resolution::v1::Outcome>(cells.Int()));
  SetStamp(cells.Time(), held, &DeliberationRow::mutable_handed_to_vote_at);
  SetStamp(cells.Time(), held, &DeliberationRow::mutable_implementing_since);
  held.set_executor(cells.Text());
  return held;
}

}  // namespace

absl::Status GetMeetingPlan(const QueryContext& context,
                            const views::v1::GetMeetingPlanRequest& request,
                            views::v1::GetMeetingPlanResponse& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  for (const Meets& meets : kMeets) {
    absl::Status status = Planner(context, request.parent()).Plan(meets, *response.add_bodies());
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ListDeliberations(const QueryContext& context,
                               const views::v1::ListDeliberationsRequest& request,
                               views::v1::ListDeliberationsResponse& response) {
  static const auto* const columns = new std::vector<Column>{
      {"resolution", "r.name"},
      {"regime", "r.regime", ColumnType::kEnum, resolution::v1::Regime_descriptor()},
      {"held_time", "d.held_us", ColumnType::kTime},
      {"participants", "d.participants", ColumnType::kInt},
      {"status", kStatus, ColumnType::kEnum, views::v1::DeliberationStatus_descriptor()}};
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{
      .name = "residents-committee.deliberations",
      .select = absl::StrCat("d.resolution, r.title, r.regime, d.held_us, d.bodies, "
                             "d.participants, d.consensus, ",
                             kStatus, ", r.outcome, r.noticed_us, r.planned_us, r.executor"),
      .from = "deliberation d JOIN resolution r ON r.name = d.resolution",
      .where = "r.community = ?1",
      .values = {request.parent()},
      .columns = *columns,
      .key = "(d.resolution || printf('.%09d', d.revision))",
      .default_order = "held_time desc"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_deliberations() = ReadDeliberation(row);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

}  // namespace sanzhang::projections::residents_committee
