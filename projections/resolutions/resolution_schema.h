// The tables of resolution_rows.h. Times are microseconds since 1970, NULL when they are not set;
// enums are their numbers in resolution/v1, `state` that in views/v1; lists of names are joined by
// blanks.
#pragma once

#include <string_view>

namespace sanzhang::projections {

inline constexpr std::string_view kResolutionSchema = R"(
CREATE TABLE resolution (
  name TEXT PRIMARY KEY, community TEXT NOT NULL, property_area TEXT NOT NULL,
  regime INTEGER NOT NULL, matter INTEGER NOT NULL, state INTEGER NOT NULL,
  title TEXT NOT NULL, text TEXT NOT NULL, items INTEGER NOT NULL,
  evidence BLOB NOT NULL,  -- MotionAmended with its papers only.
  scope TEXT NOT NULL, body TEXT NOT NULL, convener TEXT NOT NULL, seats INTEGER NOT NULL,
  elects_to TEXT NOT NULL, recalls TEXT NOT NULL, runoff_of TEXT NOT NULL,
  procedure TEXT NOT NULL,
  drafted_by_role INTEGER NOT NULL, drafted_by_body TEXT NOT NULL, drafted_us INTEGER NOT NULL,
  withdrawn_us INTEGER, withdrawal_reason TEXT NOT NULL DEFAULT '',
  -- What comes before the notice.
  signers INTEGER NOT NULL DEFAULT 0, petition_entitled INTEGER NOT NULL DEFAULT 0,
  petition_complete_us INTEGER,
  deliberations INTEGER NOT NULL DEFAULT 0, deliberated_us INTEGER,
  studied_us INTEGER, study_opinion INTEGER NOT NULL DEFAULT 0,
  study_advice TEXT NOT NULL DEFAULT '', study_session TEXT NOT NULL DEFAULT '',
  -- The last notice.
  noticed_us INTEGER, rule_set TEXT NOT NULL DEFAULT '', mode INTEGER NOT NULL DEFAULT 0,
  opens_us INTEGER, closes_us INTEGER,  -- The second: with extensions.
  delivery_method INTEGER NOT NULL DEFAULT 0, non_return INTEGER NOT NULL DEFAULT 0,
  non_return_basis TEXT NOT NULL DEFAULT '', notice TEXT NOT NULL DEFAULT '',
  told_committee INTEGER NOT NULL DEFAULT 0, urgency_reason TEXT NOT NULL DEFAULT '',
  secret INTEGER NOT NULL DEFAULT 0, last_counts INTEGER NOT NULL DEFAULT 0,
  thresholds BLOB NOT NULL DEFAULT x'',  -- VoteThresholds; empty: the notice does not say.
  counters INTEGER NOT NULL DEFAULT 0,
  -- The roll, as it was frozen after that notice; empty snapshot: it was not.
  snapshot TEXT NOT NULL DEFAULT '', frozen_us INTEGER, roll_sha256 TEXT NOT NULL DEFAULT '',
  register_position INTEGER NOT NULL DEFAULT 0, subjects INTEGER NOT NULL DEFAULT 0,
  heads INTEGER NOT NULL DEFAULT 0, area_dm2 INTEGER NOT NULL DEFAULT 0,
  dwellings INTEGER NOT NULL DEFAULT 0, dwellings_without_owner INTEGER NOT NULL DEFAULT 0,
  composition INTEGER NOT NULL DEFAULT 0, representatives INTEGER NOT NULL DEFAULT 0,
  roll_objections_until_us INTEGER, votes_from_us INTEGER,
  roll_objections INTEGER NOT NULL DEFAULT 0, roll_objections_open INTEGER NOT NULL DEFAULT 0,
  -- Candidates.
  nominations INTEGER NOT NULL DEFAULT 0, candidates INTEGER NOT NULL DEFAULT 0,
  candidates_us INTEGER, defence_us INTEGER,
  -- The vote.
  opened_us INTEGER, closed_us INTEGER, extensions INTEGER NOT NULL DEFAULT 0,
  present INTEGER NOT NULL DEFAULT 0,  -- In the meeting now.
  box_ballots INTEGER NOT NULL DEFAULT 0,
  interests INTEGER NOT NULL DEFAULT 0, recusals INTEGER NOT NULL DEFAULT 0,
  -- The count.
  tallied_us INTEGER, tally_objections_until_us INTEGER,
  tally_objections INTEGER NOT NULL DEFAULT 0, tally_objections_open INTEGER NOT NULL DEFAULT 0,
  recounts INTEGER NOT NULL DEFAULT 0, recounted_us INTEGER,
  -- The outcome.
  certified_us INTEGER, outcome INTEGER NOT NULL DEFAULT 0,
  passed INTEGER NOT NULL DEFAULT 0,  -- At least one item.
  input_sha256 TEXT NOT NULL DEFAULT '', elected INTEGER NOT NULL DEFAULT 0,
  alternates INTEGER NOT NULL DEFAULT 0, vacant_seats INTEGER NOT NULL DEFAULT 0,
  publish_due_us INTEGER, file_due_us INTEGER,  -- By the pinned rules.
  runoff_us INTEGER, runoff_seats INTEGER NOT NULL DEFAULT 0,
  -- Afterwards.
  published_us INTEGER, result_notice TEXT NOT NULL DEFAULT '',
  filed_us INTEGER, filed_with TEXT NOT NULL DEFAULT '', filing_receipt TEXT NOT NULL DEFAULT '',
  planned_us INTEGER, executor TEXT NOT NULL DEFAULT '', due_us INTEGER,
  cost_fen INTEGER NOT NULL DEFAULT 0, percent INTEGER NOT NULL DEFAULT 0,
  progress_note TEXT NOT NULL DEFAULT '', executed_us INTEGER, execution_published_us INTEGER,
  execution_notice TEXT NOT NULL DEFAULT '',
  challenges INTEGER NOT NULL DEFAULT 0, challenges_open INTEGER NOT NULL DEFAULT 0,
  challenged_us INTEGER, corrections_ordered INTEGER NOT NULL DEFAULT 0,
  revoked_us INTEGER, revoked_by INTEGER NOT NULL DEFAULT 0,
  -- The last event of the resolution's own stream.
  revision INTEGER NOT NULL, position INTEGER NOT NULL, event_id BLOB NOT NULL) STRICT;
CREATE INDEX resolution_by_draft ON resolution (community, drafted_us);
CREATE TABLE item (
  resolution TEXT NOT NULL, number INTEGER NOT NULL, code TEXT NOT NULL, text TEXT NOT NULL,
  candidate TEXT NOT NULL, question TEXT NOT NULL, called_us INTEGER,
  present INTEGER NOT NULL DEFAULT 0,   -- When it was put to the vote.
  outcome INTEGER NOT NULL DEFAULT 0,   -- As it was certified.
  PRIMARY KEY (resolution, code)) STRICT, WITHOUT ROWID;
CREATE TABLE deliberation (
  resolution TEXT NOT NULL, revision INTEGER NOT NULL, held_us INTEGER, bodies TEXT NOT NULL,
  participants INTEGER NOT NULL, consensus TEXT NOT NULL, minutes INTEGER NOT NULL,
  PRIMARY KEY (resolution, revision)) STRICT, WITHOUT ROWID;
CREATE TABLE counter (
  resolution TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (resolution, person))
  STRICT, WITHOUT ROWID;
CREATE TABLE candidate (
  resolution TEXT NOT NULL, person TEXT NOT NULL, nominators INTEGER NOT NULL DEFAULT 0,
  nominated_us INTEGER, reviewed_us INTEGER, eligible INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '', withdrew_us INTEGER,
  listed INTEGER NOT NULL DEFAULT 0,      -- Place in the published list, from 1.
  elected INTEGER NOT NULL DEFAULT 0,     -- Place among the elected, from 1.
  alternate INTEGER NOT NULL DEFAULT 0,   -- Place among the alternates, from 1.
  runoff INTEGER NOT NULL DEFAULT 0,      -- Stands in the second ballot.
  seated_us INTEGER,                      -- As an alternate.
  PRIMARY KEY (resolution, person)) STRICT, WITHOUT ROWID;
CREATE TABLE attendance (
  resolution TEXT NOT NULL, voter TEXT NOT NULL, revision INTEGER NOT NULL,
  came_us INTEGER NOT NULL, left_us INTEGER, PRIMARY KEY (resolution, voter, revision))
  STRICT, WITHOUT ROWID;
CREATE TABLE interest (
  resolution TEXT NOT NULL, revision INTEGER NOT NULL, voter TEXT NOT NULL, person TEXT NOT NULL,
  recused INTEGER NOT NULL,  -- Else only declared.
  items TEXT NOT NULL, reason TEXT NOT NULL, at_us INTEGER NOT NULL,
  PRIMARY KEY (resolution, revision)) STRICT, WITHOUT ROWID;
CREATE TABLE objection (
  resolution TEXT NOT NULL,
  about INTEGER NOT NULL,  -- 1 the roll, 2 the count.
  id TEXT NOT NULL, voter TEXT NOT NULL, objector TEXT NOT NULL, words BLOB,
  objected_us INTEGER NOT NULL,
  ruled_us INTEGER,        -- Of one to the count: when it was counted again.
  upheld INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (resolution, about, id)) STRICT, WITHOUT ROWID;
CREATE INDEX objection_by_voter ON objection (voter);
CREATE TABLE execution_step (
  resolution TEXT NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (resolution, number)) STRICT, WITHOUT ROWID;
CREATE TABLE challenge (
  resolution TEXT NOT NULL, revision INTEGER NOT NULL,
  id TEXT NOT NULL,        -- Empty: the authority acted of its own accord.
  forum TEXT NOT NULL, case_number TEXT NOT NULL, known_us INTEGER, challenged_us INTEGER,
  ruled_us INTEGER, ruling INTEGER NOT NULL DEFAULT 0, revoked_by INTEGER NOT NULL DEFAULT 0,
  ground TEXT NOT NULL DEFAULT '',  -- Of the revocation, or what must be corrected.
  due_us INTEGER, PRIMARY KEY (resolution, revision)) STRICT, WITHOUT ROWID;
)";

}  // namespace sanzhang::projections
