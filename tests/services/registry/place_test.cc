#include "services/registry/place.h"

#include "services/registry/rules.h"
#include "tests/services/registry/rules_table.h"

namespace sanzhang::registry {
namespace {

constexpr char kArea[] = "property_area_registered { display_name: 'A' }";
constexpr char kGrid[] = "grid_drawn { display_name: 'G' }";
constexpr char kBuilding[] =
    "building_registered { display_name: 'B' place { property_area: '~propertyAreas/a1' "
    "grid: '~grids/g1' } }";
constexpr char kEntrance[] = "entrance_registered { display_name: 'E' }";
constexpr char kDwelling[] =
    "dwelling_registered { display_name: '301' place { property_area: '~propertyAreas/a1' "
    "building: '~buildings/b1' } area_dm2: 8931 }";
constexpr char kRetired[] = "place_retired { reason: 'x' }";

TEST(RegisterPropertyArea, Rules) {
  PlayAll<Place, v1::RegisterPropertyAreaRequest>(
      "~propertyAreas/n",
      {{"Exists",
        {kArea},
        "display_name: 'N'",
        "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~propertyAreas/n}"},
       {"Retired",
        {kArea, kRetired},
        "display_name: 'N'",
        "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~propertyAreas/n}"},
       {"New", {}, "display_name: 'N'", "property_area_registered { display_name: \"N\" }; "}});
}

TEST(DrawGrid, Rules) {
  PlayAll<Place, v1::DrawGridRequest>(
      "~grids/n", {{"Exists",
                    {kGrid},
                    "display_name: 'N'",
                    "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~grids/n}"},
                   {"New", {}, "display_name: 'N'", "grid_drawn { display_name: \"N\" }; "}});
}

TEST(RegisterBuilding, Rules) {
  PlayAll<Place, v1::RegisterBuildingRequest>(
      "~buildings/n", {{"Exists",
                        {kBuilding},
                        "display_name: 'N' property_area: '~propertyAreas/none' grid: '~grids/old'",
                        "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~buildings/n}"},
                       {"NoSuchArea",
                        {},
                        "display_name: 'N' property_area: '~propertyAreas/none' grid: '~grids/old'",
                        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~propertyAreas/none}"},
                       {"AreaRetired",
                        {},
                        "display_name: 'N' property_area: '~propertyAreas/old' grid: '~grids/old'",
                        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~propertyAreas/old}"},
                       {"GridRetired",
                        {},
                        "display_name: 'N' property_area: '~propertyAreas/a1' grid: '~grids/old'",
                        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~grids/old}"},
                       {"New",
                        {},
                        "display_name: 'N' property_area: '~propertyAreas/a1' grid: '~grids/g1'",
                        "building_registered { display_name: \"N\" place { property_area: "
                        "\"~propertyAreas/a1\" grid: \"~grids/g1\" } }; "},
                       {"InNoAreaAndNoGrid",
                        {},
                        "display_name: 'N'",
                        "building_registered { display_name: \"N\" place { } }; "}});
}

TEST(MoveBuildingToGrid, Rules) {
  PlayAll<Place, v1::MoveBuildingToGridRequest>(
      "~buildings/b1", {{"NotFound",
                         {},
                         "grid: '~grids/none'",
                         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~buildings/b1}"},
                        {"Retired",
                         {kBuilding, kRetired},
                         "grid: '~grids/none'",
                         "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~buildings/b1}"},
                        {"NoSuchGrid",
                         {kBuilding},
                         "grid: '~grids/none'",
                         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~grids/none}"},
                        {"GridRetired",
                         {kBuilding},
                         "grid: '~grids/old'",
                         "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~grids/old}"},
                        {"Moves",
                         {kBuilding},
                         "grid: '~grids/g2'",
                         "building_moved_to_grid { grid: \"~grids/g2\" }; "},
                        {"AlreadySo",
                         {kBuilding, "building_moved_to_grid { grid: '~grids/g2' }"},
                         "grid: '~grids/g2'",
                         ""}});
}

TEST(RegisterEntrance, Rules) {
  PlayAll<Place, v1::RegisterEntranceRequest>(
      "~entrances/n",
      {{"Exists",
        {kEntrance},
        "display_name: 'N' building: '~buildings/none'",
        "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~entrances/n}"},
       {"NoSuchBuilding",
        {},
        "display_name: 'N' building: '~buildings/none'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~buildings/none}"},
       {"BuildingRetired",
        {},
        "display_name: 'N' building: '~buildings/old'",
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~buildings/old}"},
       {"IsCompleted",
        {},
        "display_name: 'N' building: '~buildings/b1'",
        "entrance_registered { display_name: \"N\" place { property_area: \"~propertyAreas/a1\" "
        "grid: \"~grids/g1\" building: \"~buildings/b1\" } }; "}});
}

TEST(RegisterDwelling, Rules) {
  PlayAll<Place, v1::RegisterDwellingRequest>(
      "~dwellings/n",
      {{"Exists",
        {kDwelling},
        "display_name: 'N'",
        "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~dwellings/n}"},
       {"Nowhere", {}, "display_name: 'N'", "ERROR_REASON_INVALID_REQUEST {field=building}"},
       {"NoSuchEntrance",
        {},
        "display_name: 'N' building: '~buildings/b2' entrance: '~entrances/none'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~entrances/none}"},
       {"EntranceOfAnotherBuilding",
        {},
        "display_name: 'N' building: '~buildings/b2' entrance: '~entrances/e1'",
        "ERROR_REASON_PLACE_INCONSISTENT {resource=~entrances/e1}"},
       {"IsCompleted",
        {},
        "display_name: 'N' entrance: '~entrances/e1' area_dm2: 8931 "
        "area_source: AREA_SOURCE_REGISTER",
        "dwelling_registered { display_name: \"N\" place { property_area: \"~propertyAreas/a1\" "
        "grid: \"~grids/g1\" building: \"~buildings/b1\" entrance: \"~entrances/e1\" } area_dm2: "
        "8931 area_source: AREA_SOURCE_REGISTER }; "},
       {"WithoutEntrance",
        {},
        "display_name: 'P1' building: '~buildings/b2'",
        "dwelling_registered { display_name: \"P1\" place { building: \"~buildings/b2\" } }; "}});
}

TEST(RecordOwnership, Rules) {
  PlayAll<Place, v1::RecordOwnershipRequest>(
      "~dwellings/d1",
      {{"NotFound",
        {},
        "owners { person: '~persons/none' }",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~dwellings/d1}"},
       {"Retired",
        {kDwelling, kRetired},
        "owners { person: '~persons/none' }",
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~dwellings/d1}"},
       {"NoSuchOwner",
        {kDwelling},
        "owners { person: '~persons/none' } owners { person: '~persons/dead' }",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~persons/none}"},
       {"OwnerDead",
        {kDwelling},
        "owners { person: '~persons/dead' } owners { person: '~persons/p1' } "
        "owners { person: '~persons/p1' }",
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~persons/dead}"},
       {"OwnerTwice",
        {kDwelling},
        "owners { person: '~persons/p1' } owners { person: '~persons/p1' }",
        "ERROR_REASON_INVALID_REQUEST {field=owners.person}"},
       {"Joint",
        {kDwelling},
        "owners { person: '~persons/p1' } owners { person: '~persons/p2' } basis: 'deed 7'",
        "ownership_recorded { owners { person: \"~persons/p1\" } owners { person: "
        "\"~persons/p2\" } basis: \"deed 7\" }; "},
       {"AlreadySo",
        {kDwelling, "ownership_recorded { owners { person: '~persons/p1' } basis: 'deed 7' }"},
        "owners { person: '~persons/p1' } basis: 'deed 7'",
        ""},
       {"NobodyKnown",
        {kDwelling},
        "basis: 'unsold'",
        "ownership_recorded { basis: \"unsold\" }; "}});
}

// Shares of p1 and p2, and whether they are refused.
TEST(RecordOwnership, SharesAreExact) {
  struct {
    std::int64_t n1, d1, n2, d2;
    const char* field;
  } const rows[] = {
      {1, 2, 1, 2, ""},
      {1, 3, 2, 3, ""},
      {1, 2, 1, 3, ""},  // The rest is not known.
      {2, 3, 2, 4, "owners.share_numerator"},
      {999'999'999, 1'000'000'000, 1, 1'000'000'000, ""},
      {999'999'999, 1'000'000'000, 1, 999'999'999, "owners.share_numerator"},
      {0, 2, 1, 2, "owners.share_numerator"},
      {3, 2, 1, 2, "owners.share_numerator"},
      {1, 2, 0, 0, "owners.share_denominator"},
      {0, 0, 1, 2, "owners.share_denominator"},
      {1, 0, 0, 0, "owners.share_denominator"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::to_string(row.n1) + "/" + std::to_string(row.d1) + " and " +
                 std::to_string(row.n2) + "/" + std::to_string(row.d2));
    v1::RecordOwnershipRequest request;
    for (const auto& [person, n, d] : {std::tuple("p1", row.n1, row.d1), {"p2", row.n2, row.d2}}) {
      v1::Owner& owner = *request.add_owners();
      owner.set_person(Expand(std::string("~persons/") + person));
      owner.set_share_numerator(n);
      owner.set_share_denominator(d);
    }
    runtime::Context context;
    context.facts = Neighbourhood();
    const auto decision = Place::Decide(FoldText<Place>({kDwelling}), request, context);
    const auto* refusal = std::get_if<runtime::Refusal>(&decision);
    ASSERT_EQ(refusal != nullptr, std::string(row.field) != "");
    if (refusal != nullptr) {
      EXPECT_EQ(refusal->metadata.at("field"), row.field);
    }
  }
}

// Denominators whose common one no number holds: refused, never wrapped around.
TEST(RecordOwnership, SharesThatCannotBeAddedAreRefused) {
  v1::RecordOwnershipRequest request;
  for (const std::int64_t prime : {999'999'937, 999'999'929, 999'999'893}) {
    v1::Owner& owner = *request.add_owners();
    owner.set_person(Expand("~persons/q" + std::to_string(prime)));
    owner.set_share_numerator(1);
    owner.set_share_denominator(prime);
  }
  runtime::Context context;
  for (const v1::Owner& owner : request.owners()) {
    context.facts.persons[owner.person()] = {.known = true};
  }
  EXPECT_EQ(support::Show(Place::Decide(FoldText<Place>({kDwelling}), request, context)),
            "ERROR_REASON_INVALID_REQUEST {field=owners.share_numerator}");
}

TEST(RecordOwnership, LiesInTheDwellingsArea) {
  const auto request = support::Text<v1::RecordOwnershipRequest>(Expand("name: '~dwellings/d1'"));
  const auto place = Place::PlaceOf(FoldText<Place>({kDwelling}), request, {});
  EXPECT_EQ(Shorten(place.ShortDebugString()),
            "property_area: \"~propertyAreas/a1\" building: \"~buildings/b1\" dwelling: "
            "\"~dwellings/d1\"");
}

TEST(RetirePlace, Rules) {
  PlayAll<Place, v1::RetirePlaceRequest>(
      "~grids/g1",
      {{"NotFound", {}, "reason: 'merged'", "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~grids/g1}"},
       {"Active", {kGrid}, "reason: 'merged'", "place_retired { reason: \"merged\" }; "},
       {"AlreadySo", {kGrid, kRetired}, "reason: 'merged'", ""}});
}

struct PlaceRow {
  const char* name;
  const char* named;
  const char* complete;  // Or the refusal.
};

TEST(CompletePlace, FromWhatIsNamed) {
  const PlaceRow rows[] = {
      {"Nothing", "", ""},
      {"AreaAndGridMayOverlap", "property_area: '~propertyAreas/a2' grid: '~grids/g1'",
       "property_area: \"~propertyAreas/a2\" grid: \"~grids/g1\""},
      {"DwellingAlone", "dwelling: '~dwellings/d1'",
       "property_area: \"~propertyAreas/a1\" grid: \"~grids/g1\" building: \"~buildings/b1\" "
       "entrance: \"~entrances/e1\" dwelling: \"~dwellings/d1\""},
      {"AnotherArea", "property_area: '~propertyAreas/a2' dwelling: '~dwellings/d1'",
       "ERROR_REASON_PLACE_INCONSISTENT {resource=~dwellings/d1}"},
      {"GridOfABuildingInNone", "grid: '~grids/g1' building: '~buildings/b2'",
       "ERROR_REASON_PLACE_INCONSISTENT {resource=~buildings/b2}"},
      {"WidestFirst", "grid: '~grids/none' building: '~buildings/old'",
       "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~grids/none}"},
      {"Retired", "building: '~buildings/old'",
       "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~buildings/old}"},
  };
  for (const PlaceRow& row : rows) {
    SCOPED_TRACE(row.name);
    const auto place =
        CompletePlace(Neighbourhood(), support::Text<type::v1::Place>(Expand(row.named)));
    const std::string shown =
        std::visit([](const auto& either) { return support::Show(either); }, place);
    EXPECT_EQ(Shorten(shown), row.complete);
  }
}

}  // namespace
}  // namespace sanzhang::registry
