// Restricting and erasing: two officers, and nothing that holds.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/services/privacy/scene.h"
#include "tests/support/text_proto.h"

namespace sanzhang::privacy::scene {
namespace {

constexpr char kAsk[] =
    "zhang 03-02 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ERASURE subject: '%zhang'\n";
constexpr char kVerify[] =
    "dpo 03-03 ok VerifySubjectRequest identity_level: IDENTITY_LEVEL_REAL_NAME evidence: 'e'\n";
constexpr char kPropose[] = "ProposeErasure ground: 3 reason: 'r'";

Story Verified() {
  Story story;
  story.Play(absl::StrCat(kAsk, kVerify));
  return story;
}

Story Proposed() {
  Story story = Verified();
  story.Play(absl::StrCat("dpo 03-04 ok ", kPropose));
  return story;
}

TEST(AnErasure, TakesTwoOfficers) {
  Story story = Proposed();
  EXPECT_EQ(story.Do("dpo", At("03-05"), "ApproveErasure"), "SAME_OFFICER");
  EXPECT_FALSE(story.data.erased);
  EXPECT_EQ(story.Do("dpo2", At("03-05"), "ApproveErasure"), "ok");
  EXPECT_TRUE(story.data.erased);
  EXPECT_EQ(story.request.phase, RequestState::Phase::kFulfilled);
  ASSERT_EQ(story.last.size(), 3u);
  EXPECT_EQ(story.last.at(0).erasure_approved().proposer(), Expand("%dpo"));
  EXPECT_TRUE(story.last.at(1).has_fulfilled());
  const v1::SubjectKeyDestroyed& ledger = story.last.at(2).key_destroyed();
  EXPECT_EQ(ledger.subject(), Expand("%zhang"));
  EXPECT_EQ(ledger.subject_request(), "communities/c/subjectRequests/r1");
  EXPECT_EQ(ledger.officers_size(), 2);
}

struct Refused {
  std::string name;
  std::string script;
};
void PrintTo(const Refused& one, std::ostream* out) { *out << one.name; }
class Erasures : public testing::TestWithParam<Refused> {};
TEST_P(Erasures, AreRefusedSo) {
  Story story;
  story.Play(GetParam().script);
  EXPECT_FALSE(story.data.erased);
}

INSTANTIATE_TEST_SUITE_P(
    InTheirOrder, Erasures,
    testing::ValuesIn(std::vector<Refused>{
        {"OfNothing", absl::StrCat("dpo 03-04 SUBJECT_REQUEST_NOT_FOUND ", kPropose,
                                   "\ndpo2 03-04 SUBJECT_REQUEST_NOT_FOUND ApproveErasure")},
        {"ByNoOfficer", absl::StrCat(kAsk, kVerify, "committee 03-04 PERMISSION_DENIED ", kPropose,
                                     "\nzhang 03-04 PERMISSION_DENIED ", kPropose)},
        {"Withdrawn", absl::StrCat(kAsk, kVerify, "zhang 03-04 ok WithdrawSubjectRequest\n",
                                   "dpo 03-04 SUBJECT_REQUEST_ENDED ", kPropose)},
        {"OfTheOfficer",
         absl::StrCat(
             "dpo 03-02 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ERASURE subject: "
             "'%dpo'\n",
             "dpo2 03-03 ok VerifySubjectRequest identity_level: IDENTITY_LEVEL_REAL_NAME "
             "evidence: 'e'\n",
             "dpo 03-04 ANSWERS_OWN ", kPropose, "\ndpo2 03-04 ok ", kPropose,
             "\ndpo 03-05 ANSWERS_OWN ApproveErasure")},
        {"Unverified", absl::StrCat(kAsk, "dpo 03-04 SUBJECT_REQUEST_NOT_VERIFIED ", kPropose)},
        {"OfAnotherKind",
         absl::StrCat(
             "zhang 03-02 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_RESTRICTION subject: "
             "'%zhang'\n",
             kVerify, "dpo 03-04 SUBJECT_REQUEST_OTHER_KIND ", kPropose)},
        {"NotProposed",
         absl::StrCat(kAsk, kVerify, "dpo2 03-04 ERASURE_NOT_PROPOSED ApproveErasure")},
        {"ProposedTwice", absl::StrCat(kAsk, kVerify, "dpo 03-04 ok ", kPropose, "\ndpo 03-04 = ",
                                       kPropose, "\ndpo2 03-04 STATE_FORBIDS ", kPropose)},
        {"ByThoseWhoOnlyAskedForIt",
         absl::StrCat(kAsk, kVerify, "dpo 03-04 ok ", kPropose,
                      "\nzhang 03-05 PERMISSION_DENIED ApproveErasure")},
        {"ForAWardByTheGuardianWhoIsNoOfficer",
         absl::StrCat(
             "li 03-02 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ERASURE subject: "
             "'%xiao'\n",
             kVerify, "li 03-05 PERMISSION_DENIED ", kPropose)},
    }),
    [](const auto& info) { return info.param.name; });

v1::Hold Hold(std::string_view text) { return support::Text<v1::Hold>(text); }

TEST(Holds, KeepBothOfficersFromErasing) {
  for (const char* kind :
       {"OPEN_COMPLAINT", "OPEN_VOTE", "VOTE_OBJECTIONS", "VOTE_CHALLENGED", "RETENTION"}) {
    const v1::Hold hold = Hold(absl::StrCat("kind: HOLD_KIND_", kind, " about: 'x'"));
    Story first = Verified();
    first.gathered.holds = {hold};
    EXPECT_EQ(first.Do("dpo", At("03-04"), kPropose), "ERASURE_ON_HOLD") << kind;
    EXPECT_EQ(first.refusal.metadata.at("holds"), absl::StrCat(kind, " x"));
    // What comes up between the two officers holds too.
    Story second = Proposed();
    second.gathered.holds = {hold};
    EXPECT_EQ(second.Do("dpo2", At("03-05"), "ApproveErasure"), "ERASURE_ON_HOLD") << kind;
    EXPECT_FALSE(second.data.erased);
  }
}

TEST(Holds, AreAllListed) {
  Story story = Verified();
  story.gathered.holds = {
      Hold("kind: HOLD_KIND_OPEN_COMPLAINT about: 'communities/c/complaints/1'"),
      Hold("kind: HOLD_KIND_RETENTION about: 'communities/c/complaints/2' until { seconds: "
           "1800000000 }")};
  story.data.legal_holds["case-9"] = {.until = absl::InfiniteFuture()};
  EXPECT_EQ(story.Do("dpo", At("03-04"), kPropose), "ERASURE_ON_HOLD");
  EXPECT_EQ(story.refusal.metadata.at("holds"),
            "LEGAL_HOLD case-9\n"
            "OPEN_COMPLAINT communities/c/complaints/1\n"
            "RETENTION communities/c/complaints/2 until 2027-01-15T16:00:00+08:00");
}

TEST(Holds, AreCountedWhereThereIsNoRoom) {
  Story story = Verified();
  story.gathered.holds.assign(
      200, Hold(absl::StrCat("kind: HOLD_KIND_RETENTION about: '", std::string(120, 'x'),
                             "' until { seconds: 1800000000 }")));
  EXPECT_EQ(story.Do("dpo", At("03-04"), kPropose), "ERASURE_ON_HOLD");
  const std::string& lines = story.refusal.metadata.at("holds");
  EXPECT_LT(lines.size(), 2900u);  // A refusal has less than 3 KiB.
  EXPECT_NE(lines.find("\nand 185 more"), std::string::npos);
}

TEST(ALegalHold, HoldsUntilItEndsOrIsLifted) {
  Story story = Verified();
  story.Play(
      "dpo 03-03 ok PlaceLegalHold hold: 'case-9' law_ref: 'l' reason: 'r' until { seconds: "
      "1774836000 }");  // 30 March 10:00.
  EXPECT_EQ(story.Try("dpo", At("03-30 09:59:59"), kPropose), "ERASURE_ON_HOLD");
  EXPECT_EQ(story.Try("dpo", At("03-30 10:00:00"), kPropose), "ok");
  EXPECT_EQ(story.Do("dpo2", At("03-05"), "LiftLegalHold hold: 'case-9' reason: 'r'"), "ok");
  EXPECT_EQ(story.Try("dpo", At("03-05"), kPropose), "ok");
}

TEST(AnErasure, IsNeverDecidedWithoutLooking) {
  Story story = Verified();
  story.looked = false;
  EXPECT_EQ(story.Do("dpo", At("03-04"), kPropose), "INTERNAL");
  Story proposed = Proposed();
  proposed.looked = false;
  EXPECT_EQ(proposed.Do("dpo2", At("03-05"), "ApproveErasure"), "INTERNAL");
  EXPECT_FALSE(proposed.data.erased);
}

TEST(AfterAnErasure, NothingOfThePersonIsTaken) {
  Story story = Proposed();
  story.Play(
      "dpo2 03-05 ok ApproveErasure\n"
      "dpo2 03-06 SUBJECT_REQUEST_ENDED ApproveErasure\n"
      "dpo2 03-06 SUBJECT_ERASED PlaceLegalHold hold: 'h' law_ref: 'l' reason: 'r'\n"
      "dpo 03-06 SUBJECT_ERASED LiftRestriction reason: 'r'\n"
      "zhang 03-06 SUBJECT_ERASED GiveConsent purpose: 'roster' text_sha256: "
      "'01234567890123456789012345678901'");
  Story again;
  again.data.erased = true;
  again.Play(
      "zhang 03-07 SUBJECT_ERASED ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ACCESS "
      "subject: '%zhang'");
}

TEST(ARestriction, FulfilsWhatWasAskedAndCanBeLifted) {
  Story story;
  story.Play(
      "zhang 03-02 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_RESTRICTION subject: "
      "'%zhang'");
  story.Play(kVerify);
  story.Play(
      "dpo 03-03 NOT_RESTRICTED LiftRestriction reason: 'r'\n"
      "dpo 03-04 ok RestrictProcessing reason: 'r'");
  EXPECT_TRUE(story.data.restricted);
  EXPECT_EQ(story.request.phase, RequestState::Phase::kFulfilled);
  story.Play(
      "zhang 03-05 PERMISSION_DENIED LiftRestriction reason: 'r'\n"
      "dpo 03-05 ok LiftRestriction reason: 'r'");
  EXPECT_FALSE(story.data.restricted);
}

TEST(ARestriction, StandsInForAnErasureThatMustWait) {
  Story story = Verified();
  story.gathered.holds = {Hold("kind: HOLD_KIND_OPEN_VOTE about: 'x'")};
  story.Play(absl::StrCat("dpo 03-04 ERASURE_ON_HOLD ", kPropose, "\n",
                          "dpo 03-04 ok RestrictProcessing reason: 'r'\n",
                          "dpo 03-04 = RestrictProcessing reason: 'r'"));
  EXPECT_TRUE(story.data.restricted);
  EXPECT_TRUE(story.request.open());  // The erasure is still asked for.
  story.gathered.holds.clear();
  story.Play(absl::StrCat("dpo 04-04 ok ", kPropose, "\ndpo2 04-05 ok ApproveErasure"));
  EXPECT_TRUE(story.data.erased);
  EXPECT_FALSE(story.data.restricted);
}

TEST(ARestriction, IsForNoOtherKind) {
  Story story;
  story.Play(
      "zhang 03-02 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ACCESS subject: "
      "'%zhang'");
  story.Play(kVerify);
  story.Play("dpo 03-04 SUBJECT_REQUEST_OTHER_KIND RestrictProcessing reason: 'r'");
  story.data.erased = true;
  story.request.kind = v1::SUBJECT_REQUEST_KIND_RESTRICTION;
  story.Play("dpo 03-04 SUBJECT_ERASED RestrictProcessing reason: 'r'");
}

}  // namespace
}  // namespace sanzhang::privacy::scene
