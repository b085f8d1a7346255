// The contract of the seam, over every log that stands behind it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/eventstore/store_fixture.h"

namespace sanzhang::eventstore {
namespace {

using testing::ElementsAre;
using testing::Optional;
using testing::Pair;

class CommitLogContract : public testing::TestWithParam<LogKind> {
 protected:
  CommitLogContract() : place_(GetParam()), log_(place_.Open()) {}

  void AppendRecords(std::vector<std::string> records, std::vector<Row> rows = {}) {
    const CommitBatch batch{log_->end() + 1, std::move(records), std::move(rows)};
    ASSERT_TRUE(log_->Append(batch).ok());
  }

  std::vector<std::pair<std::uint64_t, std::string>> Records(std::uint64_t from,
                                                             Direction direction,
                                                             std::size_t records_max = 100) {
    std::vector<std::pair<std::uint64_t, std::string>> read;
    EXPECT_TRUE(log_->ReadRecords(from, direction,
                                  [&](std::uint64_t at, std::string_view bytes) {
                                    read.emplace_back(at, bytes);
                                    return read.size() < records_max;
                                  })
                    .ok());
    return read;
  }

  std::vector<std::string> Keys(RowKind kind, std::string_view prefix, std::string_view from,
                                Direction direction) {
    std::vector<std::string> keys;
    EXPECT_TRUE(log_->Scan(kind, prefix, from, direction,
                           [&](std::string_view key, auto) {
                             keys.emplace_back(key);
                             return true;
                           })
                    .ok());
    return keys;
  }

  LogPlace place_;
  std::unique_ptr<CommitLog> log_;
};

TEST_P(CommitLogContract, IsEmptyAtFirst) {
  EXPECT_EQ(log_->end(), 0u);
  EXPECT_THAT(Records(1, Direction::kForwards), ElementsAre());
  EXPECT_THAT(Records(5, Direction::kBackwards), ElementsAre());
  EXPECT_EQ(log_->ReadRecord(1).status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(log_->health().ok());
  EXPECT_TRUE(log_->Barrier().ok());
}

TEST_P(CommitLogContract, ReadsRecordsBothWaysFromAnyPosition) {
  AppendRecords({"a", "b"});
  AppendRecords({"c"});
  EXPECT_EQ(log_->end(), 3u);
  EXPECT_THAT(Records(0, Direction::kForwards),
              ElementsAre(Pair(1, "a"), Pair(2, "b"), Pair(3, "c")));
  EXPECT_THAT(Records(2, Direction::kForwards, 1), ElementsAre(Pair(2, "b")));
  EXPECT_THAT(Records(4, Direction::kForwards), ElementsAre());
  EXPECT_THAT(Records(2, Direction::kBackwards), ElementsAre(Pair(2, "b"), Pair(1, "a")));
  EXPECT_THAT(Records(99, Direction::kBackwards, 1), ElementsAre(Pair(3, "c")));
  EXPECT_THAT(Records(0, Direction::kBackwards), ElementsAre());
  EXPECT_EQ(*log_->ReadRecord(2), "b");
  EXPECT_EQ(log_->ReadRecord(0).status().code(), absl::StatusCode::kNotFound);
}

TEST_P(CommitLogContract, RowsOfABatchOverwriteAndTheLastOneCounts) {
  AppendRecords({"a"}, {{RowKind::kHead, "s", "1"}, {RowKind::kRequest, "s", "r"}});
  AppendRecords({}, {{RowKind::kHead, "s", "2"}, {RowKind::kHead, "s", "3"}});
  EXPECT_THAT(*log_->Get(RowKind::kHead, "s"), Optional(std::string("3")));
  EXPECT_THAT(*log_->Get(RowKind::kRequest, "s"), Optional(std::string("r")));
  EXPECT_EQ(*log_->Get(RowKind::kHead, "other"), std::nullopt);
  EXPECT_EQ(log_->end(), 1u);
}

TEST_P(CommitLogContract, ScansAPrefixOfOneKind) {
  const std::string last("b\xff", 2);
  AppendRecords({}, {{RowKind::kIndex, "a1", ""},
                     {RowKind::kIndex, "b1", ""},
                     {RowKind::kIndex, "b2", ""},
                     {RowKind::kIndex, last, ""},
                     {RowKind::kIndex, "c1", ""},
                     {RowKind::kHead, "b3", ""}});
  EXPECT_THAT(Keys(RowKind::kIndex, "b", "b", Direction::kForwards), ElementsAre("b1", "b2", last));
  EXPECT_THAT(Keys(RowKind::kIndex, "b", "b2", Direction::kForwards), ElementsAre("b2", last));
  EXPECT_THAT(Keys(RowKind::kIndex, "b", "b15", Direction::kBackwards), ElementsAre("b1"));
  EXPECT_THAT(Keys(RowKind::kIndex, "b", "b2", Direction::kBackwards), ElementsAre("b2", "b1"));
  EXPECT_THAT(Keys(RowKind::kIndex, "", "", Direction::kForwards),
              ElementsAre("a1", "b1", "b2", last, "c1"));
  EXPECT_THAT(Keys(RowKind::kIndex, "d", "d", Direction::kForwards), ElementsAre());
}

TEST_P(CommitLogContract, ClearingRowsKeepsRecordsAndMarks) {
  AppendRecords({"a"}, {{RowKind::kStream, "k", "v"},
                        {RowKind::kHead, "k", "v"},
                        {RowKind::kRequest, "k", "v"},
                        {RowKind::kIndex, "\xff\xff", "v"},
                        {RowKind::kMark, "k", "v"}});
  ASSERT_TRUE(log_->ClearRows().ok());
  for (const RowKind kind :
       {RowKind::kStream, RowKind::kHead, RowKind::kRequest, RowKind::kIndex}) {
    EXPECT_THAT(Keys(kind, "", "", Direction::kForwards), ElementsAre());
  }
  EXPECT_THAT(*log_->Get(RowKind::kMark, "k"), Optional(std::string("v")));
  EXPECT_EQ(*log_->ReadRecord(1), "a");
  AppendRecords({"b"}, {{RowKind::kHead, "k", "w"}});
  EXPECT_THAT(*log_->Get(RowKind::kHead, "k"), Optional(std::string("w")));
}

TEST_P(CommitLogContract, BytesComeBackAsTheyWere) {
  const std::string bytes("\0\xff\n\x80", 4);
  AppendRecords({bytes, ""}, {{RowKind::kIndex, bytes, bytes}});
  EXPECT_EQ(*log_->ReadRecord(1), bytes);
  EXPECT_EQ(*log_->ReadRecord(2), "");
  EXPECT_THAT(*log_->Get(RowKind::kIndex, bytes), Optional(bytes));
}

INSTANTIATE_TEST_SUITE_P(Logs, CommitLogContract,
                         testing::Values(LogKind::kMemory, LogKind::kRocks),
                         [](const auto& info) { return NameOf(info.param); });

}  // namespace
}  // namespace sanzhang::eventstore
