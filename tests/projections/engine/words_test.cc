#include "projections/engine/words.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "proto/wire/refusal.h"
#include "sanzhang/views/v1/residents_committee_service.pb.h"
#include "tests/projections/support/plain_words.h"

namespace sanzhang::projections {
namespace {

using views::v1::ListComplaintsRequest;
using views::v1::ListComplaintsResponse;

const Caller kZhang{.kind = log::v1::Actor::KIND_PERSON, .id = "p-zhang"};

std::string Passage(std::string_view content) {
  log::v1::Record record;
  record.set_stream("communities/c1/complaints/a");
  record.set_event_id("\x01\xff");
  record.set_type("sanzhang.complaint.v1.ComplaintFiled");
  type::v1::PersonalText text;
  text.set_subject("communities/c1/persons/p-li");
  text.set_content(std::string(content));
  return PassageOf(record, "text", text);
}

TEST(PassageOf, SaysWhereTheWordsStand) {
  const auto words = WordsOf(Passage("吵"));
  EXPECT_EQ(words.sealed().passage().stream(), "communities/c1/complaints/a");
  EXPECT_EQ(words.sealed().passage().event_id(), "01ff");
  EXPECT_EQ(words.sealed().passage().fact_type(), "sanzhang.complaint.v1.ComplaintFiled");
  EXPECT_EQ(words.sealed().passage().field(), "text");
  EXPECT_EQ(words.sealed().passage().text().content(), "吵");
}

TEST(PassageOf, OfNoWordsIsEmpty) {
  EXPECT_EQ(Passage(""), "");
  for (const views::v1::Words& words :
       {WordsOf(""), Withheld(""), MaskedWordsOf(""), OpenWordsOf("")}) {
    EXPECT_EQ(words.ShortDebugString(), "");
  }
}

TEST(WordsOf, ThatCannotBeReadAreNoBlank) {
  EXPECT_EQ(WordsOf("\xff").state(), views::v1::WORDS_STATE_UNREADABLE);
  EXPECT_EQ(Withheld("\xff").state(), views::v1::WORDS_STATE_WITHHELD);
}

TEST(TextShown, IsHiddenCutAndMaskedByCodePoints) {
  struct Case {
    int start, length, code_points_max;
    bool masked;
    std::string text, shown;
  };
  for (const Case& c : std::vector<Case>{
           {0, 0, 0, false, "楼道灯坏了", "楼道灯坏了"},
           {1, 2, 0, false, "楼道灯坏了", "楼■■坏了"},
           {3, 2147483647, 0, false, "楼道灯坏了", "楼道灯■■"},
           {-2, 3, 0, false, "楼道灯坏了", "■道灯坏了"},
           {0, 0, 3, false, "楼道灯坏了", "楼道灯…"},
           {0, 0, 5, false, "楼道灯坏了", "楼道灯坏了"},
           {1, 1, 2, false, "楼道灯坏了", "楼■…"},
           {0, 0, 0, true, "张小三", "张**"},
           {0, 0, 0, true, "", ""},
       }) {
    views::v1::SealedWords how;
    how.add_hidden()->set_start(c.start);
    how.mutable_hidden(0)->set_length(c.length);
    how.set_code_points_max(c.code_points_max);
    how.set_masked(c.masked);
    EXPECT_EQ(TextShown(how, c.text), c.shown);
  }
}

absl::Status OpenAll(WordsOpener* opener, ListComplaintsResponse& answer) {
  absl::Status status = absl::UnknownError("not called");
  int calls = 0;
  OpenWords(opener, {kZhang, type::v1::ROLE_GRID_CHIEF}, ListComplaintsRequest(), absl::Now(),
            answer, [&](absl::Status done) {
              status = std::move(done);
              ++calls;
            });
  EXPECT_EQ(calls, 1);
  return status;
}

TEST(OpenWords, OpensAllOfAnAnswerAndLeavesNothingSealed) {
  ListComplaintsResponse answer;
  *answer.add_complaints()->mutable_text() = WordsOf(Passage("one"));
  *answer.mutable_complaints(0)->mutable_contact() = Withheld(Passage("two"));
  *answer.add_complaints()->mutable_answer() = MaskedWordsOf(Passage("three"));
  bench::PlainWords opener;
  ASSERT_TRUE(OpenAll(&opener, answer).ok());
  EXPECT_EQ(opener.asked.passages_size(), 2);
  EXPECT_EQ(opener.asked.viewer(), "persons/p-zhang");
  EXPECT_EQ(opener.asked.capacity(), type::v1::ROLE_GRID_CHIEF);
  EXPECT_EQ(opener.asked.method(), "sanzhang.views.v1.ResidentsCommitteeService.ListComplaints");
  EXPECT_EQ(answer.complaints(0).text().text(), "one");
  EXPECT_EQ(answer.complaints(0).text().state(), views::v1::WORDS_STATE_SHOWN);
  EXPECT_EQ(answer.complaints(0).contact().state(), views::v1::WORDS_STATE_WITHHELD);
  EXPECT_EQ(answer.complaints(1).answer().text(), "t****");
  EXPECT_EQ(answer.DebugString().find("sealed"), std::string::npos);
}

TEST(OpenWords, AsksNobodyWhereNothingIsSealed) {
  ListComplaintsResponse answer;
  *answer.add_complaints()->mutable_text() = OpenWordsOf("public");
  EXPECT_TRUE(OpenAll(nullptr, answer).ok());
  EXPECT_EQ(answer.complaints(0).text().text(), "public");
}

TEST(OpenWords, AsksAgainForWhatDoesNotFitOneRequest) {
  ListComplaintsResponse answer;
  for (int i = 0; i < 1001; ++i) {
    *answer.add_complaints()->mutable_text() = WordsOf(Passage(std::to_string(i)));
  }
  bench::PlainWords opener;
  ASSERT_TRUE(OpenAll(&opener, answer).ok());
  EXPECT_EQ(opener.asked.passages_size(), 1);
  EXPECT_EQ(answer.complaints(0).text().text(), "0");
  EXPECT_EQ(answer.complaints(1000).text().text(), "1000");
}

class Answers : public WordsOpener {
 public:
  explicit Answers(absl::StatusOr<opening::v1::OpenTextsResponse> with) : with_(std::move(with)) {}
  void Open(opening::v1::OpenTextsRequest, absl::Time, Done done) override { done(with_); }

