#include "tests/projections/support/vote_scene.h"

#include "absl/strings/str_cat.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"

namespace sanzhang::projections::bench {

namespace reg = registry::v1;
namespace rv = resolution::v1;

History VoteCommunity() {
  constexpr std::string_view kT = "2026-01-01 00:00";
  History h = Community();
  struct Seat {
    const char* body;
    const char* kind;
    const char* area;
  };
  for (const Seat& seat : {Seat{"oc1", "BODY_KIND_OWNERS_COMMITTEE", "@propertyAreas/a1"},
                           Seat{"oc2", "BODY_KIND_OWNERS_COMMITTEE", "@propertyAreas/a2"},
                           Seat{"elc", "BODY_KIND_ELECTION_COMMITTEE", ""}}) {
    const std::string body = absl::StrCat("bodies/", seat.body);
    const std::string person = absl::StrCat("persons/p-", seat.body);
    const std::string what = absl::StrCat("kind: ", seat.kind, " property_area: '", seat.area, "'");
    h.Add<reg::BodyPrepared>(kT, body, absl::StrCat(what, " display_name: '", seat.body, "'"));
    h.Add<reg::BodyEstablished>(kT, body, "");
    h.Add<reg::PersonRegistered>(kT, person, "full_name { content: '欧阳' }");
    h.Add<reg::MemberSeated>(
        kT, absl::StrCat("memberships/", seat.body),
        absl::StrCat("body: '@", body, "' person: '@", person, "' body_kind: ", seat.kind,
                     " property_area: '", seat.area, "' office: OFFICE_CHAIR"));
  }
  for (const char* id : {"p-own", "p-co1", "p-co2", "p-agent", "p-cnt", "p-cnt2", "p-cnt3"}) {
    h.Add<reg::PersonRegistered>(kT, absl::StrCat("persons/", id), "full_name { content: '李四' }");
  }
  h.Add<reg::DwellingRegistered>(kT, "dwellings/d1",
                                 "area_dm2: 120 area_source: AREA_SOURCE_REGISTER");
  h.Add<reg::DwellingRegistered>(kT, "dwellings/d2",
                                 "area_dm2: 80 area_source: AREA_SOURCE_CONTRACT");
  for (const char* dwelling : {"dwellings/d1", "dwellings/d2"}) {
    h.Add<reg::OwnershipRecorded>(kT, dwelling, "owners { person: '@persons/p-own' }");
  }
  return h;
}

void AddVote(History& h, std::string_view id, std::string_view motion) {
  const std::string name = absl::StrCat("resolutions/", std::string(id));
  const auto voter = [&](const char* v) { return absl::StrCat(name, "/voters/", v); };
  h.Add<rv::MotionDrafted>("2026-03-01 10:00", name,
                           absl::StrCat("title: '", std::string(id),
                                        "' items { code: 'a' text: '甲' } ", std::string(motion)));
  h.Add<rv::VoteNoticed>(
      "2026-03-02 10:00", name,
      "rule_set: 'policies/v' mode: VOTE_MODE_ELECTRONIC opens T(2026-03-20 10:00) "
      "closes T(2026-03-30 10:00) notice: '@notices/n1' thresholds { "
      "quorum_area { numerator: 2 denominator: 3 } quorum_heads { numerator: 2 denominator: 3 } "
      "consent_area { numerator: 1 denominator: 2 strict: true } }");
  h.Add<rv::VoterEnrolled>("2026-03-03 09:00", voter("v1"),
                           "snapshot: 's' entry { area_dm2: 200 heads: 1 dwellings_total: 2 "
                           "persons: '@persons/p-own' dwellings: '@dwellings/d1' "
                           "dwellings: '@dwellings/d2' }");
  h.Add<rv::VoterEnrolled>("2026-03-03 09:00", voter("v2"),
                           "snapshot: 's' entry { area_dm2: 100 heads: 1 dwellings_total: 1 "
                           "persons: '@persons/p-co1' persons: '@persons/p-co2' "
                           "dwellings: '@dwellings/d3' }");
  h.Add<rv::VoterEnrolled>("2026-03-03 09:00", voter("v3"),
                           "snapshot: 's' entry { area_dm2: 60 heads: 1 dwellings_total: 1 }");
  h.Add<rv::ElectorateFrozen>("2026-03-03 10:00", name,
                              "snapshot: 's' roll_sha256: 'f00d' subjects: 3 heads: 3 "
                              "area_dm2: 360 dwellings: 4 dwellings_without_owner: 1 "
                              "objections_until T(2026-03-10 10:00)");
  h.Add<rv::BallotDelivered>("2026-03-05 10:00", voter("v1"),
                             "method: DELIVERY_METHOD_IN_PERSON warning_shown: true");
  h.Add<rv::ProxyGranted>("2026-03-06 10:00", voter("v2"),
                          "agent: '@persons/p-agent' principal: '@persons/p-co1'");
  h.Add<rv::VoteOpened>("2026-03-20 10:00", name, "closes T(2026-03-30 10:00)");
  h.Add<rv::BallotCast>("2026-03-21 10:00", absl::StrCat(name, "/ballots/v1"),
                        "ballot: 1 person: '@persons/p-own' paper { sealed: 'SEALED' }");
}

void CountVote(History& h, std::string_view id) {
  const std::string name = absl::StrCat("resolutions/", std::string(id));
  h.Add<rv::CountersAppointed>("2026-03-30 09:00", name,
                               "persons: '@persons/p-cnt2' persons: '@persons/p-cnt3'");
  h.Add<rv::VoteClosed>("2026-03-30 10:00", name, "");
  h.Add<rv::ProvisionalTallyComputed>(
      "2026-03-30 11:00", name,
      "result { engine_version: 'e1' rule_set: 'policies/v' hashes { rules: 'hr' roll: 'hl' "
      "input: 'h1' } items { item: 'a' outcome: OUTCOME_NO_QUORUM "
      "area { in_favour: 200 non_return: 160 total: 360 participating: 200 consenting: 200 "
      "quorum { numerator: 2 denominator: 3 base: 360 needed: 240 } } "
      "heads { in_favour: 1 non_return: 2 total: 3 participating: 1 consenting: 1 } "
      "sub_scopes { sub_scope: '@buildings/b1' subjects: 3 withheld: true } } "
      "set_aside { ballot: 'v2/001' reason: INVALID_REASON_LATE } } set_aside_left_out: 1 "
      "objections_until T(2026-04-04 10:00)");
  h.Add<rv::CertificationSigned>("2026-04-05 09:00", name,
                                 "signatory: '@persons/p-cnt2' as: SIGNATORY_COUNTER "
                                 "input_sha256: 'h1'");
  h.Add<rv::ResolutionCertified>("2026-04-05 10:00", name,
                                 "outcomes { item: 'a' outcome: OUTCOME_NO_QUORUM } "
                                 "outcome: OUTCOME_NO_QUORUM input_sha256: 'h1'");
}

}  // namespace sanzhang::projections::bench
