// The rows that are rebuilt from the records are those that were there.
#include "eventstore/rebuild.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "eventstore/key_codec.h"
#include "tests/eventstore/forwarding_log.h"
#include "tests/eventstore/store_fixture.h"

namespace sanzhang::eventstore {
namespace {

using Rows = std::map<std::pair<RowKind, std::string>, std::string>;

std::vector<IndexEntry> Derive(const log::v1::Record& record) {
  return {{record.community() + "/at/" + record.stream(), absl::StrCat(record.position())}};
}

RebuildOptions Options() {
  return {Derive, [](const log::v1::Record& record) { return record.actor().subject(); }};
}

// All rows; the digests of requests, which the log does not hold, are left out.
Rows RowsOf(const CommitLog& log) {
  Rows rows;
  for (const RowKind kind :
       {RowKind::kStream, RowKind::kHead, RowKind::kRequest, RowKind::kIndex}) {
    EXPECT_TRUE(log.Scan(kind, "", "", Direction::kForwards,
                         [&](std::string_view key, std::string_view value) {
                           std::string content(value);
                           if (kind == RowKind::kRequest) {
                             RequestRow request;
                             EXPECT_TRUE(DecodeRequestRow(value, request));
                             content = EncodeRequestRow({"", request.receipt});
                           }
                           rows[{kind, std::string(key)}] = content;
                           return true;
                         })
                    .ok());
  }
  return rows;
}

class RebuiltRows : public testing::TestWithParam<LogKind> {};

std::unique_ptr<EventStore> StoreOn(CommitLog& log) {
  EventStore::Options options;
  options.derive = Derive;
  return OpenStore(std::make_unique<ForwardingLog>(log), options);
}

void Fill(CommitLog& log) {
  const auto store = StoreOn(log);
  std::vector<Append> appends;
  for (int i = 0; i < 2000; ++i) {
    const std::string stream = absl::StrCat("communities/c1/s/", i % 37);
    Append append = NewAppend(stream, AnyRevision(), 1 + i % 3);
    if (i % 5 == 0) {
      const std::string other = absl::StrCat("communities/c2/s/", i % 11);
      append.writes.push_back({other, AnyRevision(), {NewRecord(other)}});
    }
    if (i % 4 != 0) append = WithRequest(append, absl::StrCat("r", i), "d", "persons/p1");
    appends.push_back(std::move(append));
  }
  for (const AppendResult& result : AwaitAll(*store, appends)) {
    ASSERT_EQ(result.kind, AppendResult::Kind::kCommitted);
  }
}

TEST_P(RebuiltRows, AreThoseThatWereThere) {
  LogPlace place(GetParam());
  const auto log = place.Open();
  Fill(*log);
  const Rows before = RowsOf(*log);
  ASSERT_GT(before.size(), 2000u);
  ASSERT_TRUE(RebuildIndexes(*log, Options()).ok());
  EXPECT_EQ(RowsOf(*log), before);
  const auto store = StoreOn(*log);
  // Without its digest any body matches.
  EXPECT_EQ(
      Await(*store, WithRequest(NewAppend("communities/c1/s/1", NoStream()), "r1", "other")).kind,
      AppendResult::Kind::kReplayed);
}

TEST_P(RebuiltRows, UntilTheyAreDoneTheLogDoesNotOpen) {
  LogPlace place(GetParam());
  const auto log = place.Open();
  Fill(*log);
  const Rows before = RowsOf(*log);
  ASSERT_TRUE(log->Append({.rows = {{RowKind::kMark, kRebuildingMark, "running"}}}).ok());
  ASSERT_TRUE(log->ClearRows().ok());
  const auto opened = EventStore::Open(std::make_unique<ForwardingLog>(*log), {});
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(RebuildIndexes(*log, Options()).ok());
  EXPECT_EQ(RowsOf(*log), before);
  EXPECT_NE(StoreOn(*log), nullptr);
}

TEST_P(RebuiltRows, AStoreWithoutItsRowsDoesNotOpen) {
  LogPlace place(GetParam());
  const auto log = place.Open();
  Fill(*log);
  ASSERT_TRUE(log->ClearRows().ok());
  EXPECT_EQ(EventStore::Open(std::make_unique<ForwardingLog>(*log), {}).status().code(),
            absl::StatusCode::kDataLoss);
}

INSTANTIATE_TEST_SUITE_P(Logs, RebuiltRows, testing::Values(LogKind::kMemory, LogKind::kRocks),
                         [](const auto& info) { return NameOf(info.param); });

}  // namespace
}  // namespace sanzhang::eventstore
