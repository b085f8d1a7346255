#include "projections/ratings/campaign_rows.h"

#include <string>

#include "proto/wire/names.h"

namespace sanzhang::projections {
namespace {

namespace v1 = rating::v1;

constexpr std::string_view kSchema = R"(
CREATE TABLE rating_scheme (
  scheme TEXT NOT NULL, version INTEGER NOT NULL, community TEXT NOT NULL,
  display_name TEXT NOT NULL, terms BLOB NOT NULL, basis TEXT NOT NULL,
  defined_us INTEGER NOT NULL, decision TEXT NOT NULL, adopted_us INTEGER, ended_us INTEGER,
  PRIMARY KEY (scheme, version)) STRICT, WITHOUT ROWID;
CREATE TABLE rating_campaign (
  name TEXT PRIMARY KEY, community TEXT NOT NULL, revision INTEGER NOT NULL,
  position INTEGER NOT NULL, event_id BLOB NOT NULL, state INTEGER NOT NULL,
  contested_from INTEGER NOT NULL, scheme TEXT NOT NULL, scheme_version INTEGER NOT NULL,
  target_kind INTEGER NOT NULL, eligibility INTEGER NOT NULL, min_n INTEGER NOT NULL,
  identity_level_min INTEGER NOT NULL, revision_allowed INTEGER NOT NULL, target TEXT NOT NULL,
  property_area TEXT NOT NULL, convener TEXT NOT NULL, electorate_ref TEXT NOT NULL,
  period_begins_us INTEGER NOT NULL, period_ends_us INTEGER NOT NULL,
  opens_us INTEGER NOT NULL, closes_us INTEGER NOT NULL, extensions INTEGER NOT NULL,
  eligible INTEGER NOT NULL, received INTEGER NOT NULL, voided INTEGER NOT NULL,
  announced_us INTEGER NOT NULL, opened_us INTEGER, closed_us INTEGER, published_us INTEGER,
  replied_us INTEGER, results INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX rating_campaign_by_target ON rating_campaign (target, period_ends_us);
CREATE TABLE rating_dimension (
  campaign TEXT NOT NULL, number INTEGER NOT NULL, code TEXT NOT NULL,
  display_name TEXT NOT NULL, clause_ref TEXT NOT NULL, weight_bp INTEGER NOT NULL,
  PRIMARY KEY (campaign, number)) STRICT, WITHOUT ROWID;
CREATE TABLE rating_building (
  campaign TEXT NOT NULL, building TEXT NOT NULL, eligible INTEGER NOT NULL,
  received INTEGER NOT NULL, PRIMARY KEY (campaign, building)) STRICT, WITHOUT ROWID;
CREATE TABLE rating (
  name TEXT PRIMARY KEY, campaign TEXT NOT NULL, building TEXT NOT NULL, counts INTEGER NOT NULL)
  STRICT, WITHOUT ROWID;
CREATE TABLE rating_void (
  campaign TEXT NOT NULL, rating TEXT NOT NULL, reason INTEGER NOT NULL, evidence TEXT NOT NULL,
  body TEXT NOT NULL, approver TEXT NOT NULL, voided_us INTEGER NOT NULL,
  PRIMARY KEY (campaign, rating)) STRICT, WITHOUT ROWID;
CREATE TABLE rating_contest (
  campaign TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL, grounds TEXT NOT NULL,
  contested_us INTEGER NOT NULL, ruled_us INTEGER, upheld INTEGER NOT NULL, ruling TEXT NOT NULL,
  ruled_by TEXT NOT NULL, PRIMARY KEY (campaign, number)) STRICT, WITHOUT ROWID;
CREATE TABLE rating_reply (
  campaign TEXT NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL, replied_us INTEGER NOT NULL,
  PRIMARY KEY (campaign, number)) STRICT, WITHOUT ROWID;
CREATE TABLE rectification (
  campaign TEXT NOT NULL, number INTEGER NOT NULL, target TEXT NOT NULL, dimension TEXT NOT NULL,
  clause_ref TEXT NOT NULL, task TEXT NOT NULL, body TEXT NOT NULL, opened_us INTEGER NOT NULL,
  due_us INTEGER NOT NULL, PRIMARY KEY (campaign, number)) STRICT, WITHOUT ROWID;
CREATE TABLE rating_result (
  campaign TEXT NOT NULL, number INTEGER NOT NULL, published_us INTEGER NOT NULL,
  result BLOB NOT NULL, n INTEGER NOT NULL, eligible INTEGER NOT NULL,
  coverage_bp INTEGER NOT NULL, total_milli INTEGER, biased INTEGER NOT NULL,
  voided INTEGER NOT NULL, formula TEXT NOT NULL, PRIMARY KEY (campaign, number))
  STRICT, WITHOUT ROWID;
CREATE TABLE rating_score (
  campaign TEXT NOT NULL, result INTEGER NOT NULL, dimension TEXT NOT NULL, n INTEGER,
  average_milli INTEGER, satisfied INTEGER, suppressed INTEGER NOT NULL,
  PRIMARY KEY (campaign, result, dimension)) STRICT, WITHOUT ROWID;
)";

Value StampOf(const google::protobuf::Timestamp& stamp) { return TimeValue(wire::ToTime(stamp)); }

absl::Status ApplyScheme(const RatingFact& fact, const v1::RatingSchemeEvent& event, Rows& rows) {
  const Value at = TimeValue(fact.at());
  // Of the versions of a scheme, at most one is in force.
  constexpr std::string_view kEnd =
      "UPDATE rating_scheme SET ended_us = ?2 WHERE scheme = ?1 AND adopted_us IS NOT NULL "
      "AND ended_us IS NULL";
  switch (event.kind_case()) {
    case v1::RatingSchemeEvent::kSchemeDefined: {
      const v1::RatingSchemeDefined& e = event.scheme_defined();
      const std::string terms = e.terms().SerializeAsString();
      return rows.Run(
          "INSERT INTO rating_scheme VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '', NULL, NULL)",
          {fact.stream(), std::int64_t{e.version()}, fact.community(), e.display_name(),
           Blob{terms}, e.basis(), at});
    }
    case v1::RatingSchemeEvent::kSchemeAdopted: {
      const v1::RatingSchemeAdopted& e = event.scheme_adopted();
      absl::Status status = rows.Run(kEnd, {fact.stream(), at});
      if (!status.ok()) return status;
      return rows.Run(
          "UPDATE rating_scheme SET decision = ?3, adopted_us = ?4 "
          "WHERE scheme = ?1 AND version = ?2",
          {fact.stream(), std::int64_t{e.version()}, e.decision(), at});
    }
    case v1::RatingSchemeEvent::kSchemeRetired:
      return rows.Run(kEnd, {fact.stream(), at});
    case v1::RatingSchemeEvent::KIND_NOT_SET:
      break;
  }
  return UnknownRatingFact(fact.record);
}

absl::Status Announce(const RatingFact& fact, const v1::RatingCampaignAnnounced& e, bool intake,
                      Rows& rows) {
  std::int64_t eligible = 0;
  for (const v1::BuildingElectorate& building : e.electorate()) eligible += building.eligible();
  absl::Status status = rows.Run(
      "INSERT INTO rating_campaign VALUES (?1, ?2, 0, 0, x'', ?3, 0, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
      "?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, 0, ?19, 0, 0, ?20, NULL, NULL, NULL, NULL, 0)",
      {fact.stream(),
       fact.community(),
       std::int64_t{v1::CAMPAIGN_STATE_ANNOUNCED},
       e.scheme(),
       std::int64_t{e.scheme_version()},
       std::int64_t{e.terms().target_kind()},
       std::int64_t{e.terms().eligibility()},
       std::int64_t{e.terms().min_n()},
       std::int64_t{e.terms().identity_level_min()},
       std::int64_t{e.terms().revision_allowed()},
       e.target(),
       e.property_area(),
       e.convener(),
       e.electorate_ref(),
       StampOf(e.period_begins()),
       StampOf(e.period_ends()),
       StampOf(e.opens()),
       StampOf(e.closes()),
       eligible,
       TimeValue(fact.at())});
  std::int64_t number = 0;
  for (const v1::Dimension& dimension : e.terms().dimensions()) {
    if (!status.ok()) return status;
    status = rows.Run("INSERT INTO rating_dimension VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                      {fact.stream(), ++number, dimension.code(), dimension.display_name(),
                       dimension.clause_ref(), std::int64_t{dimension.weight_bp()}});
  }
  for (const v1::BuildingElectorate& building : e.electorate()) {
    if (!status.ok() || !intake) return status;
    status = rows.Run(
        "INSERT INTO rating_building VALUES (?1, ?2, ?3, 0) "
        "ON CONFLICT DO UPDATE SET eligible = eligible + excluded.eligible",
        {fact.stream(), building.building(), std::int64_t{building.eligible()}});
  }
  return status;
}

// One more (1) or one less (-1) in the campaign and in the building, which is '' if nobody of it
// was said to be eligible.
absl::Status Count(std::string_view campaign, std::string_view building, std::int64_t change,
                   Rows& rows) {
  constexpr std::string_view kInBuilding =
      "UPDATE rating_building SET received = received + ?3 WHERE campaign = ?1 AND building = ?2";
  absl::StatusOr<std::int64_t> known = rows.Change(kInBuilding, {campaign, building, change});
  if (known.ok() && *known == 0) {
    absl::Status status =
        rows.Run("INSERT OR IGNORE INTO rating_building VALUES (?1, '', 0, 0)", {campaign});
    if (!status.ok()) return status;
    known = rows.Change(kInBuilding, {campaign, "", change});
  }
  if (!known.ok()) return known.status();
  return rows.Run("UPDATE rating_campaign SET received = received + ?2 WHERE name = ?1",
                  {campaign, change});
}

// The rating counts no more: it was withdrawn, or voided.
absl::Status Discount(std::string_view rating, Rows& rows) {
  std::string campaign;
  std::string building;
  const Value values[] = {rating};
  absl::Status status =
      rows.Query("SELECT campaign, building FROM rating WHERE name = ?1 AND counts", values,
                 [&](const Row& row) {
                   campaign = std::string(row.Text(0));
                   building = std::string(row.Text(1));
                 });
  if (!status.ok() || campaign.empty()) return status;
  status = rows.Run("UPDATE rating SET counts = 0 WHERE name = ?1", {rating});
  if (!status.ok()) return status;
  return Count(campaign, building, -1, rows);
}

absl::Status AddResult(const RatingFact& fact, const v1::RatingResult& result, Rows& rows) {
  const std::string bytes = result.SerializeAsString();
  const Value total = result.has_total_milli() ? Value(std::int64_t{result.total_milli()}) : Null{};
  absl::Status status = rows.Run(
      "UPDATE rating_campaign SET results = results + 1, state = ?2, "
      "published_us = COALESCE(published_us, ?3) WHERE name = ?1",
      {fact.stream(),
       std::int64_t{fact.As<v1::RatingCampaignEvent>()->has_result_corrected()
                        ? v1::CAMPAIGN_STATE_CORRECTED
                        : v1::CAMPAIGN_STATE_PUBLISHED},
       TimeValue(fact.at())});
  if (!status.ok()) return status;
  status = rows.Run(
      "INSERT INTO rating_result SELECT ?1, results, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 "
      "FROM rating_campaign WHERE name = ?1",
      {fact.stream(), TimeValue(fact.at()), Blob{bytes}, std::int64_t{result.n()},
       std::int64_t{result.eligible()}, std::int64_t{result.coverage_bp()}, total,
       std::int64_t{result.biased()}, std::int64_t{result.voided()}, result.formula()});
  const auto known = [](bool has, std::int32_t number) {
    return has ? Value(std::int64_t{number}) : Value(Null{});
  };
  for (const v1::DimensionResult& d : result.dimensions()) {
    if (!status.ok()) return status;
    status = rows.Run(
        "INSERT INTO rating_score SELECT ?1, results, ?2, ?3, ?4, ?5, ?6 FROM rating_campaign "
        "WHERE name = ?1",
        {fact.stream(), d.dimension(), known(d.has_n(), d.n()),
         known(d.has_average_milli(), d.average_milli()), known(d.has_satisfied(), d.satisfied()),
         std::int64_t{d.suppressed()}});
  }
  return status;
}

absl::Status Void(const RatingFact& fact, const v1::RatingVoided& e, Rows& rows) {
  absl::Status status = rows.Run("INSERT INTO rating_void VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                                 {fact.stream(), e.rating(), std::int64_t{e.reason()}, e.evidence(),
                                  e.body(), e.approver(), TimeValue(fact.at())});
  if (!status.ok()) return status;
  status =
      rows.Run("UPDATE rating_campaign SET voided = voided + 1 WHERE name = ?1", {fact.stream()});
  if (!status.ok()) return status;
  return Discount(e.rating(), rows);
}

