// Who may ask what about whose data, and what is answered, in the order of refusals.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/services/privacy/scene.h"

namespace sanzhang::privacy::scene {
namespace {

struct Case {
  std::string name;
  std::string script;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class Requests : public testing::TestWithParam<Case> {};

TEST_P(Requests, AreAnsweredSo) { Story().Play(GetParam().script); }

INSTANTIATE_TEST_SUITE_P(
    WhoAsks, Requests,
    testing::ValuesIn(std::vector<Case>{
        {"ThePerson",
         "zhang 03-02 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ACCESS subject: "
         "'%zhang'"},
        {"AnotherResident",
         "wang 03-02 NOT_THE_SUBJECT ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ACCESS "
         "subject: '%zhang'"},
        {"WhomTheRegisterDoesNotKnow",
         "stranger 03-02 PERMISSION_DENIED ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ACCESS "
         "subject: '%zhang'\n"
         "stranger 03-02 PERMISSION_DENIED ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ACCESS "
         "subject: '%stranger'\n"
         "auditor 03-02 PERMISSION_DENIED ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ACCESS "
         "subject: '%zhang'"},
        {"AboutWhomTheRegisterDoesNotKnow",
         "zhang 03-02 NOT_THE_SUBJECT ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ACCESS "
         "subject: '%stranger'"},
        {"TheGuardian",
         "li 03-02 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ERASURE subject: '%xiao'"},
        {"TheWardAlone",
         "xiao 03-02 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ACCESS subject: '%xiao'"},
        {"NoGuardianOfThis",
         "li 03-02 NOT_THE_SUBJECT ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ACCESS "
         "subject: '%zhang'"},
        {"ANearRelativeOfTheDead",
         "zhang 03-02 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_COPY subject: "
         "'%grandpa'"},
        {"ANearRelativeOfTheDeadForWhatArticle49DoesNotGive",
         "zhang 03-02 NOT_THE_SUBJECT ReceiveSubjectRequest kind: "
         "SUBJECT_REQUEST_KIND_WITHDRAW_CONSENT subject: '%grandpa' purposes: 'roster'\n"
         "zhang 03-02 NOT_THE_SUBJECT ReceiveSubjectRequest kind: "
         "SUBJECT_REQUEST_KIND_EXPLANATION subject: '%grandpa'"},
        {"NoRelativeOfTheDead",
         "wang 03-02 NOT_THE_SUBJECT ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_COPY "
         "subject: '%grandpa'"},
        {"AnOfficerForOneWhoCameInPerson",
         "dpo 03-02 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_COPY subject: '%zhang' "
         "origin { on_behalf_of: '%zhang' }"},
        {"AnOfficerForOneWhoMayNot",
         "dpo 03-02 NOT_THE_SUBJECT ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_COPY subject: "
         "'%zhang' origin { on_behalf_of: '%wang' }"},
        {"AnOfficerForNobody",
         "dpo 03-02 NOT_THE_SUBJECT ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_COPY subject: "
         "'%zhang'"},
        {"NoOtherBringsOneIn",
         "committee 03-02 PERMISSION_DENIED ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_COPY "
         "subject: '%zhang' origin { on_behalf_of: '%zhang' }"},
    }),
    [](const auto& info) { return info.param.name; });

constexpr char kAsk[] =
    "zhang 03-02 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ACCESS subject: '%zhang'\n";
constexpr char kVerify[] =
    "dpo 03-03 ok VerifySubjectRequest identity_level: IDENTITY_LEVEL_REAL_NAME evidence: 'e'\n";

std::string Asked(std::string_view more) { return absl::StrCat(kAsk, std::string(more)); }
std::string Verified(std::string_view more) {
  return absl::StrCat(kAsk, kVerify, std::string(more));
}
std::string VerifiedAs(std::string_view kind, std::string_view fields, std::string_view more) {
  return absl::StrCat("zhang 03-02 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_",
                      std::string(kind), " subject: '%zhang' ", std::string(fields), "\n", kVerify,
                      std::string(more));
}

constexpr char kWords[] =
    "concerns { stream: 'communities/c/persons/zhang' event_id: 'e' field: 'f' }";
constexpr char kCorrect[] =
    "CorrectPersonalData corrects { stream: 'communities/c/persons/zhang' event_id: 'e' field: "
    "'f' } text { content: 'w' }";

INSTANTIATE_TEST_SUITE_P(
    Steps, Requests,
    testing::ValuesIn(std::vector<Case>{
        {"TheSameTwice", Asked("zhang 03-02 RESOURCE_ALREADY_EXISTS ReceiveSubjectRequest kind: "
                               "SUBJECT_REQUEST_KIND_ACCESS subject: '%zhang'")},
        {"WhatGoesWithAnotherKind",
         "zhang 03-02 INVALID_REQUEST ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ACCESS "
         "subject: '%zhang' purposes: 'roster'\n"
         "zhang 03-02 INVALID_REQUEST ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_CORRECTION "
         "subject: '%zhang'\n"
         "zhang 03-02 INVALID_REQUEST ReceiveSubjectRequest kind: "
         "SUBJECT_REQUEST_KIND_WITHDRAW_CONSENT subject: '%zhang'\n"
         "zhang 03-02 INVALID_REQUEST ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_CORRECTION "
         "subject: '%zhang' concerns { stream: 'communities/d/persons/p' event_id: 'e' field: 'f' "
         "}\n"
         "zhang 03-02 INVALID_REQUEST ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ACCESS "
         "subject: '%zhang' statement { subject: '%wang' content: 's' }"},
        {"VerifyingWhatIsNotThere",
         "dpo 03-03 SUBJECT_REQUEST_NOT_FOUND VerifySubjectRequest identity_level: "
         "IDENTITY_LEVEL_REAL_NAME evidence: 'e'"},
        {"VerifyingByATelephoneNumber",
         Asked("dpo 03-03 INVALID_REQUEST VerifySubjectRequest identity_level: "
               "IDENTITY_LEVEL_PHONE evidence: 'e'")},
        {"VerifyingTwice",
         Verified("dpo2 03-04 = VerifySubjectRequest identity_level: IDENTITY_LEVEL_REAL_NAME "
                  "evidence: 'e'")},
        {"OnlyOfficersHandle",
         Asked("committee 03-03 PERMISSION_DENIED VerifySubjectRequest identity_level: "
               "IDENTITY_LEVEL_REAL_NAME evidence: 'e'\n"
               "zhang 03-03 PERMISSION_DENIED FulfilSubjectRequest answer: 'a'")},
        {"NoOfficerHandlesTheirOwn",
         "dpo 03-02 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ACCESS subject: '%dpo'\n"
         "dpo 03-03 ANSWERS_OWN VerifySubjectRequest identity_level: IDENTITY_LEVEL_REAL_NAME "
         "evidence: 'e'\n"
         "dpo2 03-03 ok VerifySubjectRequest identity_level: IDENTITY_LEVEL_REAL_NAME evidence: "
         "'e'\n"
         "dpo 03-04 ANSWERS_OWN FulfilSubjectRequest answer: 'a'\n"
         "dpo 03-04 ANSWERS_OWN RefuseSubjectRequest reason: REFUSAL_REASON_NOT_HELD explanation: "
         "'e'\n"
         "dpo2 03-04 ok FulfilSubjectRequest answer: 'a'"},
        {"FulfillingUnverified",
         Asked("dpo 03-03 SUBJECT_REQUEST_NOT_VERIFIED FulfilSubjectRequest answer: 'a'")},
        {"FulfillingAnAccess", Verified("dpo 03-04 ok FulfilSubjectRequest answer: 'a'\n"
                                        "dpo 03-04 SUBJECT_REQUEST_ENDED FulfilSubjectRequest "
                                        "answer: 'a'")},
        {"ACopyIsSomethingHandedOut",
         VerifiedAs("COPY", "",
                    "dpo 03-04 INVALID_REQUEST FulfilSubjectRequest answer: 'a'\n"
                    "dpo 03-04 INVALID_REQUEST FulfilSubjectRequest answer: 'a' files { "
                    "file_name: 'f' sha256: 'short' }\n"
                    "dpo 03-04 ok FulfilSubjectRequest answer: 'a' files { file_name: 'f' sha256: "
                    "'01234567890123456789012345678901' }")},
        {"ARestrictionAndAnErasureAreNotSaidButDone",
         VerifiedAs("RESTRICTION", "",
                    "dpo 03-04 SUBJECT_REQUEST_OTHER_KIND FulfilSubjectRequest answer: 'a'")},
        {"AnErasureIsNotSaidButDone",
         VerifiedAs("ERASURE", "",
                    "dpo 03-04 SUBJECT_REQUEST_OTHER_KIND FulfilSubjectRequest answer: 'a'")},
        {"ACorrectionNeedsOne",
         VerifiedAs("CORRECTION", kWords,
                    "dpo 03-04 STATE_FORBIDS FulfilSubjectRequest answer: 'a'")},
        {"CorrectingWhatWasNotAsked",
         Verified(absl::StrCat("dpo 03-04 SUBJECT_REQUEST_OTHER_KIND ", kCorrect))},
        {"CorrectingWordsThatAreNotThere",
         VerifiedAs("CORRECTION", kWords, absl::StrCat("dpo 03-04 TEXT_NOT_FOUND ", kCorrect))},
        {"CorrectingForAnother",
         VerifiedAs("CORRECTION", kWords,
                    "dpo 03-04 INVALID_REQUEST CorrectPersonalData corrects { stream: "
                    "'communities/c/persons/zhang' event_id: 'e' field: 'f' } text { subject: "
                    "'%wang' content: 'w' }\n"
                    "dpo 03-04 INVALID_REQUEST CorrectPersonalData corrects { stream: "
                    "'communities/d/persons/zhang' event_id: 'e' field: 'f' } text { content: 'w' "
                    "}\n"
                    "dpo 03-04 INVALID_REQUEST CorrectPersonalData corrects { stream: "
                    "'communities/c/persons/zhang' event_id: 'e' field: 'f' } text { }")},
        {"RefusingUnverified",
         Asked("dpo 03-03 SUBJECT_REQUEST_NOT_VERIFIED RefuseSubjectRequest reason: "
               "REFUSAL_REASON_NOT_HELD explanation: 'e'\n"
               "dpo 03-03 ok RefuseSubjectRequest reason: REFUSAL_REASON_IDENTITY_NOT_SHOWN "
               "explanation: 'e'")},
        {"RefusingWhoHasShownIt", Verified("dpo 03-04 STATE_FORBIDS RefuseSubjectRequest reason: "
                                           "REFUSAL_REASON_IDENTITY_NOT_SHOWN explanation: 'e'")},
        {"AskingNoMore",
         Asked("wang 03-03 PERMISSION_DENIED WithdrawSubjectRequest\n"
               "dpo 03-03 PERMISSION_DENIED WithdrawSubjectRequest\n"
               "dpo 03-03 PERMISSION_DENIED WithdrawSubjectRequest origin { on_behalf_of: '%wang' "
               "}\n"
               "zhang 03-03 ok WithdrawSubjectRequest\n"
               "zhang 03-03 = WithdrawSubjectRequest\n"
               "dpo 03-03 SUBJECT_REQUEST_ENDED VerifySubjectRequest identity_level: "
               "IDENTITY_LEVEL_REAL_NAME evidence: 'e'")},
        {"AskingNoMoreOnPaper",
         Asked("dpo 03-03 ok WithdrawSubjectRequest origin { on_behalf_of: '%zhang' }")},
        {"AskingNoMoreAfterTheAnswer",
         Verified("dpo 03-04 ok FulfilSubjectRequest answer: 'a'\n"
                  "zhang 03-05 SUBJECT_REQUEST_ENDED WithdrawSubjectRequest")},
        {"WhoMayNotKnowLearnsNothing", "zhang 03-03 PERMISSION_DENIED WithdrawSubjectRequest"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(TheClock, RunsThirtyDaysAndIsBreachedOnce) {
  Story story;
  story.Play(kAsk);
  // 30 days from 2 March: 24:00 of 1 April, a Wednesday that is worked.
  EXPECT_EQ(story.request.answer_due, At("04-02 00:00:00"));
  const std::string due = absl::StrCat("DetectSubjectRequestBreach due { seconds: ",
                                       absl::ToUnixSeconds(story.request.answer_due), " }");
  EXPECT_EQ(story.Do("timer", story.request.answer_due, due), "CLOCK_NOT_DUE");
  EXPECT_EQ(story.refusal.metadata.at("due"), "2026-04-02T00:00:00+08:00");
  EXPECT_EQ(story.Do("timer", At("04-03"), "DetectSubjectRequestBreach due { seconds: 1 }"),
            "CLOCK_NOT_DUE");
  EXPECT_EQ(story.Try("dpo", At("04-03"), due), "PERMISSION_DENIED");
  EXPECT_EQ(story.Do("timer", At("04-03"), due), "ok");
  EXPECT_EQ(story.Do("timer", At("04-03"), due), "=");
  // It is answered all the same, and the answer says that it is late.
  story.Play(
      "dpo 04-04 ok VerifySubjectRequest identity_level: IDENTITY_LEVEL_REAL_NAME evidence: 'e'\n"
      "dpo 04-04 ok FulfilSubjectRequest answer: 'a'");
  EXPECT_TRUE(story.last.at(0).fulfilled().late());
  EXPECT_EQ(Story().Do("timer", At("04-03"), due), "SUBJECT_REQUEST_NOT_FOUND");
}

TEST(TheClock, StopsWithTheAnswer) {
  Story story;
  story.Play(Verified("dpo 03-04 ok FulfilSubjectRequest answer: 'a'"));
  EXPECT_FALSE(story.last.at(0).fulfilled().late());
  const std::string due = absl::StrCat("DetectSubjectRequestBreach due { seconds: ",
                                       absl::ToUnixSeconds(story.request.answer_due), " }");
  EXPECT_EQ(story.Do("timer", At("05-01"), due), "SUBJECT_REQUEST_ENDED");
}

TEST(TheClock, OfARestrictionIsThreeWorkingDays) {
  Story story;
  story.Play(
      "zhang 03-06 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_RESTRICTION subject: "
      "'%zhang'");  // A Friday.
  EXPECT_EQ(story.request.answer_due, At("03-12 00:00:00"));
}

TEST(AFact, SaysWhoAsksInWhatCapacityAndByWhatRule) {
  Story story;
  story.Play(
      "zhang 03-02 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ERASURE subject: "
      "'%grandpa' statement { content: 's' }");
  const v1::SubjectRequestReceived& received = story.last.at(0).received();
  EXPECT_EQ(received.asker(), Expand("%zhang"));
  EXPECT_EQ(received.subject(), Expand("%grandpa"));
  EXPECT_EQ(received.asked_as(), v1::ASKED_AS_NEAR_RELATIVE);
  EXPECT_EQ(received.rule(), "policies/subject-rights@1");
  EXPECT_EQ(received.statement().subject(), Expand("%zhang"));
}

TEST(OneOpenRequest, OfAKindAboutAPerson) {
  Story story;
  story.Play(kAsk);
  ASSERT_EQ(story.claims.size(), 1u);
  const runtime::Claim taken = story.claims.front();
  EXPECT_EQ(taken.name, "communities/c/openSubjectRequests/zhang/kinds/access");
  EXPECT_EQ(taken.taken, type::v1::ERROR_REASON_SUBJECT_REQUEST_OPEN);
  for (const char* end :
       {"FulfilSubjectRequest answer: 'a'",
        "RefuseSubjectRequest reason: REFUSAL_REASON_NOT_HELD explanation: 'e'"}) {
    Story ended;
    ended.Play(Verified(""));
    EXPECT_EQ(ended.Do("dpo", At("03-05"), end), "ok");
    ASSERT_EQ(ended.claims.size(), 1u);
    EXPECT_TRUE(ended.claims.front().release);
    EXPECT_EQ(ended.claims.front().name, taken.name);
  }
}

TEST(ARefusal, NamesTheArticleAndTheRemedy) {
  Story story;
  story.Play(
      Verified("dpo 03-04 ok RefuseSubjectRequest reason: REFUSAL_REASON_RETENTION_RUNS "
               "explanation: 'e'"));
  const v1::SubjectRequestRefused& refused = story.last.at(0).refused();
  EXPECT_EQ(refused.law_ref(), "个人信息保护法第四十七条第二款");
  EXPECT_NE(refused.remedy().find("第五十条第二款"), std::string::npos);
}

TEST(ACorrection, KeepsTheOldWordsAndSaysWhatTheyShouldBe) {
  Story story;
  story.gathered.words_found = true;
  story.Play(VerifiedAs("CORRECTION", kWords,
                        absl::StrCat("dpo 03-04 ok ", kCorrect, "\n",
                                     "dpo 03-05 ok FulfilSubjectRequest answer: 'a'")));
  EXPECT_EQ(story.request.corrections, 1u);
  Story erased;
  erased.gathered.words_found = true;
  erased.Play(VerifiedAs("CORRECTION", kWords, ""));
  erased.data.erased = true;
  EXPECT_EQ(erased.Do("dpo", At("03-04"), kCorrect), "SUBJECT_ERASED");
}

TEST(AWithdrawalOfConsent, EndsWhatStands) {
  Story story;
  story.data.consents = {{"roster", true}, {"photos", false}};
  story.Play(
      "zhang 03-02 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_WITHDRAW_CONSENT "
      "subject: '%zhang' purposes: 'roster' purposes: 'photos'");
  story.Play(kVerify);
  story.Play("dpo 03-04 ok FulfilSubjectRequest answer: 'a'");
  EXPECT_FALSE(story.data.consents.at("roster"));
  ASSERT_EQ(story.last.size(), 2u);  // Of the two only one stood.
  EXPECT_EQ(story.last.at(1).consent_withdrawn().purpose(), "roster");
  Story never;
  never.Play(
      "zhang 03-02 ok ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_WITHDRAW_CONSENT "
      "subject: '%zhang' purposes: 'roster'");
  never.Play(kVerify);
  never.Play("dpo 03-04 CONSENT_NOT_GIVEN FulfilSubjectRequest answer: 'a'");
}

}  // namespace
}  // namespace sanzhang::privacy::scene
