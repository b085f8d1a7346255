// The formulas in SQL: of each number the cases that it counts, from which the number is made and
// which can be listed (ListMetricCases), so that the two can't differ. `?1` and `?2` are the
// window,
// `{scope}` is a condition over `c`. A case is `name` (of the complaint), `number` (of its round;
// 0: the complaint as a whole), `numerator` and `denominator`; most numbers are the sums of these.
// Internal to projections/metrics.
//
// Numbers stand for enums of complaint/v1; the assertions below tie them.
#pragma once

#include <string_view>

#include "projections/complaints/complaint_schema.h"
#include "sanzhang/complaint/v1/complaint.pb.h"
#include "sanzhang/views/v1/complaint_view.pb.h"

namespace sanzhang::projections {

static_assert(complaint::v1::STATE_LINKED == 4 && complaint::v1::STATE_CLOSED == 12 &&
              complaint::v1::STATE_WITHDRAWN == 14 && complaint::v1::OUTCOME_SOLVED == 1 &&
              complaint::v1::CONFIRMATION_CONFIRMED == 1 &&
              complaint::v1::CONFIRMATION_NO_REPLY == 3 &&
              views::v1::EXCLUSION_STATE_APPROVED == 2);

// Numerator, denominator and population of `{cases}`.
inline constexpr std::string_view kSums =
    "SELECT COALESCE(sum(numerator), 0), COALESCE(sum(denominator), 0), count(*) FROM ({cases})";

// M1, M2, M2': a round counts in the window of the clock's deadline. One that was withdrawn or
// linked before it never had to meet it; one that is paused now does not know it yet.
inline constexpr std::string_view kOnTime =
    "SELECT name, number, counts AND met IS NOT NULL AND met <= due AS numerator, "
    "counts AS denominator FROM (SELECT c.complaint AS name, c.number AS number, c.{due} AS due, "
    "c.{met} AS met, c.exclusion <> 2 "
    "AND NOT (c.ended_as IN (4, 14) AND c.ended_us < c.{due}) "
    "AND (c.paused_us IS NULL OR c.{met} IS NOT NULL) AS counts "
    "FROM round c WHERE c.{due} >= ?1 AND c.{due} < ?2 AND {scope})";

// `{closed}`: the last closing in the window of each complaint that was closed in it. The present
// round is the last one; behind a past round come the present one and perhaps others.
inline constexpr std::string_view kClosed =
    "FROM round c WHERE c.ended_as = 12 AND c.ended_us >= ?1 AND c.ended_us < ?2 AND {scope} "
    "AND (c.reopened_us IS NULL OR NOT (EXISTS (SELECT 1 FROM past_round l "
    "WHERE l.complaint = c.complaint AND l.number > c.number AND l.ended_as = 12 "
    "AND l.ended_us >= ?1 AND l.ended_us < ?2) OR EXISTS (SELECT 1 FROM complaint l "
    "WHERE l.name = c.complaint AND l.ended_as = 12 AND l.ended_us >= ?1 AND l.ended_us < ?2)))";

// M3 and its strict variant.
inline constexpr std::string_view kResolved =
    "SELECT c.complaint AS name, c.number AS number, c.exclusion <> 2 AND c.outcome = 1 "
    "AND c.confirmation IN (1, 3) AS numerator, c.exclusion <> 2 AS denominator {closed}";
inline constexpr std::string_view kResolvedConfirmed =
    "SELECT c.complaint AS name, c.number AS number, c.exclusion <> 2 AND c.outcome = 1 "
    "AND c.confirmation = 1 AS numerator, c.exclusion <> 2 AS denominator {closed}";

// `{asked}` of M4 and its lower bound, with the category: those who replied in the window, and
// those who were asked in it and had not replied at its end. So the coverage is never above 1, and
// a past window never changes.
inline constexpr std::string_view kAsked =
    "(SELECT c.complaint AS name, c.number AS number, c.category AS category, "
    "c.result_score AS score, "
    "COALESCE(c.replied_us >= ?1 AND c.replied_us < ?2, 0) AS replied FROM round c "
    "WHERE {scope} AND ((c.replied_us >= ?1 AND c.replied_us < ?2) OR (c.answered_us >= ?1 "
    "AND c.answered_us < ?2 AND (c.replied_us IS NULL OR c.replied_us >= ?2))))";
inline constexpr std::string_view kSatisfied =
    "SELECT name, number, replied AND score >= 4 AS numerator, replied AS denominator, category "
    "FROM {asked}";
inline constexpr std::string_view kSatisfiedLowerBound =
    "SELECT name, number, replied AND score >= 4 AS numerator, 1 AS denominator, category "
    "FROM {asked}";
inline constexpr std::string_view kByCategory =
    "SELECT category, COALESCE(sum(numerator), 0), COALESCE(sum(denominator), 0), count(*) "
    "FROM ({cases}) GROUP BY category ORDER BY category";

// M5: a case is the sum and the number of its scores for response, result and attitude.
inline constexpr std::string_view kScored =
    "SELECT c.complaint AS name, c.number AS number, "
    "c.response_score + c.result_score + c.attitude_score AS numerator, "
    "(c.response_score > 0) + (c.result_score > 0) + (c.attitude_score > 0) AS denominator, "
    "c.response_score AS response, c.result_score AS result, c.attitude_score AS attitude "
    "FROM round c WHERE c.replied_us >= ?1 AND c.replied_us < ?2 AND {scope}";
inline constexpr std::string_view kScores =
    "SELECT COALESCE(sum(response), 0), COALESCE(sum(response > 0), 0), COALESCE(sum(result), 0), "
    "COALESCE(sum(result > 0), 0), COALESCE(sum(attitude), 0), COALESCE(sum(attitude > 0), 0) "
    "FROM ({cases})";

// M6: 30 days are 2,592,000,000,000 microseconds.
inline constexpr std::string_view kReopened =
    "SELECT c.complaint AS name, c.number AS number, EXISTS (SELECT 1 FROM past_round p "
    "WHERE p.complaint = c.complaint AND p.ended_as = 12 AND p.ended_us >= ?1 AND p.ended_us < ?2 "
    "AND p.reopened_us <= p.ended_us + 2592000000000) AS numerator, 1 AS denominator {closed}";

// M7
inline constexpr std::string_view kFirstTimeFix =
    "SELECT c.complaint AS name, c.number AS number, "
    "c.number = 1 AND c.reopened_us IS NULL AND c.hops = 1 AS numerator, 1 AS denominator {closed}";

// M8: `{repeat}` is kIsRepeat.
inline constexpr std::string_view kRepeated =
    "SELECT c.name AS name, 0 AS number, {repeat} AS numerator, 1 AS denominator FROM complaint c "
    "WHERE c.filed_us >= ?1 AND c.filed_us < ?2 AND {scope}";

// M9: of a case the numerator is its milliseconds.
inline constexpr std::string_view kCycleTime =
    "SELECT c.complaint AS name, c.number AS number, "
    "(c.ended_us - c.filed_us) / 1000 - c.paused_ms AS numerator, 1 AS denominator {closed}";
inline constexpr std::string_view kCycleTimeRaw =
    "SELECT c.complaint AS name, c.number AS number, "
    "(c.ended_us - c.filed_us) / 1000 AS numerator, 1 AS denominator {closed}";
inline constexpr std::string_view kInOrder = "SELECT numerator FROM ({cases}) ORDER BY numerator";

// M10, at ?2: overdue, of those open. With `?2` now, overdue is next_due_us < now.
inline constexpr std::string_view kOverdue =
    "SELECT c.complaint AS name, c.number AS number, "
    "(c.paused_us IS NULL OR c.paused_us >= ?2) "
    "AND (c.answered_us IS NULL OR c.answered_us >= ?2) "
    "AND COALESCE(CASE WHEN c.intake_done_us IS NULL OR c.intake_done_us >= ?2 "
    "THEN c.intake_due_us < ?2 ELSE COALESCE(c.answer_due_us < ?2, 0) OR (c.ack_due_us < ?2 "
    "AND (c.acked_us IS NULL OR c.acked_us >= ?2)) END, 0) AS numerator, 1 AS denominator "
    "FROM round c WHERE ?1 <= ?2 AND c.opened_us < ?2 "
    "AND (c.ended_us IS NULL OR c.ended_us >= ?2) AND {scope}";

// M11: excluded, for those that count in M1, with who approved.
inline constexpr std::string_view kExcluded =
    "SELECT c.complaint AS name, c.number AS number, c.exclusion = 2 AS numerator, "
    "c.exclusion <> 2 AS denominator, "
    "CASE c.exclusion WHEN 2 THEN c.excluded_by ELSE '' END AS approver "
    "FROM round c WHERE c.ack_due_us >= ?1 AND c.ack_due_us < ?2 "
    "AND NOT (c.ended_as IN (4, 14) AND c.ended_us < c.ack_due_us) "
    "AND (c.paused_us IS NULL OR c.acked_us IS NOT NULL) AND {scope}";
// One row counts those of nobody.
inline constexpr std::string_view kByApprover =
    "SELECT approver, COALESCE(sum(numerator), 0), COALESCE(sum(denominator), 0) FROM ({cases}) "
    "GROUP BY approver ORDER BY approver";

// M31, with who refused and why.
inline constexpr std::string_view kRefused =
    "SELECT c.name AS name, 0 AS number, c.refused_us IS NOT NULL AS numerator, 1 AS denominator, "
    "c.refused_by AS refused_by, c.refusal_reason AS reason FROM complaint c "
    "WHERE c.filed_us >= ?1 AND c.filed_us < ?2 AND {scope}";
inline constexpr std::string_view kByRefusal =
    "SELECT numerator, refused_by, reason, count(*) FROM ({cases}) GROUP BY 1, 2, 3 "
    "ORDER BY 1, 2, 3";
// Of all refused.
inline constexpr std::string_view kRefusalsReversed =
    "SELECT c.name AS name, 0 AS number, c.refusal_reversed AS numerator, "
    "c.refusal_appealed AS denominator FROM complaint c WHERE c.filed_us >= ?1 "
    "AND c.filed_us < ?2 AND c.refused_us IS NOT NULL AND {scope}";

// M32
inline constexpr std::string_view kIntakeOnTime =
    "SELECT c.name AS name, 0 AS number, "
    "c.intake_done_us IS NOT NULL AND c.intake_done_us <= c.intake_due_us AS numerator, "
    "1 AS denominator FROM complaint c "
    "WHERE c.intake_due_us >= ?1 AND c.intake_due_us < ?2 AND {scope}";

}  // namespace sanzhang::projections
