#include "projections/residents_committee/survey_queries.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "projections/directory/viewer.h"
#include "projections/engine/cells.h"
#include "projections/engine/list_query.h"
#include "projections/ratings/survey_view.h"
#include "proto/wire/names.h"
#include "proto/wire/refusal.h"
#include "proto/wire/time.h"
#include "sanzhang/type/v1/body.pb.h"

namespace sanzhang::projections::residents_committee {
namespace {

using views::v1::ScorecardComplaints;
using views::v1::ScorecardLine;
using views::v1::SurveyContest;
using views::v1::SurveyDetail;
using views::v1::SurveyReply;
using views::v1::SurveyRow;
using views::v1::SurveyVoid;

std::string Sql(std::string_view text) { return std::string(text); }

template <class Request, class Response>
absl::StatusOr<std::string> ListInto(const QueryContext& context, const Request& request,
                                     Response& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{.name = "residents-committee.surveys",
                        .select = Sql(kSurveySelect),
                        .from = Sql(kSurveyFrom),
                        .where = "c.community = ?1",
                        .values = {request.parent()},
                        .columns = SurveyColumns(),
                        .key = "c.name",
                        .default_order = "opens desc"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_surveys() = ReadSurvey(row);
  });
  if (!next.ok()) return next;
  for (SurveyRow& survey : *response.mutable_surveys()) {
    absl::Status status = AddNumbers(context.snapshot.rows(), survey);
    if (!status.ok()) return status;
  }
  return next;
}

absl::Status AddVoids(Rows& rows, SurveyDetail& detail) {
  const Value name[] = {detail.survey().name()};
  return rows.Query(
      "SELECT rating, reason, evidence, body, approver, voided_us FROM rating_void WHERE campaign "
      "= ?1 ORDER BY voided_us, rating",
      name, [&](const Row& row) {
        SurveyVoid& voided = *detail.add_voids();
        voided.set_rating(std::string(row.Text(0)));
        voided.set_reason(static_cast<rating::v1::VoidReason>(row.Int(1)));
        voided.set_evidence(std::string(row.Text(2)));
        voided.set_body(std::string(row.Text(3)));
        voided.set_approver(std::string(row.Text(4)));
        *voided.mutable_voided_at() = wire::ToStamp(row.Time(5));
      });
}

absl::Status AddContests(Rows& rows, SurveyDetail& detail) {
  const Value name[] = {detail.survey().name()};
  return rows.Query(
      "SELECT body, grounds, contested_us, ruled_us, upheld, ruling, ruled_by FROM rating_contest "
      "WHERE campaign = ?1 ORDER BY number DESC LIMIT 100",
      name, [&](const Row& row) {
        SurveyContest& contest = *detail.add_contests();
        contest.set_body(std::string(row.Text(0)));
        contest.set_grounds(std::string(row.Text(1)));
        SetStamp(row.Time(2), contest, &SurveyContest::mutable_contested_at);
        SetStamp(row.Time(3), contest, &SurveyContest::mutable_ruled_at);
        contest.set_upheld(row.Int(4) != 0);
        contest.set_ruling(std::string(row.Text(5)));
        contest.set_ruled_by(std::string(row.Text(6)));
      });
}

absl::Status AddAnswers(Rows& rows, SurveyDetail& detail) {
  const Value name[] = {detail.survey().name()};
  absl::Status status = rows.Query(
      "SELECT text, replied_us FROM rating_reply WHERE campaign = ?1 ORDER BY number DESC LIMIT "
      "100",
      name, [&](const Row& row) {
        SurveyReply& reply = *detail.add_replies();
        reply.set_text(std::string(row.Text(0)));
        *reply.mutable_replied_at() = wire::ToStamp(row.Time(1));
      });
  if (!status.ok()) return status;
  return rows.Query(absl::StrCat("SELECT ", Sql(kRectificationSelect),
                                 " FROM rectification r WHERE r.campaign = ?1 ORDER BY r.number "
                                 "DESC LIMIT 100"),
                    name,
                    [&](const Row& row) { *detail.add_rectifications() = ReadRectification(row); });
}

// What is public of a company's surveys, by clause, scheme and dimension; of each the last survey.
// A survey names the company that it rates, and so stays with it when another takes its place.
absl::Status AddLines(Rows& rows, const std::vector<Value>& company_and_window,
                      views::v1::GetPropertyScorecardResponse& response) {
  constexpr std::string_view kRest =
      "c.name, c.scheme, t.coverage_bp, t.biased, c.period_begins_us, c.period_ends_us, (SELECT "
      "count(*) FROM rectification r WHERE r.campaign = c.name AND r.dimension = d.code)";
  constexpr std::string_view kLast =
      " JOIN rating_result t ON t.campaign = c.name AND t.number = c.results WHERE c.target = ?1 "
      "AND c.period_begins_us < ?3 AND c.period_ends_us > ?2 AND NOT EXISTS (SELECT 1 FROM "
      "rating_campaign l JOIN rating_dimension e ON e.campaign = l.name WHERE l.target = ?1 AND "
      "l.scheme = c.scheme AND e.code = d.code AND l.results > 0 AND l.period_begins_us < ?3 AND "
      "l.period_ends_us > ?2 AND (l.period_ends_us, l.published_us, l.name) > (c.period_ends_us, "
      "c.published_us, c.name)) ORDER BY d.clause_ref, c.scheme, d.code LIMIT 500";
  return rows.Query(absl::StrCat("SELECT ", Sql(kScoreSelect), ", ", Sql(kRest), " FROM ",
                                 Sql(kScoreFrom), Sql(kLast)),
                    company_and_window, [&](const Row& row) {
                      ScorecardLine& line = *response.add_lines();
                      *line.mutable_score() = ReadScore(row);
                      const Row rest = row.From(8);
                      line.set_campaign(std::string(rest.Text(0)));
                      line.set_scheme(std::string(rest.Text(1)));
                      line.set_coverage_bp(static_cast<std::int32_t>(rest.Int(2)));
                      line.set_biased(rest.Int(3) != 0);
                      SetStamp(rest.Time(4), line, &ScorecardLine::mutable_period_begins);
                      SetStamp(rest.Time(5), line, &ScorecardLine::mutable_period_ends);
                      line.set_rectifications(static_cast<std::int32_t>(rest.Int(6)));
                    });
}

absl::Status AddComplaints(Rows& rows, const std::vector<Value>& company_and_window, absl::Time now,
                           views::v1::GetPropertyScorecardResponse& response) {
  std::vector<Value> values = company_and_window;
  values.push_back(TimeValue(now));
  return rows.Query(
      "SELECT category, count(*), sum(ended_us IS NULL), sum(COALESCE(next_due_us < ?4, 0)) FROM "
      "complaint WHERE responsible_body = ?1 AND filed_us >= ?2 AND filed_us < ?3 GROUP BY "
      "category ORDER BY category",
      values, [&](const Row& row) {
        ScorecardComplaints& complaints = *response.add_complaints();
        complaints.set_category(static_cast<complaint::v1::Category>(row.Int(0)));
        complaints.set_filed(row.Int(1));
        complaints.set_open(row.Int(2));
        complaints.set_overdue(row.Int(3));
      });
}

absl::StatusOr<bool> IsCompany(Rows& rows, std::string_view community, std::string_view body) {
  bool is = false;
  const Value values[] = {community, body, std::int64_t{type::v1::BODY_KIND_PROPERTY_COMPANY}};
  absl::Status status =
      rows.Query("SELECT 1 FROM body WHERE community = ?1 AND name = ?2 AND kind = ?3", values,
                 [&](const Row&) { is = true; });
  if (!status.ok()) return status;
  return is;
}

}  // namespace

