#include "tests/services/registry/random_register.h"

#include <cstdio>
#include <cstdlib>
#include <set>

#include "absl/strings/numbers.h"
#include "gtest/gtest.h"

namespace sanzhang::registry {
namespace {

constexpr char kParent[] = "parent: 'communities/c1' ";
constexpr std::int64_t kDaySeconds = 86400;
constexpr std::int64_t kFirstTerm = 1777564800;  // 2026-05-01 in Beijing.

}  // namespace

std::uint64_t ChooseSeed() {
  std::uint64_t seed = 0;
  const char* given = std::getenv("SANZHANG_SEED");
  if (given == nullptr || !absl::SimpleAtoi(given, &seed)) seed = std::random_device()();
  std::printf("SANZHANG_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

void RandomRegister::Play(LiveRegister& live) {
  const auto [rpc, request] = Next();
  const std::string outcome = live.Try(Who(), rpc, request);
  if (outcome == "OK") {
    ++accepted;
    return;
  }
  static const std::set<std::string> known = {"RESOURCE_NOT_FOUND",  "RESOURCE_ALREADY_EXISTS",
                                              "RESOURCE_NOT_ACTIVE", "PERMISSION_DENIED",
                                              "PLACE_INCONSISTENT",  "OFFICE_NOT_IN_BODY",
                                              "SEAT_TAKEN",          "TERM_INVALID",
                                              "TERM_OVERLAPS",       "BODY_KIND_TAKEN",
                                              "STATE_FORBIDS",       "CLOCK_NOT_DUE",
                                              "INVALID_REQUEST",     "NOT_OF_AGE"};
  EXPECT_TRUE(known.contains(outcome.substr(0, outcome.find(' '))))
      << rpc << " " << request << ": " << outcome;
  ++refused;
}

std::string RandomRegister::One(const std::vector<std::string>& of) {
  return of[static_cast<std::size_t>(Draw(static_cast<int>(of.size())))];
}

std::string RandomRegister::Id(const std::string& letter, int many) {
  return letter + std::to_string(1 + Draw(many));
}

std::string RandomRegister::Name(const std::string& collection, const std::string& letter,
                                 int many) {
  return "'~" + collection + "/" + Id(letter, many) + "' ";
}

std::string RandomRegister::Body() {
  return "'~bodies/" + One({"rc", "gov", "co", "n1", "n2", "n3"}) + "' ";
}

std::string RandomRegister::Unit() {
  return "'~" + One({"grids/g1", "grids/g2", "buildings/b1", "buildings/b2", "entrances/e1"}) +
         "' ";
}

// The operator often enough that something happens.
std::string RandomRegister::Who() {
  if (Draw(3) != 0) return "service operator";
  return Draw(8) == 0 ? "service timekeeper" : "person " + Id("p", 9);
}

std::string RandomRegister::EndReason() {
  return "reason: " + One({"END_REASON_TERM", "END_REASON_DEATH"});
}

RandomRegister::Command RandomRegister::AboutPlaces() {
  switch (Draw(5)) {
    case 0:
      return {"RegisterBuilding", kParent + ("display_name: 'B' building_id: '" + Id("b")) +
                                      "' property_area: " + Name("propertyAreas", "a") +
                                      "grid: " + Name("grids", "g")};
    case 1:
      return {"MoveBuildingToGrid",
              "name: " + Name("buildings", "b") + "grid: " + Name("grids", "g")};
    case 2:
      return {"RegisterDwelling", kParent + ("display_name: 'D' dwelling_id: '" + Id("d")) +
                                      "' building: " + Name("buildings", "b") +
                                      (Draw(2) == 0 ? "entrance: '~entrances/e1'" : "")};
    case 3:
      return {"RecordOwnership", "name: " + Name("dwellings", "d") +
                                     "owners { person: " + Name("persons", "p", 9) +
                                     "} owners { person: " + Name("persons", "p", 9) + "}"};
    default:  // Dwellings: without its buildings little could happen.
      return Draw(9) == 0
                 ? Command("RetirePlace", "name: " + Name("dwellings", "d") + "reason: 'x'")
                 : AboutPlaces();
  }
}

RandomRegister::Command RandomRegister::AboutPeople() {
  const std::string name = "name: " + Name("persons", "p", 9);
  switch (Draw(6)) {
    case 5:
      if (Draw(3) == 0) return {"RecordMajority", name + "majority: MAJORITY_ADULT"};
      return Draw(3) != 0 ? Command("AppointPrivacyOfficer", name + "basis: 'x' body: " + Body())
                          : Command("DismissPrivacyOfficer", name + "reason: 'x'");
    case 0:
      return {"EnrollResident", name + "place { dwelling: " + Name("dwellings", "d") + "}"};
    case 1:
      return {"ConfirmResident", name};
    case 2:
      return {"MoveOutResident", name};
    case 3:
      return Draw(2) == 0
                 ? Command("GrantService", "name: " + Name("services", "s", 2) +
                                               "purpose: 'x' roles: " +
                                               One({"ROLE_IMPORTER", "ROLE_AUDITOR",
                                                    "ROLE_IMPORTER roles: ROLE_INTEGRATION"}))
                 : Command("RevokeService", "name: " + Name("services", "s", 2) + "reason: 'x'");
    default:
      return Draw(20) == 0 ? Command("RecordDeath", name) : AboutPeople();
  }
}

RandomRegister::Command RandomRegister::AboutBodies() {
  const std::string fresh = "'~bodies/" + Id("n", 3) + "'";
  switch (Draw(5)) {
    case 0:
      return {"PrepareBody",
              kParent + ("display_name: 'N' body_id: '" + Id("n", 3)) + "' kind: BODY_KIND_" +
                  One({"RESIDENTS_COMMITTEE", "SUPERVISION_COMMITTEE", "OWNERS_COMMITTEE",
                       "SUBDISTRICT_GOV", "ELECTION_COMMITTEE"})};
    case 1:
      return {"EstablishBody", "name: " + Body()};
    case 2:
      return {Draw(4) == 0 ? "DissolveBody" : "EstablishBody", "name: " + fresh};
    case 3: {
      const std::int64_t begins = kFirstTerm + kDaySeconds * Draw(9);
      return {"StartTerm",
              kParent + ("term_id: '" + Id("t", 20)) + "' body: " + Body() +
                  "begins { seconds: " + std::to_string(begins) +
                  " } ends { seconds: " + std::to_string(begins + kDaySeconds * Draw(5)) + " }"};
    }
    default:
      return {"ExpireTerm", "name: " + Name("terms", "t", 20)};
  }
}

RandomRegister::Command RandomRegister::AboutSeats() {
  const std::string name = "name: " + Name("memberships", "m", 20);
  switch (Draw(5)) {
    case 0:
    case 1:
      return {"SeatMember", kParent + ("membership_id: '" + Id("m", 20)) + "' body: " + Body() +
                                "person: " + Name("persons", "p", 9) + "office: OFFICE_" +
                                One({"CHAIR", "MEMBER", "MANAGER", "STAFF"}) +
                                (Draw(2) == 0 ? " term: " + Name("terms", "t", 20) : "")};
    case 2:
      return {"SuspendMember", name + "reason: 'x'"};
    case 3:
      return {"ReinstateMember", name};
    default:
      return {"EndMember", name + EndReason()};
  }
}

RandomRegister::Command RandomRegister::AboutChiefs() {
  const std::string name = "name: " + Name("chiefs", "x", 8);
  switch (Draw(4)) {
    case 0:
      return {"RecruitChief", kParent + ("chief_id: '" + Id("x", 8)) + "' unit: " + Unit() +
                                  "person: " + Name("persons", "p", 9) + "kind: CHIEF_KIND_" +
                                  One({"GRID", "BUILDING", "ENTRANCE"})};
    case 1:
      return {"ConfirmChief", name};
    case 2:
      return {"EndChief", name + EndReason()};
    default:
      return {"LapseChief", name};
  }
}

RandomRegister::Command RandomRegister::Next() {
  switch (Draw(5)) {
    case 0:
      return AboutPlaces();
    case 1:
      return AboutPeople();
    case 2:
      return AboutBodies();
    case 3:
      return AboutSeats();
    default:
      return AboutChiefs();
  }
}

}  // namespace sanzhang::registry
