// Records from a server, from a copy of a data folder, and from an export.
#include "services/audit/record_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "eventstore/record.h"
#include "eventstore/rocks_commit_log.h"
#include "eventstore/transparency/merkle.h"
#include "proto/wire/sha256.h"
#include "services/audit/export_format.h"
#include "tests/services/log/log_service_fixture.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::audit {
namespace {

// 32 bytes, as text.
std::string Leaf(std::string_view record) {
  return std::string(transparency::BytesOf(transparency::LeafHash(record)));
}

using eventstore::CommitBatch;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

std::string RecordAt(std::uint64_t position, const std::string& stream = "communities/c1/a",
                     const std::string& type = "test.Happened") {
  log::v1::Record record;
  record.set_stream(stream);
  record.set_community(stream.substr(0, stream.find('/', stream.find('/') + 1)));
  record.set_type(type);
  record.set_payload(absl::StrCat("payload ", position));
  const eventstore::RecordBody body = eventstore::SerialiseBody(record);
  return eventstore::Join(
      eventstore::StampOf(body, position, position,
                          eventstore::StampTime(absl::FromUnixSeconds(1'700'000'000))),
      body);
}

struct Seen {
  absl::Status status;
  std::vector<std::uint64_t> positions;
  std::vector<std::string> bytes;
};

Seen ReadAll(RecordSource& source, const RecordRange& range = {}) {
  Seen seen;
  seen.status = source.Read(range, [&seen](std::uint64_t position, std::string_view bytes) {
    seen.positions.push_back(position);
    seen.bytes.emplace_back(bytes);
    return true;
  });
  return seen;
}

// Everything about the files that a reader must leave as it is.
std::map<std::string, std::string> Snapshot(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    std::string about = absl::StrCat(entry.last_write_time().time_since_epoch().count());
    if (entry.is_regular_file()) {
      std::ifstream in(entry.path(), std::ios::binary);
      about.append(std::istreambuf_iterator<char>(in), {});
    }
    files[entry.path().string()] = about;
  }
  return files;
}

class DataFolderTest : public testing::Test {
 protected:
  void Append(eventstore::CommitLog& log, int records) {
    CommitBatch batch;
    batch.first_position = log.end() + 1;
    for (int i = 0; i < records; ++i) {
      batch.records.push_back(RecordAt(batch.first_position + static_cast<std::uint64_t>(i)));
    }
    ASSERT_TRUE(log.Append(batch).ok());
  }

  std::unique_ptr<eventstore::CommitLog> Log() {
    auto log = eventstore::OpenRocksCommitLog(
        {.path = dir_.File("data/log"), .create_if_missing = true, .free_space_bytes_min = 0});
    EXPECT_TRUE(log.ok()) << log.status();
    return *std::move(log);
  }

  void SetUp() override { fs::create_directories(dir_.File("data")); }

  support::TempDir dir_;
};

TEST_F(DataFolderTest, ReadsTheBytesAndChangesNothing) {
  Append(*Log(), 5);
  const auto before = Snapshot(dir_.File("data"));
  {
    auto source = OpenDataFolder(dir_.File("data"));
    ASSERT_TRUE(source.ok()) << source.status();
    EXPECT_EQ(*(*source)->End(), 5u);
    const Seen seen = ReadAll(**source);
    EXPECT_TRUE(seen.status.ok()) << seen.status;
    EXPECT_THAT(seen.positions, ElementsAre(1, 2, 3, 4, 5));
    EXPECT_EQ(seen.bytes[2], RecordAt(3));
    EXPECT_THAT(ReadAll(**source, {.first = 2, .last = 4}).positions, ElementsAre(2, 3, 4));
    EXPECT_EQ(ReadAll(**source, {.first = 7}).status.code(), absl::StatusCode::kOutOfRange);
    EXPECT_EQ(ReadAll(**source, {.first = 3, .last = 6}).status.code(),
              absl::StatusCode::kOutOfRange);
    EXPECT_THAT(ReadAll(**source, {.community = "communities/c2"}).positions, IsEmpty());
  }
  EXPECT_EQ(Snapshot(dir_.File("data")), before);
}

// What a crash leaves: records that are in the write-ahead log alone, the last one torn.
TEST_F(DataFolderTest, ReadsACopyOfAFolderThatIsWrittenTo) {
  auto log = Log();
  Append(*log, 3);
  Append(*log, 2);
  fs::copy(dir_.File("data"), dir_.File("copy"), fs::copy_options::recursive);
  Append(*log, 1);
  for (const auto& entry : fs::directory_iterator(dir_.File("copy/log/db"))) {
    if (entry.path().extension() == ".log" && entry.file_size() > 0) {
      fs::resize_file(entry.path(), entry.file_size() - 1);
    }
  }
  const auto before = Snapshot(dir_.File("copy"));
  {
    auto source = OpenDataFolder(dir_.File("copy"));
    ASSERT_TRUE(source.ok()) << source.status();
    EXPECT_THAT(ReadAll(**source).positions, ElementsAre(1, 2, 3));
  }
  EXPECT_EQ(Snapshot(dir_.File("copy")), before);
}

TEST_F(DataFolderTest, ACopyThatMissesFilesIsRefusedInWords) {
  for (int i = 0; i < 3; ++i) Append(*Log(), 2);  // Closing flushes: a table of each.
  fs::path first;
  for (const auto& entry : fs::directory_iterator(dir_.File("data/log/db"))) {
    if (entry.path().extension() == ".sst" && (first.empty() || entry.path() < first)) {
      first = entry.path();
    }
  }
  ASSERT_FALSE(first.empty());
  fs::remove(first);
  const auto source = OpenDataFolder(dir_.File("data"));
  EXPECT_EQ(source.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(source.status().message()), HasSubstr("admin backup"));
}

TEST_F(DataFolderTest, AFileThatIsDamagedIsSaidToBe) {
  Append(*Log(), 2);
  for (const auto& entry : fs::directory_iterator(dir_.File("data/log/db"))) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream table(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    table.seekp(20).put('\x7f');
  }
  const auto source = OpenDataFolder(dir_.File("data"));
  const absl::Status status = source.ok() ? ReadAll(**source).status : source.status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("a file of the log is damaged"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("take a backup or another copy"));
}

TEST_F(DataFolderTest, NoLogIsNotMade) {
  const auto source = OpenDataFolder(dir_.File("data"));
  EXPECT_EQ(source.status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(fs::is_empty(dir_.File("data")));
  const auto nowhere = OpenDataFolder(dir_.File("nope"));
  EXPECT_EQ(nowhere.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(nowhere.status().message()), HasSubstr("nope: there is no such folder"));
}

TEST_F(DataFolderTest, AHoleIsNamed) {
  {
    auto log = Log();
    Append(*log, 2);
    CommitBatch batch{.first_position = 3, .records = {RecordAt(4)}};
    ASSERT_TRUE(log->Append(batch).ok());
  }
  auto source = OpenDataFolder(dir_.File("data"));
  ASSERT_TRUE(source.ok()) << source.status();
  const Seen seen = ReadAll(**source);
  EXPECT_EQ(seen.status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(seen.status.message()), HasSubstr("position 3"));
  EXPECT_THAT(seen.positions, ElementsAre(1, 2));
}

TEST_F(DataFolderTest, TheCheckpointIsAsItStands) {
  Append(*Log(), 1);
  auto source = OpenDataFolder(dir_.File("data"));
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ(*(*source)->Checkpoint(), std::nullopt);
  fs::create_directories(dir_.File("data/tree"));
  std::ofstream(dir_.File("data/tree/checkpoint")) << "a note\n";
  EXPECT_EQ(*(*source)->Checkpoint(), "a note\n");
}

class ServerTest : public log::LogServiceTest {
 protected:
  std::unique_ptr<RecordSource> Source(double rate = 0) {
    return MakeServerSource(grpc::CreateChannel(address_, grpc::InsecureChannelCredentials()),
                            {.address = address_, .records_per_second_max = rate});
  }
};

TEST_F(ServerTest, ReadsPagesToTheEndAsItIs) {
  Append("communities/c1/a", 1000);
  Append("communities/c1/b", 500, 10, "test.Other");
  const auto source = Source();
  EXPECT_EQ(*source->End(), 1500u);
  const Seen seen = ReadAll(*source);
  EXPECT_TRUE(seen.status.ok()) << seen.status;
  EXPECT_EQ(seen.positions.size(), 1500u);
  EXPECT_EQ(seen.positions.back(), 1500u);
  EXPECT_EQ(ReadAll(*source, {.first = 1499}).positions.size(), 2u);
  EXPECT_EQ(ReadAll(*source, {.types = {"test.Other"}}).positions.size(), 500u);
  EXPECT_EQ(ReadAll(*source, {.last = 1002, .stream_prefix = "communities/c1/b"}).positions.size(),
            2u);
  EXPECT_EQ(*source->Checkpoint(), std::nullopt);  // This server has no tree.
}

TEST_F(ServerTest, NobodyThereIsNotAServerWithoutATree) {
  const auto source = MakeServerSource(
      grpc::CreateChannel("unix:/nowhere/at/all", grpc::InsecureChannelCredentials()), {});
  const auto checkpoint = source->Checkpoint();
  EXPECT_EQ(checkpoint.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(checkpoint.status().message()), HasSubstr("the server can't be reached"));
}

TEST_F(ServerTest, AnEmptyLogIsRead) {
  const Seen seen = ReadAll(*Source());
  EXPECT_TRUE(seen.status.ok()) << seen.status;
  EXPECT_THAT(seen.positions, IsEmpty());
}

TEST_F(ServerTest, KeepsToItsRate) {
  Append("communities/c1/a", 100);
  const absl::Time began = absl::Now();
  EXPECT_EQ(ReadAll(*Source(/*rate=*/500)).positions.size(), 100u);
  EXPECT_GE(absl::Now() - began, absl::Milliseconds(190));
}

TEST_F(ServerTest, TheServersRefusalIsTheStatus) {
  admission_ = absl::PermissionDeniedError("no");
  EXPECT_FALSE(ReadAll(*Source()).status.ok());
}

class ExportTest : public testing::Test {
 protected:
  static std::string LineOf(const std::string& bytes, std::uint64_t position) {
    return absl::StrCat("{\"position\":\"", position,
                        "\",\"payload\":{\"text\":\"\\\",\\\"bytes\\\":\\\"\"},\"leaf_hash\":\"",
                        absl::BytesToHexString(Leaf(bytes)), "\",\"bytes\":\"",
                        absl::Base64Escape(bytes), "\"}\n");
  }

  void Write(const std::vector<std::string>& lines, std::uint64_t last,
             const std::string& more = "\"whole\":true,\"pseudonymous\":false") {
    std::string text;
    for (const std::string& line : lines) text += line;
    std::ofstream(dir_.File("records.ndjson"), std::ios::binary) << text;
    std::ofstream(dir_.File("descriptors.binpb")) << "types";
    const auto file = [](const std::string& name, const std::string& bytes) {
      return absl::StrCat("{\"name\":\"", name, "\",\"sha256\":\"",
                          absl::BytesToHexString(wire::Sha256(bytes)), "\"}");
    };
    std::ofstream(dir_.File("manifest.json"))
        << "{\"export\":\"sanzhang-export 1\",\"format\":\"ndjson\",\"first_position\":\"1\","
        << "\"last_position\":\"" << last << "\",\"files\":[" << file("descriptors.binpb", "types")
        << "," << file("records.ndjson", text) << "]," << more << "}";
  }

  Seen Read() {
    auto source = OpenExport(dir_.path().string());
    if (!source.ok()) return {source.status(), {}, {}};
    return ReadAll(**source);
  }

  support::TempDir dir_;
};

TEST_F(ExportTest, ReadsTheBytes) {
  Write({LineOf(RecordAt(1), 1), LineOf(RecordAt(2), 2)}, 2);
  const Seen seen = Read();
  EXPECT_TRUE(seen.status.ok()) << seen.status;
  EXPECT_THAT(seen.bytes, ElementsAre(RecordAt(1), RecordAt(2)));
}

TEST_F(ExportTest, DamageIsNamed) {
  const std::string one = LineOf(RecordAt(1), 1);
  const std::string two = LineOf(RecordAt(2), 2);
  const std::string three = LineOf(RecordAt(3), 3);
  std::string flipped = two;
  flipped[flipped.size() - 20] ^= 1;
  struct Case {
    std::vector<std::string> lines;
    std::string says;
  };
  for (const Case& damage :
       {Case{{one, three}, ":2: position 2 is missing"}, Case{{two, one, three}, ":1: position 1"},
        Case{{one, flipped, three}, ":2: after position 1"}, Case{{one, two}, "ends at position 2"},
        Case{{one, two, three.substr(0, 30)}, ":3: after position 2"},
        Case{{one, LineOf(RecordAt(3), 2), three}, ":2: what stands at position 2"}}) {
    Write(damage.lines, 3);
    const absl::Status status = Read().status;
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << damage.says;
    EXPECT_THAT(std::string(status.message()), HasSubstr(damage.says));
  }
}

TEST_F(ExportTest, FilesThatAreNotThoseOfTheManifestAreNamed) {
  const std::string one = LineOf(RecordAt(1), 1);
  const std::string two = LineOf(RecordAt(2), 2);
  // Words, and not the bytes beside them.
  std::string other = two;
  other.replace(other.find("text"), 4, "tEXT");
  for (const std::string& text : {one + other, (one + two).substr(0, (one + two).size() - 1)}) {
    Write({one, two}, 2);
    std::ofstream(dir_.File("records.ndjson"), std::ios::binary) << text;
    const Seen seen = Read();
    EXPECT_EQ(seen.status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(seen.status.message()), HasSubstr("records.ndjson: its SHA-256"));
  }
  Write({one, two}, 2);
  std::ofstream(dir_.File("descriptors.binpb"), std::ios::app) << "!";
  EXPECT_THAT(std::string(Read().status.message()), HasSubstr("descriptors.binpb: its SHA-256"));
  fs::remove(dir_.File("descriptors.binpb"));
  EXPECT_FALSE(Read().status.ok());
  Write({one, two, LineOf(RecordAt(3), 3)}, 2);
  EXPECT_THAT(std::string(Read().status.message()), HasSubstr("goes on to position 3"));
}

TEST_F(ExportTest, APartOfTheLogHasHoles) {
  Write({LineOf(RecordAt(2), 2), LineOf(RecordAt(5), 5)}, 6,
        "\"whole\":false,\"pseudonymous\":false");
  EXPECT_THAT(Read().positions, ElementsAre(2, 5));
  Write({LineOf(RecordAt(5), 5), LineOf(RecordAt(2), 2)}, 6,
        "\"whole\":false,\"pseudonymous\":false");
  EXPECT_EQ(Read().status.code(), absl::StatusCode::kDataLoss);
}

TEST_F(ExportTest, WhatIsNoExportIsRefused) {
  EXPECT_EQ(Read().status.code(), absl::StatusCode::kNotFound);
  Write({}, 0, "\"whole\":true,\"pseudonymous\":true");
  EXPECT_THAT(std::string(Read().status.message()), HasSubstr("pseudonymous"));
  Write({}, 0, "\"whole\":true");
  EXPECT_FALSE(Read().status.ok());
}

}  // namespace
}  // namespace sanzhang::audit
