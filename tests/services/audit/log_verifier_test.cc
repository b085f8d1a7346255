// The whole log against what was signed: each thing that it looks at, broken once.
#include "services/audit/log_verifier.h"

#include <filesystem>
#include <functional>

#include "absl/strings/str_cat.h"
#include "eventstore/key_codec.h"
#include "eventstore/memory_commit_log.h"
#include "eventstore/rebuild.h"
#include "eventstore/transparency/tile_store.h"
#include "eventstore/transparency/tile_tree.h"
#include "gmock/gmock.h"
#include "proto/wire/time.h"
#include "sanzhang/log/v1/record.pb.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::audit {
namespace {

using Records = std::vector<std::string>;

constexpr std::uint64_t kRecords = 300;
constexpr std::uint64_t kSigned = 290;

// A log of three streams, each record of which holds a fact.
Records GoodRecords() {
  Records records;
  for (std::uint64_t i = 0; i < kRecords; ++i) {
    log::v1::Record record;
    record.set_position(i + 1);
    record.set_stream(absl::StrCat("communities/c1/things/s", i % 3));
    record.set_revision(i / 3 + 1);
    record.set_community("communities/c1");
    record.set_type("sanzhang.log.v1.Actor");
    log::v1::Actor fact;
    fact.set_subject(absl::StrCat("somebody ", i));
    record.set_payload(fact.SerializeAsString());
    *record.mutable_recorded_at() =
        wire::ToStamp(absl::FromUnixSeconds(1'000'000 + static_cast<std::int64_t>(i)));
    *record.mutable_occurred_at() = record.recorded_at();
    record.mutable_actor()->set_kind(log::v1::Actor::KIND_PERSON);
    record.mutable_actor()->set_subject("communities/c1/persons/p-li");
    record.set_request_id(absl::StrCat("request ", i));
    records.push_back(record.SerializeAsString());
  }
  return records;
}

class ListSource final : public RecordSource {
 public:
  ListSource(const Records& records, std::optional<std::string> checkpoint)
      : records_(records), checkpoint_(std::move(checkpoint)) {}
  absl::Status Read(const RecordRange& range, Visitor visit) override {
    for (std::uint64_t position = range.first; position <= range.last; ++position) {
      if (!visit(position, records_[position - 1])) break;
    }
    return absl::OkStatus();
  }
  absl::StatusOr<std::uint64_t> End() override { return records_.size(); }
  absl::StatusOr<std::optional<std::string>> Checkpoint() override { return checkpoint_; }
  std::string Describe() const override { return "a list"; }

 private:
  const Records& records_;
  const std::optional<std::string> checkpoint_;
};

class LogVerifierTest : public testing::Test {
 protected:
  LogVerifierTest() { Sign(records_); }

  transparency::TreeHead HeadOf(const Records& records, std::uint64_t size) const {
    transparency::TileTree tree;
    for (std::uint64_t i = 0; i < size; ++i) tree.Add(transparency::LeafHash(records[i]));
    return {size, tree.Root()};
  }
  // What the first kSigned records have as checkpoint and tiles.
  void Sign(const Records& records) {
    transparency::TileTree tree;
    for (std::uint64_t i = 0; i < kSigned; ++i) tree.Add(transparency::LeafHash(records[i]));
    ASSERT_TRUE(tiles_.Clear().ok());
    for (const auto& tile : tree.TakeFull()) ASSERT_TRUE(tiles_.Put(tile).ok());
    for (const auto& tile : tree.Partial()) ASSERT_TRUE(tiles_.Put(tile).ok());
    checkpoint_ = SignCheckpoint({"example.cn/log", {tree.size(), tree.Root()}}, key_).Encode();
  }
  std::unique_ptr<eventstore::CommitLog> RowsOf(const Records& records) const {
    auto log = eventstore::MakeMemoryCommitLog();
    EXPECT_TRUE(log->Append({1, records, {}}).ok());
    eventstore::RebuildOptions options;
    options.principal_of = [](const log::v1::Record&) { return "persons/p-li"; };
    options.derive = Derive;
    EXPECT_TRUE(eventstore::RebuildIndexes(*log, options).ok());
    return log;
  }
  // An entry that later records put anew, and one of its own for each seventh.
  static std::vector<eventstore::IndexEntry> Derive(const log::v1::Record& record) {
    std::vector<eventstore::IndexEntry> entries = {
        {absl::StrCat("last/", record.stream()), absl::StrCat(record.position())}};
    if (record.position() % 7 == 0) entries.push_back({absl::StrCat("7/", record.position()), "x"});
    return entries;
  }
  absl::StatusOr<VerifyReport> Verify(const VerifyOptions& options) {
    ListSource source(records_, checkpoint_);
    return VerifyLog(source, transparency::Policy::OfLog(key_.verifier()), options);
  }
  void Change(std::uint64_t position, const std::function<void(log::v1::Record&)>& change) {
    log::v1::Record record;
    ASSERT_TRUE(record.ParseFromString(records_[position - 1]));
    change(record);
    records_[position - 1] = record.SerializeAsString();
  }

