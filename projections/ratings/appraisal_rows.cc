#include "projections/ratings/appraisal_rows.h"

#include <string>

namespace sanzhang::projections {
namespace {

namespace v1 = rating::v1;

constexpr std::string_view kSchema = R"(
CREATE TABLE appraisal (
  name TEXT PRIMARY KEY, community TEXT NOT NULL, revision INTEGER NOT NULL,
  position INTEGER NOT NULL, body TEXT NOT NULL, year INTEGER NOT NULL,
  appraisers INTEGER NOT NULL, opens_us INTEGER NOT NULL, closes_us INTEGER NOT NULL,
  announced_us INTEGER NOT NULL, opened_us INTEGER, closed_us INTEGER, published_us INTEGER,
  took_part INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE appraisal_member (
  appraisal TEXT NOT NULL, membership TEXT NOT NULL, number INTEGER NOT NULL, excellent INTEGER,
  competent INTEGER, basic INTEGER, unfit INTEGER, result INTEGER, office_ended_us INTEGER,
  previous TEXT NOT NULL, PRIMARY KEY (appraisal, membership)) STRICT, WITHOUT ROWID;
CREATE INDEX appraisal_member_by_seat ON appraisal_member (membership, appraisal);
)";

absl::Status Announce(const RatingFact& fact, const v1::AppraisalAnnounced& e, Rows& rows) {
  absl::Status status = rows.Run(
      "INSERT INTO appraisal VALUES (?1, ?2, 0, 0, ?3, ?4, ?5, ?6, ?7, ?8, NULL, NULL, NULL, 0)",
      {fact.stream(), fact.community(), e.body(), std::int64_t{e.year()},
       std::int64_t{e.appraisers()}, TimeValue(wire::ToTime(e.opens())),
       TimeValue(wire::ToTime(e.closes())), TimeValue(fact.at())});
  std::int64_t number = 0;
  for (const std::string& member : e.members()) {
    if (!status.ok()) break;
    status = rows.Run(
        "INSERT OR IGNORE INTO appraisal_member VALUES (?1, ?2, ?3, NULL, NULL, NULL, NULL, NULL, "
        "NULL, '')",
        {fact.stream(), member, ++number});
  }
  return status;
}

absl::Status Publish(const RatingFact& fact, const v1::AppraisalPublished& e, Rows& rows) {
  absl::Status status =
      rows.Run("UPDATE appraisal SET published_us = ?2, took_part = ?3 WHERE name = ?1",
               {fact.stream(), TimeValue(fact.at()), std::int64_t{e.n()}});
  for (const v1::GradeCount& count : e.counts()) {
    if (!status.ok()) break;
    status = rows.Run(
        "UPDATE appraisal_member SET excellent = ?3, competent = ?4, basic = ?5, unfit = ?6, "
        "result = ?7 WHERE appraisal = ?1 AND membership = ?2",
        {fact.stream(), count.membership(), std::int64_t{count.excellent()},
         std::int64_t{count.competent()}, std::int64_t{count.basic()}, std::int64_t{count.unfit()},
         std::int64_t{count.result()}});
  }
  return status;
}

absl::Status ApplyFact(const RatingFact& fact, const v1::AppraisalEvent& event, Rows& rows) {
  const Value at = TimeValue(fact.at());
  switch (event.kind_case()) {
    case v1::AppraisalEvent::kAppraisalAnnounced:
      return Announce(fact, event.appraisal_announced(), rows);
    case v1::AppraisalEvent::kAppraisalOpened:
      return rows.Run("UPDATE appraisal SET opened_us = ?2 WHERE name = ?1", {fact.stream(), at});
    case v1::AppraisalEvent::kAppraisalClosed:
      return rows.Run("UPDATE appraisal SET closed_us = ?2 WHERE name = ?1", {fact.stream(), at});
    case v1::AppraisalEvent::kAppraisalPublished:
      return Publish(fact, event.appraisal_published(), rows);
    case v1::AppraisalEvent::kOfficeEnded:
      return rows.Run(
          "UPDATE appraisal_member SET office_ended_us = ?3, previous = ?4 "
          "WHERE appraisal = ?1 AND membership = ?2",
          {fact.stream(), event.office_ended().membership(), at, event.office_ended().previous()});
    case v1::AppraisalEvent::KIND_NOT_SET:
      break;
  }
  return UnknownRatingFact(fact.record);
}

// Counted once, however often the grades were handed in.
absl::Status ApplyAppraiser(const RatingFact& fact, const v1::AppraiserEvent& event, Rows& rows) {
  switch (event.kind_case()) {
    case v1::AppraiserEvent::kAppraisalGraded: {
      if (fact.record.revision() != 1) return absl::OkStatus();
      const std::string_view stream = fact.stream();
      return rows.Run("UPDATE appraisal SET took_part = took_part + 1 WHERE name = ?1",
                      {stream.substr(0, stream.rfind("/appraisers/"))});
    }
    case v1::AppraiserEvent::KIND_NOT_SET:
      break;
  }
  return UnknownRatingFact(fact.record);
}

}  // namespace

std::string_view AppraisalRows::schema() const { return kSchema; }

absl::Status AppraisalRows::Apply(const RatingFact& fact, Rows& rows) const {
  if (const auto* appraiser = fact.As<v1::AppraiserEvent>()) {
    return ApplyAppraiser(fact, *appraiser, rows);
  }
  const auto* event = fact.As<v1::AppraisalEvent>();
  if (event == nullptr) return absl::OkStatus();
  absl::Status status = ApplyFact(fact, *event, rows);
  if (!status.ok()) return status;
  return rows.Run("UPDATE appraisal SET revision = ?2, position = ?3 WHERE name = ?1",
                  {fact.stream(), static_cast<std::int64_t>(fact.record.revision()),
                   static_cast<std::int64_t>(fact.record.position())});
}

}  // namespace sanzhang::projections
