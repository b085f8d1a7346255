// What offices hold and hand on: seals, hand-over, a term that ends soon, near relatives.

#include "services/registry/body.h"
#include "services/registry/membership.h"
#include "services/registry/term.h"
#include "tests/services/registry/live_register.h"
#include "tests/services/registry/rules_table.h"

namespace sanzhang::registry {
namespace {

constexpr char kPrepared[] = "body_prepared { kind: BODY_KIND_OWNERS_COMMITTEE display_name: 'O' }";
constexpr char kPartyPrepared[] = "body_prepared { kind: BODY_KIND_PARTY_ORG display_name: 'P' }";
constexpr char kEstablished[] = "body_established { }";
constexpr char kDissolved[] = "body_dissolved { reason: 'x' }";
constexpr char kNotFound[] = "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~bodies/oc}";
constexpr char kNotActive[] = "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~bodies/oc}";
constexpr char kDenied[] = "ERROR_REASON_PERMISSION_DENIED";

TEST(RecordSealCustody, Rules) {
  const std::string p1 = "seal: SEAL_FINANCE custodian: '~persons/p1'";
  const std::string kept = "seal_custody_recorded { seal: SEAL_FINANCE custodian: '~persons/p1' }";
  const std::string recorded =
      "seal_custody_recorded { seal: SEAL_FINANCE custodian: \"~persons/p1\" }; ";
  PlayAll<Body, v1::RecordSealCustodyRequest>(
      "~bodies/oc",
      {{"NotFound", {}, p1, kNotFound},
       {"Dissolved", {kPrepared, kEstablished, kDissolved}, p1, kNotActive},
       {"OfAnotherBody",
        {kPrepared, kEstablished},
        p1,
        kDenied,
        "OWNERS_COMMITTEE of ~bodies/other"},
       {"OfThoseWhoGuideIt",
        {kPartyPrepared, kEstablished},
        p1,
        kDenied,
        "RESIDENTS_COMMITTEE of ~bodies/rc"},
       {"NoSuchPerson",
        {kPrepared, kEstablished},
        "custodian: '~persons/none'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~persons/none}"},
       {"Organisation",
        {kPrepared, kEstablished},
        "custodian: '~persons/org'",
        "ERROR_REASON_PERSON_KIND_FORBIDS {resource=~persons/org}"},
       {"NotEstablished", {kPrepared}, p1, "ERROR_REASON_STATE_FORBIDS"},
       {"OfTheOwnBody", {kPrepared, kEstablished}, p1, recorded, "OWNERS_COMMITTEE of ~bodies/oc"},
       {"AnotherSealIsKeptToo",
        {kPrepared, kEstablished, kept},
        "seal: SEAL_OFFICIAL custodian: '~persons/p1'",
        "seal_custody_recorded { seal: SEAL_OFFICIAL custodian: \"~persons/p1\" }; "},
       {"AlreadySo", {kPrepared, kEstablished, kept}, p1, ""}});
}

TEST(CompleteHandover, WhatIsRefused) {
  const std::string to_oc = "term: '~terms/oc' items: HANDOVER_ITEM_SEALS";
  PlayAll<Body, v1::CompleteHandoverRequest>(
      "~bodies/oc", {{"NotFound", {}, to_oc, kNotFound},
                     {"Dissolved", {kPrepared, kEstablished, kDissolved}, to_oc, kNotActive},
                     {"OfAnotherBody",
                      {kPrepared, kEstablished},
                      to_oc,
                      kDenied,
                      "OWNERS_COMMITTEE of ~bodies/other"},
                     {"NoSuchTerm",
                      {kPrepared, kEstablished},
                      "term: '~terms/none'",
                      "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~terms/none}"},
                     {"NotEstablished", {kPrepared}, to_oc, "ERROR_REASON_STATE_FORBIDS"},
                     {"BeforeTheTerm",
                      {kPrepared, kEstablished},
                      to_oc,
                      "ERROR_REASON_STATE_FORBIDS",
                      "OPERATOR",
                      "2024-12-31T23:59:59+08:00"},
                     {"AnothersTerm",
                      {kPrepared, kEstablished},
                      "term: '~terms/rc'",
                      "ERROR_REASON_TERM_INVALID {resource=~terms/rc}"},
                     {"AlreadySo",
                      {kPrepared, kEstablished, "handover_completed { term: '~terms/oc' }"},
                      to_oc,
                      ""}});
}

TEST(NoteTermExpiring, Rules) {
  const std::string started =
      "term_started { body: '~bodies/oc' ends { seconds: 1830268800 } }";  // 1 January 2028.
  const std::string noted = "term_expiring { ends { seconds: 1830268800 } }";
  const std::string last_day = "2027-10-02T23:59:59+08:00";
  PlayAll<Term, v1::NoteTermExpiringRequest>(
      "~terms/t1", {{"NotFound", {}, "", "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~terms/t1}"},
                    {"Expired",
                     {started, "term_expired { }"},
                     "",
                     "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~terms/t1}"},
                    {"TooEarly",
                     {started},
                     "",
                     "ERROR_REASON_CLOCK_NOT_DUE {due=2027-10-02T16:00:00+00:00}",
                     "TIMER",
                     last_day},
                    {"Ninety days before",
                     {started},
                     "",
                     "term_expiring { ends { seconds: 1830268800 } }; ",
                     "TIMER",
                     "2027-10-03T00:00:00+08:00"},
                    {"AlreadySo", {started, noted}, "", "", "TIMER", last_day}});
}

TEST(SeatMember, NearRelativesAndOrganisations) {
  const auto seat = [](const std::string& body, const std::string& person) {
    return "body: '~bodies/" + body + "' person: '~persons/" + person + "' office: OFFICE_MEMBER";
  };
  const std::string apart = "ERROR_REASON_NEAR_RELATIVE_SEATED {resource=~memberships/clerk}";
  PlayAll<Membership, v1::SeatMemberRequest>(
      "~memberships/m1", {{"InTheSameCommittee", {}, seat("rc", "p2"), apart},
                          {"InItsSupervision", {}, seat("sup", "p2"), apart},
                          {"AnOrganisation",
                           {},
                           seat("rc", "org"),
                           "ERROR_REASON_PERSON_KIND_FORBIDS {resource=~persons/org}"}});
  Row elsewhere = {"RelativeInTheCompany", {}, seat("sup", "adult"), ""};
  EXPECT_EQ((Play<Membership, v1::SeatMemberRequest>(elsewhere, "~memberships/m1")).substr(0, 15),
            "member_seated {");
}

// The day that the hand-over is due is counted as the law counts it, and a late one is taken.
TEST(Handover, SaysUntilWhenItHadToBe) {
  LiveRegister live;
  live.Settle();
  live.Set("StartTerm",
           "parent: 'communities/c1' term_id: 't1' body: '~bodies/rc' begins { seconds: 1777564800 "
           "} ends { seconds: 1780243200 }");
  live.set_now("2026-06-20T00:00:00+08:00");
  live.Set("CompleteHandover",
           "name: '~bodies/rc' term: '~terms/t1' items: HANDOVER_ITEM_ARCHIVES");
  const auto page =
      live.store().ReadStream("communities/c1/bodies/rc", 0, eventstore::Direction::kBackwards, {});
  log::v1::Record record;
  ASSERT_TRUE(record.ParseFromString(page->records[0].bytes));
  v1::HandoverCompleted completed;
  ASSERT_TRUE(completed.ParseFromString(record.payload()));
  EXPECT_GE(completed.due().seconds(), 1777564800 + 10 * 86400);
  EXPECT_LT(completed.due().seconds(), 1777564800 + 12 * 86400);
}

}  // namespace
}  // namespace sanzhang::registry
