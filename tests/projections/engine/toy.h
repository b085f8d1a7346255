// A projection that is small enough to see through, and a projector of it on a fake log.
#pragma once

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "projections/engine/dump.h"
#include "projections/engine/projection.h"
#include "projections/engine/projector.h"
#include "tests/projections/engine/fake_log.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::projections {

// `toy.v1.Put` with `key|number` writes an item, `toy.v1.Drop` with `key` removes it; every event
// it follows is counted. Anything else of its package stops it.
class Toy final : public Projection {
 public:
  struct Options {
    int version = 1;
    std::int64_t counts_for = 1;  // Each event; other than 1: a defect.
    std::string schema =
        "CREATE TABLE item (key TEXT PRIMARY KEY, number INTEGER, position INTEGER NOT NULL) "
        "STRICT;"
        "CREATE TABLE tally (id INTEGER PRIMARY KEY, events INTEGER NOT NULL) STRICT;"
        "INSERT INTO tally VALUES (1, 0);";
    std::function<void(std::uint64_t)> before_apply = [](std::uint64_t) {};
  };
  explicit Toy(Options options) : options_(std::move(options)) {}

  std::string_view name() const override { return "toy"; }
  int version() const override { return options_.version; }
  std::string_view schema() const override { return options_.schema; }
  std::vector<std::string> packages() const override { return {"toy.v1"}; }
  absl::Status Apply(const Envelope& envelope, Rows& rows) override {
    options_.before_apply(envelope.position());
    const std::string& type = envelope.record.type();
    absl::Status status =
        rows.Run("UPDATE tally SET events = events + ?1 WHERE id = 1", {options_.counts_for});
    if (!status.ok()) return status;
    if (type == "toy.v1.Drop") {
      return rows.Run("DELETE FROM item WHERE key = ?1", {envelope.record.payload()});
    }
    if (type != "toy.v1.Put") return absl::NotFoundError("no such fact: " + type);
    const std::vector<std::string> parts = absl::StrSplit(envelope.record.payload(), '|');
    std::int64_t number = 0;
    if (parts.size() != 2 || !absl::SimpleAtoi(parts[1], &number)) {
      return absl::DataLossError("unreadable toy");
    }
    return rows.Run(
        "INSERT INTO item VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET number = ?2, "
        "position = ?3",
        {parts[0], number, static_cast<std::int64_t>(envelope.position())});
  }

 private:
  const Options options_;
};

inline absl::Time Soon() { return absl::Now() + absl::Seconds(20); }

// For what nothing announces.
inline void Until(const std::function<bool()>& condition) {
  const absl::Time deadline = Soon();
  bool met = condition();
  while (!met && absl::Now() < deadline) {
    std::this_thread::yield();
    met = condition();
  }
  EXPECT_TRUE(met);
}

// Remembers states, and waits for them.
class States {
 public:
  void Note(const ProjectorStatus& status) {
    absl::MutexLock lock(&mutex_);
    last_ = status;
  }
  // The first status in that state, from now on or just now.
  ProjectorStatus Await(ProjectorState state) {
    absl::MutexLock lock(&mutex_);
    const auto there = [&] { return last_.state == state; };
    EXPECT_TRUE(mutex_.AwaitWithDeadline(absl::Condition(&there), Soon()));
    return last_;
  }

 private:
  absl::Mutex mutex_;
  ProjectorStatus last_;
};

class ToyTest : public testing::Test {
 protected:
  ToyTest() { log_.Serve(dir_.path().string()); }

  std::filesystem::path folder() const { return dir_.path() / "views"; }

  std::unique_ptr<Projector> OpenToy(Toy::Options toy = {}) {
    Projector::Options options;
    options.folder = folder();
    options.past = past_;
    options.on_past_trouble = [this](const absl::Status&) { ++past_troubles_; };
    options.log = log_.Channel();
    options.log_metadata = {{"sanzhang-service", "projector"}};
    options.on_change = [this](const ProjectorStatus& status) { states_.Note(status); };
    options.on_damage = [this](const absl::Status& damage) {
      EXPECT_TRUE(absl::IsDataLoss(damage)) << damage;
      ++damages_;
    };
    options.on_checked = [this] { ++checks_; };
    auto projector = Projector::Open(std::make_unique<Toy>(std::move(toy)), std::move(options));
    EXPECT_TRUE(projector.ok()) << projector.status();
    return *std::move(projector);
  }
  std::unique_ptr<Projector> StartToy(Toy::Options toy = {}) {
    std::unique_ptr<Projector> projector = OpenToy(std::move(toy));
    projector->Start();
    return projector;
  }

  void Put(const std::string& key, int number) {
    log_.Append("toy.v1.Put", key + "|" + std::to_string(number));
  }
  void PutMany(int count) {
    for (int i = 0; i < count; ++i) Put("k" + std::to_string(i % 10), i);
  }

  static std::string DumpOf(Projector& projector) {
    absl::StatusOr<Snapshot> snapshot = projector.Read();
    if (!snapshot.ok()) return snapshot.status().ToString();
    std::string text;
    const absl::Status dumped = Dump(snapshot->rows(), [&](std::string_view line) {
      text += line;
      text += '\n';
    });
    return dumped.ok() ? text : dumped.ToString();
  }
  static std::int64_t Number(Projector& projector, const std::string& sql) {
    absl::StatusOr<Snapshot> snapshot = projector.Read();
    if (!snapshot.ok()) return -1;
    std::int64_t number = -1;
    EXPECT_TRUE(snapshot->rows().Query(sql, {}, [&](const Row& row) { number = row.Int(0); }).ok());
    return number;
  }
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder())) {
      const std::string name = entry.path().filename();
      if (name.ends_with(".sqlite")) files.push_back(name);
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  support::TempDir dir_;
  States states_;
  std::atomic<int> damages_ = 0;
  std::atomic<int> checks_ = 0;
  PastLimits past_;
  std::atomic<int> past_troubles_ = 0;
  FakeLog log_;
};

}  // namespace sanzhang::projections
