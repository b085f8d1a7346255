// The stories of resolution_scene.h. Times: noticed at +1h (2 March, 11:00); 15 clear days reach to
// the end of 17 March, +374h; the vote opens at +480h (22 March, 10:00) and closes at +720h.
#include "absl/strings/str_cat.h"
#include "tests/services/resolution/resolution_scene.h"

namespace sanzhang::resolution::scene {

const Kind kOwners = {
    .drafted = R"(regime: REGIME_OWNERS matter: MATTER_CODE_CC278_4 items { code: "a" text: "t" }
        property_area: "a1" convener: "@oc")",
    .noticed = R"(rule_set: "policies/voting-owners@1" mode: VOTE_MODE_ELECTRONIC
        non_return: NON_RETURN_POLICY_NOT_PARTICIPATING)",
    .result = R"(hashes { input: "h1" } items { item: "a" outcome: OUTCOME_PASSED })",
    .certified = R"(outcomes { item: "a" outcome: OUTCOME_PASSED } outcome: OUTCOME_PASSED
        input_sha256: "h1")",
    .between = {},
};

const Kind kMeeting = {
    .drafted = R"(regime: REGIME_OWNERS_COMMITTEE matter: MATTER_CODE_COMMITTEE
        items { code: "a" text: "t" } items { code: "b" text: "t" }
        property_area: "a1" convener: "@oc" body: "@oc")",
    .noticed = R"(rule_set: "policies/voting-committee@1" mode: VOTE_MODE_MEETING)",
    .result = R"(hashes { input: "h1" } items { item: "a" outcome: OUTCOME_PASSED }
        items { item: "b" outcome: OUTCOME_NO_QUORUM })",
    .certified = R"(outcomes { item: "a" outcome: OUTCOME_PASSED } outcome: OUTCOME_REJECTED
        input_sha256: "h1")",
    .between = {},
};

const Kind kAssembly = {
    .drafted = R"(regime: REGIME_REP_ASSEMBLY matter: MATTER_CODE_URC30_OTHER
        items { code: "a" text: "t" } convener: "@rc" body: "@rep"
        procedure: "policies/procedure-studied@1")",
    .noticed = R"(rule_set: "policies/voting-assembly@1" mode: VOTE_MODE_MEETING)",
    .result = R"(hashes { input: "h1" } items { item: "a" outcome: OUTCOME_PASSED })",
    .certified = R"(outcomes { item: "a" outcome: OUTCOME_PASSED } outcome: OUTCOME_PASSED
        input_sha256: "h1")",
    .between = {"party +0h party_study_recorded { opinion: STUDY_OPINION_ADVISE_AGAINST }"},
};

const Kind kElection = {
    .drafted = R"(regime: REGIME_RESIDENTS_ELECTION matter: MATTER_CODE_URC19_ELECTION
        convener: "@rc" seats: 1 elects_to: "@rc")",
    .noticed = R"(rule_set: "policies/voting-election@1" mode: VOTE_MODE_WRITTEN)",
    .result = R"(hashes { input: "h1" }
        items { item: "1" candidate: "%li" outcome: OUTCOME_PASSED
                standing: STANDING_ALTERNATE rank: 2 }
        items { item: "2" candidate: "%wu" outcome: OUTCOME_PASSED
                standing: STANDING_ELECTED rank: 1 }
        election { outcome: OUTCOME_ELECTED seats: 1 filled: 1 })",
    .certified = R"(outcomes { item: "1" outcome: OUTCOME_PASSED } outcome: OUTCOME_ELECTED
        input_sha256: "h1" elected: "%wu" alternates: ["%li", "%rep2"])",
    .between = {R"(party +0h nomination_filed { candidate: "%wu" nominators: "@party" })",
                R"(party +0h nomination_filed { candidate: "%li" nominators: "@party" })",
                R"(rc1 +0h candidate_reviewed { candidate: "%wu" eligible: true })",
                R"(rc1 +0h candidate_reviewed { candidate: "%li" eligible: true })",
                R"(rc1 +0h candidate_list_published { candidates: ["%li", "%wu"] })"},
};

