#include "services/opening/opener.h"

#include <span>
#include <string>
#include <vector>

#include "absl/synchronization/notification.h"
#include "proto/wire/refusal.h"
#include "sanzhang/privacy/v1/opening_events.pb.h"
#include "tests/services/opening/fixture.h"

namespace sanzhang::opening {
namespace {

using enum views::v1::WordsState;
using opening::v1::OpenTextsRequest;
using opening::v1::OpenTextsResponse;

class OpenerTest : public OpeningTest {
 protected:
  OpenerTest()
      : opener_(*store_, *keyring_,
                {.now = [this] { return now_; },
                 .on_unreadable =
                     [this](const type::v1::SealedPassage& passage) {
                       unreadable_.push_back(passage.event_id());
                     }}) {}

  absl::StatusOr<OpenTextsResponse> Open(std::string_view viewer,
                                         std::vector<type::v1::SealedPassage> passages,
                                         std::string_view method = "a.Service.List") {
    OpenTextsRequest request;
    request.set_viewer(std::string(viewer));
    request.set_method(std::string(method));
    request.set_capacity(type::v1::ROLE_RESIDENTS_COMMITTEE);
    for (auto& passage : passages) *request.add_passages() = std::move(passage);
    absl::StatusOr<OpenTextsResponse> answer;
    absl::Notification done;
    opener_.Open(request, absl::InfiniteFuture(), [&](absl::StatusOr<OpenTextsResponse> opened) {
      answer = std::move(opened);
      done.Notify();
    });
    done.WaitForNotification();
    return answer;
  }

  // What is shown of one text: the words, or the state.
  std::string Shown(std::string_view viewer, const type::v1::SealedPassage& passage) {
    const auto opened = Open(viewer, {passage});
    if (!opened.ok()) return std::string(opened.status().ToString());
    const views::v1::Words& words = opened->words(0);
    if (words.state() == WORDS_STATE_SHOWN) return words.text();
    EXPECT_EQ(words.text(), "");
    return views::v1::WordsState_Name(words.state());
  }

  // The records of a viewer, as `viewer method subject subject`.
  std::vector<std::string> Looks(std::string_view stream) {
    std::vector<std::string> looks;
    const auto page = store_->ReadStream(stream, 1, eventstore::Direction::kForwards, {});
    EXPECT_TRUE(page.ok());
    for (const eventstore::Stored& stored : page->records) {
      log::v1::Record record;
      privacy::v1::PersonalTextsOpened opened;
      EXPECT_TRUE(record.ParseFromString(stored.bytes));
      EXPECT_EQ(record.type(), "sanzhang.privacy.v1.PersonalTextsOpened");
      EXPECT_TRUE(opened.ParseFromString(record.payload()));
      EXPECT_EQ(record.actor().subject(), opened.viewer());
      std::string line =
          opened.viewer() + " " + type::v1::Role_Name(opened.capacity()) + " " + opened.method();
      for (const std::string& subject : opened.subjects()) line += " " + subject;
      looks.push_back(line);
    }
    return looks;
  }