 private:
  const absl::StatusOr<opening::v1::OpenTextsResponse> with_;
};

TEST(OpenWords, WithoutKeysRefusesTheWholeAnswer) {
  Answers refuses(wire::Refuse(type::v1::ERROR_REASON_KEYRING_UNAVAILABLE));
  Answers says_too_little((opening::v1::OpenTextsResponse()));
  for (WordsOpener* opener : std::vector<WordsOpener*>{nullptr, &refuses, &says_too_little}) {
    ListComplaintsResponse answer;
    *answer.add_complaints()->mutable_text() = WordsOf(Passage("one"));
    const absl::Status status = OpenAll(opener, answer);
    EXPECT_EQ(wire::ReasonOf(status), type::v1::ERROR_REASON_KEYRING_UNAVAILABLE);
    EXPECT_EQ(answer.ByteSizeLong(), 0u);
  }
}

TEST(OpenWords, ShowsWhyNothingIsShown) {
  opening::v1::OpenTextsResponse erased;
  erased.add_words()->set_state(views::v1::WORDS_STATE_ERASED);
  erased.mutable_words(0)->set_text("must not be shown");
  Answers opener(erased);
  ListComplaintsResponse answer;
  *answer.add_complaints()->mutable_text() = WordsOf(Passage("one"));
  ASSERT_TRUE(OpenAll(&opener, answer).ok());
  EXPECT_EQ(answer.complaints(0).text().state(), views::v1::WORDS_STATE_ERASED);
  EXPECT_EQ(answer.complaints(0).text().text(), "");
}

}  // namespace
}  // namespace sanzhang::projections
