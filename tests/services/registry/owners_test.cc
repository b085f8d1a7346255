// Who owns a dwelling, who says so, and who uses it: rules of Place in place_owners.cc.

#include "services/registry/limits.h"
#include "services/registry/place.h"
#include "tests/services/registry/rules_table.h"

namespace sanzhang::registry {
namespace {

constexpr char kDwelling[] =
    "dwelling_registered { display_name: '301' place { property_area: '~propertyAreas/a1' "
    "building: '~buildings/b1' } area_dm2: 8931 }";
constexpr char kRetired[] = "place_retired { reason: 'x' }";
constexpr char kOwned[] = "ownership_recorded { owners { person: '~persons/p1' } basis: 'T1' }";
constexpr char kVerified[] = "ownership_verified { basis: 'T1' }";
constexpr char kDisputed[] = "ownership_disputed { basis: 'C1' }";
constexpr char kEnded[] = "ownership_dispute_ended { basis: 'C1' }";
constexpr char kTransferred[] =
    "ownership_transferred { owners { person: '~persons/p2' } basis: 'T2' }";
constexpr char kNotFound[] = "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~dwellings/d1}";
constexpr char kNotActive[] = "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~dwellings/d1}";
constexpr char kInDispute[] = "ERROR_REASON_OWNERSHIP_IN_DISPUTE {resource=~dwellings/d1}";
constexpr char kForbidden[] = "ERROR_REASON_STATE_FORBIDS";

TEST(VerifyOwnership, Rules) {
  const std::string verified = "ownership_verified { basis: \"T\" }; ";
  PlayAll<Place, v1::VerifyOwnershipRequest>(
      "~dwellings/d1",
      {{"NotFound", {}, "basis: 'T'", kNotFound},
       {"Retired", {kDwelling, kOwned, kRetired}, "basis: 'T'", kNotActive},
       {"OfNobody", {kDwelling}, "basis: 'T'", kForbidden},
       {"Disputed", {kDwelling, kOwned, kDisputed}, "basis: 'T'", kInDispute},
       {"Unverified", {kDwelling, kOwned}, "basis: 'T'", verified},
       {"AlreadySo", {kDwelling, kOwned, kVerified}, "basis: 'T'", ""},
       {"OtherOwnersSince", {kDwelling, kOwned, kVerified, kTransferred}, "basis: 'T'", verified},
       {"NobodySince",
        {kDwelling, kOwned, kVerified, "ownership_recorded { }"},
        "basis: 'T'",
        kForbidden}});
}

TEST(TransferOwnership, Rules) {
  const std::string to_p2 = "owners { person: '~persons/p2' } basis: 'T2'";
  const std::string transferred =
      "ownership_transferred { owners { person: \"~persons/p2\" } basis: \"T2\" }; ";
  PlayAll<Place, v1::TransferOwnershipRequest>(
      "~dwellings/d1",
      {{"NotFound", {}, to_p2, kNotFound},
       {"Retired", {kDwelling, kOwned, kRetired}, to_p2, kNotActive},
       {"NoSuchPerson",
        {kDwelling, kOwned},
        "owners { person: '~persons/none' }",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~persons/none}"},
       {"ToTheDead",
        {kDwelling, kOwned},
        "owners { person: '~persons/dead' }",
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~persons/dead}"},
       {"MoreThanTheWhole",
        {kDwelling, kOwned},
        "owners { person: '~persons/p1' share_numerator: 2 share_denominator: 3 } "
        "owners { person: '~persons/p2' share_numerator: 1 share_denominator: 2 }",
        "ERROR_REASON_INVALID_REQUEST {field=owners.share_numerator}"},
       {"OfNobody", {kDwelling}, to_p2, kForbidden},
       {"Owned", {kDwelling, kOwned}, to_p2, transferred},
       {"EndsADispute", {kDwelling, kOwned, kDisputed}, to_p2, transferred},
       {"AlreadySo", {kDwelling, kOwned, kTransferred}, to_p2, ""},
       {"TheSameAfterADispute", {kDwelling, kOwned, kTransferred, kDisputed}, to_p2, transferred}});
}

TEST(DisputeOwnership, Rules) {
  PlayAll<Place, v1::DisputeOwnershipRequest>(
      "~dwellings/d1",
      {{"NotFound", {}, "basis: 'C'", kNotFound},
       {"Retired", {kDwelling, kOwned, kRetired}, "basis: 'C'", kNotActive},
       {"OfNobody", {kDwelling}, "basis: 'C'", kForbidden},
       {"Unverified", {kDwelling, kOwned}, "basis: 'C'", "ownership_disputed { basis: \"C\" }; "},
       {"Verified",
        {kDwelling, kOwned, kVerified},
        "basis: 'C'",
        "ownership_disputed { basis: \"C\" }; "},
       {"AlreadySo", {kDwelling, kOwned, kDisputed}, "basis: 'C'", ""}});
}

TEST(EndOwnershipDispute, Rules) {
  PlayAll<Place, v1::EndOwnershipDisputeRequest>(
      "~dwellings/d1", {{"NotFound", {}, "basis: 'C'", kNotFound},
                        {"Retired", {kDwelling, kOwned, kRetired}, "basis: 'C'", kNotActive},
                        {"OfNobody", {kDwelling}, "basis: 'C'", kForbidden},
                        {"Unverified", {kDwelling, kOwned}, "basis: 'C'", kForbidden},
                        {"Disputed",
                         {kDwelling, kOwned, kDisputed},
                         "basis: 'C'",
                         "ownership_dispute_ended { basis: \"C\" }; "},
                        {"AlreadySo", {kDwelling, kOwned, kDisputed, kEnded}, "basis: 'C'", ""}});
}

TEST(RecordOwnership, NotWhileItIsDisputed) {
  PlayAll<Place, v1::RecordOwnershipRequest>(
      "~dwellings/d1",
      {{"Disputed", {kDwelling, kOwned, kDisputed}, "owners { person: '~persons/p2' }", kInDispute},
       {"AnOrganisationOwns",
        {kDwelling},
        "owners { person: '~persons/org' }",
        "ownership_recorded { owners { person: \"~persons/org\" } }; "}});
}

TEST(RecordOccupancy, Rules) {
  const std::string tenant = "occupant: '~persons/p2' kind: OCCUPANCY_KIND_TENANT";
  const std::string used =
      "occupancy_recorded { occupant: '~persons/p2' kind: OCCUPANCY_KIND_TENANT }";
  const std::string recorded =
      "occupancy_recorded { occupant: \"~persons/p2\" kind: OCCUPANCY_KIND_TENANT }; ";
  std::vector<std::string> crowded = {kDwelling};
  for (std::size_t i = 0; i < kOccupantsPerDwellingMax; ++i) {
    crowded.push_back("occupancy_recorded { occupant: '~persons/q" + std::to_string(i) +
                      "' kind: OCCUPANCY_KIND_FAMILY }");
  }
  PlayAll<Place, v1::RecordOccupancyRequest>(
      "~dwellings/d1",
      {{"NotFound", {}, tenant, kNotFound},
       {"Retired", {kDwelling, kRetired}, tenant, kNotActive},
       {"NoSuchPerson",
        {kDwelling},
        "occupant: '~persons/none' kind: OCCUPANCY_KIND_TENANT",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~persons/none}"},
       {"TooMany", crowded, tenant, "ERROR_REASON_TOO_MANY {items_max=50}"},
       {"New", {kDwelling}, tenant, recorded},
       {"ByAnotherRight",
        {kDwelling, "occupancy_recorded { occupant: '~persons/p2' kind: OCCUPANCY_KIND_FAMILY }"},
        tenant,
        recorded},
       {"AlreadySo", {kDwelling, used}, tenant, ""}});
}

TEST(EndOccupancy, Rules) {
  const std::string used =
      "occupancy_recorded { occupant: '~persons/p2' kind: OCCUPANCY_KIND_TENANT }";
  PlayAll<Place, v1::EndOccupancyRequest>(
      "~dwellings/d1",
      {{"NotFound", {}, "occupant: '~persons/p2'", kNotFound},
       {"Retired", {kDwelling, used, kRetired}, "occupant: '~persons/p2'", kNotActive},
       {"Used",
        {kDwelling, used},
        "occupant: '~persons/p2'",
        "occupancy_ended { occupant: \"~persons/p2\" }; "},
       {"AlreadySo", {kDwelling}, "occupant: '~persons/p2'", ""}});
}

}  // namespace
}  // namespace sanzhang::registry
