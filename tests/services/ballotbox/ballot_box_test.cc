#include "services/ballotbox/ballot_box.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::ballotbox {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kVote[] = "communities/c1/resolutions/r1";

Pending From(const std::string& voter, const std::string& request = "request-1") {
  return {kVote, std::string(kVote) + "/voters/" + voter, request};
}

class BallotBoxTest : public testing::Test {
 protected:
  BallotBoxTest() { Reopen(); }
  void Reopen() {
    box_.reset();
    auto opened = BallotBox::Open(folder_.path() / "box.sqlite");
    ASSERT_TRUE(opened.ok()) << opened.status();
    box_ = *std::move(opened);
  }
  // Whether the bytes stand anywhere in the folder.
  bool OnDisk(const std::string& bytes) const {
    for (const auto& file : std::filesystem::directory_iterator(folder_.path())) {
      std::ifstream in(file.path(), std::ios::binary);
      const std::string all((std::istreambuf_iterator<char>(in)), {});
      if (all.find(bytes) != std::string::npos) return true;
    }
    return false;
  }

  support::TempDir folder_;
  std::unique_ptr<BallotBox> box_;
};

TEST_F(BallotBoxTest, IsCopiedWhileItIsOpenAndOnlyWithoutVoters) {
  const auto copy = folder_.path() / "copy.sqlite";
  ASSERT_TRUE(box_->Hold(From("v1"), "first paper").ok());
  EXPECT_TRUE(absl::IsAborted(BallotBox::Copy(folder_.path() / "box.sqlite", copy)));
  EXPECT_FALSE(std::filesystem::exists(copy));
  ASSERT_TRUE(box_->Drop(From("v1")).ok());
  ASSERT_TRUE(BallotBox::Copy(folder_.path() / "box.sqlite", copy).ok());
  ASSERT_TRUE(box_->Empty(kVote).ok());
  EXPECT_THAT(*(*BallotBox::Open(copy))->Papers(kVote), ElementsAre("first paper"));
}

TEST_F(BallotBoxTest, KeepsPapersWithoutTheirVoters) {
  for (const char* voter : {"v3", "v1", "v2"}) {
    ASSERT_TRUE(box_->Hold(From(voter), std::string("paper of ") + voter).ok());
    ASSERT_TRUE(OnDisk(std::string("/voters/") + voter));  // Until it is settled, and no longer.
    ASSERT_TRUE(box_->Drop(From(voter)).ok());
    EXPECT_FALSE(OnDisk(std::string("/voters/") + voter));
  }
  EXPECT_THAT(box_->Held().value(), IsEmpty());
  EXPECT_EQ(box_->Count(kVote).value(), 3);
  EXPECT_THAT(box_->Papers(kVote).value(),
              ElementsAre("paper of v1", "paper of v2", "paper of v3"));
  EXPECT_THAT(box_->Papers("communities/c1/resolutions/r2").value(), IsEmpty());
}

TEST_F(BallotBoxTest, TellsAfterACrashWhatWasNotSettled) {
  ASSERT_TRUE(box_->Hold(From("v1"), "one").ok());
  ASSERT_TRUE(box_->Hold(From("v2"), "two").ok());
  Reopen();
  EXPECT_THAT(box_->Held().value(), ElementsAre(From("v1"), From("v2")));
  ASSERT_TRUE(box_->Drop(From("v1")).ok());
  ASSERT_TRUE(box_->Discard(From("v2")).ok());
  Reopen();
  EXPECT_THAT(box_->Held().value(), IsEmpty());
  EXPECT_THAT(box_->Papers(kVote).value(), ElementsAre("one"));
  EXPECT_FALSE(OnDisk("two"));
}

TEST_F(BallotBoxTest, SettlesTwiceLikeOnce) {
  ASSERT_TRUE(box_->Hold(From("v1"), "one").ok());
  ASSERT_TRUE(box_->Drop(From("v1")).ok());
  ASSERT_TRUE(box_->Drop(From("v1")).ok());
  ASSERT_TRUE(box_->Discard(From("v1")).ok());
  EXPECT_EQ(box_->Count(kVote).value(), 1);
}

TEST_F(BallotBoxTest, AnotherRequestOfTheVoterReplacesAndIsSettledByItself) {
  ASSERT_TRUE(box_->Hold(From("v1", "request-1"), "one").ok());
  ASSERT_TRUE(box_->Hold(From("v1", "request-2"), "two").ok());
  ASSERT_TRUE(box_->Drop(From("v1", "request-1")).ok());
  EXPECT_EQ(box_->Count(kVote).value(), 0);
  ASSERT_TRUE(box_->Drop(From("v1", "request-2")).ok());
  EXPECT_THAT(box_->Papers(kVote).value(), ElementsAre("two"));
}

TEST_F(BallotBoxTest, TheSamePaperTwiceIsTwoPapers) {
  for (const char* voter : {"v1", "v2"}) {
    ASSERT_TRUE(box_->Hold(From(voter), "same").ok());
    ASSERT_TRUE(box_->Drop(From(voter)).ok());
  }
  EXPECT_THAT(box_->Papers(kVote).value(), ElementsAre("same", "same"));
}

TEST_F(BallotBoxTest, IsEmptyWhenItsPapersAreInTheLog) {
  ASSERT_TRUE(box_->Hold(From("v1"), "one").ok());
  ASSERT_TRUE(box_->Drop(From("v1")).ok());
  ASSERT_TRUE(box_->Empty(kVote).ok());
  EXPECT_EQ(box_->Count(kVote).value(), 0);
  EXPECT_FALSE(OnDisk("one"));
}

}  // namespace
}  // namespace sanzhang::ballotbox
