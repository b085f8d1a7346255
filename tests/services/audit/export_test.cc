// Exports: the same bytes each time, interrupted or not; and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "eventstore/record.h"
#include "eventstore/transparency/tree_stack.h"
#include "nlohmann/json.hpp"
#include "sanzhang/complaint/v1/events.pb.h"
#include "services/audit/export_format.h"
#include "services/audit/export_job.h"
#include "services/audit/export_state.h"
#include "tests/services/audit/schema_fixture.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::audit {
namespace {

namespace fs = std::filesystem;
using Format = ExportOptions::Format;
using Json = nlohmann::json;
using testing::HasSubstr;

// A log in memory; the reading of it breaks off where it is told to.
class MemorySource final : public RecordSource {
 public:
  explicit MemorySource(std::uint32_t seed, std::uint64_t records) {
    RandomMessages random(seed);
    for (std::uint64_t position = 1; position <= records; ++position) {
      const auto& facts = TheSchema().facts();
      const auto& fact = *facts[random.Below(static_cast<std::uint32_t>(facts.size()))];
      log::v1::Record record;
      record.set_community(absl::StrCat("communities/c", 1 + position % 3));
      record.set_stream(absl::StrCat(record.community(), "/things/t", random.Below(50)));
      record.set_type(position % 37 == 0 ? "sanzhang.later.v1.Invented" : fact.full_name());
      record.set_payload(random.Make(fact)->SerializeAsString());
      record.set_event_id(absl::StrCat("0123456789", 100'000 + position));
      record.mutable_actor()->set_subject(random.Text());
      const eventstore::RecordBody body = eventstore::SerialiseBody(record);
      const auto now = eventstore::StampTime(
          absl::FromUnixSeconds(1'700'000'000 + static_cast<std::int64_t>(position)));
      records_.push_back(eventstore::Join(eventstore::StampOf(body, position, 1, now), body));
    }
  }

  absl::Status Read(const RecordRange& range, Visitor visit) override {
    for (std::uint64_t position = range.first; position <= range.last; ++position) {
      if (reads_left_ == 0) return absl::UnavailableError("broken off");
      --reads_left_;
      if (!visit(position, records_[position - 1])) break;
    }
    return absl::OkStatus();
  }
  absl::StatusOr<std::uint64_t> End() override { return records_.size(); }
  absl::StatusOr<std::optional<std::string>> Checkpoint() override { return checkpoint_; }
  std::string Describe() const override { return "memory"; }

  // The note of a tree of the first `size` records.
  void Sign(std::uint64_t size) {
    transparency::TreeStack tree;
    for (std::uint64_t i = 0; i < size; ++i) tree.Add(transparency::LeafHash(records_[i]));
    checkpoint_ = absl::StrCat("log.example\n", size, "\n", transparency::ToBase64(tree.Root()),
                               "\n\n— log.example c2lnbmVk\n");
  }

  std::vector<std::string> records_;
  std::optional<std::string> checkpoint_;
  std::uint64_t reads_left_ = UINT64_MAX;
};

std::string Slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::map<std::string, std::string> FilesOf(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    files[entry.path().filename().string()] = Slurp(entry.path());
  }
  return files;
}

class ExportJobTest : public testing::TestWithParam<Format> {
 protected:
  ExportOptions Options(const std::string& name) {
    ExportOptions options;
    options.folder = dir_.File(name);
    options.format = GetParam();
    options.tool = "test";
    options.sync_records = 50;
    return options;
  }

  void ExpectSame(const std::string& one, const std::string& two) {
    const auto files = FilesOf(dir_.File(one));
    const auto others = FilesOf(dir_.File(two));
    ASSERT_EQ(files.size(), others.size());
    for (const auto& [name, bytes] : files) {
      ASSERT_TRUE(others.contains(name)) << name;
      EXPECT_TRUE(others.at(name) == bytes) << name;
    }
  }

  support::TempDir dir_;
  MemorySource source_{7, 480};
};

INSTANTIATE_TEST_SUITE_P(Formats, ExportJobTest,
                         testing::Values(Format::kNdjson, Format::kCsv, Format::kSqlite),
                         [](const auto& info) { return NameOf(info.param); });

TEST_P(ExportJobTest, TheSameBytesTwice) {
  source_.Sign(470);
  for (const char* name : {"one", "two"}) {
    const auto result = RunExport(source_, TheSchema(), Options(name));
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->records, 480u);
  }
  ExpectSame("one", "two");
  EXPECT_FALSE(fs::exists(dir_.File("one/export-state.json")));
}

TEST_P(ExportJobTest, InterruptedAnywhereItEndsTheSame) {
  ASSERT_TRUE(RunExport(source_, TheSchema(), Options("whole")).ok());
  // A sync of so many small files takes its time.
  const std::vector<std::uint64_t> steps =
      GetParam() == Format::kCsv ? std::vector<std::uint64_t>{130, 240}
                                 : std::vector<std::uint64_t>{1, 49, 50, 51, 99, 130, 479, 480};
  for (const std::uint64_t step : steps) {
    const std::string name = absl::StrCat("step", step);
    int runs = 0;
    while (true) {
      source_.reads_left_ = step + 50 + static_cast<std::uint64_t>(runs);
      const auto result = RunExport(source_, TheSchema(), Options(name));
      ASSERT_LT(++runs, 600);
      if (result.ok()) break;
      ASSERT_TRUE(absl::IsUnavailable(result.status())) << result.status();
      ASSERT_FALSE(fs::exists(dir_.File(name + "/manifest.json")));
    }
    ExpectSame("whole", name);
  }
}

// Killed after the sync of the data, before the state that says so was written.
TEST_P(ExportJobTest, TheStateMayBeOneSyncBehind) {
  ASSERT_TRUE(RunExport(source_, TheSchema(), Options("whole")).ok());
  for (const std::uint64_t at : {50, 100, 450}) {
    const std::string name = absl::StrCat("behind", at);
    std::string before;
    if (at > 50) {
      source_.reads_left_ = at - 50;
      ASSERT_FALSE(RunExport(source_, TheSchema(), Options(name)).ok());
      before = Slurp(dir_.File(name + "/export-state.json"));
      source_.reads_left_ = 51;  // One more is read to compare.
    } else {
      source_.reads_left_ = 0;
      ASSERT_FALSE(RunExport(source_, TheSchema(), Options(name)).ok());
      before = Slurp(dir_.File(name + "/export-state.json"));
      source_.reads_left_ = 50;
    }
    ASSERT_FALSE(RunExport(source_, TheSchema(), Options(name)).ok());
    ASSERT_NE(Slurp(dir_.File(name + "/export-state.json")), before);
    std::ofstream(dir_.File(name + "/export-state.json"), std::ios::binary) << before;
    source_.reads_left_ = UINT64_MAX;
    const auto result = RunExport(source_, TheSchema(), Options(name));
    ASSERT_TRUE(result.ok()) << result.status();
    ExpectSame("whole", name);
  }
}

// Killed after the last file was complete: whoever records it is asked again.
TEST_P(ExportJobTest, WhatWasNotRecordedIsNotDone) {
  ASSERT_TRUE(RunExport(source_, TheSchema(), Options("whole")).ok());
  ExportOptions options = Options("later");
  int asked = 0;
  std::string manifest;
  options.record = [&](const ExportResult& result) {
    manifest = result.manifest_sha256;
    return ++asked == 1 ? absl::UnavailableError("away") : absl::OkStatus();
  };
  EXPECT_TRUE(absl::IsUnavailable(RunExport(source_, TheSchema(), options).status()));
  EXPECT_FALSE(fs::exists(dir_.File("later/manifest.json")));
  const auto result = RunExport(source_, TheSchema(), options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(asked, 2);
  ExpectSame("whole", "later");
}

TEST_P(ExportJobTest, OtherOptionsAnotherLogAndAFullFolderAreRefused) {
  source_.reads_left_ = 200;
  ASSERT_FALSE(RunExport(source_, TheSchema(), Options("begun")).ok());
  source_.reads_left_ = UINT64_MAX;
  ExportOptions other = Options("begun");
  other.range.first = 2;
  EXPECT_TRUE(absl::IsFailedPrecondition(RunExport(source_, TheSchema(), other).status()));
  MemorySource another(8, 480);
  const auto refused = RunExport(another, TheSchema(), Options("begun"));
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("position 200"));
  ASSERT_TRUE(RunExport(source_, TheSchema(), Options("begun")).ok());
  // Complete, it is no place for another.
  const auto second = RunExport(source_, TheSchema(), other);
  EXPECT_TRUE(absl::IsFailedPrecondition(second.status())) << second.status();
  EXPECT_THAT(std::string(second.status().message()),
              HasSubstr("another export is complete there: its first_position is not \"2\""));
}

// Killed when all was done but to clear up and say so, wherever in that.
TEST_P(ExportJobTest, KilledAtTheVeryEndItIsFoundComplete) {
  ExportOptions options = Options("out");
  std::map<std::string, std::string> before;
  int recorded = 0;
  options.record = [&](const ExportResult&) {
    before = FilesOf(dir_.File("out"));
    ++recorded;
    return absl::OkStatus();
  };
  const auto first = RunExport(source_, TheSchema(), options);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto whole = FilesOf(dir_.File("out"));
  const std::vector<std::vector<std::string>> left = {
      {kUnrecordedManifestFile, kStateFile}, {kStateFile}, {}};
  for (const auto& names : left) {
    for (const std::string& name : names) {
      std::ofstream(dir_.File("out/" + name), std::ios::binary) << before.at(name);
    }
    const auto again = RunExport(source_, TheSchema(), options);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_TRUE(again->made_before);
    EXPECT_EQ(again->records, first->records);
    EXPECT_EQ(again->manifest_sha256, first->manifest_sha256);
    EXPECT_EQ(again->files.size(), first->files.size());
    EXPECT_EQ(FilesOf(dir_.File("out")), whole);
  }
  EXPECT_EQ(recorded, 4);  // The same each time, which the log's server takes as one.
  std::ofstream(dir_.File("out/descriptors.binpb"), std::ios::app) << "x";
  EXPECT_TRUE(absl::IsDataLoss(RunExport(source_, TheSchema(), options).status()));
}

TEST_P(ExportJobTest, ALogThatIsNotWhatWasSignedIsRefused) {
  source_.Sign(300);
  std::swap(source_.records_[100], source_.records_[101]);
  const auto result = RunExport(source_, TheSchema(), Options("forked"));
  EXPECT_TRUE(absl::IsDataLoss(result.status())) << result.status();
  EXPECT_THAT(std::string(result.status().message()), HasSubstr("first 300 records"));
}

TEST_P(ExportJobTest, TheManifestHasTheHashOfEveryFile) {
  source_.Sign(480);
  ExportOptions options = Options("out");
  options.statement.purpose = "a study";
  ASSERT_TRUE(RunExport(source_, TheSchema(), options).ok());
  const Json manifest = Json::parse(Slurp(dir_.File("out/manifest.json")));
  std::size_t listed = 0;
  for (const Json& file : manifest["files"]) {
    const auto hashed = HashFile(options.folder, file["name"]);
    ASSERT_TRUE(hashed.ok());
    EXPECT_EQ(hashed->sha256, file["sha256"]);
    EXPECT_EQ(std::to_string(hashed->bytes), file["bytes"]);
    ++listed;
  }
  EXPECT_EQ(listed + 1, FilesOf(options.folder).size());
  EXPECT_EQ(manifest["log"], "log.example");
  EXPECT_EQ(manifest["first_position"], "1");
  EXPECT_EQ(manifest["last_position"], "480");
  EXPECT_EQ(manifest["as_of"], "2023-11-14T22:21:20Z");
  EXPECT_EQ(manifest["whole"], true);
  EXPECT_EQ(manifest["checkpoint"], *source_.checkpoint_);
  EXPECT_THAT(*source_.checkpoint_, HasSubstr(manifest["tree"]["root"].get<std::string>()));
  EXPECT_EQ(manifest["purpose"], "a study");
  EXPECT_EQ(manifest["recorded"], false);
}

TEST_P(ExportJobTest, OfAPartOfTheLog) {
  ExportOptions options = Options("out");
  options.range = {.first = 100, .last = 200, .community = "communities/c1"};
  const auto result = RunExport(source_, TheSchema(), options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->records, 33u);
  const Json manifest = Json::parse(Slurp(dir_.File("out/manifest.json")));
  EXPECT_EQ(manifest["whole"], false);
  EXPECT_TRUE(manifest["tree"].is_null());
  // A filter that let in every record left none out.
  ExportOptions all = Options("all");
  all.range.stream_prefix = "communities/";
  ASSERT_TRUE(RunExport(source_, TheSchema(), all).ok());
  EXPECT_EQ(Json::parse(Slurp(dir_.File("all/manifest.json")))["whole"], true);
  options = Options("beyond");
  options.range.last = 481;
  EXPECT_TRUE(absl::IsOutOfRange(RunExport(source_, TheSchema(), options).status()));
}

TEST_P(ExportJobTest, OfAnEmptyLog) {
  source_.records_.clear();
  const auto result = RunExport(source_, TheSchema(), Options("out"));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->records, 0u);
}

TEST(ExportRoundTrip, ALogComesBackFromItsExportByteForByte) {
  support::TempDir dir;
  MemorySource source(9, 300);
  ExportOptions options;
  options.folder = dir.File("out");
  ASSERT_TRUE(RunExport(source, TheSchema(), options).ok());
  auto back = OpenExport(options.folder);
  ASSERT_TRUE(back.ok()) << back.status();
  std::vector<std::string> records;
  const absl::Status read = (*back)->Read({}, [&records](std::uint64_t, std::string_view bytes) {
    records.emplace_back(bytes);
    return true;
  });
  EXPECT_TRUE(read.ok()) << read;
  EXPECT_EQ(records, source.records_);
}

}  // namespace
}  // namespace sanzhang::audit
