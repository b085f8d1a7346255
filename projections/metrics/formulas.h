// The formulas in SQL. `?1` and `?2` are the window, `{scope}` is a condition over `c`; each
// answers numerator, denominator and population unless it says otherwise. Internal to
// projections/metrics.
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

// M1, M2, M2': a round counts in the window of the clock's deadline. One that was withdrawn or
// linked before it never had to meet it; one that is paused now does not know it yet.
inline constexpr std::string_view kOnTime =
    "SELECT COALESCE(sum(counts AND met IS NOT NULL AND met <= due), 0), COALESCE(sum(counts), 0), "
    "count(*) FROM (SELECT c.{due} AS due, c.{met} AS met, c.exclusion <> 2 "
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
    "SELECT COALESCE(sum(c.exclusion <> 2 AND c.outcome = 1 AND c.confirmation IN (1, 3)), 0), "
    "COALESCE(sum(c.exclusion <> 2), 0), count(*) {closed}";
inline constexpr std::string_view kResolvedConfirmed =
    "SELECT COALESCE(sum(c.exclusion <> 2 AND c.outcome = 1 AND c.confirmation = 1), 0), "
    "COALESCE(sum(c.exclusion <> 2), 0), count(*) {closed}";

// M4, by category: category, satisfied, replies, asked. Asked are those who replied in the window,
// and those who were asked in it and had not replied at its end: so the coverage is never above 1,
// and a past window never changes.
inline constexpr std::string_view kSatisfaction =
    "SELECT category, COALESCE(sum(replied AND score >= 4), 0), COALESCE(sum(replied), 0), "
    "count(*) FROM (SELECT c.category AS category, c.result_score AS score, "
    "COALESCE(c.replied_us >= ?1 AND c.replied_us < ?2, 0) AS replied FROM round c "
    "WHERE {scope} AND ((c.replied_us >= ?1 AND c.replied_us < ?2) OR (c.answered_us >= ?1 "
    "AND c.answered_us < ?2 AND (c.replied_us IS NULL OR c.replied_us >= ?2)))) "
    "GROUP BY category ORDER BY category";

// M5: sum and number of the scores for response, result and attitude.
inline constexpr std::string_view kScores =
    "SELECT COALESCE(sum(c.response_score), 0), COALESCE(sum(c.response_score > 0), 0), "
    "COALESCE(sum(c.result_score), 0), COALESCE(sum(c.result_score > 0), 0), "
    "COALESCE(sum(c.attitude_score), 0), COALESCE(sum(c.attitude_score > 0), 0) "
    "FROM round c WHERE c.replied_us >= ?1 AND c.replied_us < ?2 AND {scope}";

// M6: 30 days are 2,592,000,000,000 microseconds.
inline constexpr std::string_view kReopened =
    "SELECT COALESCE(sum(EXISTS (SELECT 1 FROM past_round p WHERE p.complaint = c.complaint "
    "AND p.ended_as = 12 AND p.ended_us >= ?1 AND p.ended_us < ?2 "
    "AND p.reopened_us <= p.ended_us + 2592000000000)), 0), count(*), count(*) {closed}";

// M7
inline constexpr std::string_view kFirstTimeFix =
    "SELECT COALESCE(sum(c.number = 1 AND c.reopened_us IS NULL AND c.hops = 1), 0), count(*), "
    "count(*) {closed}";

// M8: `{repeat}` is kIsRepeat.
inline constexpr std::string_view kRepeated =
    "SELECT COALESCE(sum({repeat}), 0), count(*), count(*) FROM complaint c "
    "WHERE c.filed_us >= ?1 AND c.filed_us < ?2 AND {scope}";

// M9: milliseconds, least first.
inline constexpr std::string_view kCycleTime =
    "SELECT (c.ended_us - c.filed_us) / 1000 - c.paused_ms AS ms {closed} ORDER BY ms";
inline constexpr std::string_view kCycleTimeRaw =
    "SELECT (c.ended_us - c.filed_us) / 1000 AS ms {closed} ORDER BY ms";

// M10, at ?2: open, overdue. With `?2` now, overdue is next_due_us < now.
inline constexpr std::string_view kStock =
    "SELECT count(*), COALESCE(sum((c.paused_us IS NULL OR c.paused_us >= ?2) "
    "AND (c.answered_us IS NULL OR c.answered_us >= ?2) "
    "AND COALESCE(CASE WHEN c.intake_done_us IS NULL OR c.intake_done_us >= ?2 "
    "THEN c.intake_due_us < ?2 ELSE COALESCE(c.answer_due_us < ?2, 0) OR (c.ack_due_us < ?2 "
    "AND (c.acked_us IS NULL OR c.acked_us >= ?2)) END, 0)), 0) FROM round c "
    "WHERE ?1 = ?2 AND c.opened_us < ?2 AND (c.ended_us IS NULL OR c.ended_us >= ?2) AND {scope}";

// M11: approver, excluded, counted in M1. One row counts those of nobody.
inline constexpr std::string_view kExcluded =
    "SELECT approver, COALESCE(sum(excluded), 0), COALESCE(sum(NOT excluded), 0) FROM ("
    "SELECT CASE c.exclusion WHEN 2 THEN c.excluded_by ELSE '' END AS approver, "
    "c.exclusion = 2 AS excluded FROM round c WHERE c.ack_due_us >= ?1 AND c.ack_due_us < ?2 "
    "AND NOT (c.ended_as IN (4, 14) AND c.ended_us < c.ack_due_us) "
    "AND (c.paused_us IS NULL OR c.acked_us IS NOT NULL) AND {scope}) "
    "GROUP BY approver ORDER BY approver";

// M31: whether refused, by whom, why, how many.
inline constexpr std::string_view kRefused =
    "SELECT c.refused_us IS NOT NULL, c.refused_by, c.refusal_reason, count(*) FROM complaint c "
    "WHERE c.filed_us >= ?1 AND c.filed_us < ?2 AND {scope} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
inline constexpr std::string_view kRefusalsReversed =
    "SELECT COALESCE(sum(c.refusal_reversed), 0), COALESCE(sum(c.refusal_appealed), 0), "
    "COALESCE(sum(c.refused_us IS NOT NULL), 0) FROM complaint c "
    "WHERE c.filed_us >= ?1 AND c.filed_us < ?2 AND {scope}";

// M32
inline constexpr std::string_view kIntakeOnTime =
    "SELECT COALESCE(sum(c.intake_done_us IS NOT NULL AND c.intake_done_us <= c.intake_due_us), "
    "0), "
    "count(*), count(*) FROM complaint c "
    "WHERE c.intake_due_us >= ?1 AND c.intake_due_us < ?2 AND {scope}";

}  // namespace sanzhang::projections