absl::Status Contest(const RatingFact& fact, const v1::RatingResultContested& e, Rows& rows) {
  absl::Status status =
      rows.Run("UPDATE rating_campaign SET contested_from = state, state = ?2 WHERE name = ?1",
               {fact.stream(), std::int64_t{v1::CAMPAIGN_STATE_CONTESTED}});
  if (!status.ok()) return status;
  return rows.Run(
      "INSERT INTO rating_contest SELECT ?1, count(*) + 1, ?2, ?3, ?4, NULL, 0, '', '' "
      "FROM rating_contest WHERE campaign = ?1",
      {fact.stream(), e.body(), e.grounds(), TimeValue(fact.at())});
}

absl::Status RuleContest(const RatingFact& fact, const v1::RatingContestRuled& e, Rows& rows) {
  // If it was upheld, the corrected result comes next.
  absl::Status status = rows.Run(
      "UPDATE rating_campaign SET state = contested_from, contested_from = 0 WHERE name = ?1",
      {fact.stream()});
  if (!status.ok()) return status;
  return rows.Run(
      "UPDATE rating_contest SET ruled_us = ?2, upheld = ?3, ruling = ?4, ruled_by = ?5 "
      "WHERE campaign = ?1 AND ruled_us IS NULL",
      {fact.stream(), TimeValue(fact.at()), std::int64_t{e.upheld()}, e.reason(), e.body()});
}

