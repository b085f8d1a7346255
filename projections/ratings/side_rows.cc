#include "projections/ratings/side_rows.h"

namespace sanzhang::projections {

namespace v1 = rating::v1;

std::string_view ServiceRatingRows::schema() const {
  return R"(
CREATE TABLE service_rating (
  name TEXT PRIMARY KEY, community TEXT NOT NULL, service TEXT NOT NULL, body TEXT NOT NULL,
  score INTEGER NOT NULL, rated_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX service_rating_by_body ON service_rating (body, rated_us);
)";
}

absl::Status ServiceRatingRows::Apply(const RatingFact& fact, Rows& rows) const {
  const auto* event = fact.As<v1::ServiceRatingEvent>();
  if (event == nullptr) return absl::OkStatus();
  switch (event->kind_case()) {
    case v1::ServiceRatingEvent::kServiceRated: {
      const v1::ServiceRated& e = event->service_rated();
      return rows.Run("INSERT INTO service_rating VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                      {fact.stream(), fact.community(), e.service(), e.body(),
                       std::int64_t{e.score()}, TimeValue(fact.at())});
    }
    case v1::ServiceRatingEvent::KIND_NOT_SET:
      break;
  }
  return UnknownRatingFact(fact.record);
}

std::string_view AssessmentRows::schema() const {
  return R"(
CREATE TABLE assessment (
  name TEXT PRIMARY KEY, community TEXT NOT NULL, target TEXT NOT NULL, assessor TEXT NOT NULL,
  report_sha256 BLOB NOT NULL, body TEXT NOT NULL, period_begins_us INTEGER NOT NULL,
  period_ends_us INTEGER NOT NULL, recorded_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE assessment_score (
  assessment TEXT NOT NULL, number INTEGER NOT NULL, code TEXT NOT NULL,
  points_milli INTEGER NOT NULL, points_milli_max INTEGER NOT NULL,
  PRIMARY KEY (assessment, number)) STRICT, WITHOUT ROWID;
)";
}

absl::Status AssessmentRows::Apply(const RatingFact& fact, Rows& rows) const {
  const auto* event = fact.As<v1::AssessmentEvent>();
  if (event == nullptr) return absl::OkStatus();
  switch (event->kind_case()) {
    case v1::AssessmentEvent::kAssessmentRecorded: {
      const v1::AssessmentRecorded& e = event->assessment_recorded();
      absl::Status status =
          rows.Run("INSERT INTO assessment VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                   {fact.stream(), fact.community(), e.target(), e.assessor(),
                    Blob{e.report_sha256()}, e.body(), TimeValue(wire::ToTime(e.period_begins())),
                    TimeValue(wire::ToTime(e.period_ends())), TimeValue(fact.at())});
      std::int64_t number = 0;
      for (const v1::AssessedScore& score : e.scores()) {
        if (!status.ok()) break;
        status =
            rows.Run("INSERT INTO assessment_score VALUES (?1, ?2, ?3, ?4, ?5)",
                     {fact.stream(), ++number, score.code(), std::int64_t{score.points_milli()},
                      std::int64_t{score.points_milli_max()}});
      }
      return status;
    }
    case v1::AssessmentEvent::KIND_NOT_SET:
      break;
  }
  return UnknownRatingFact(fact.record);
}

std::string_view CreditNoteRows::schema() const {
  return R"(
CREATE TABLE credit_note (
  name TEXT PRIMARY KEY, community TEXT NOT NULL, target TEXT NOT NULL, manager TEXT NOT NULL,
  points INTEGER NOT NULL, reason TEXT NOT NULL, authority_ref TEXT NOT NULL,
  noted_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)";
}

absl::Status CreditNoteRows::Apply(const RatingFact& fact, Rows& rows) const {
  const auto* event = fact.As<v1::CreditNoteEvent>();
  if (event == nullptr) return absl::OkStatus();
  switch (event->kind_case()) {
    case v1::CreditNoteEvent::kCreditRecordNoted: {
      const v1::CreditRecordNoted& e = event->credit_record_noted();
      return rows.Run(
          "INSERT INTO credit_note VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
          {fact.stream(), fact.community(), e.target(), e.manager(), std::int64_t{e.points()},
           e.reason(), e.authority_ref(), TimeValue(fact.at())});
    }
    case v1::CreditNoteEvent::KIND_NOT_SET:
      break;
  }
  return UnknownRatingFact(fact.record);
}

}  // namespace sanzhang::projections
