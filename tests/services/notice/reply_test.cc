// Objections and questions, and their answers.
#include <string>

#include "gtest/gtest.h"
#include "proto/wire/time.h"
#include "services/notice/limits.h"
#include "tests/services/notice/scene.h"
#include "tests/support/text_proto.h"

namespace sanzhang::notice::scene {
namespace {

constexpr char kObject[] = "ObjectToNotice { grounds { content: 'g' } }";

// domain reference 6.1 (16).
TEST(ObjectToNotice, IsHeardInTheLastMomentAndNotOneLater) {
  EXPECT_EQ(Word(Try(Published(), "owner", kObject, "06-16 23:59:59.999999")), "ok");
  EXPECT_EQ(Word(Try(Published(), "owner", kObject, "06-17 00:00:00")), "ok");
  EXPECT_EQ(support::Show(Try(Published(), "owner", kObject, "06-17 00:00:00.000001")),
            "ERROR_REASON_OBJECTION_PERIOD_OVER {until=2026-06-17T00:00:00+08:00}");
}

// What was handed in on paper in time is in time, whenever it is typed in.
TEST(ObjectToNotice, CountsByWhenItWasMade) {
  EXPECT_EQ(Word(Try(Elapsed(), "owner", kObject, "06-16 12:00:00")), "ok");
  EXPECT_EQ(Word(Try(Archived(), "owner", kObject, "06-16 12:00:00")), "ok");
  EXPECT_EQ(Word(Try(Published(), "owner", kObject, "06-01 09:59:59")), "OCCURRED_AT_INVALID");
}

TEST(ObjectToNotice, SaysByWhenItIsAnswered) {
  EXPECT_EQ(support::Show(Try(Published(), "owner", kObject, "06-02 10:00:00")),
            Expand("objected { objection: 1 version: 1 objector: \"%owner\" grounds { subject: "
                   "\"%owner\" content: \"g\" } answer_due { seconds: 1780675200 } }; "));
  EXPECT_EQ(Show(absl::FromUnixSeconds(1780675200)), "06-06 00:00:00");
}

TEST(ObjectToNotice, NumbersWhatItHears) {
  const auto second = Only(Try(Objected(), "owner2", kObject, "06-03 10:00:00"));
  EXPECT_EQ(second.objected().objection(), 2);
}

TEST(ObjectToNotice, IsForThoseForWhomItWasPublished) {
  EXPECT_EQ(Word(Try(Published(), "resident", kObject, "06-02 10:00:00")), "NOTICE_FOR_OTHERS");
  const Story affairs = {{"committee", "06-01 10:00:00",
                          "PublishNotice { kind: PUBLICATION_KIND_RESIDENTS_AFFAIRS content { "
                          "title: 't' body: 'b' } masked: true }"}};
  EXPECT_EQ(Word(Try(affairs, "resident", kObject, "06-02 10:00:00")), "ok");
  EXPECT_EQ(Word(Try(affairs, "rep", kObject, "06-02 10:00:00")), "ok");
  EXPECT_EQ(Word(Try(affairs, "owner", kObject, "06-02 10:00:00")), "NOTICE_FOR_OTHERS");
}

// Whoever can't write is helped by those who go from door to door, by name.
TEST(ObjectToNotice, OthersSpeakOnlyForSomebody) {
  const std::string for_li =
      "ObjectToNotice { origin { on_behalf_of: '%li' } grounds { content: 'g' } }";
  const Story in_b1 = {{"subdistrict", "06-01 10:00:00",
                        "PublishNotice { kind: PUBLICATION_KIND_VOTE_NOTICE place { building: "
                        "'b1' } content { title: 't' body: 'b' } }"}};
  const auto event = Only(Try(in_b1, "chief", for_li, "06-02 10:00:00"));
  EXPECT_EQ(event.objected().objector(), Expand("%li"));
  EXPECT_EQ(event.objected().grounds().subject(), Expand("%li"));
  EXPECT_EQ(Word(Try(in_b1, "chief", kObject, "06-02 10:00:00")), "NOTICE_FOR_OTHERS");
  EXPECT_EQ(Word(Try(in_b1, "owner", for_li, "06-02 10:00:00")), "PERMISSION_DENIED");
  EXPECT_EQ(Word(Try(in_b1, "importer", for_li, "06-02 10:00:00")), "ok");
}

TEST(ObjectToNotice, WordsBelongToWhoSaysThem) {
  EXPECT_EQ(support::Show(Try(Published(), "owner",
                              "ObjectToNotice { grounds { subject: '%li' content: 'g' } }",
                              "06-02 10:00:00")),
            "ERROR_REASON_INVALID_REQUEST {field=grounds.subject}");
}

TEST(ObjectToNotice, HasABound) {
  Notice::State state = Fold(Published());
  for (int i = 1; i <= static_cast<int>(kObjectionsMax); ++i) state.objections[i].person = "p";
  EXPECT_EQ(support::Show(Try(state, "owner", kObject, "06-02 10:00:00")),
            "ERROR_REASON_TOO_MANY {items_max=2000}");
  for (int i = 1; i <= static_cast<int>(kInquiriesMax); ++i) state.inquiries[i].person = "p";
  EXPECT_EQ(support::Show(
                Try(state, "owner", "AskInquiry { question { content: 'q' } }", "06-02 10:00:00")),
            "ERROR_REASON_TOO_MANY {items_max=2000}");
}

TEST(AnswerObjection, OnceAndForAll) {
  const std::string yes = "AnswerObjection { objection: 1 upheld: true answer: 'a' }";
  const Story answered = Objected() + Step{"owners", "06-03 10:00:00", yes};
  EXPECT_EQ(Word(Try(answered, "owners", yes, "06-04 10:00:00")), "=");
  EXPECT_EQ(Word(Try(answered, "owners", "AnswerObjection { objection: 1 answer: 'a' }",
                     "06-04 10:00:00")),
            "ALREADY_ANSWERED");
  EXPECT_EQ(
      Word(Try(answered, "owners", "AnswerObjection { objection: 1 upheld: true answer: 'b' }",
               "06-04 10:00:00")),
      "ALREADY_ANSWERED");
  EXPECT_EQ(Word(Try(answered, "owners", "AnswerObjection { objection: 2 answer: 'a' }",
                     "06-04 10:00:00")),
            "OBJECTION_NOT_FOUND");
}

TEST(AnswerObjection, NeverByWhoObjected) {
  Notice::State state = Fold(Objected());
  state.objections[1].person = Expand("%owners");  // A member of the committee is an owner too.
  EXPECT_EQ(
      Word(Try(state, "owners", "AnswerObjection { objection: 1 answer: 'a' }", "06-03 10:00:00")),
      "ANSWERS_OWN");
}

TEST(AnswerInquiry, OnceAndNeverByWhoAsked) {
  const Story answered =
      Asked() + Step{"owners", "06-03 10:00:00", "AnswerInquiry { inquiry: 1 answer: 'a' }"};
  EXPECT_EQ(
      Word(Try(answered, "owners", "AnswerInquiry { inquiry: 1 answer: 'a' }", "06-04 10:00:00")),
      "=");
  EXPECT_EQ(
      Word(Try(answered, "owners", "AnswerInquiry { inquiry: 1 answer: 'b' }", "06-04 10:00:00")),
      "ALREADY_ANSWERED");
  Notice::State state = Fold(Asked());
  state.inquiries[1].person = Expand("%owners");
  EXPECT_EQ(
      Word(Try(state, "owners", "AnswerInquiry { inquiry: 1 answer: 'a' }", "06-03 10:00:00")),
      "ANSWERS_OWN");
}

}  // namespace
}  // namespace sanzhang::notice::scene
