// Surveys as their viewers see them (views/v1/rating_view.proto), read from the tables of
// CampaignRows. Nothing here shows more than a public result, and, before there is one, how many
// ratings have come in, with small buildings suppressed.
//
// Errors: what the rows say; DATA_LOSS for a result that can't be read. Threads: one at a time.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "projections/engine/filter.h"
#include "projections/engine/rows.h"
#include "sanzhang/views/v1/rating_view.pb.h"

namespace sanzhang::projections {

// SELECT {kSurveySelect} FROM {kSurveyFrom} ...
extern const std::string_view kSurveySelect;
inline constexpr std::string_view kSurveyFrom = "rating_campaign c";
views::v1::SurveyRow ReadSurvey(const Row& row);
// What callers may filter and order by.
std::span<const Column> SurveyColumns();

// Adds to a survey that was read what stands in other tables: its dimensions, the raters by
// building, and the result that stands, once there is one.
absl::Status AddNumbers(Rows& rows, views::v1::SurveyRow& survey);

// SELECT {kScoreSelect} FROM {kScoreFrom}: the dimensions of a survey, with what a result says.
inline constexpr std::string_view kScoreSelect =
    "d.code, d.display_name, d.clause_ref, d.weight_bp, s.n, s.average_milli, "
    "s.satisfied, "
    "COALESCE(s.suppressed, 0)";
inline constexpr std::string_view kScoreFrom =
    "rating_campaign c JOIN rating_dimension d ON d.campaign = c.name LEFT "
    "JOIN rating_score s "
    "ON s.campaign = c.name AND s.result = c.results AND s.dimension = d.code";
views::v1::SurveyScore ReadScore(const Row& row);

// SELECT {kRectificationSelect} FROM rectification r
inline constexpr std::string_view kRectificationSelect =
    "r.campaign, r.number, r.target, r.dimension, r.clause_ref, r.task, "
    "r.body, r.opened_us, "
    "r.due_us";
views::v1::RectificationRow ReadRectification(const Row& row);

// SELECT {kServiceSelect} FROM service_rating ...: what was given in all, masked below five.
inline constexpr std::string_view kServiceSelect =
    "count(*), COALESCE(sum(score), 0), COALESCE(sum(score >= 4), 0)";
views::v1::ServiceScores ReadServices(const Row& row);

}  // namespace sanzhang::projections