  support::TempDir dir_;
  const transparency::SigningKey key_ =
      *transparency::SigningKey::Make("example.cn/log", transparency::KeyKind::kEd25519);
  transparency::TileStore tiles_{dir_.path()};
  Records records_ = GoodRecords();
  std::optional<std::string> checkpoint_;
};

TEST_F(LogVerifierTest, AGoodLogIsVerified) {
  const auto rows = RowsOf(records_);
  VerifyOptions options;
  options.tiles = &tiles_;
  options.rows = rows.get();
  options.derive = Derive;
  options.known = {{"example.cn/log", HeadOf(records_, 7)},
                   {"example.cn/log", HeadOf(records_, 295)}};
  const auto report = Verify(options);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->records, kRecords);
  EXPECT_EQ(report->streams, 3u);
  EXPECT_EQ(report->verdict.checkpoint.head.size, kSigned);
}

struct Broken {
  std::string name;
  std::function<void(log::v1::Record&)> change;
  std::string says;
};

// Signed as it is: what is wrong is not that it was changed.
TEST_F(LogVerifierTest, WhatWasWrongFromTheBeginningIsFoundByItsPosition) {
  using log::v1::Record;
  const std::vector<Broken> cases = {
      {"revision", [](Record& r) { r.set_revision(r.revision() + 1); },
       "position 200: revision 68"},
      {"unknown type", [](Record& r) { r.set_type("sanzhang.x.v1.Nothing"); },
       "position 200: the type"},
      {"unreadable fact", [](Record& r) { r.set_payload("\x0a\xff"); },
       "position 200: the fact can't be read"},
      {"time goes back",
       [](Record& r) {
         *r.mutable_recorded_at() = wire::ToStamp(absl::FromUnixSeconds(1000));
         *r.mutable_occurred_at() = r.recorded_at();
       },
       "position 200: its time lies before"},
      {"recorded first",
       [](Record& r) {
         *r.mutable_occurred_at() = wire::ToStamp(absl::FromUnixSeconds(9'000'000));
       },
       "position 200: it is recorded before it happened"},
  };
  for (const Broken& broken : cases) {
    records_ = GoodRecords();
    Change(200, broken.change);
    Sign(records_);
    const auto report = Verify({});
    EXPECT_TRUE(absl::IsDataLoss(report.status())) << broken.name;
    EXPECT_THAT(std::string(report.status().message()), testing::StartsWith(broken.says));
  }
}

TEST_F(LogVerifierTest, WhatWasChangedIsNamedByTheTilesAndSeenByTheRoot) {
  Change(123, [](log::v1::Record& record) { record.set_event_id("another"); });
  VerifyOptions options;
  options.tiles = &tiles_;
  EXPECT_THAT(std::string(Verify(options).status().message()),
              testing::StartsWith("position 123: the record is not the one that was signed"));
  EXPECT_THAT(std::string(Verify({}).status().message()),
              testing::StartsWith("the first 290 records are not what was signed"));
  // An earlier checkpoint narrows it.
  options.tiles = nullptr;
  options.known = {{"example.cn/log", HeadOf(GoodRecords(), 130)}};
  EXPECT_THAT(std::string(Verify(options).status().message()),
              testing::StartsWith("the first 130"));
}

