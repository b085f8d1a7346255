// V-C6: how the body was rated, de-identified. Only of public results; nothing by building, and no
// words of raters: the file does not have them either.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "projections/directory/viewer.h"
#include "projections/engine/cells.h"
#include "projections/metrics/scope.h"
#include "projections/property_company/property_company_queries.h"
#include "projections/ratings/survey_view.h"

namespace sanzhang::projections::property_company {
namespace {

using views::v1::OwnRating;
using views::v1::OwnRatingPoint;
using views::v1::ReplyDue;

constexpr int kEarlierMax = 12;
constexpr int kRatingsMax = 500;

// One dimension of one public survey, the last survey of each dimension first.
void AddPoint(const Row& row, views::v1::GetOwnRatingsResponse& response) {
  const views::v1::SurveyScore score = ReadScore(row);
  const Row rest = row.From(8);
  const std::string_view body = rest.Text(0);
  const std::string_view scheme = rest.Text(1);
  OwnRating* last =
      response.ratings().empty() ? nullptr : response.mutable_ratings(response.ratings_size() - 1);
  if (last == nullptr || last->body() != body || last->scheme() != scheme ||
      last->score().dimension() != score.dimension()) {
    if (response.ratings_size() == kRatingsMax) return;
    OwnRating& rating = *response.add_ratings();
    rating.set_body(std::string(body));
    rating.set_scheme(std::string(scheme));
    rating.set_campaign(std::string(rest.Text(2)));
    SetStamp(rest.Time(3), rating, &OwnRating::mutable_period_ends);
    *rating.mutable_score() = score;
    return;
  }
  if (last->earlier_size() == kEarlierMax) return;
  OwnRatingPoint& point = *last->add_earlier();
  point.set_campaign(std::string(rest.Text(2)));
  SetStamp(rest.Time(3), point, &OwnRatingPoint::mutable_period_ends);
  if (score.has_n()) point.set_n(score.n());
  if (score.has_average_milli()) point.set_average_milli(score.average_milli());
  point.set_suppressed(score.suppressed());
  if (last->earlier_size() == 1 && last->score().has_average_milli() && score.has_average_milli()) {
    last->set_change_milli(last->score().average_milli() - score.average_milli());
  }
}

}  // namespace

absl::Status GetOwnRatings(const QueryContext& context,
                           const views::v1::GetOwnRatingsRequest& request,
                           views::v1::GetOwnRatingsResponse& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  Rows& rows = context.snapshot.rows();
  const auto own = [&](std::string_view column) {
    Scope scope;
    return scope.WhereIn(column, viewer->Bodies());
  };
  const Scope target = own("target");
  absl::Status status =
      rows.Query(absl::StrCat("SELECT ", std::string(kScoreSelect),
                              ", c.target, c.scheme, c.name, c.period_ends_us FROM ",
                              std::string(kScoreFrom), " WHERE c.results > 0 AND ", target.Sql(1),
                              " ORDER BY c.target, c.scheme, d.code, c.period_ends_us DESC, "
                              "c.published_us DESC, c.name DESC"),
                 target.Values({}), [&](const Row& row) { AddPoint(row, response); });
  if (!status.ok()) return status;
  const Scope body = own("body");
  status = rows.Query(absl::StrCat("SELECT ", std::string(kServiceSelect),
                                   " FROM service_rating c WHERE ", body.Sql(1)),
                      body.Values({}),
                      [&](const Row& row) { *response.mutable_services() = ReadServices(row); });
  if (!status.ok()) return status;
  status =
      rows.Query(absl::StrCat("SELECT c.name, c.target, c.published_us, t.n, t.total_milli FROM "
                              "rating_campaign c JOIN rating_result t ON t.campaign = c.name AND "
                              "t.number = c.results WHERE c.replied_us IS NULL AND ",
                              target.Sql(1), " ORDER BY c.published_us, c.name LIMIT 500"),
                 target.Values({}), [&](const Row& row) {
                   ReplyDue& due = *response.add_replies_due();
                   due.set_campaign(std::string(row.Text(0)));
                   due.set_body(std::string(row.Text(1)));
                   SetStamp(row.Time(2), due, &ReplyDue::mutable_published_at);
                   due.set_n(static_cast<std::int32_t>(row.Int(3)));
                   if (!row.IsNull(4)) due.set_total_milli(static_cast<std::int32_t>(row.Int(4)));
                 });
  if (!status.ok()) return status;
  return rows.Query(
      absl::StrCat("SELECT ", std::string(kRectificationSelect),
                   " FROM rectification r JOIN rating_campaign c ON c.name = r.campaign WHERE ",
                   target.Sql(1),
                   " ORDER BY r.opened_us DESC, r.campaign, r.number DESC LIMIT 500"),
      target.Values({}),
      [&](const Row& row) { *response.add_rectifications() = ReadRectification(row); });
}

}  // namespace sanzhang::projections::property_company
