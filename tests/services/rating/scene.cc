#include "tests/services/rating/scene.h"

#include <cstdlib>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/rating/appraisal.h"
#include "services/rating/campaign.h"
#include "services/rating/rating.h"
#include "services/rating/scheme.h"

namespace sanzhang::rating::scene {

using type::v1::Role;

Story operator+(Story story, std::string more) {
  story.push_back(std::move(more));
  return story;
}

std::string Expand(std::string_view text) {
  std::string expanded;
  bool hour = false;
  for (std::size_t from = 0;;) {
    const std::size_t end = text.find('$', from);
    const std::string part(text.substr(from, end - from));
    int hours = 0;
    if (!hour) {
      expanded += part;
    } else if (absl::SimpleAtoi(part, &hours)) {
      absl::StrAppend(&expanded, "{ seconds: ", absl::ToUnixSeconds(kStart + absl::Hours(hours)),
                      " }");
    } else {
      std::abort();
    }
    if (end == std::string_view::npos) break;
    hour = !hour;
    from = end + 1;
  }
  return absl::StrReplaceAll(expanded, {{"~", "communities/c1/"}});
}

std::string Shorten(std::string_view text) {
  return absl::StrReplaceAll(absl::string_view(text.data(), text.size()),
                             {{"communities/c1/", "~"}});
}

namespace {

std::string Text(const Terms& terms) {
  return absl::StrCat(
      "target_kind: TARGET_KIND_", terms.kind, " eligibility: ELIGIBILITY_", terms.eligibility, " ",
      terms.more,
      " dimensions { code: 'clean' display_name: '保洁' clause_ref: '3.1' weight_bp: 4000 } "
      "dimensions { code: 'safe' display_name: '秩序' clause_ref: '3.2' weight_bp: 6000 }");
}

std::string AnnouncedText(const Terms& terms, std::string_view target, std::string_view area) {
  return absl::StrCat("announced { scheme: '~ratingSchemes/s1' scheme_version: 2 target: '",
                      std::string(target), "' property_area: '", std::string(area),
                      "' opens $24$ closes $72$ "
                      "electorate { building: '~buildings/b1' eligible: 40 } "
                      "electorate { building: '~buildings/b2' eligible: 60 } terms { ",
                      Text(terms), " } }");
}

constexpr char kOpened[] = "opened { score_key: 'PUBLIC' }";

}  // namespace

Story Announced() { return {AnnouncedText({}, "~bodies/co", "~propertyAreas/a1")}; }
Story Open() { return Announced() + kOpened; }
Story OpenWith(const Terms& terms, std::string_view target, std::string_view area) {
  return {AnnouncedText(terms, target, area), kOpened};
}
Story Closed() { return Open() + "closed { score_secret_key: 'SECRET' }"; }
Story Published() { return Closed() + "result_published { result { n: 7 } }"; }
Story Contested() { return Published() + "result_contested { grounds: 'x' }"; }
Story Corrected() {
  return Contested() + "contest_ruled { upheld: true }" +
         "result_corrected { result { n: 6 } replaced { n: 7 } }";
}

Story AppraisalAnnounced() {
  return {
      "appraisal_announced { body: '~bodies/rc' members: '~memberships/m1' members: "
      "'~memberships/m2' year: 2026 appraisers: APPRAISERS_REPRESENTATIVES opens $24$ closes $72$ "
      "}"};
}
Story AppraisalOpen() { return AppraisalAnnounced() + "appraisal_opened { grade_key: 'PUBLIC' }"; }
Story AppraisalClosed() {
  return AppraisalOpen() +
         "appraisal_closed { n: 5 counts { membership: '~memberships/m1' competent: 5 result: "
         "GRADE_COMPETENT } counts { membership: '~memberships/m2' unfit: 5 result: GRADE_UNFIT } "
         "}";
}
Story AppraisalPublished() { return AppraisalClosed() + "appraisal_published { n: 5 }"; }

runtime::Acting Cast(std::string_view who) {
  struct Capacity {
    Role role;
    std::string body = {};
  };
  static const auto* const cast = new std::map<std::string, std::vector<Capacity>, std::less<>>{
      {"zhang", {{type::v1::ROLE_RESIDENT}, {type::v1::ROLE_OWNER}}},
      {"li", {{type::v1::ROLE_RESIDENT}}},
      {"wu", {{type::v1::ROLE_RESIDENT}, {type::v1::ROLE_OWNER}}},
      {"owner", {{type::v1::ROLE_OWNER}}},
      {"guest", {{type::v1::ROLE_RESIDENT}}},
      {"rep", {{type::v1::ROLE_RESIDENT}, {type::v1::ROLE_REPRESENTATIVE, "assembly"}}},
      {"kin", {{type::v1::ROLE_RESIDENT}}},
      {"clerk", {{type::v1::ROLE_RESIDENT}, {type::v1::ROLE_PROPERTY_STAFF, "co"}}},
      {"manager", {{type::v1::ROLE_PROPERTY_MANAGER, "co"}}},
      {"chair",
       {{type::v1::ROLE_RESIDENT},
        {type::v1::ROLE_REPRESENTATIVE, "assembly"},
        {type::v1::ROLE_RESIDENTS_COMMITTEE, "rc"}}},
      {"oc", {{type::v1::ROLE_OWNERS_COMMITTEE, "oc"}}},
      {"sup", {{type::v1::ROLE_SUPERVISION_COMMITTEE, "sup"}}},
      {"both",
       {{type::v1::ROLE_PROPERTY_STAFF, "co"}, {type::v1::ROLE_SUPERVISION_COMMITTEE, "sup"}}},
      {"gov", {{type::v1::ROLE_SUBDISTRICT_OFFICER, "gov"}}},
      {"dep", {{type::v1::ROLE_DEPARTMENT_OFFICER, "dep"}}},
      {"timer", {{type::v1::ROLE_TIMER}}},
  };
  const auto found = cast->find(who);
  if (found == cast->end()) std::abort();
  runtime::Acting acting;
  acting.kind = who == "timer" ? log::v1::Actor::KIND_SYSTEM_TIMER : log::v1::Actor::KIND_PERSON;
  acting.subject = absl::StrCat("communities/c1/persons/", std::string(who));
  for (const Capacity& capacity : found->second) {
    runtime::Standing& standing = acting.all.emplace_back();
    standing.role = capacity.role;
    if (capacity.body.empty()) continue;
    standing.body = "communities/c1/bodies/" + capacity.body;
    standing.membership = absl::StrCat("communities/c1/memberships/", std::string(who));
  }
  acting.as = acting.all.back();
  return acting;
}

namespace {

void AddBody(runtime::Facts& facts, const std::string& id, type::v1::BodyKind kind,
             const std::string& area = "", bool active = true) {
  facts.bodies[Expand("~bodies/" + id)] = {
      .kind = kind, .active = active, .exists = true, .property_area = Expand(area)};
}

void AddDwelling(runtime::Facts& facts, const std::string& id, const std::string& place,
                 std::vector<std::string> owners) {
  const std::string name = Expand("~dwellings/" + id);
  runtime::PlaceFacts& dwelling = facts.places[name];
  dwelling.active = true;
  dwelling.place = support::Text<type::v1::Place>(Expand(place));
  dwelling.place.set_dwelling(name);
  for (const std::string& owner : owners) dwelling.owners.push_back(Expand("~persons/" + owner));
}

void AddHome(runtime::Facts& facts, const std::string& person, const std::string& home) {
  runtime::PersonFacts& found = facts.persons[Expand("~persons/" + person)];
  found.known = true;
  if (!home.empty()) found.home = facts.places[Expand("~dwellings/" + home)].place;
}

}  // namespace

runtime::Context ContextOf(std::string_view who, std::string_view name, int hour) {
  runtime::Context context;
  context.now = kStart + absl::Hours(hour);
  context.name = name;
  context.community = "communities/c1";
  context.acting = Cast(who);
  runtime::Facts& facts = context.facts;
  AddBody(facts, "rc", type::v1::BODY_KIND_RESIDENTS_COMMITTEE);
  AddBody(facts, "sup", type::v1::BODY_KIND_SUPERVISION_COMMITTEE);
  AddBody(facts, "gov", type::v1::BODY_KIND_SUBDISTRICT_GOV);
  AddBody(facts, "oc", type::v1::BODY_KIND_OWNERS_COMMITTEE, "~propertyAreas/a1");
  AddBody(facts, "co", type::v1::BODY_KIND_PROPERTY_COMPANY, "~propertyAreas/a1");
  AddBody(facts, "gone", type::v1::BODY_KIND_PROPERTY_COMPANY, "~propertyAreas/a1", false);
  facts.places[Expand("~propertyAreas/a1")].active = true;
  facts.places[Expand("~propertyAreas/old")].active = false;
  const std::string a1 = "property_area: '~propertyAreas/a1' building: '~buildings/b1'";
  AddDwelling(facts, "d1", a1, {"zhang"});
  AddDwelling(facts, "d2", "property_area: '~propertyAreas/a2' building: '~buildings/b9'", {"wu"});
  AddDwelling(facts, "d3", a1, {"owner"});
  AddDwelling(facts, "gone", a1, {"zhang"});
  facts.places[Expand("~dwellings/gone")].active = false;
  for (const char* person : {"zhang", "li"}) AddHome(facts, person, "d1");
  for (const char* person : {"rep", "kin", "clerk", "chair"}) AddHome(facts, person, "d3");
  AddHome(facts, "wu", "d2");
  AddHome(facts, "owner", "");
  // Lives in a building of the area, in no dwelling that is known.
  runtime::PersonFacts& guest = facts.persons[Expand("~persons/guest")];
  guest.known = true;
  guest.home = support::Text<type::v1::Place>(Expand(a1));
  facts.relatives[Expand("~persons/kin")].seats = {
      {Expand("~persons/clerk"), Expand("~memberships/clerk"), Expand("~bodies/co"),
       type::v1::BODY_KIND_PROPERTY_COMPANY}};
  for (const char* id : {"m1", "m2", "m3"}) {
    facts.memberships[Expand(std::string("~memberships/") + id)] = {
        .body = Expand("~bodies/rc"), .person = Expand("~persons/x"), .active = true};
  }
  facts.memberships[Expand("~memberships/over")] = {
      .body = Expand("~bodies/rc"), .person = Expand("~persons/x"), .active = false};
  facts.memberships[Expand("~memberships/manager")] = {
      .body = Expand("~bodies/co"), .person = Expand("~persons/manager"), .active = true};
  return context;
}

Gathered TestGathered() {
  Gathered gathered;
  gathered.public_key = "PUBLIC";
  gathered.secret_key = "SECRET";
  gathered.rater_ref = "ref-zhang";
  return gathered;
}

void AddPeers(const Peers& peers, runtime::Facts& facts) {
  const auto add = [&](std::string_view name, std::shared_ptr<const void> state) {
    facts.peers[Expand(name)] = std::move(state);
  };
  const auto define = [](const Terms& terms) {
    return absl::StrCat("scheme_defined { version: 1 terms { ", Text(terms), " } }");
  };
  const std::string defined = define({});
  const Story in_force = {defined, defined, "scheme_adopted { version: 2 }"};
  add("~ratingSchemes/s1", std::make_shared<RatingScheme::State>(Fold<RatingScheme>(in_force)));
  add("~ratingSchemes/draft", std::make_shared<RatingScheme::State>(Fold<RatingScheme>({defined})));
  for (const char* kind : {"COMMITTEE", "COMMUNITY"}) {
    add(std::string("~ratingSchemes/") + kind,
        std::make_shared<RatingScheme::State>(
            Fold<RatingScheme>({define({.kind = kind}), "scheme_adopted { version: 1 }"})));
  }
  if (!peers.campaign.empty()) {
    add("~ratingCampaigns/g1",
        std::make_shared<RatingCampaign::State>(Fold<RatingCampaign>(peers.campaign)));
  }
  if (!peers.appraisal.empty()) {
    add("~appraisals/a1", std::make_shared<Appraisal::State>(Fold<Appraisal>(peers.appraisal)));
  }
  if (!peers.rating.empty()) {
    add("~ratingCampaigns/g1/ratings/r1",
        std::make_shared<Rating::State>(Fold<Rating>(peers.rating)));
  }
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

}  // namespace sanzhang::rating::scene
