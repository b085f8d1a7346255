// What changes a dwelling: area, kind, first sale, splitting and merging.

#include "gmock/gmock.h"
#include "services/registry/place.h"
#include "tests/services/registry/live_register.h"
#include "tests/services/registry/rules_table.h"

namespace sanzhang::registry {
namespace {

constexpr char kBySurvey[] =
    "dwelling_registered { display_name: '301' place { property_area: '~propertyAreas/a1' "
    "building: '~buildings/b1' } area_dm2: 9000 area_source: AREA_SOURCE_SURVEY }";
constexpr char kWithoutArea[] = "dwelling_registered { display_name: '301' }";
constexpr char kRetired[] = "place_retired { reason: 'x' }";
constexpr char kOwned[] = "ownership_recorded { owners { person: '~persons/p1' } basis: 'T1' }";
constexpr char kDisputed[] = "ownership_disputed { basis: 'C1' }";
constexpr char kUnsold[] =
    "dwelling_sale_recorded { sale: SALE_STATE_UNSOLD developer: '~persons/org' }";
constexpr char kNotFound[] = "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~dwellings/d1}";
constexpr char kNotActive[] = "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~dwellings/d1}";

TEST(CorrectDwellingArea, Rules) {
  const auto request = [](const std::string& source) {
    return "area_dm2: 8931 basis: 'B' area_source: AREA_SOURCE_" + source;
  };
  const auto corrected = [](const std::string& source) {
    return "dwelling_area_corrected { area_dm2: 8931 area_source: AREA_SOURCE_" + source +
           " basis: \"B\" }; ";
  };
  PlayAll<Place, v1::CorrectDwellingAreaRequest>(
      "~dwellings/d1",
      {{"NotFound", {}, request("REGISTER"), kNotFound},
       {"Retired", {kBySurvey, kRetired}, request("REGISTER"), kNotActive},
       {"BetterSource", {kBySurvey}, request("REGISTER"), corrected("REGISTER")},
       {"SameSource", {kBySurvey}, request("SURVEY"), corrected("SURVEY")},
       {"LesserSource",
        {kBySurvey},
        request("CONTRACT"),
        "ERROR_REASON_AREA_SOURCE_OUTRANKED {area_source=AREA_SOURCE_SURVEY}"},
       {"AnySourceWhereNoneWas", {kWithoutArea}, request("CONTRACT"), corrected("CONTRACT")},
       {"AlreadySo",
        {kBySurvey,
         "dwelling_area_corrected { area_dm2: 8931 area_source: AREA_SOURCE_REGISTER basis: 'A' }"},
        request("REGISTER"),
        ""}});
}

TEST(ClassifyDwelling, Rules) {
  PlayAll<Place, v1::ClassifyDwellingRequest>(
      "~dwellings/d1", {{"NotFound", {}, "kind: DWELLING_KIND_SHOP", kNotFound},
                        {"Retired", {kBySurvey, kRetired}, "kind: DWELLING_KIND_SHOP", kNotActive},
                        {"New",
                         {kBySurvey},
                         "kind: DWELLING_KIND_SHOP",
                         "dwelling_classified { kind: DWELLING_KIND_SHOP }; "},
                        {"AlreadySo",
                         {kBySurvey, "dwelling_classified { kind: DWELLING_KIND_SHOP }"},
                         "kind: DWELLING_KIND_SHOP",
                         ""}});
}

TEST(RecordDwellingSale, Rules) {
  const std::string unsold = "sale: SALE_STATE_UNSOLD developer: '~persons/org'";
  PlayAll<Place, v1::RecordDwellingSaleRequest>(
      "~dwellings/d1",
      {{"NotFound", {}, unsold, kNotFound},
       {"Retired", {kBySurvey, kRetired}, unsold, kNotActive},
       {"NoSuchDeveloper",
        {kBySurvey},
        "sale: SALE_STATE_UNSOLD developer: '~persons/none'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~persons/none}"},
       {"OfNobody",
        {kBySurvey},
        "sale: SALE_STATE_SOLD_UNDELIVERED",
        "ERROR_REASON_INVALID_REQUEST {field=developer}"},
       {"DeliveredByADeveloper",
        {kBySurvey},
        "sale: SALE_STATE_DELIVERED developer: '~persons/org'",
        "ERROR_REASON_INVALID_REQUEST {field=developer}"},
       {"Unsold",
        {kBySurvey},
        unsold,
        "dwelling_sale_recorded { sale: SALE_STATE_UNSOLD developer: \"~persons/org\" }; "},
       {"Delivered",
        {kBySurvey, kUnsold},
        "sale: SALE_STATE_DELIVERED",
        "dwelling_sale_recorded { sale: SALE_STATE_DELIVERED }; "},
       {"AlreadySo", {kBySurvey, kUnsold}, unsold, ""}});
}

TEST(SplitDwelling, Rules) {
  const auto parts = [](int left, int right) {
    return "basis: 'S' parts { dwelling_id: 'da' display_name: 'A' area_dm2: " +
           std::to_string(left) +
           " kind: DWELLING_KIND_SHOP } parts { dwelling_id: 'db' display_name: 'B' area_dm2: " +
           std::to_string(right) + " }";
  };
  const std::string in =
      "place { property_area: \"~propertyAreas/a1\" building: \"~buildings/b1\" }";
  const std::string owned =
      "ownership_recorded { owners { person: \"~persons/p1\" } basis: \"T1\" }; ";
  PlayAll<Place, v1::SplitDwellingRequest>(
      "~dwellings/d1",
      {{"NotFound", {}, parts(4000, 5000), kNotFound},
       {"Retired", {kBySurvey, kRetired}, parts(4000, 5000), kNotActive},
       {"Disputed",
        {kBySurvey, kOwned, kDisputed},
        parts(4000, 5000),
        "ERROR_REASON_OWNERSHIP_IN_DISPUTE {resource=~dwellings/d1}"},
       {"OnePart",
        {kBySurvey},
        "parts { dwelling_id: 'da' display_name: 'A' area_dm2: 9000 }",
        "ERROR_REASON_INVALID_REQUEST {field=parts}"},
       {"OnePartTwice",
        {kBySurvey},
        "parts { dwelling_id: 'da' area_dm2: 1 } parts { dwelling_id: 'da' area_dm2: 8999 }",
        "ERROR_REASON_INVALID_REQUEST {field=parts.dwelling_id}"},
       {"NotAsLarge",
        {kBySurvey},
        parts(4000, 5001),
        "ERROR_REASON_AREA_DIFFERS {area_dm2=9000, parts_dm2=9001}"},
       {"OfNoArea",
        {kBySurvey},
        parts(9000, 0),
        "ERROR_REASON_AREA_DIFFERS {area_dm2=9000, parts_dm2=9000}"},
       {"PassesOnOwners",
        {kBySurvey, kOwned},
        parts(4000, 5000),
        "dwelling_split { into: \"~dwellings/da\" into: \"~dwellings/db\" basis: \"S\" }; "
        "~dwellings/da: dwelling_registered { display_name: \"A\" " +
            in +
            " area_dm2: 4000 area_source: AREA_SOURCE_SURVEY kind: DWELLING_KIND_SHOP }; "
            "~dwellings/da: " +
            owned + "~dwellings/db: dwelling_registered { display_name: \"B\" " + in +
            " area_dm2: 5000 area_source: AREA_SOURCE_SURVEY }; ~dwellings/db: " + owned}});
}

// The whole way: several streams in one append, and back again.
class SplitAndMerge : public testing::Test {
 protected:
  SplitAndMerge() {
    live_.Settle();
    for (const char* id : {"d1", "d2"}) {
      live_.Set("CorrectDwellingArea", "name: '~dwellings/" + std::string(id) +
                                           "' area_dm2: 5000 area_source: AREA_SOURCE_REGISTER "
                                           "basis: 'T'");
    }
  }
  void Own(const std::string& dwelling, const std::string& person) {
    live_.Set("RecordOwnership", "name: '~dwellings/" + dwelling + "' owners { person: '~persons/" +
                                     person + "' } basis: 'T'");
    live_.Set("VerifyOwnership", "name: '~dwellings/" + dwelling + "' basis: 'T'");
  }
  // Facts of the stream, without their package.
  std::vector<std::string> FactsOf(const std::string& stream) {
    std::vector<std::string> facts;
    const auto page =
        live_.store().ReadStream(Expand(stream), 0, eventstore::Direction::kForwards, {});
    for (const eventstore::Stored& stored : page->records) {
      log::v1::Record record;
      EXPECT_TRUE(record.ParseFromString(stored.bytes));
      facts.push_back(record.type().substr(record.type().rfind('.') + 1));
    }
    return facts;
  }
  std::string Merge(const std::string& request) {
    return live_.Try("service operator", "MergeDwellings",
                     "parent: 'communities/c1' display_name: 'M' basis: 'S' " + request);
  }

