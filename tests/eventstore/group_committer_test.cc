// What becomes of the appends of one batch, in the order of the checks: each case cures the defect
// of the one above.
#include "eventstore/group_committer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/memory_commit_log.h"
#include "tests/eventstore/forwarding_log.h"
#include "tests/eventstore/store_fixture.h"

namespace sanzhang::eventstore {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = AppendResult::Kind;

constexpr char kA[] = "communities/c1/a";
constexpr char kB[] = "communities/c1/b";

// A log that fails as it is told.
class FailingLog final : public ForwardingLog {
 public:
  using ForwardingLog::ForwardingLog;

  absl::Status append_status = absl::OkStatus();
  absl::Status get_status = absl::OkStatus();
  int appends = 0;

  absl::Status Append(const CommitBatch& batch) override {
    ++appends;
    return append_status.ok() ? ForwardingLog::Append(batch) : append_status;
  }
  absl::StatusOr<std::optional<std::string>> Get(RowKind kind,
                                                 std::string_view key) const override {
    if (!get_status.ok()) return get_status;
    return ForwardingLog::Get(kind, key);
  }
};

class Committer : public testing::Test {
 protected:
  Committer()
      : memory_(MakeMemoryCommitLog()),
        log_(*memory_),
        committer_(log_, {}, {{}, [] { return absl::FromUnixSeconds(100); }, 2}) {}

  std::vector<Kind> Commit(std::vector<Append> appends) {
    std::vector<Waiting> batch;
    for (Append& append : appends) {
      batch.push_back({std::move(append), {}});
      EXPECT_EQ(Prepare(batch.back()), "");
    }
    status_ = committer_.Commit(batch, results_);
    std::vector<Kind> kinds;
    for (const AppendResult& result : results_) kinds.push_back(result.kind);
    return kinds;
  }

  const std::unique_ptr<CommitLog> memory_;
  FailingLog log_;
  GroupCommitter committer_;
  absl::Status status_;
  std::vector<AppendResult> results_;
};

TEST_F(Committer, ChecksInOrder) {
  ASSERT_THAT(Commit({WithRequest(NewAppend(kA, NoStream()), "seen")}),
              ElementsAre(Kind::kCommitted));
  Append append = WithRequest(NewAppend(kA, NoStream()), "seen", "other");
  append.deadline = absl::FromUnixSeconds(99);
  EXPECT_THAT(Commit({append}), ElementsAre(Kind::kDeadline));
  append.deadline = absl::FromUnixSeconds(100);
  EXPECT_THAT(Commit({append}), ElementsAre(Kind::kRequestReused));
  append.request->digest = "digest";
  EXPECT_THAT(Commit({append}), ElementsAre(Kind::kReplayed));
  append.request->request_id = "new";
  EXPECT_THAT(Commit({append}), ElementsAre(Kind::kConflict));
  append.writes[0].expected = std::uint64_t{1};
  EXPECT_THAT(Commit({append}), ElementsAre(Kind::kCommitted));
}

TEST_F(Committer, ExpectationsIncludeThisBatch) {
  EXPECT_THAT(Commit({NewAppend(kA, NoStream()), NewAppend(kA, NoStream()), NewAppend(kA, 1u),
                      NewAppend(kA, 1u), NewAppend(kB, NoStream())}),
              ElementsAre(Kind::kCommitted, Kind::kConflict, Kind::kCommitted, Kind::kConflict,
                          Kind::kCommitted));
  EXPECT_EQ(results_[1].conflicts[0].actual, 1u);
  EXPECT_EQ(results_[3].conflicts[0].actual, 2u);
  EXPECT_EQ(results_[4].receipt.position, 3u) << "a conflict burnt a position";
  EXPECT_EQ(log_.appends, 1) << "a batch is one write";
}

TEST_F(Committer, ConditionsIncludeThisBatch) {
  Append stale = NewAppend(kB, NoStream());
  stale.conditions = {{kA, NoStream()}};
  Append fresh = NewAppend(kB, NoStream());
  fresh.conditions = {{kA, 1u}, {"communities/c1/none", NoStream()}, {kB, AnyRevision()}};
  EXPECT_THAT(Commit({NewAppend(kA, NoStream()), stale, fresh}),
              ElementsAre(Kind::kCommitted, Kind::kConflict, Kind::kCommitted));
}

TEST_F(Committer, ARequestTwiceInOneBatchIsOne) {
  const Append append = WithRequest(NewAppend(kA, AnyRevision()), "r");
  EXPECT_THAT(Commit({append, append, WithRequest(append, "r", "other")}),
              ElementsAre(Kind::kCommitted, Kind::kReplayed, Kind::kRequestReused));
  EXPECT_EQ(results_[1].receipt, results_[0].receipt);
  EXPECT_EQ(log_.end(), 1u);
}

TEST_F(Committer, HeadsThatWereForgottenAreReadAgain) {
  for (const char* stream : {"s/1", "s/2", "s/3", "s/4"}) {  // Two are remembered.
    ASSERT_THAT(Commit({NewAppend(stream, NoStream())}), ElementsAre(Kind::kCommitted));
  }
  EXPECT_THAT(Commit({NewAppend("s/1", 1u), NewAppend("s/2", 1u), NewAppend("s/3", 1u),
                      NewAppend("s/4", 1u), NewAppend("s/1", 2u)}),
              testing::Each(Kind::kCommitted));
}

TEST_F(Committer, WithNothingToStoreNothingIsWritten) {
  Append condition;
  condition.conditions = {{kA, NoStream()}};
  EXPECT_THAT(Commit({condition}), ElementsAre(Kind::kCommitted));
  EXPECT_EQ(log_.appends, 0);
}

TEST_F(Committer, AfterAFailedWriteNoMoreIsSaidThanIsKnown) {
  const Append stored = WithRequest(NewAppend(kA, NoStream()), "stored");
  ASSERT_THAT(Commit({stored}), ElementsAre(Kind::kCommitted));
  log_.append_status = absl::UnavailableError("broken");
  const Append staged = WithRequest(NewAppend(kB, NoStream()), "staged");
  Append late = NewAppend(kA, AnyRevision());
  late.deadline = absl::UnixEpoch();
  EXPECT_THAT(Commit({staged, staged, NewAppend(kB, NoStream()), late}),
              ElementsAre(Kind::kUnknown, Kind::kUnknown, Kind::kStopped, Kind::kDeadline));
  EXPECT_EQ(status_.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(results_[2].conflicts, IsEmpty());
}

TEST_F(Committer, ARefusedWriteStoresNothingAndTheLogGoesOn) {
  log_.append_status = absl::ResourceExhaustedError("full");
  const Append append = WithRequest(NewAppend(kA, NoStream()), "r");
  EXPECT_THAT(Commit({append, NewAppend(kA, NoStream())}),
              ElementsAre(Kind::kOverloaded, Kind::kOverloaded));
  EXPECT_TRUE(status_.ok());
  log_.append_status = absl::OkStatus();
  EXPECT_THAT(Commit({append}), ElementsAre(Kind::kCommitted));
  EXPECT_EQ(results_[0].receipt.position, 1u);
}

TEST_F(Committer, WhatCanNotBeReadStopsTheStore) {
  log_.get_status = absl::DataLossError("damaged");
  EXPECT_THAT(Commit({NewAppend(kA, AnyRevision()), NewAppend(kB, NoStream())}),
              ElementsAre(Kind::kStopped, Kind::kStopped));
  EXPECT_EQ(status_.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(log_.appends, 0);
}

}  // namespace
}  // namespace sanzhang::eventstore