  std::vector<std::string> unreadable_;
  Opener opener_;
};

constexpr char kRc[] = "persons/p-rc";
constexpr char kRcStream[] = "communities/c1/viewers/person-p-rc";

TEST_F(OpenerTest, ShowsWordsAndRecordsWhoLooked) {
  const auto opened =
      Open(kRc, {Sealed(kLi, "one"), Sealed(kWu, "two", "e-2"), Sealed(kLi, "three", "e-3")});
  ASSERT_TRUE(opened.ok()) << opened.status();
  ASSERT_EQ(opened->words_size(), 3);
  EXPECT_EQ(opened->words(0).text(), "one");
  EXPECT_EQ(opened->words(1).text(), "two");
  EXPECT_EQ(opened->words(2).text(), "three");
  EXPECT_EQ(Looks(kRcStream),
            std::vector<std::string>{
                "communities/c1/persons/p-rc ROLE_RESIDENTS_COMMITTEE a.Service.List "
                "communities/c1/persons/p-li communities/c1/persons/p-wu"});
}

TEST_F(OpenerTest, RecordsALookOnceADay) {
  const auto passage = Sealed(kLi, "one");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Shown(kRc, passage), "one");
  EXPECT_EQ(Looks(kRcStream).size(), 1u);
  ASSERT_TRUE(Open(kRc, {passage}, "a.Service.Get").ok());
  EXPECT_EQ(Looks(kRcStream).size(), 2u) << "another method";
  EXPECT_EQ(Shown("services/hotline", passage), "one");
  EXPECT_EQ(Looks("communities/c1/viewers/service-hotline"),
            std::vector<std::string>{"services/hotline ROLE_RESIDENTS_COMMITTEE a.Service.List "
                                     "communities/c1/persons/p-li"});
  now_ += absl::Hours(24);
  EXPECT_EQ(Shown(kRc, passage), "one");
  EXPECT_EQ(Looks(kRcStream).size(), 3u) << "another day";
}

// Each community's log tells of its own people alone.
TEST_F(OpenerTest, RecordsALookInTheCommunityOfTheWords) {
  constexpr char kMing[] = "communities/c2/persons/p-ming";
  runtime::Standpoint where = Where();
  where.community = "communities/c2";
  where.stream = "communities/c2/complaints/k1";
  ASSERT_TRUE(Open(kRc, {Sealed(kLi, "one"), SealedAt(where, kMing, "two")}).ok());
  const std::string how = " ROLE_RESIDENTS_COMMITTEE a.Service.List ";
  EXPECT_EQ(Looks(kRcStream), std::vector<std::string>{"communities/c1/persons/p-rc" + how + kLi});
  EXPECT_EQ(Looks("communities/c2/viewers/person-p-rc"),
            std::vector<std::string>{"communities/c2/persons/p-rc" + how + kMing});
}

TEST_F(OpenerTest, OnesOwnWordsNeedNoRecord) {
  EXPECT_EQ(Shown("persons/p-li", Sealed(kLi, "mine")), "mine");
  EXPECT_EQ(store_->head().position, 0u);
  EXPECT_EQ(Shown("services/p-li", Sealed(kLi, "mine")), "mine");
  EXPECT_EQ(store_->head().position, 1u) << "a service of that name is not the person";
  const auto both = Open("persons/p-li", {Sealed(kWu, "theirs"), Sealed(kLi, "mine")});
  ASSERT_TRUE(both.ok()) << both.status();
  EXPECT_EQ(both->words(0).text(), "theirs");
  EXPECT_EQ(both->words(1).text(), "mine");
  EXPECT_EQ(Looks("communities/c1/viewers/person-p-li"),
            std::vector<std::string>{std::string(kLi) +
                                     " ROLE_RESIDENTS_COMMITTEE a.Service.List " + kWu});
}

TEST_F(OpenerTest, ShowsWhatCannotBeShownByItsState) {
  const auto li = Sealed(kLi, "one");
  ASSERT_TRUE(keyring_->Restrict(kLi).ok());
  EXPECT_EQ(Shown(kRc, li), "WORDS_STATE_RESTRICTED");
  EXPECT_EQ(Shown("persons/p-li", li), "one") << "the subject may read";
  const std::vector<std::string> gone = {kLi};
  ASSERT_TRUE(keyring_->Destroy(gone).ok());
  EXPECT_EQ(Shown(kRc, li), "WORDS_STATE_ERASED");
  EXPECT_EQ(Shown("persons/p-li", li), "WORDS_STATE_ERASED") << "to oneself too";
  EXPECT_EQ(store_->head().position, 0u) << "nothing was seen";
  EXPECT_TRUE(unreadable_.empty());
}

// Not even the words that somebody saw a moment ago.
TEST_F(OpenerTest, NothingIsShownFromMemory) {
  const auto li = Sealed(kLi, "one");
  EXPECT_EQ(Shown(kRc, li), "one");
  ASSERT_TRUE(keyring_->Restrict(kLi).ok());
  EXPECT_EQ(Shown(kRc, li), "WORDS_STATE_RESTRICTED");
  const std::vector<std::string> gone = {kLi};
  ASSERT_TRUE(keyring_->Destroy(gone).ok());
  EXPECT_EQ(Shown(kRc, li), "WORDS_STATE_ERASED");
}

// What was sealed in one place opens in no other; nor does what has lost its key look erased.
TEST_F(OpenerTest, WhatDoesNotFitIsUnreadableAndHeardOf) {
  const auto one = Sealed(kLi, "one");
  const auto other = Sealed(kLi, "other", "e-2");
  auto swapped = one;
  *swapped.mutable_text() = other.text();
  EXPECT_EQ(Shown(kRc, swapped), "WORDS_STATE_UNREADABLE");
  auto moved = one;
  moved.set_stream("communities/c2/complaints/k1");
  EXPECT_EQ(Shown(kRc, moved), "WORDS_STATE_UNREADABLE");
  moved.set_stream("communities/c1/complaints/k2");
  EXPECT_EQ(Shown(kRc, moved), "WORDS_STATE_UNREADABLE");
  auto of_another_fact = one;
  of_another_fact.set_fact_type("sanzhang.complaint.v1.ComplaintAnswered");
  EXPECT_EQ(Shown(kRc, of_another_fact), "WORDS_STATE_UNREADABLE");
  auto of_another_field = one;
  of_another_field.set_field("notes[0].text");
  EXPECT_EQ(Shown(kRc, of_another_field), "WORDS_STATE_UNREADABLE");
  auto theirs = one;
  theirs.mutable_text()->set_subject(kWu);
  EXPECT_EQ(Shown(kRc, theirs), "WORDS_STATE_UNREADABLE") << "its key is absent";
  auto nobodys = one;
  nobodys.mutable_text()->clear_subject();
  EXPECT_EQ(Shown(kRc, nobodys), "WORDS_STATE_UNREADABLE");
  auto plain = one;
  plain.mutable_text()->clear_sealed();
  plain.mutable_text()->set_content("words that nobody sealed");
  EXPECT_EQ(Shown(kRc, plain), "WORDS_STATE_UNREADABLE");
  EXPECT_EQ(unreadable_.size(), 8u);
  EXPECT_EQ(store_->head().position, 0u);
}

TEST_F(OpenerTest, HandsOutNothingThatIsNotRecorded) {
  const auto li = Sealed(kLi, "one");
  store_->Close();
  EXPECT_EQ(wire::ReasonOf(Open(kRc, {li}).status()), type::v1::ERROR_REASON_STORE_STOPPED);
  EXPECT_EQ(wire::ReasonOf(Open(kRc, {li}).status()), type::v1::ERROR_REASON_STORE_STOPPED)
      << "what was refused is not taken for recorded";
  EXPECT_TRUE(Open("persons/p-li", {li}).ok());
}

TEST_F(OpenerTest, HandsOutNothingThatCouldNotBeRecordedInTime) {
  OpenTextsRequest request;
  request.set_viewer(kRc);
  *request.add_passages() = Sealed(kLi, "one");
  absl::Notification done;
  opener_.Open(request, absl::UnixEpoch(), [&](absl::StatusOr<OpenTextsResponse> opened) {
    EXPECT_EQ(wire::ReasonOf(opened.status()), type::v1::ERROR_REASON_QUEUE_DEADLINE);
    done.Notify();
  });
  done.WaitForNotification();
  EXPECT_EQ(store_->head().position, 0u);
}

// Has no keys to give, as when its files can't be read.
class NoKeyring final : public keyring::SubjectKeyring {
 public:
  absl::StatusOr<keyring::SubjectKey> KeyFor(std::string_view) override { return Away(); }
  absl::StatusOr<keyring::SubjectKey> Find(std::string_view) override { return Away(); }
  absl::StatusOr<keyring::SubjectState> StateOf(std::string_view) override { return Away(); }
  absl::Status Destroy(std::span<const std::string>) override { return Away(); }
  absl::Status Restrict(std::string_view) override { return Away(); }
  absl::Status Lift(std::string_view) override { return Away(); }
  absl::Status Obey(const keyring::SubjectLedger&) override { return Away(); }
  Tag TagOf(std::string_view) override { return {}; }
  std::uint64_t epoch() const override { return 1; }