absl::Status OpenRectification(const RatingFact& fact, const v1::RectificationOpened& e,
                               Rows& rows) {
  return rows.Run(
      "INSERT INTO rectification SELECT ?1, (SELECT count(*) + 1 FROM rectification "
      "WHERE campaign = ?1), target, ?2, ?3, ?4, ?5, ?6, ?7 FROM rating_campaign WHERE name = ?1",
      {fact.stream(), e.dimension(), e.clause_ref(), e.task(), e.body(), TimeValue(fact.at()),
       StampOf(e.due())});
}

absl::Status Reply(const RatingFact& fact, const v1::RatedBodyReplied& e, Rows& rows) {
  absl::Status status =
      rows.Run("UPDATE rating_campaign SET replied_us = COALESCE(replied_us, ?2) WHERE name = ?1",
               {fact.stream(), TimeValue(fact.at())});
  if (!status.ok()) return status;
  return rows.Run(
      "INSERT INTO rating_reply SELECT ?1, count(*) + 1, ?2, ?3 FROM rating_reply "
      "WHERE campaign = ?1",
      {fact.stream(), e.text(), TimeValue(fact.at())});
}

absl::Status SetState(const RatingFact& fact, v1::CampaignState state, std::string_view sql,
                      Rows& rows) {
  return rows.Run(sql, {fact.stream(), std::int64_t{state}, TimeValue(fact.at())});
}

