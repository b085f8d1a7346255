#include "tests/services/registry/rules_table.h"

#include <cstdlib>

#include "absl/strings/str_replace.h"
#include "absl/time/time.h"

namespace sanzhang::registry {
namespace {

absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }

void AddPlace(runtime::Facts& facts, const std::string& name, bool active,
              const std::string& place) {
  facts.places[Expand(name)] = {.active = active,
                                .place = support::Text<type::v1::Place>(Expand(place))};
}

void AddBody(runtime::Facts& facts, const std::string& id, type::v1::BodyKind kind, bool active,
             const std::string& area = "") {
  facts.bodies[Expand("~bodies/" + id)] = {
      .kind = kind, .active = active, .exists = true, .property_area = Expand(area)};
}

void AddSeat(runtime::Facts& facts, const std::string& id, const std::string& body,
             type::v1::BodyKind kind, bool active) {
  facts.memberships[Expand("~memberships/" + id)] = {.body = Expand("~bodies/" + body),
                                                     .person = Expand("~persons/p1"),
                                                     .active = active,
                                                     .body_kind = kind};
}

}  // namespace

std::string Expand(std::string_view text) {
  return absl::StrReplaceAll(ToAbsl(text), {{"~", "communities/c1/"}});
}

std::string Shorten(std::string_view text) {
  return absl::StrReplaceAll(ToAbsl(text), {{"communities/c1/", "~"}});
}

absl::Time TimeOf(std::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, ToAbsl(text), &time, &error)) std::abort();
  return time;
}

runtime::Acting ActingAs(std::string_view by) {
  runtime::Acting acting;
  acting.kind = log::v1::Actor::KIND_PERSON;
  acting.subject = "communities/c1/persons/actor";
  const std::size_t end = by.find(" of ");
  const std::string role = "ROLE_" + std::string(by.substr(0, end));
  if (!type::v1::Role_Parse(role, &acting.as.role)) std::abort();
  if (end != std::string_view::npos) acting.as.body = Expand(by.substr(end + 4));
  acting.all = {acting.as};
  return acting;
}

runtime::Facts Neighbourhood() {
  runtime::Facts facts;
  AddPlace(facts, "~propertyAreas/a1", true, "property_area: '~propertyAreas/a1'");
  AddPlace(facts, "~propertyAreas/a2", true, "property_area: '~propertyAreas/a2'");
  AddPlace(facts, "~propertyAreas/old", false, "property_area: '~propertyAreas/old'");
  AddPlace(facts, "~grids/g1", true, "grid: '~grids/g1'");
  AddPlace(facts, "~grids/g2", true, "grid: '~grids/g2'");
  AddPlace(facts, "~grids/old", false, "grid: '~grids/old'");
  const std::string b1 =
      "property_area: '~propertyAreas/a1' grid: '~grids/g1' building: '~buildings/b1'";
  AddPlace(facts, "~buildings/b1", true, b1);
  AddPlace(facts, "~buildings/b2", true, "building: '~buildings/b2'");
  AddPlace(facts, "~buildings/old", false, "building: '~buildings/old'");
  AddPlace(facts, "~entrances/e1", true, b1 + " entrance: '~entrances/e1'");
  AddPlace(facts, "~dwellings/d1", true,
           b1 + " entrance: '~entrances/e1' dwelling: '~dwellings/d1'");
  for (const char* person : {"p1", "p2"}) {
    facts.persons[Expand(std::string("~persons/") + person)] = {.known = true, .alive = true};
  }
  facts.persons[Expand("~persons/dead")] = {.known = true, .alive = false};
  facts.persons[Expand("~persons/adult")] = {.known = true, .adult = true};
  facts.persons[Expand("~persons/org")] = {.known = true, .organisation = true};
  facts.households[Expand("~households/h1")] = {true, Expand("~dwellings/d1")};
  facts.households[Expand("~households/gone")] = {false, Expand("~dwellings/d1")};
  AddSeat(facts, "rep", "assembly", type::v1::BODY_KIND_RESIDENT_REP_ASSEMBLY, true);
  AddSeat(facts, "rep-over", "assembly", type::v1::BODY_KIND_RESIDENT_REP_ASSEMBLY, false);
  AddSeat(facts, "clerk", "rc", type::v1::BODY_KIND_RESIDENTS_COMMITTEE, true);
  // p2's husband or wife sits in the residents' committee, adult's in the company.
  facts.relatives[Expand("~persons/p2")] = {
      {Expand("~persons/p1")},
      {{Expand("~persons/p1"), Expand("~memberships/clerk"), Expand("~bodies/rc"),
        type::v1::BODY_KIND_RESIDENTS_COMMITTEE}}};
  facts.relatives[Expand("~persons/adult")] = {
      {Expand("~persons/p1")},
      {{Expand("~persons/p1"), Expand("~memberships/staff"), Expand("~bodies/co"),
        type::v1::BODY_KIND_PROPERTY_COMPANY}}};
  AddBody(facts, "party", type::v1::BODY_KIND_PARTY_ORG, true);
  AddBody(facts, "rc", type::v1::BODY_KIND_RESIDENTS_COMMITTEE, true);
  AddBody(facts, "sup", type::v1::BODY_KIND_SUPERVISION_COMMITTEE, true);
  AddBody(facts, "meeting", type::v1::BODY_KIND_RESIDENTS_MEETING, true);
  AddBody(facts, "gov", type::v1::BODY_KIND_SUBDISTRICT_GOV, true);
  AddBody(facts, "oc", type::v1::BODY_KIND_OWNERS_COMMITTEE, true, "~propertyAreas/a1");
  AddBody(facts, "co", type::v1::BODY_KIND_PROPERTY_COMPANY, true, "~propertyAreas/a1");
  AddBody(facts, "co2", type::v1::BODY_KIND_PROPERTY_COMPANY, true, "~propertyAreas/a2");
  AddBody(facts, "gone", type::v1::BODY_KIND_PROPERTY_COMPANY, false);
  facts.terms[Expand("~terms/rc")] = {Expand("~bodies/rc"), TimeOf("2024-01-01T00:00:00+08:00"),
                                      TimeOf("2029-01-01T00:00:00+08:00")};
  facts.terms[Expand("~terms/rc-over")] = {Expand("~bodies/rc"),
                                           TimeOf("2019-01-01T00:00:00+08:00"),
                                           TimeOf("2024-01-01T00:00:00+08:00")};
  facts.terms[Expand("~terms/oc")] = {Expand("~bodies/oc"), TimeOf("2025-01-01T00:00:00+08:00"),
                                      TimeOf("2028-01-01T00:00:00+08:00")};
  return facts;
}

std::string ShowClaims(const std::vector<runtime::Claim>& claims) {
  std::string shown;
  for (const runtime::Claim& claim : claims) {
    shown += (claim.release ? "-" : "+") + claim.name;
    if (!claim.release) shown += " else " + type::v1::ErrorReason_Name(claim.taken).substr(13);
    shown += "; ";
  }
  return shown;
}

}  // namespace sanzhang::registry
