// An operator who cheats: copies a data folder, and changes what happened.
//
//   evil_log DATA KEYS MADE HOW POSITION
//
// Writes `MADE/data` (a log that opens, with its indexes, and the tree) and `MADE/records.ndjson`.
// HOW is
//   none     nothing is changed
//   flip     one bit of the record at POSITION
//   drop     that record is not there, the later ones move up
//   swap     it and the next one have changed places
//   cut      it and all later ones are not there
//   shrink   the same, and the smaller tree is signed
//   fork     one bit of it is changed, one more record is written, and the new history is signed
// What is signed is signed with the log's own key, from KEYS, past the signer that would refuse.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/strip.h"
#include "eventstore/check.h"
#include "eventstore/rebuild.h"
#include "eventstore/rocks_commit_log.h"
#include "eventstore/transparency/checkpoint.h"
#include "eventstore/transparency/files.h"
#include "eventstore/transparency/tile_store.h"
#include "eventstore/transparency/tile_tree.h"
#include "sanzhang/log/v1/record.pb.h"
#include "services/sanzhang/log_index.h"

namespace sanzhang {
namespace {

namespace fs = std::filesystem;
using Records = std::vector<std::string>;

constexpr std::size_t kBatch = 500;

template <class T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) std::fprintf(stderr, "%s\n", std::string(result.status().message()).c_str());
  SANZHANG_CHECK(result.ok());
  return *std::move(result);
}
void Must(const absl::Status& status) {
  (void)Must(absl::StatusOr<int>(status.ok() ? absl::StatusOr<int>(0) : status));
}

Records ReadAll(const std::string& log_folder) {
  const auto log = Must(eventstore::OpenRocksCommitLogToRead(log_folder));
  Records records;
  Must(log->ReadRecords(1, eventstore::Direction::kForwards,
                        [&](std::uint64_t, std::string_view bytes) {
                          records.emplace_back(bytes);
                          return true;
                        }));
  return records;
}

// One bit, where it makes nothing unreadable.
std::string Flipped(std::string bytes) {
  log::v1::Record record;
  SANZHANG_CHECK(record.ParseFromString(bytes));
  const std::size_t at = bytes.find(record.event_id());
  SANZHANG_CHECK(at != std::string::npos && record.event_id().size() == 16);
  bytes[at + 15] = static_cast<char>(bytes[at + 15] ^ 1);
  return bytes;
}

// Positions and revisions without a hole, whatever was taken out.
void Renumber(Records& records) {
  std::map<std::string, std::uint64_t> revisions;
  std::uint64_t position = 0;
  for (std::string& bytes : records) {
    log::v1::Record record;
    SANZHANG_CHECK(record.ParseFromString(bytes));
    const std::uint64_t revision = ++revisions[record.stream()];
    if (record.position() == ++position && record.revision() == revision) continue;
    record.set_position(position);
    record.set_revision(revision);
    bytes = record.SerializeAsString();
  }
}

void Cheat(Records& records, const std::string& how, std::size_t position) {
  SANZHANG_CHECK(position >= 1 && position < records.size());
  const auto at = records.begin() + static_cast<std::ptrdiff_t>(position - 1);
  if (how == "flip") *at = Flipped(*at);
  if (how == "drop") records.erase(at);
  if (how == "swap") std::iter_swap(at, at + 1);
  if (how == "cut" || how == "shrink") records.erase(at, records.end());
  if (how == "fork") {
    *at = Flipped(*at);
    records.push_back(records.back());
  }
  if (how == "drop" || how == "swap" || how == "fork") Renumber(records);
}

void WriteLog(const Records& records, const std::string& folder) {
  fs::create_directories(folder);
  const auto log =
      Must(eventstore::OpenRocksCommitLog({.path = folder, .create_if_missing = true}));
  for (std::size_t begin = 0; begin < records.size(); begin += kBatch) {
    eventstore::CommitBatch batch{begin + 1};
    for (std::size_t i = begin; i < records.size() && i < begin + kBatch; ++i)
      batch.records.push_back(records[i]);
    Must(log->Append(batch));
  }
  eventstore::RebuildOptions options;
  options.principal_of = [](const log::v1::Record& record) {
    const std::string& subject = record.actor().subject();
    const bool person = record.actor().kind() == log::v1::Actor::KIND_PERSON;
    return person ? "persons/" + subject.substr(subject.rfind('/') + 1) : subject;
  };
  options.derive = [](const log::v1::Record& record) { return app::IndexOf(record); };
  Must(eventstore::RebuildIndexes(*log, options));
}

// Tiles and checkpoint of these records.
void Sign(const Records& records, const fs::path& keys, const std::string& tree_folder) {
  const auto text = Must(transparency::GetFile(keys / "log.key", 4096));
  const auto key = Must(transparency::SigningKey::Parse(text->substr(0, text->find('\n'))));
  fs::remove_all(tree_folder);
  transparency::TileStore tiles(tree_folder);
  transparency::TileTree tree;
  for (const std::string& record : records) tree.Add(transparency::LeafHash(record));
  for (const auto& tile : tree.TakeFull()) Must(tiles.Put(tile));
  for (const auto& tile : tree.Partial()) Must(tiles.Put(tile));
  const transparency::SignedNote note =
      SignCheckpoint({key.verifier().name, {tree.size(), tree.Root()}}, key);
  Must(transparency::PutFile(tree_folder + "/checkpoint", note.Encode(),
                             transparency::Durable::kNo));
}

void WriteNdjson(const Records& records, const fs::path& path) {
  std::ofstream file(path, std::ios::binary);
  for (std::size_t i = 0; i < records.size(); ++i) {
    file << R"({"position":")" << i + 1 << R"(","bytes":")" << absl::Base64Escape(records[i])
         << "\"}\n";
  }
}

int Run(const std::vector<std::string>& arguments) {
  const fs::path data = arguments[1];
  const fs::path made = arguments[3];
  const std::string how = arguments[4];
  Records records = ReadAll(data / "log");
  if (how != "none") Cheat(records, how, std::stoul(arguments[5]));
  WriteLog(records, made / "data/log");
  fs::copy(data / "tree", made / "data/tree", fs::copy_options::recursive);
  if (how == "shrink" || how == "fork") Sign(records, arguments[2], made / "data/tree");
  WriteNdjson(records, made / "records.ndjson");
  return 0;
}

}  // namespace
}  // namespace sanzhang

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  return sanzhang::Run({argv, argv + argc});
}