absl::Status GetPropertyScorecard(const QueryContext& context,
                                  const views::v1::GetPropertyScorecardRequest& request,
                                  views::v1::GetPropertyScorecardResponse& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const absl::Time from = wire::ToTime(request.from());
  const absl::Time to = wire::ToTime(request.to());
  if (from >= to) return wire::RefuseShape({{"to", "must be after from"}});
  Rows& rows = context.snapshot.rows();
  const absl::StatusOr<bool> company = IsCompany(rows, request.parent(), request.company());
  if (!company.ok()) return company.status();
  if (!*company) return Denied();
  response.set_company(request.company());
  const std::vector<Value> values = {request.company(), TimeValue(from), TimeValue(to)};
  absl::Status status = AddLines(rows, values, response);
  if (!status.ok()) return status;
  status =
      rows.Query(absl::StrCat("SELECT ", Sql(kServiceSelect),
                              " FROM service_rating WHERE body = ?1 AND rated_us >= ?2 AND "
                              "rated_us < ?3"),
                 values, [&](const Row& row) { *response.mutable_services() = ReadServices(row); });
  if (!status.ok()) return status;
  status = AddComplaints(rows, values, context.now, response);
  if (!status.ok()) return status;
  return rows.Query(
      absl::StrCat("SELECT ", Sql(kRectificationSelect),
                   " FROM rectification r WHERE r.target = ?1 AND r.opened_us >= ?2 AND "
                   "r.opened_us < ?3 ORDER BY r.opened_us DESC, r.campaign, r.number DESC LIMIT "
                   "500"),
      values, [&](const Row& row) { *response.add_rectifications() = ReadRectification(row); });
}

absl::Status ListSurveys(const QueryContext& context, const views::v1::ListSurveysRequest& request,
                         views::v1::ListSurveysResponse& response) {
  absl::StatusOr<std::string> next = ListInto(context, request, response);
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status WatchSurveys(const QueryContext& context,
                          const views::v1::WatchSurveysRequest& request,
                          views::v1::WatchSurveysResponse& response) {
  return ListInto(context, request, response).status();
}

absl::Status GetSurvey(const QueryContext& context, const views::v1::GetSurveyRequest& request,
                       views::v1::GetSurveyResponse& response) {
  const absl::StatusOr<Viewer> viewer =
      ViewerOf(context, request, wire::CommunityOf(request.name()));
  if (!viewer.ok()) return viewer.status();
  Rows& rows = context.snapshot.rows();
  SurveyDetail& detail = *response.mutable_survey();
  const Value name[] = {request.name()};
  absl::Status status = rows.Query(
      absl::StrCat("SELECT ", Sql(kSurveySelect), " FROM ", Sql(kSurveyFrom), " WHERE c.name = ?1"),
      name, [&](const Row& row) { *detail.mutable_survey() = ReadSurvey(row); });
  if (!status.ok()) return status;
  if (!detail.has_survey()) return Denied();
  status = AddNumbers(rows, *detail.mutable_survey());
  if (status.ok()) status = AddVoids(rows, detail);
  if (status.ok()) status = AddContests(rows, detail);
  if (status.ok()) status = AddAnswers(rows, detail);
  return status;
}

}  // namespace sanzhang::projections::residents_committee