absl::Status ApplyCampaignFact(const RatingFact& fact, const v1::RatingCampaignEvent& event,
                               bool intake, Rows& rows) {
  using Event = v1::RatingCampaignEvent;
  switch (event.kind_case()) {
    case Event::kAnnounced:
      return Announce(fact, event.announced(), intake, rows);
    case Event::kOpened:
      return SetState(fact, v1::CAMPAIGN_STATE_OPEN,
                      "UPDATE rating_campaign SET state = ?2, opened_us = ?3 WHERE name = ?1",
                      rows);
    case Event::kExtended:
      return rows.Run(
          "UPDATE rating_campaign SET closes_us = ?2, extensions = extensions + 1 WHERE name = ?1",
          {fact.stream(), StampOf(event.extended().closes())});
    case Event::kClosed:
      // The key that opens the scores is not for views.
      return SetState(fact, v1::CAMPAIGN_STATE_CLOSED,
                      "UPDATE rating_campaign SET state = ?2, closed_us = ?3 WHERE name = ?1",
                      rows);
    case Event::kRatingVoided:
      return Void(fact, event.rating_voided(), rows);
    case Event::kResultPublished:
      return AddResult(fact, event.result_published().result(), rows);
    case Event::kResultContested:
      return Contest(fact, event.result_contested(), rows);
    case Event::kContestRuled:
      return RuleContest(fact, event.contest_ruled(), rows);
    case Event::kResultCorrected:
      return AddResult(fact, event.result_corrected().result(), rows);
    case Event::kRatedBodyReplied:
      return Reply(fact, event.rated_body_replied(), rows);
    case Event::kRectificationOpened:
      return OpenRectification(fact, event.rectification_opened(), rows);
    case Event::KIND_NOT_SET:
      break;
  }
  return UnknownRatingFact(fact.record);
}

