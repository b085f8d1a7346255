// Drafting, petition, deliberation, study. In each table a case cures the defect of the one above.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/services/resolution/resolution_scene.h"

namespace sanzhang::resolution::scene {
namespace {

class Drafts : public testing::TestWithParam<Case> {};
TEST_P(Drafts, Then) { Expect(GetParam()); }

std::string Name(const testing::TestParamInfo<Case>& info) { return info.param.name; }

std::string Draft(std::string_view fields) {
  return absl::StrCat("DraftMotion { title: 't' text: 't' ", std::string(fields), " }");
}

constexpr char kHire[] =
    "regime: REGIME_OWNERS matter: MATTER_CODE_CC278_4 items { code: 'a' text: 'x' }";

INSTANTIATE_TEST_SUITE_P(
    Motion, Drafts,
    testing::ValuesIn(std::vector<Case>{
        {"OfAnotherRegime",
         {},
         "oc1",
         Draft("regime: REGIME_OWNERS matter: MATTER_CODE_URC30_REPORT"),
         "ERROR_REASON_MATTER_NOT_OF_REGIME {matter=MATTER_CODE_URC30_REPORT, "
         "regime=REGIME_OWNERS}"},
        {"NoConvener", {}, "zhang", Draft(kHire), "ERROR_REASON_INVALID_REQUEST {field=convener}"},
        {"UnknownConvener",
         {},
         "zhang",
         Draft(absl::StrCat(kHire, " convener: '@none'")),
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=@none}"},
        {"DissolvedConvener",
         {},
         "zhang",
         Draft(absl::StrCat(kHire, " convener: '@gone'")),
         "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=@gone}"},
        {"CompanyConvenes",
         {},
         "zhang",
         Draft(absl::StrCat(kHire, " convener: '@pc'")),
         "ERROR_REASON_BODY_CANNOT_CONVENE {body=@pc}"},
        {"ConvenerOfAnotherArea",
         {},
         "zhang",
         Draft(absl::StrCat(kHire, " convener: '@oc' property_area: 'a2'")),
         "ERROR_REASON_BODY_CANNOT_CONVENE {body=@oc}"},
        {"OwnersMeetInNoBody",
         {},
         "oc1",
         Draft(absl::StrCat(kHire, " body: '@oc'")),
         "ERROR_REASON_INVALID_REQUEST {field=body}"},
        {"ScopeElsewhere",
         {},
         "oc1",
         Draft(absl::StrCat(kHire, " property_area: 'a1' scope: 'b2'")),
         "ERROR_REASON_PLACE_INCONSISTENT {resource=b2}"},
        {"ScopeGone",
         {},
         "oc1",
         Draft(absl::StrCat(kHire, " property_area: 'a1' scope: 'b9'")),
         "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=b9}"},
        {"TwoItemsOfOneCode",
         {},
         "oc1",
         Draft(absl::StrCat(kHire, " items { code: 'a' text: 'y' }")),
         "ERROR_REASON_INVALID_REQUEST {field=items}"},
        {"SomebodyStandsInAMotion",
         {},
         "oc1",
         Draft(absl::StrCat(kHire, " items { code: 'b' text: 'y' candidate: '%li' }")),
         "ERROR_REASON_INVALID_REQUEST {field=items}"},
        {"SeatsInAMotion",
         {},
         "oc1",
         Draft(absl::StrCat(kHire, " seats: 3")),
         "ERROR_REASON_INVALID_REQUEST {field=seats}"},
        {"ForItsOwnArea",
         {},
         "oc1",
         Draft(absl::StrCat(kHire, " scope: 'b1'")),
         "motion_drafted { regime: REGIME_OWNERS matter: MATTER_CODE_CC278_4 title: \"t\" "
         "text: \"t\" items { code: \"a\" text: \"x\" } property_area: \"a1\" scope: \"b1\" "
         "convener: \"@oc\" }; "},
        {"ByAnOwner",
         {},
         "zhang",
         Draft(absl::StrCat(kHire, " convener: '@oc'")),
         "motion_drafted {..."},
        {"ByTheSubdistrict", {}, "gov", Draft(kHire), "motion_drafted {..."},
        {"Twice", Drafted(kOwners), "oc1", Draft(kHire),
         "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~r1}"},
    }),
    Name);

constexpr char kCharter[] =
    "regime: REGIME_REP_ASSEMBLY matter: MATTER_CODE_URC30_CHARTER items { code: 'a' text: 'x' } "
    "body: '@rep'";

INSTANTIATE_TEST_SUITE_P(
    Assembly, Drafts,
    testing::ValuesIn(std::vector<Case>{
        {"NoBody",
         {},
         "rc1",
         Draft("regime: REGIME_REP_ASSEMBLY matter: MATTER_CODE_URC30_OTHER "
               "items { code: 'a' text: 'x' }"),
         "ERROR_REASON_INVALID_REQUEST {field=body}"},
        {"AnotherBody",
         {},
         "rc1",
         Draft("regime: REGIME_REP_ASSEMBLY matter: MATTER_CODE_URC30_OTHER "
               "items { code: 'a' text: 'x' } body: '@rc'"),
         "ERROR_REASON_INVALID_REQUEST {field=body}"},
        {"OwnersConvene",
         {},
         "oc1",
         Draft(kCharter),
         "ERROR_REASON_BODY_CANNOT_CONVENE {body=@oc}"},
        {"ProcedureUnknown",
         {},
         "rc1",
         Draft(absl::StrCat(kCharter, " procedure: 'policies/procedure-none'")),
         "ERROR_REASON_RULE_SET_NOT_IN_FORCE {rule_set=policies/procedure-none}"},
        {"ProcedureOfTheMatter",
         {},
         "rc1",
         Draft(kCharter),
         "motion_drafted { regime: REGIME_REP_ASSEMBLY matter: MATTER_CODE_URC30_CHARTER "
         "title: \"t\" text: \"t\" items { code: \"a\" text: \"x\" } body: \"@rep\" "
         "convener: \"@rc\" procedure: \"policies/procedure-four@1\" }; "},
    }),
    Name);

constexpr char kElect[] =
    "regime: REGIME_RESIDENTS_ELECTION matter: MATTER_CODE_URC19_ELECTION convener: '@rc'";
constexpr char kRemove[] =
    "regime: REGIME_RESIDENTS_ELECTION matter: MATTER_CODE_URC20_RECALL convener: '@rc' "
    "items { code: 'a' text: 'x' }";

INSTANTIATE_TEST_SUITE_P(
    Offices, Drafts,
    testing::ValuesIn(std::vector<Case>{
        {"NoSeats", {}, "gov", Draft(kElect), "ERROR_REASON_INVALID_REQUEST {field=seats}"},
        {"ToNoBody",
         {},
         "gov",
         Draft(absl::StrCat(kElect, " seats: 1")),
         "ERROR_REASON_INVALID_REQUEST {field=elects_to}"},
        {"WithItems",
         {},
         "gov",
         Draft(absl::StrCat(kElect, " seats: 1 elects_to: '@rc' items { code: 'a' text: 'x' }")),
         "ERROR_REASON_INVALID_REQUEST {field=items}"},
        {"Election",
         {},
         "gov",
         Draft(absl::StrCat(kElect, " seats: 1 elects_to: '@rc'")),
         "motion_drafted {..."},
        {"RecallsNobody", {}, "wu", Draft(kRemove), "ERROR_REASON_INVALID_REQUEST {field=recalls}"},
        {"RecallsWhoLeft",
         {},
         "wu",
         Draft(absl::StrCat(kRemove, " recalls: '#left'")),
         "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=#left}"},
        {"Recall",
         {},
         "wu",
         Draft(absl::StrCat(kRemove, " recalls: '#rc2'")),
         "motion_drafted {..."},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Changes, Drafts,
    testing::ValuesIn(std::vector<Case>{
        {"NothingLeft", Drafted(kOwners), "oc1", "AmendMotion { title: 'u' text: 'u' }",
         "ERROR_REASON_INVALID_REQUEST {field=items}"},
        {"AfterTheNotice", Noticed(kOwners), "oc1",
         "AmendMotion { title: 'u' text: 'u' items { code: 'b' text: 'x' } }",
         "ERROR_REASON_VOTE_NOTICED"},
        {"AfterASignature",
         Petition() + "li +1h petition_signed { signer: '%li' subject: 'li' role: ROLE_OWNER }",
         "zhang", "AmendMotion { title: 'u' text: 'u' items { code: 'b' text: 'x' } }",
         "ERROR_REASON_MOTION_SIGNED"},
        {"Amended", Drafted(kOwners), "oc1",
         "AmendMotion { title: 'u' text: 'v' items { code: 'b' text: 'x' } }",
         "motion_amended { title: \"u\" text: \"v\" items { code: \"b\" text: \"x\" } }; "},
        {"WithdrawnOpen", Opened(kOwners), "oc1", "WithdrawMotion { reason: 'r' }",
         "ERROR_REASON_VOTE_OPENED"},
        {"WithdrawnWhenEnoughAsked",
         Petition() + "li +1h petition_threshold_reached { signers: 2 entitled: 10 }", "zhang",
         "WithdrawMotion { reason: 'r' }", "ERROR_REASON_PETITION_COMPLETE"},
        {"WithdrawnNoticed", Noticed(kOwners), "oc1", "WithdrawMotion { reason: 'r' }",
         "motion_withdrawn { reason: \"r\" }; "},
        {"WithdrawnTwice", Withdrawn(kOwners), "oc1", "WithdrawMotion { reason: 'r' }", ""},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Study, Drafts,
    testing::ValuesIn(std::vector<Case>{
        {"DeliberatedToMorrow", Drafted(kOwners), "oc1",
         "RecordDeliberation { held_at $+21h$ consensus: 'c' }",
         "ERROR_REASON_INVALID_REQUEST {field=held_at}"},
        {"WithNobodyKnown", Drafted(kOwners), "oc1",
         "RecordDeliberation { held_at $+19h$ consensus: 'c' bodies: '@none' }",
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=@none}"},
        {"Deliberated", Drafted(kOwners), "oc1",
         "RecordDeliberation { held_at $+19h$ consensus: 'c' bodies: '@pc' participants: 7 }",
         "deliberation_recorded { held_at $+19h$ bodies: \"@pc\" participants: 7 "
         "consensus: \"c\" }; "},
        {"StudiedOpen", Opened(kAssembly), "party",
         "RecordPartyStudy { opinion: STUDY_OPINION_SUPPORT }", "ERROR_REASON_VOTE_OPENED"},
        {"Studied", Drafted(kOwners), "party",
         "RecordPartyStudy { opinion: STUDY_OPINION_ADVISE_AGAINST advice: 'no' session: 's' }",
         "party_study_recorded { opinion: STUDY_OPINION_ADVISE_AGAINST advice: \"no\" "
         "session: \"s\" }; "},
    }),
    Name);

Scene Asked(const Story& story, const Entitlement& entitlement) {
  return {.state = Fold(story), .gathered = std::make_shared<Entitlement>(entitlement)};
}

TEST(Petitions, OneFifthOfTheOwnersIsEnough) {
  const Story drafted = Petition();
  const Entitlement zhang{.entitled = true, .subject = "zhang", .area_dm2 = 8950, .all = 10};
  EXPECT_EQ(Said(Try(Asked(drafted, zhang), "zhang", "SupportMotion", "+1h")),
            Expand("petition_signed { signer: \"%zhang\" area_dm2: 8950 subject: \"zhang\" "
                   "role: ROLE_OWNER }; "));
  const Story once = drafted +
                     "zhang +1h petition_signed { signer: '%zhang' subject: 'zhang' "
                     "role: ROLE_OWNER }";
  EXPECT_EQ(Said(Try(once, "zhang", "SupportMotion", "+2h")), "");
  const Entitlement li{.entitled = true, .subject = "li", .area_dm2 = 100, .all = 10};
  EXPECT_EQ(Said(Try(Asked(once, li), "li", "SupportMotion", "+2h")),
            Expand("petition_signed { signer: \"%li\" area_dm2: 100 subject: \"li\" "
                   "role: ROLE_OWNER }; petition_threshold_reached { signers: 2 entitled: 10 "
                   "rule_set: \"policies/voting-owners@1\" }; "));
}

TEST(Petitions, CoOwnersAreOneOwner) {
  const Story once = Petition() +
                     "zhang +1h petition_signed { signer: '%zhang' "
                     "subject: 'li+zhang' role: ROLE_OWNER }";
  const Entitlement other{.entitled = true, .subject = "li+zhang", .area_dm2 = 0, .all = 10};
  const std::string said = Said(Try(Asked(once, other), "li", "SupportMotion", "+2h"));
  EXPECT_EQ(said.find("threshold"), std::string::npos) << said;
  EXPECT_NE(said.find("petition_signed"), std::string::npos) << said;
}

TEST(Petitions, AreForThoseWhoMayVote) {
  const Entitlement nobody{.entitled = false, .subject = "", .all = 10};
  EXPECT_EQ(Said(Try(Asked(Petition(), nobody), "li", "SupportMotion", "+1h")),
            "ERROR_REASON_NOT_ENTITLED");
  EXPECT_EQ(Said(Try(Petition(), "wu", "SupportMotion", "+1h")), "ERROR_REASON_NOT_ENTITLED");
  EXPECT_EQ(Said(Try(Drafted(kOwners), "zhang", "SupportMotion", "+1h")),
            "ERROR_REASON_PETITION_NOT_PROVIDED");
  EXPECT_EQ(
      Said(Try(Petition() + "li +1h petition_threshold_reached {}", "li", "SupportMotion", "+2h")),
      "ERROR_REASON_PETITION_COMPLETE");
}

// 1/5 of the representatives, or 1/10 of the residents: never both together.
TEST(Petitions, EachCapacityHasItsOwnShare) {
  Story story = {
      absl::StrCat("rep1 +0h motion_drafted { title: 't' text: 't' ", kAssembly.drafted, " }")};
  const Entitlement rep{.entitled = true, .subject = "rep", .all = 10};
  for (const char* who : {"wu", "zhang"}) {
    story = story + absl::StrCat(who, " +1h petition_signed { signer: '%", who, "' subject: '", who,
                                 "' role: ROLE_RESIDENT }");
  }
  EXPECT_EQ(Said(Try(Asked(story, rep), "rep1", "SupportMotion", "+2h")),
            Expand("petition_signed { signer: \"%rep1\" subject: \"rep\" "
                   "role: ROLE_REPRESENTATIVE }; "));
  runtime::Acting both = Cast("rep2");
  both.as = {};
  EXPECT_EQ(Resolution::PetitionRole(Fold(story), both), type::v1::ROLE_REPRESENTATIVE);
}

TEST(Runoffs, AreThoseThatTheFirstBallotOrdered) {
  ResolutionState first = Fold(Certified(kElection));
  const std::string draft =
      Draft(absl::StrCat(kElect, " seats: 1 elects_to: '@rc' runoff_of: '~r0'"));
  const auto ask = [&] {
    return Said(Try(Scene{.state = {}, .peers = {{"~r0", first}}}, "gov", draft, "+900h"));
  };
  EXPECT_EQ(ask(), Expand("ERROR_REASON_RUNOFF_NOT_ORDERED {resource=~r0}"));
  first.runoff = {Expand("%li"), Expand("%wu")};
  first.runoff_seats = 2;
  EXPECT_EQ(ask(), Expand("ERROR_REASON_RUNOFF_NOT_ORDERED {resource=~r0}"));
  first.runoff_seats = 1;
  const std::string said = ask();
  EXPECT_NE(said.find(Expand("items { code: \"1\" candidate: \"%li\" } items { code: \"2\" "
                             "candidate: \"%wu\" }")),
            std::string::npos)
      << said;
}

TEST(Relations, AreThoseOfTheBodyAndOfThePerson) {
  const ResolutionState drafted = Fold(Drafted(kAssembly));
  const auto related = [&](const ResolutionState& state, type::v1::Relation relation,
                           std::string_view who) {
    const runtime::Acting acting = Cast(who);
    return Resolution::Related(state, relation, acting.as, acting.subject);
  };
  EXPECT_TRUE(related(drafted, type::v1::RELATION_DRAFTER, "rc2"));
  EXPECT_TRUE(related(drafted, type::v1::RELATION_CONVENER, "rc2"));
  EXPECT_FALSE(related(drafted, type::v1::RELATION_CONVENER, "grid"));  // Does not sit in it.
  EXPECT_FALSE(related(drafted, type::v1::RELATION_CONVENER, "oc1"));
  const ResolutionState petition = Fold(Petition());
  EXPECT_TRUE(related(petition, type::v1::RELATION_DRAFTER, "zhang"));
  EXPECT_FALSE(related(petition, type::v1::RELATION_DRAFTER, "li"));
  EXPECT_FALSE(related(petition, type::v1::RELATION_DRAFTER, "oc1"));
  const ResolutionState counted = Fold(InExecution(kOwners));
  EXPECT_TRUE(related(counted, type::v1::RELATION_COUNTER, "count2"));
  EXPECT_FALSE(related(counted, type::v1::RELATION_COUNTER, "oc1"));
  EXPECT_TRUE(related(counted, type::v1::RELATION_EXECUTOR, "staff"));
}

}  // namespace
}  // namespace sanzhang::resolution::scene