TEST_F(LogVerifierTest, AShorterLogIsNotTheLog) {
  records_.resize(kSigned - 1);
  EXPECT_THAT(std::string(Verify({}).status().message()),
              testing::StartsWith("position 290: the log ends before it"));
  records_.clear();
  EXPECT_THAT(std::string(Verify({}).status().message()),
              testing::StartsWith("position 1: the log ends before it"));
}

TEST_F(LogVerifierTest, IndexesThatSayOtherThingsAreFound) {
  using eventstore::Row;
  using eventstore::RowKind;
  const auto stream = [](int s, int revision) {
    return eventstore::StreamKey(absl::StrCat("communities/c1/things/s", s), revision);
  };
  const std::vector<std::pair<Row, std::string>> cases = {
      {{RowKind::kStream, stream(0, 5), eventstore::EncodeNumber(14)}, "position 13: the index"},
      {{RowKind::kStream, stream(0, 101), eventstore::EncodeNumber(300)},
       "the index of streams has 301"},
      {{RowKind::kHead, "communities/c1/things/s1", eventstore::EncodeNumber(99)},
       "the index of heads is wrong of"},
      {{RowKind::kHead, "communities/c1/things/s9", eventstore::EncodeNumber(1)},
       "the index of heads is wrong of"},
      {{RowKind::kRequest, eventstore::RequestRowKey("persons/p-li", "request 7"), "nonsense"},
       "position 8: the index of requests"},
      {{RowKind::kIndex, "7/70", "y"}, "the index of what records say is wrong at 7/70"},
      {{RowKind::kIndex, "7/71", "x"}, "the index of what records say is wrong at 7/71"},
      {{RowKind::kIndex, "last/communities/c1/things/s1", "2"},
       "the index of what records say is wrong at last/"},
  };
  for (const auto& [row, says] : cases) {
    const auto rows = RowsOf(records_);
    // One more record, of which the verifier does not know, brings the row.
    ASSERT_TRUE(rows->Append({kRecords + 1, {records_[0]}, {row}}).ok());
    VerifyOptions options;
    options.rows = rows.get();
    options.derive = Derive;
    EXPECT_THAT(std::string(Verify(options).status().message()), testing::StartsWith(says)) << says;
  }
}

TEST_F(LogVerifierTest, AnIndexThatLacksAnEntryIsFoundByTheRecord) {
  const auto rows = RowsOf(records_);
  VerifyOptions options;
  options.rows = rows.get();
  options.derive = [](const log::v1::Record& record) {
    auto entries = Derive(record);
    if (record.position() == 41) entries.push_back({"more", "x"});
    return entries;
  };
  EXPECT_THAT(std::string(Verify(options).status().message()),
              testing::StartsWith("position 41: the index of what records say lacks"));
}

// A bit of each tile of the signed size, of every level.
TEST_F(LogVerifierTest, ADamagedTileIsNamedAsTheTile) {
  VerifyOptions options;
  options.tiles = &tiles_;
  for (const transparency::TileId& id : transparency::TilesOf(kSigned)) {
    const std::string whole = *tiles_.Read(id);
    std::string flipped = whole;
    flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 1);
    ASSERT_TRUE(tiles_.Put({id, flipped}).ok());
    EXPECT_THAT(std::string(Verify(options).status().message()),
                testing::StartsWith(PathOf(id) + " is not what was signed"));
    ASSERT_TRUE(tiles_.Put({id, whole}).ok());
  }
  EXPECT_TRUE(Verify(options).ok());
  std::filesystem::remove_all(dir_.File("tile/1"));
  EXPECT_THAT(std::string(Verify(options).status().message()),
              testing::StartsWith("the tile tile/1/000.p/1 can't be read"));
}

TEST_F(LogVerifierTest, OnlyTheKeysOfThePolicyCount) {
  const auto other =
      transparency::SigningKey::Make("example.cn/log", transparency::KeyKind::kEd25519);
  ListSource source(records_, checkpoint_);
  EXPECT_TRUE(absl::IsNotFound(
      VerifyLog(source, transparency::Policy::OfLog(other->verifier()), {}).status()));
  checkpoint_ = std::nullopt;
  EXPECT_TRUE(absl::IsNotFound(Verify({}).status()));
  checkpoint_ = "nonsense";
  EXPECT_TRUE(absl::IsDataLoss(Verify({}).status()));
}

}  // namespace
}  // namespace sanzhang::audit
