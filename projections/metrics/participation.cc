#include "projections/metrics/participation.h"

#include <utility>

namespace sanzhang::projections {
namespace {

using views::v1::BuildingParticipation;
using views::v1::KindParticipation;
using views::v1::ParticipationSummary;

bool IsFew(std::int64_t count) { return count > 0 && count < kGroupMin; }

// Where one group alone is hidden, it would follow from the sum and the others: the least of these
// is hidden as well.
template <class Group>
void HideAnother(google::protobuf::RepeatedPtrField<Group>& groups) {
  Group* least = nullptr;
  int masked = 0;
  for (Group& group : groups) {
    if (group.masked()) {
      ++masked;
    } else if (group.participants() > 0 &&
               (least == nullptr || group.participants() < least->participants())) {
      least = &group;
    }
  }
  if (masked == 1 && least != nullptr) least->set_masked(true);
}

}  // namespace

absl::StatusOr<ParticipationCount> CountParticipation(Rows& rows, std::string_view community,
                                                      const Window& window) {
  ParticipationCount count;
  const Value values[] = {community, TimeValue(window.from), TimeValue(window.to)};
  // `s`: of age and living here when the window ended.
  absl::Status status = rows.Query(
      "SELECT building, count(*), sum(took), sum(took AND NOT before) FROM (SELECT s.building AS "
      "building, EXISTS (SELECT 1 FROM participation p WHERE p.person = s.person AND p.day_us >= "
      "?2 AND p.day_us < ?3) AS took, EXISTS (SELECT 1 FROM participation p WHERE p.person = "
      "s.person AND p.day_us < ?2) AS before FROM enrolled_span s WHERE s.community = ?1 AND "
      "s.from_us < ?3 AND (s.until_us IS NULL OR s.until_us >= ?3)) GROUP BY building ORDER BY "
      "building",
      values, [&](const Row& row) {
        const Participants building{row.Int(1), row.Int(2), row.Int(3)};
        count.buildings.emplace(std::string(row.Text(0)), building);
        count.all.adults += building.adults;
        count.all.took_part += building.took_part;
        count.all.newcomers += building.newcomers;
      });
  if (!status.ok()) return status;
  status = rows.Query(
      "SELECT p.kind, count(DISTINCT p.person) FROM enrolled_span s JOIN participation p ON "
      "p.person = s.person AND p.day_us >= ?2 AND p.day_us < ?3 WHERE s.community = ?1 AND "
      "s.from_us < ?3 AND (s.until_us IS NULL OR s.until_us >= ?3) GROUP BY p.kind",
      values, [&](const Row& row) {
        count.kinds[static_cast<views::v1::ParticipationKind>(row.Int(0))] = row.Int(1);
      });
  if (!status.ok()) return status;
  return count;
}

views::v1::Metric ParticipationBreadth(const Participants& participants) {
  return RatioOf(views::v1::METRIC_ID_PARTICIPATION_BREADTH, participants.took_part,
                 participants.adults);
}

views::v1::Metric NewParticipants(const Participants& participants) {
  return RatioOf(views::v1::METRIC_ID_NEW_PARTICIPANTS, participants.newcomers,
                 participants.took_part);
}

views::v1::ParticipationBand BandOf(const Participants& participants) {
  if (participants.adults < kGroupMin) return views::v1::PARTICIPATION_BAND_UNSPECIFIED;
  const auto below = [&](std::int64_t percent) {
    return participants.took_part * 100 < percent * participants.adults;
  };
  if (below(10)) return views::v1::PARTICIPATION_BAND_BELOW_10;
  if (below(25)) return views::v1::PARTICIPATION_BAND_BELOW_25;
  if (below(50)) return views::v1::PARTICIPATION_BAND_BELOW_50;
  if (below(75)) return views::v1::PARTICIPATION_BAND_BELOW_75;
  return views::v1::PARTICIPATION_BAND_FROM_75;
}

void Show(const ParticipationCount& count, ParticipationSummary& summary) {
  *summary.mutable_breadth() = ParticipationBreadth(count.all);
  *summary.mutable_newcomers() = NewParticipants(count.all);
  Mask(*summary.mutable_breadth());
  Mask(*summary.mutable_newcomers());
  for (const auto& [name, participants] : count.buildings) {
    BuildingParticipation& building = *summary.add_buildings();
    building.set_building(name);
    building.set_band(BandOf(participants));
    building.set_adults(participants.adults);
    building.set_participants(participants.took_part);
    building.set_masked(IsFew(participants.adults) || IsFew(participants.took_part));
  }
  HideAnother(*summary.mutable_buildings());
  for (BuildingParticipation& building : *summary.mutable_buildings()) {
    if (!building.masked()) continue;
    building.clear_adults();
    building.clear_participants();
  }
  for (const auto& [kind, persons] : count.kinds) {
    KindParticipation& shown = *summary.add_kinds();
    shown.set_kind(kind);
    shown.set_masked(IsFew(persons));
    if (!shown.masked()) shown.set_participants(persons);
  }
}

}  // namespace sanzhang::projections
