// The verifier itself: each broken promise must be seen.
#include "tests/crash/journal.h"

#include "gmock/gmock.h"

namespace sanzhang::crash {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

log::v1::Record RecordOf(std::uint64_t position, std::uint64_t revision, const std::string& stream,
                         const std::string& request) {
  log::v1::Record record;
  record.set_position(position);
  record.set_revision(revision);
  record.set_stream(stream);
  record.set_request_id(request);
  return record;
}

class VerifyTest : public testing::Test {
 protected:
  VerifyTest() {
    journal_.Intend("a", false);
    journal_.Acked("a", "s1", 1);
    journal_.Intend("b", false);
    journal_.Acked("b", "s2", 2);
    journal_.Intend("c", true);
    journal_.Refused("c");
    log_ = {RecordOf(1, 1, "s1", "a"), RecordOf(2, 1, "s2", "b")};
  }
  Journal journal_;
  std::vector<log::v1::Record> log_;
};

TEST_F(VerifyTest, AllIsWell) { EXPECT_THAT(Verify(journal_, log_), IsEmpty()); }

TEST_F(VerifyTest, Lost) {
  log_.pop_back();
  EXPECT_THAT(Verify(journal_, log_),
              ElementsAre(HasSubstr("b was acknowledged and is not in the log")));
}

TEST_F(VerifyTest, Twice) {
  log_.push_back(RecordOf(3, 2, "s2", "b"));
  EXPECT_THAT(Verify(journal_, log_),
              ElementsAre(HasSubstr("b was acknowledged and is there twice")));
}

TEST_F(VerifyTest, TwiceFarApart) {
  log_.push_back(RecordOf(3, 1, "s3", ""));
  journal_.Intend("", false);
  journal_.Acked("", "s3", 3);
  log_.push_back(RecordOf(4, 2, "s2", "b"));
  EXPECT_THAT(Verify(journal_, log_),
              ElementsAre(HasSubstr("b was acknowledged and is scattered")));
}

TEST_F(VerifyTest, SeveralRecordsOfOneAppend) {
  log_.push_back(RecordOf(3, 1, "claims/s2", "b"));
  journal_.Acked("b", "s2", 3);
  EXPECT_THAT(Verify(journal_, log_), IsEmpty());
}

TEST_F(VerifyTest, Hole) {
  log_[1].set_position(3);
  EXPECT_THAT(Verify(journal_, log_),
              ElementsAre(HasSubstr("hole before position 3"), HasSubstr("elsewhere")));
}

TEST_F(VerifyTest, HoleInAStream) {
  log_[1].set_revision(2);
  EXPECT_THAT(Verify(journal_, log_), ElementsAre(HasSubstr("hole in s2")));
}

TEST_F(VerifyTest, RefusedYetThere) {
  log_.push_back(RecordOf(3, 1, "s3", "c"));
  EXPECT_THAT(Verify(journal_, log_), ElementsAre(HasSubstr("c was refused and is in the log")));
}

TEST_F(VerifyTest, Invented) {
  log_.push_back(RecordOf(3, 1, "s3", "x"));
  EXPECT_THAT(Verify(journal_, log_), ElementsAre(HasSubstr("nobody sent x")));
}

TEST_F(VerifyTest, Unknown) {
  journal_.Intend("d", false);
  EXPECT_THAT(Verify(journal_, log_), ElementsAre(HasSubstr("d is still unknown")));
}

TEST_F(VerifyTest, RefusedAgainstTheRules) {
  journal_.Intend("d", false);
  journal_.Refused("d");
  EXPECT_THAT(Verify(journal_, log_), ElementsAre(HasSubstr("refused against the rules")));
}

}  // namespace
}  // namespace sanzhang::crash
