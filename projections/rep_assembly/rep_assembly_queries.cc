#include "projections/rep_assembly/rep_assembly_queries.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "projections/directory/viewer.h"
#include "projections/engine/cells.h"
#include "projections/engine/list_query.h"
#include "projections/registry/register_counts.h"
#include "projections/resolutions/sessions.h"
#include "sanzhang/resolution/v1/events.pb.h"

namespace sanzhang::projections::rep_assembly {
namespace {

using resolution::v1::REGIME_REP_ASSEMBLY;
using resolution::v1::REGIME_RESIDENTS_MEETING;
using views::v1::AssemblyResolution;
using views::v1::AssemblySession;
using views::v1::DraftPaper;
using views::v1::MyConstituency;
using views::v1::SessionMotion;

constexpr std::int64_t kRegime = REGIME_REP_ASSEMBLY;
// The regimes of V-A2: those that decide for all residents.
constexpr char kAssemblies[] = "r.community = ?1 AND r.regime IN (2, 3)";
static_assert(REGIME_RESIDENTS_MEETING == 2 && REGIME_REP_ASSEMBLY == 3);

AssemblySession ToSession(const Session& session) {
  AssemblySession shown;
  shown.set_day(absl::FormatCivilTime(absl::CivilDay(1970, 1, 1) + session.day));
  SetStamp(session.begins, shown, &AssemblySession::mutable_begins);
  SetStamp(session.noticed, shown, &AssemblySession::mutable_noticed_at);
  shown.set_opened(session.opened);
  shown.set_composition(static_cast<std::int32_t>(session.composition));
  shown.set_representatives(static_cast<std::int32_t>(session.representatives));
  shown.set_composition_valid(
      session.composition > 0 &&
      HasEnoughRepresentatives(session.representatives, session.composition));
  shown.set_present_required(static_cast<std::int32_t>(AssemblyQuorum(session.composition)));
  shown.set_present(static_cast<std::int32_t>(session.present));
  shown.set_quorum_met(session.Held() && session.items_with_quorum == session.items_called);
  return shown;
}

absl::Status AddItems(Rows& rows, std::int64_t composition, SessionMotion& motion) {
  const Value values[] = {motion.resolution()};
  return rows.Query(
      "SELECT code, text, called_us IS NOT NULL, present, outcome FROM item WHERE resolution = ?1 "
      "ORDER BY number",
      values, [&](const Row& row) {
        views::v1::SessionItem& item = *motion.add_items();
        item.set_item(std::string(row.Text(0)));
        item.set_text(std::string(row.Text(1)));
        item.set_called(row.Int(2) != 0);
        item.set_present(static_cast<std::int32_t>(row.Int(3)));
        item.set_quorum_met(item.called() && 3 * row.Int(3) >= 2 * composition);
        item.set_outcome(static_cast<resolution::v1::Outcome>(row.Int(4)));
      });
}

absl::Status AddMotions(Rows& rows, std::string_view community, std::int64_t day,
                        AssemblySession& session) {
  std::vector<std::int64_t> compositions;
  const Value values[] = {community, kRegime, day};
  absl::Status status = rows.Query(
      absl::StrCat("SELECT r.name, r.title, r.matter, r.state, r.outcome, r.composition "
                   "FROM resolution r WHERE r.community = ?1 AND r.regime = ?2 AND r.state <> 11 "
                   "AND ",
                   SessionDaySql(), " = ?3 ORDER BY r.drafted_us, r.name"),
      values, [&](const Row& row) {
        SessionMotion& motion = *session.add_motions();
        motion.set_resolution(std::string(row.Text(0)));
        motion.set_title(std::string(row.Text(1)));
        motion.set_matter(static_cast<resolution::v1::MatterCode>(row.Int(2)));
        motion.set_state(static_cast<views::v1::ResolutionState>(row.Int(3)));
        motion.set_outcome(static_cast<resolution::v1::Outcome>(row.Int(4)));
        compositions.push_back(row.Int(5));
      });
  static_assert(views::v1::RESOLUTION_STATE_WITHDRAWN == 11);
  for (int i = 0; i < session.motions_size() && status.ok(); ++i) {
    status = AddItems(rows, compositions[static_cast<std::size_t>(i)], *session.mutable_motions(i));
  }
  return status;
}

AssemblyResolution ReadResolution(const Row& row, absl::Time now) {
  Cells cells(row);
  AssemblyResolution resolution;
  resolution.set_resolution(cells.Text());
  resolution.set_title(cells.Text());
  resolution.set_regime(static_cast<resolution::v1::Regime>(cells.Int()));
  resolution.set_matter(static_cast<resolution::v1::MatterCode>(cells.Int()));
  SetStamp(cells.Time(), resolution, &AssemblyResolution::mutable_adopted_at);
  resolution.set_executor(cells.Text());
  resolution.set_percent(cells.Int32());
  const absl::Time due = cells.Time();
  const absl::Time executed = cells.Time();
  SetStamp(due, resolution, &AssemblyResolution::mutable_due);
  SetStamp(executed, resolution, &AssemblyResolution::mutable_executed_at);
  SetStamp(cells.Time(), resolution, &AssemblyResolution::mutable_published_at);
  SetStamp(cells.Time(), resolution, &AssemblyResolution::mutable_execution_published_at);
  resolution.set_published_twice(resolution.has_published_at() &&
                                 resolution.has_execution_published_at());
  resolution.set_revoked(cells.Bool());
  resolution.set_late(!resolution.revoked() && due != absl::InfinitePast() &&
                      due < (executed == absl::InfinitePast() ? now : executed));
  return resolution;
}

absl::Status AddSteps(Rows& rows, AssemblyResolution& resolution) {
  const Value values[] = {resolution.resolution()};
  return rows.Query("SELECT text FROM execution_step WHERE resolution = ?1 ORDER BY number", values,
                    [&](const Row& row) { resolution.add_steps(std::string(row.Text(0))); });
}

absl::Status AddWork(const QueryContext& context, std::string_view community,
                     MyConstituency& mine) {
  Rows& rows = context.snapshot.rows();
  const Value values[] = {community, mine.constituency().constituency(), TimeValue(context.now)};
  absl::Status status = rows.Query(
      "SELECT count(*), count(*) FILTER (WHERE c.next_due_us < ?3) FROM complaint c "
      "WHERE c.community = ?1 AND c.ended_us IS NULL AND EXISTS (SELECT 1 FROM constituency_unit u "
      "WHERE u.constituency = ?2 AND u.unit IN (c.building, c.entrance))",
      values, [&](const Row& row) {
        mine.set_open_complaints(row.Int(0));
        mine.set_overdue_complaints(row.Int(1));
      });
  if (!status.ok()) return status;
  const Value named[] = {community, mine.constituency().constituency()};
  return rows.Query(
      "SELECT coalesce(sum(n.inquiries_open), 0) FROM notice n WHERE n.community = ?1 AND "
      "(n.property_area || n.grid || n.building || n.entrance = '' OR EXISTS "
      "(SELECT 1 FROM constituency_unit u WHERE u.constituency = ?2 "
      "AND u.unit IN (n.building, n.entrance)))",
      named, [&](const Row& row) { mine.set_unanswered_questions(row.Int(0)); });
}

DraftPaper ReadPaper(const Row& row) {
  Cells cells(row);
  DraftPaper paper;
  paper.set_resolution(cells.Text());
  paper.set_title(cells.Text());
  paper.set_text(cells.Text());
  paper.set_matter(static_cast<resolution::v1::MatterCode>(cells.Int()));
  paper.set_state(static_cast<views::v1::ResolutionState>(cells.Int()));
  SetStamp(cells.Time(), paper, &DraftPaper::mutable_drafted_at);
  paper.set_drafted_by(cells.Text());
  resolution::v1::MotionAmended papers;
  if (papers.ParseFromString(cells.Bytes()))
    paper.mutable_evidence()->Swap(papers.mutable_evidence());
  SetStamp(cells.Time(), paper, &DraftPaper::mutable_studied_at);
  paper.set_opinion(static_cast<resolution::v1::StudyOpinion>(cells.Int()));
  paper.set_advice(cells.Text());
  SetStamp(cells.Time(), paper, &DraftPaper::mutable_opens);
  return paper;
}

absl::Status AddParts(Rows& rows, DraftPaper& paper) {
  const Value values[] = {paper.resolution()};
  absl::Status status =
      rows.Query("SELECT code, text, question FROM item WHERE resolution = ?1 ORDER BY number",
                 values, [&](const Row& row) {
                   resolution::v1::MotionItem& item = *paper.add_items();
                   item.set_code(std::string(row.Text(0)));
                   item.set_text(std::string(row.Text(1)));
                   item.set_question(std::string(row.Text(2)));
                 });
  if (!status.ok()) return status;
  return rows.Query(
      "SELECT held_us, bodies, participants, consensus FROM deliberation WHERE resolution = ?1 "
      "ORDER BY revision",
      values, [&](const Row& row) {
        views::v1::DraftDeliberation& held = *paper.add_deliberations();
        SetStamp(row.Time(0), held, &views::v1::DraftDeliberation::mutable_held_at);
        for (const auto body : absl::StrSplit(std::string(row.Text(1)), ' ', absl::SkipEmpty())) {
          held.add_bodies(std::string(body));
        }
        held.set_participants(static_cast<std::int32_t>(row.Int(2)));
        held.set_consensus(std::string(row.Text(3)));
      });
}

}  // namespace

absl::Status ListAssemblySessions(const QueryContext& context,
                                  const views::v1::ListAssemblySessionsRequest& request,
                                  views::v1::ListAssemblySessionsResponse& response) {
  static const auto* const columns = new std::vector<Column>{
      {"begins_time", "s.begins_us", ColumnType::kTime, nullptr, true, false},
      {"opened", "s.opened", ColumnType::kBool},
      {"motions", "s.motions", ColumnType::kInt}};
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{.name = "rep-assembly.sessions",
                        .select = "s.*",
                        .from = absl::StrCat("(", SessionsSql(), ") s"),
                        .where = "",
                        .values = {request.parent(), kRegime},
                        .columns = *columns,
                        .key = "s.day",
                        .default_order = "begins_time desc"};
  std::vector<std::int64_t> days;
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    const Session session = ReadSession(row);
    *response.add_sessions() = ToSession(session);
    days.push_back(session.day);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  for (int i = 0; i < response.sessions_size(); ++i) {
    absl::Status status =
        AddMotions(context.snapshot.rows(), request.parent(), days[static_cast<std::size_t>(i)],
                   *response.mutable_sessions(i));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ListAssemblyResolutions(const QueryContext& context,
                                     const views::v1::ListAssemblyResolutionsRequest& request,
                                     views::v1::ListAssemblyResolutionsResponse& response) {
  static const auto* const columns = new std::vector<Column>{
      {"resolution", "r.name"},
      {"regime", "r.regime", ColumnType::kEnum, resolution::v1::Regime_descriptor()},
      {"matter", "r.matter", ColumnType::kEnum, resolution::v1::MatterCode_descriptor()},
      {"adopted_time", "r.certified_us", ColumnType::kTime, nullptr, true, false},
      {"executor", "r.executor"},
      {"due", "r.due_us", ColumnType::kTime},
      {"percent", "r.percent", ColumnType::kInt},
      {"executed", "(r.executed_us IS NOT NULL)", ColumnType::kBool},
      {"published_twice", "(r.published_us IS NOT NULL AND r.execution_published_us IS NOT NULL)",
       ColumnType::kBool},
      {"revoked", "(r.revoked_us IS NOT NULL)", ColumnType::kBool}};
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{
      .name = "rep-assembly.resolutions",
      .select =
          "r.name, r.title, r.regime, r.matter, r.certified_us, r.executor, r.percent, r.due_us, "
          "r.executed_us, r.published_us, r.execution_published_us, r.revoked_us IS NOT NULL",
      .from = "resolution r",
      .where = absl::StrCat(kAssemblies, " AND r.certified_us IS NOT NULL AND r.passed"),
      .values = {request.parent()},
      .columns = *columns,
      .key = "r.name",
      .default_order = "adopted_time desc"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_resolutions() = ReadResolution(row, context.now);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  for (AssemblyResolution& resolution : *response.mutable_resolutions()) {
    absl::Status status = AddSteps(context.snapshot.rows(), resolution);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status GetMyConstituency(const QueryContext& context,
                               const views::v1::GetMyConstituencyRequest& request,
                               views::v1::GetMyConstituencyResponse& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  Rows& rows = context.snapshot.rows();
  const Value values[] = {request.parent(), TimeValue(context.now), viewer->person};
  absl::Status status = rows.Query(
      absl::StrCat("SELECT c.name, c.households FROM constituency c WHERE c.community = ?1 "
                   "AND NOT c.dissolved AND EXISTS (SELECT 1 FROM membership o "
                   "WHERE o.name = c.membership AND o.person = ?3 AND NOT o.suspended) AND ",
                   kRepresented, " ORDER BY c.name"),
      values, [&](const Row& row) {
        views::v1::ConstituencyRow& mine = *response.add_constituencies()->mutable_constituency();
        mine.set_constituency(std::string(row.Text(0)));
        mine.set_households(static_cast<std::int32_t>(row.Int(1)));
      });
  for (MyConstituency& mine : *response.mutable_constituencies()) {
    if (status.ok()) status = FillConstituency(rows, context.now, *mine.mutable_constituency());
    if (status.ok()) status = AddWork(context, request.parent(), mine);
  }
  if (!status.ok()) return status;
  const auto sessions = SessionsSince(rows, request.parent(), REGIME_REP_ASSEMBLY, context.now);
  if (!sessions.ok()) return sessions.status();
  for (const Session& session : *sessions) {
    if (session.opened || response.has_next_session()) continue;
    SetStamp(session.begins, response, &views::v1::GetMyConstituencyResponse::mutable_next_session);
  }
  return absl::OkStatus();
}

absl::Status ListDraftPapers(const QueryContext& context,
                             const views::v1::ListDraftPapersRequest& request,
                             views::v1::ListDraftPapersResponse& response) {
  static const auto* const columns = new std::vector<Column>{
      {"resolution", "r.name"},
      {"matter", "r.matter", ColumnType::kEnum, resolution::v1::MatterCode_descriptor()},
      {"state", "r.state", ColumnType::kEnum, views::v1::ResolutionState_descriptor()},
      {"drafted_time", "r.drafted_us", ColumnType::kTime, nullptr, true, false},
      {"studied", "(r.studied_us IS NOT NULL)", ColumnType::kBool}};
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{
      .name = "rep-assembly.papers",
      .select =
          "r.name, r.title, r.text, r.matter, r.state, r.drafted_us, r.drafted_by_body, "
          "r.evidence, r.studied_us, r.study_opinion, r.study_advice, r.opens_us",
      .from = "resolution r",
      .where = "r.community = ?1 AND r.regime = ?2 AND r.state IN (1, 2)",
      .values = {request.parent(), kRegime},
      .columns = *columns,
      .key = "r.name",
      .default_order = "drafted_time desc"};
  static_assert(views::v1::RESOLUTION_STATE_DRAFTED == 1 &&
                views::v1::RESOLUTION_STATE_NOTICED == 2);
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_papers() = ReadPaper(row);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  for (DraftPaper& paper : *response.mutable_papers()) {
    absl::Status status = AddParts(context.snapshot.rows(), paper);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace sanzhang::projections::rep_assembly