const Kind kRecall = {
    .drafted = R"(regime: REGIME_RESIDENTS_ELECTION matter: MATTER_CODE_URC20_RECALL
        items { code: "a" text: "t" } convener: "@rc" recalls: "#rc2")",
    .noticed = R"(rule_set: "policies/voting-recall@1" mode: VOTE_MODE_WRITTEN)",
    .result = R"(hashes { input: "h1" } items { item: "a" outcome: OUTCOME_PASSED })",
    .certified = R"(outcomes { item: "a" outcome: OUTCOME_PASSED } outcome: OUTCOME_PASSED
        input_sha256: "h1")",
    .between = {"rc1 +0h recall_defence_heard { held_at $+0h$ }"},
};

namespace {

std::string_view ConvenerOf(const Kind& kind) {
  return kind.drafted.find("convener: \"@rc\"") == std::string::npos ? "oc1" : "rc1";
}

std::string By(const Kind& kind, std::string_view rest) {
  return absl::StrCat(std::string(ConvenerOf(kind)), " ", std::string(rest));
}

}  // namespace

Story Drafted(const Kind& kind) {
  return Story{By(kind,
                  absl::StrCat("+0h motion_drafted { title: 't' text: 't' ", kind.drafted, " }"))} +
         kind.between;
}

Story Noticed(const Kind& kind) {
  return Drafted(kind) +
         By(kind, absl::StrCat("+1h noticed { opens $+480h$ closes $+720h$ notice: '^n1' ",
                               kind.noticed, " }"));
}

Story Frozen(const Kind& kind) {
  return Noticed(kind) + By(kind, "+2h counters_appointed { persons: ['%count1', '%count2'] }") +
         By(kind,
            "+3h electorate_frozen { snapshot: 's1' roll_sha256: 'f00d' subjects: 3 "
            "objections_until $+134h$ votes_from $+182h$ }");
}

Story Opened(const Kind& kind) {
  return Frozen(kind) + By(kind, "+480h opened { closes $+720h$ tally_public_key: 'public' }");
}

Story Closed(const Kind& kind) {
  return Opened(kind) + "timer +720h closed { tally_secret_key: 'secret' }";
}

Story Tallied(const Kind& kind) {
  return Closed(kind) + absl::StrCat("timer +721h provisionally_tallied { result { ", kind.result,
                                     " } objections_until $+806h$ }");
}

Story Signed(const Kind& kind) {
  return Tallied(kind) +
         "count1 +807h certification_signed { signatory: '%count1' "
         "as: SIGNATORY_COUNTER input_sha256: 'h1' }";
}

Story Certified(const Kind& kind) {
  return Signed(kind) +
         By(kind, absl::StrCat("+808h certification_signed { signatory: '%",
                               std::string(ConvenerOf(kind)),
                               "' as: SIGNATORY_CONVENER input_sha256: 'h1' }")) +
         By(kind, absl::StrCat("+808h certified { ", kind.certified, " }"));
}

Story Published(const Kind& kind) {
  return Certified(kind) + By(kind, "+809h published { notice: '^n2' }");
}

Story InExecution(const Kind& kind) {
  return Published(kind) + By(kind, "+810h execution_planned { body: '@pc' due $+2000h$ }");
}

Story Executed(const Kind& kind) { return InExecution(kind) + "staff +811h execution_finished {}"; }

Story ExecutionPublished(const Kind& kind) {
  return Executed(kind) + By(kind, "+812h execution_published { notice: '^n3' }");
}

Story Withdrawn(const Kind& kind) {
  return Noticed(kind) + By(kind, "+4h motion_withdrawn { reason: 'r' }");
}

Story Revoked(const Kind& kind) {
  return Certified(kind) + "gov +809h revoked { by: REVOKED_BY_AUTHORITY ground: 'g' }";
}

Story Petition() {
  return {absl::StrCat("zhang +0h motion_drafted { title: 't' text: 't' ", kOwners.drafted, " }")};
}

}  // namespace sanzhang::resolution::scene
