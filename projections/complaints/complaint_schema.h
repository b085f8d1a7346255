// The tables of complaint_rows.h. Times are microseconds since 1970, NULL when they are not set;
// words are SealedPassages; enums are their numbers in complaint/v1.
#pragma once

#include <string_view>

namespace sanzhang::projections {

inline constexpr std::string_view kComplaintSchema = R"(
CREATE TABLE complaint (
  name TEXT PRIMARY KEY,
  community TEXT NOT NULL,
  property_area TEXT NOT NULL, grid TEXT NOT NULL, building TEXT NOT NULL,
  entrance TEXT NOT NULL, dwelling TEXT NOT NULL,
  spot TEXT NOT NULL,  -- The narrowest part of the place, but never the dwelling.
  demand_type INTEGER NOT NULL, category INTEGER NOT NULL, sub_category TEXT NOT NULL,
  urgency INTEGER NOT NULL, visibility INTEGER NOT NULL, anonymity INTEGER NOT NULL,
  external_ref TEXT NOT NULL, about_body TEXT NOT NULL, first_receiver TEXT NOT NULL,
  complainant TEXT NOT NULL, text BLOB, contact BLOB, answer BLOB,
  redacted BLOB NOT NULL DEFAULT x'',  -- ComplaintTextRedacted, one after the other.
  state INTEGER NOT NULL,
  resumes_to INTEGER NOT NULL DEFAULT 0,     -- While paused.
  appealed_from INTEGER NOT NULL DEFAULT 0,  -- While appealed.
  level INTEGER NOT NULL DEFAULT 0,
  responsible_body TEXT NOT NULL, assignee_membership TEXT NOT NULL DEFAULT '',
  main TEXT NOT NULL DEFAULT '',
  hops INTEGER NOT NULL DEFAULT 0, extensions INTEGER NOT NULL DEFAULT 0,
  reopenings INTEGER NOT NULL DEFAULT 0, supporters INTEGER NOT NULL DEFAULT 0,
  followers INTEGER NOT NULL DEFAULT 0, breaches INTEGER NOT NULL DEFAULT 0,
  filed_us INTEGER NOT NULL, intake_due_us INTEGER, intake_done_us INTEGER, accepted_us INTEGER,
  refused_us INTEGER, refused_by TEXT NOT NULL DEFAULT '',
  refusal_reason INTEGER NOT NULL DEFAULT 0, redirected_to TEXT NOT NULL DEFAULT '',
  refusal_appealed INTEGER NOT NULL DEFAULT 0, refusal_reversed INTEGER NOT NULL DEFAULT 0,
  paused_ms INTEGER NOT NULL DEFAULT 0, paused_us INTEGER, paused_until_us INTEGER,
  exclusion INTEGER NOT NULL DEFAULT 0,  -- views.v1.ExclusionState
  excluded_by TEXT NOT NULL DEFAULT '',
  -- The present round.
  opened_us INTEGER NOT NULL,
  ack_due_us INTEGER, acked_us INTEGER,
  answer_due_us INTEGER, answer_due_first_us INTEGER,  -- The second: as if never extended.
  answered_us INTEGER, silence_until_us INTEGER,
  outcome INTEGER NOT NULL DEFAULT 0, confirmation INTEGER NOT NULL DEFAULT 0,
  replied_us INTEGER, response_score INTEGER NOT NULL DEFAULT 0,
  result_score INTEGER NOT NULL DEFAULT 0, attitude_score INTEGER NOT NULL DEFAULT 0,
  ended_us INTEGER, ended_as INTEGER NOT NULL DEFAULT 0, appeal_until_us INTEGER,
  -- The last event.
  revision INTEGER NOT NULL, position INTEGER NOT NULL, event_id BLOB NOT NULL,
  -- The next deadline that is not met; NULL when no clock runs.
  next_due_us INTEGER GENERATED ALWAYS AS (CASE
    WHEN ended_us IS NOT NULL OR paused_us IS NOT NULL OR answered_us IS NOT NULL THEN NULL
    WHEN intake_done_us IS NULL THEN intake_due_us
    WHEN acked_us IS NULL AND ack_due_us IS NOT NULL
      THEN min(ack_due_us, COALESCE(answer_due_us, ack_due_us))
    ELSE answer_due_us END) VIRTUAL
) STRICT;
CREATE INDEX complaint_by_filing ON complaint (community, filed_us);
CREATE INDEX complaint_by_spot ON complaint (spot, category, ended_us);
CREATE TABLE past_round (
  complaint TEXT NOT NULL, number INTEGER NOT NULL, spot TEXT NOT NULL, category INTEGER NOT NULL,
  responsible_body TEXT NOT NULL, hops INTEGER NOT NULL, paused_ms INTEGER NOT NULL,
  opened_us INTEGER NOT NULL,
  ack_due_us INTEGER, acked_us INTEGER, answer_due_us INTEGER, answer_due_first_us INTEGER,
  answered_us INTEGER, outcome INTEGER NOT NULL, confirmation INTEGER NOT NULL,
  replied_us INTEGER, response_score INTEGER NOT NULL, result_score INTEGER NOT NULL,
  attitude_score INTEGER NOT NULL, ended_us INTEGER NOT NULL, ended_as INTEGER NOT NULL,
  reopened_us INTEGER NOT NULL, PRIMARY KEY (complaint, number)) STRICT, WITHOUT ROWID;
CREATE INDEX past_round_by_spot ON past_round (spot, category, ended_us);
CREATE VIEW round AS
SELECT name AS complaint, reopenings + 1 AS number, community, property_area, grid, building,
  entrance, spot, category, responsible_body, exclusion, excluded_by, filed_us, intake_due_us,
  intake_done_us, hops, paused_ms, paused_us, opened_us, ack_due_us, acked_us, answer_due_us,
  answer_due_first_us, answered_us, outcome, confirmation, replied_us, response_score,
  result_score, attitude_score, ended_us, ended_as, NULL AS reopened_us
FROM complaint
UNION ALL
SELECT p.complaint, p.number, c.community, c.property_area, c.grid, c.building,
  c.entrance, p.spot, p.category, p.responsible_body, c.exclusion, c.excluded_by, c.filed_us,
  c.intake_due_us, c.intake_done_us, p.hops, p.paused_ms, NULL, p.opened_us, p.ack_due_us,
  p.acked_us, p.answer_due_us, p.answer_due_first_us, p.answered_us, p.outcome, p.confirmation,
  p.replied_us, p.response_score, p.result_score, p.attitude_score, p.ended_us, p.ended_as,
  p.reopened_us
FROM past_round p JOIN complaint c ON c.name = p.complaint;
)";

}  // namespace sanzhang::projections
