#include "projections/analyst/intake_rows.h"

#include <cstdint>
#include <string>

namespace sanzhang::projections {
namespace {

std::int64_t MinuteOf(absl::Time at) {
  return absl::ToUnixMicros(absl::UnixEpoch() +
                            absl::Floor(at - absl::UnixEpoch(), absl::Minutes(1)));
}

std::int64_t PositionOf(const log::v1::Record& record) {
  return static_cast<std::int64_t>(record.position());
}

absl::Status CountBallot(const VoteFact& fact, Rows& rows) {
  return rows.Run(
      "INSERT INTO ballot_minute VALUES (?1, ?2, ?3, 1, ?4, ?4) ON CONFLICT DO UPDATE SET "
      "ballots = ballots + 1, last_position = excluded.last_position",
      {fact.community(), fact.resolution, MinuteOf(fact.at()), PositionOf(fact.record)});
}

}  // namespace

std::string_view BallotIntakeRows::schema() const {
  return R"(
CREATE TABLE ballot_minute (
  community TEXT NOT NULL, resolution TEXT NOT NULL, minute_us INTEGER NOT NULL,
  ballots INTEGER NOT NULL, first_position INTEGER NOT NULL, last_position INTEGER NOT NULL,
  PRIMARY KEY (resolution, minute_us)) STRICT, WITHOUT ROWID;
CREATE TABLE cast_for (
  community TEXT NOT NULL, resolution TEXT NOT NULL, person TEXT NOT NULL, voter TEXT NOT NULL,
  cast_us INTEGER NOT NULL, position INTEGER NOT NULL,  -- Of the last ballot.
  PRIMARY KEY (resolution, person, voter)) STRICT, WITHOUT ROWID;
)";
}

// Of a secret vote, that a ballot was cast is a fact of the voter's.
absl::Status BallotIntakeRows::OnVoter(const VoteFact& fact,
                                       const resolution::v1::VoterEvent& event, Rows& rows) const {
  return event.has_secret_ballot_cast() ? CountBallot(fact, rows) : absl::OkStatus();
}

absl::Status BallotIntakeRows::OnBallot(const VoteFact& fact,
                                        const resolution::v1::BallotEvent& event,
                                        Rows& rows) const {
  if (!event.has_cast()) return absl::OkStatus();
  absl::Status kept = rows.Run(
      "INSERT INTO cast_for VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET "
      "cast_us = excluded.cast_us, position = excluded.position",
      {fact.community(), fact.resolution, event.cast().person(), fact.voter, TimeValue(fact.at()),
       PositionOf(fact.record)});
  return kept.ok() ? CountBallot(fact, rows) : kept;
}

std::string_view RatingIntakeRows::schema() const {
  return R"(
CREATE TABLE rating_minute (
  community TEXT NOT NULL, campaign TEXT NOT NULL, minute_us INTEGER NOT NULL,
  ratings INTEGER NOT NULL, first_position INTEGER NOT NULL, last_position INTEGER NOT NULL,
  PRIMARY KEY (campaign, minute_us)) STRICT, WITHOUT ROWID;
)";
}

absl::Status RatingIntakeRows::Apply(const RatingFact& fact, Rows& rows) const {
  const auto* event = fact.As<rating::v1::RatingEvent>();
  if (event == nullptr || !event->has_submitted()) return absl::OkStatus();
  // `communities/c1/ratingCampaigns/r1` of `communities/c1/ratingCampaigns/r1/ratings/x`.
  const std::string_view campaign = fact.stream().substr(0, fact.stream().rfind("/ratings/"));
  return rows.Run(
      "INSERT INTO rating_minute VALUES (?1, ?2, ?3, 1, ?4, ?4) ON CONFLICT DO UPDATE SET "
      "ratings = ratings + 1, last_position = excluded.last_position",
      {fact.community(), campaign, MinuteOf(fact.at()), PositionOf(fact.record)});
}

}  // namespace sanzhang::projections