absl::Status ApplyCampaign(const RatingFact& fact, const v1::RatingCampaignEvent& event,
                           bool intake, Rows& rows) {
  absl::Status status = ApplyCampaignFact(fact, event, intake, rows);
  if (!status.ok()) return status;
  return rows.Run(
      "UPDATE rating_campaign SET revision = ?2, position = ?3, event_id = ?4 WHERE name = ?1",
      {fact.stream(), static_cast<std::int64_t>(fact.record.revision()),
       static_cast<std::int64_t>(fact.record.position()), Blob{fact.record.event_id()}});
}

// `communities/c1/ratingCampaigns/g1/ratings/r1` → `communities/c1/ratingCampaigns/g1`.
std::string_view CampaignOf(std::string_view rating) {
  return rating.substr(0, rating.rfind("/ratings/"));
}

absl::Status ApplyRating(const RatingFact& fact, const v1::RatingEvent& event, bool intake,
                         Rows& rows) {
  switch (event.kind_case()) {
    case v1::RatingEvent::kSubmitted: {
      if (!intake) return absl::OkStatus();
      const std::string& building = event.submitted().building();
      const std::string_view campaign = CampaignOf(fact.stream());
      // Given again after it was withdrawn: it counts again.
      const absl::StatusOr<std::int64_t> added = rows.Change(
          "INSERT INTO rating VALUES (?1, ?2, ?3, 1) ON CONFLICT DO UPDATE SET counts = 1, "
          "building = excluded.building WHERE NOT counts",
          {fact.stream(), campaign, building});
      if (!added.ok() || *added == 0) return added.status();
      return Count(campaign, building, 1, rows);
    }
    case v1::RatingEvent::kRevised:
      return absl::OkStatus();
    case v1::RatingEvent::kWithdrawn:
      return Discount(fact.stream(), rows);
    case v1::RatingEvent::KIND_NOT_SET:
      break;
  }
  return UnknownRatingFact(fact.record);
}

}  // namespace

std::string_view CampaignRows::schema() const { return kSchema; }

absl::Status CampaignRows::Apply(const RatingFact& fact, Rows& rows) const {
  if (const auto* scheme = fact.As<v1::RatingSchemeEvent>()) {
    return ApplyScheme(fact, *scheme, rows);
  }
  if (const auto* campaign = fact.As<v1::RatingCampaignEvent>()) {
    return ApplyCampaign(fact, *campaign, keeps_.intake, rows);
  }
  if (const auto* rating = fact.As<v1::RatingEvent>())
    return ApplyRating(fact, *rating, keeps_.intake, rows);
  return absl::OkStatus();
}

}  // namespace sanzhang::projections