  LiveRegister live_;
};

const std::string kBoth = "dwelling_id: 'm' dwellings: '~dwellings/d1' dwellings: '~dwellings/d2'";

TEST_F(SplitAndMerge, ASplitDwellingPassesOnWhatItHad) {
  Own("d1", "p1");
  live_.Set("RecordDwellingSale",
            "name: '~dwellings/d1' sale: SALE_STATE_SOLD_UNDELIVERED developer: '~persons/p9'");
  const std::string split =
      "name: '~dwellings/d1' basis: 'S' parts { dwelling_id: 'da' display_name: 'A' area_dm2: 2000 "
      "} parts { dwelling_id: 'd2' display_name: 'B' area_dm2: 3000 }";
  EXPECT_EQ(live_.Try("service operator", "SplitDwelling", split),
            "RESOURCE_ALREADY_EXISTS ~dwellings/d2");
  EXPECT_EQ(live_.Try("service operator", "SplitDwelling",
                      [&] {
                        std::string other = split;
                        return other.replace(other.find("'d2'"), 4, "'db'");
                      }()),
            "OK");
  EXPECT_THAT(FactsOf("~dwellings/d1").back(), "DwellingSplit");
  EXPECT_THAT(FactsOf("~dwellings/db"),
              testing::ElementsAre("DwellingRegistered", "DwellingSaleRecorded",
                                   "OwnershipRecorded", "OwnershipVerified"));
  EXPECT_THAT(live_.Standings("person p1"), testing::ElementsAre("OWNER"));
  EXPECT_EQ(live_.Try("service operator", "RetirePlace", "name: '~dwellings/da' reason: 'x'"),
            "OK");
}

TEST_F(SplitAndMerge, DwellingsOfTheSameOwnersBecomeOne) {
  Own("d1", "p1");
  Own("d2", "p1");
  EXPECT_EQ(Merge(kBoth), "OK");
  EXPECT_THAT(FactsOf("~dwellings/m"),
              testing::ElementsAre("DwellingRegistered", "OwnershipRecorded", "OwnershipVerified"));
  EXPECT_EQ(FactsOf("~dwellings/d1").back(), "DwellingMerged");
  EXPECT_EQ(FactsOf("~dwellings/d2").back(), "DwellingMerged");
  // Its area is theirs together: a split into as much is taken.
  EXPECT_EQ(live_.Try("service operator", "SplitDwelling",
                      "name: '~dwellings/m' basis: 'S' parts { dwelling_id: 'x' display_name: 'X' "
                      "area_dm2: 1 } parts { dwelling_id: 'y' display_name: 'Y' area_dm2: 9999 }"),
            "OK");
  EXPECT_EQ(Merge("dwelling_id: 'n' dwellings: '~dwellings/d1' dwellings: '~dwellings/x'"),
            "RESOURCE_NOT_ACTIVE ~dwellings/d1");
}

TEST_F(SplitAndMerge, WhatIsRefused) {
  EXPECT_EQ(Merge("dwelling_id: 'd1' dwellings: '~dwellings/d1' dwellings: '~dwellings/d2'"),
            "RESOURCE_ALREADY_EXISTS ~dwellings/d1");
  EXPECT_EQ(Merge("dwelling_id: 'm' dwellings: '~dwellings/d1' dwellings: '~dwellings/none'"),
            "RESOURCE_NOT_FOUND ~dwellings/none");
  EXPECT_EQ(Merge("dwelling_id: 'm' dwellings: '~dwellings/d1'"), "INVALID_REQUEST");
  EXPECT_EQ(Merge("dwelling_id: 'm' dwellings: '~dwellings/d1' dwellings: '~dwellings/d1'"),
            "INVALID_REQUEST");
  Own("d1", "p1");
  EXPECT_EQ(Merge(kBoth), "OWNERS_DIFFER ~dwellings/d2");
  Own("d2", "p1");
  live_.Set("DisputeOwnership", "name: '~dwellings/d2' basis: 'C'");
  EXPECT_EQ(Merge(kBoth), "OWNERSHIP_IN_DISPUTE ~dwellings/d2");
  live_.Set("RegisterBuilding", "parent: 'communities/c1' building_id: 'b2' display_name: 'B'");
  live_.Set("RegisterDwelling",
            "parent: 'communities/c1' dwelling_id: 'far' display_name: 'F' building: "
            "'~buildings/b2'");
  EXPECT_EQ(Merge("dwelling_id: 'm' dwellings: '~dwellings/d1' dwellings: '~dwellings/far'"),
            "PLACE_INCONSISTENT ~dwellings/far");
}

}  // namespace
}  // namespace sanzhang::registry