 private:
  static absl::Status Away() { return wire::Refuse(type::v1::ERROR_REASON_KEYRING_UNAVAILABLE); }
};

TEST_F(OpenerTest, WithoutTheKeysThereIsNoAnswerRatherThanABlank) {
  NoKeyring none;
  Opener opener(*store_, none, {});
  OpenTextsRequest request;
  request.set_viewer("persons/p-li");
  *request.add_passages() = Sealed(kLi, "one");
  absl::Notification done;
  opener.Open(request, absl::InfiniteFuture(), [&](absl::StatusOr<OpenTextsResponse> opened) {
    EXPECT_EQ(wire::ReasonOf(opened.status()), type::v1::ERROR_REASON_KEYRING_UNAVAILABLE);
    done.Notify();
  });
  done.WaitForNotification();
  type::v1::PersonalText text = Text(kLi, "words");
  EXPECT_EQ(wire::ReasonOf(SubjectSealer(none).Seal(Where(), text)),
            type::v1::ERROR_REASON_KEYRING_UNAVAILABLE);
  EXPECT_FALSE(text.has_sealed());
}

TEST_F(OpenerTest, ManySubjectsFillSeveralRecords) {
  std::vector<type::v1::SealedPassage> passages;
  const std::string prefix = "communities/c1/persons/" + std::string(180, 'p');
  for (int i = 0; i < 300; ++i) passages.push_back(Sealed(prefix + std::to_string(i), "w"));
  ASSERT_TRUE(Open(kRc, passages).ok());
  EXPECT_EQ(Looks(kRcStream).size(), 2u);
}

}  // namespace
}  // namespace sanzhang::opening
