#include "services/sanzhang/backup.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "eventstore/transparency/files.h"
#include "eventstore/transparency/limits.h"
#include "eventstore/transparency/merkle.h"
#include "eventstore/transparency/signer.h"
#include "eventstore/transparency/tile_store.h"
#include "eventstore/transparency/tile_tree.h"
#include "services/audit/record_source.h"
#include "services/ballotbox/ballot_box.h"

namespace sanzhang::app {
namespace {

namespace fs = std::filesystem;
using transparency::Checkpoint;

constexpr int kAttemptsMax = 20;
constexpr absl::Duration kPause = absl::Milliseconds(200);  // Before another attempt.
constexpr char kBox[] = "ballot-box.sqlite";

absl::Status System(const fs::path& path, const std::error_code& error) {
  return absl::UnavailableError(absl::StrCat(path.string(), ": ", error.message()));
}

// Locks are the process's, not the log's; RocksDB's own notes are of no use to a copy.
bool LeftOut(const std::string& name) {
  return name == "LOCK" || name == "log-lock" || absl::StartsWith(name, "LOG");
}

absl::Status CopyFiles(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to, error);
  for (fs::directory_iterator entry(from, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path name = entry->path().filename();
    if (LeftOut(name.string())) continue;
    if (entry->is_directory(error)) {
      if (absl::Status copied = CopyFiles(entry->path(), to / name); !copied.ok()) return copied;
      continue;
    }
    fs::copy_file(entry->path(), to / name, error);
    if (error == std::errc::no_such_file_or_directory) {
      return absl::AbortedError(entry->path().string() + ": was removed meanwhile");
    }
    if (error) return System(entry->path(), error);
  }
  return error ? System(from, error) : absl::OkStatus();
}

// All that is below the folder survives a power cut.
absl::Status SyncAll(const fs::path& folder) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    absl::Status synced = transparency::SyncPath(entry->path().string());
    if (!synced.ok()) return synced;
  }
  return error ? System(folder, error) : transparency::SyncPath(folder.string());
}

std::string BytesIn(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Log and box as they stood together: nobody voted in secret while the log was copied.
absl::Status CopyLogAndBox(const fs::path& data, const fs::path& to) {
  const fs::path box = data / kBox;
  std::error_code error;
  const bool boxed = fs::exists(box, error);
  const fs::path before = to / "box-before";
  if (boxed) {
    if (absl::Status copied = ballotbox::BallotBox::Copy(box, before); !copied.ok()) return copied;
  }
  if (absl::Status copied = CopyFiles(data / "log", to / "log"); !copied.ok()) return copied;
  if (!boxed) return absl::OkStatus();
  if (absl::Status copied = ballotbox::BallotBox::Copy(box, to / kBox); !copied.ok()) return copied;
  if (BytesIn(before) != BytesIn(to / kBox)) {
    return absl::AbortedError("somebody voted in secret meanwhile");
  }
  fs::remove(before, error);
  return absl::OkStatus();
}

// Puts what is due of the tree into the copy.
absl::Status PutTiles(const std::vector<transparency::Tile>& tiles,
                      transparency::TileStore& store) {
  for (const transparency::Tile& tile : tiles) {
    if (absl::Status put = store.Put(tile); !put.ok()) return put;
  }
  return absl::OkStatus();
}

// Reads every record of the copy, makes the tiles anew, and compares the root.
absl::StatusOr<std::uint64_t> Prove(
    const std::string& to, const std::optional<Checkpoint>& signed_tree,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  const auto source = audit::OpenDataFolder(to);
  if (!source.ok()) return source.status();
  const auto end = (*source)->End();
  if (!end.ok()) return end.status();
  const std::uint64_t size = signed_tree ? signed_tree->head.size : 0;
  if (*end < size) {
    return absl::DataLossError(
        absl::StrCat("the log ends at ", *end, ", but ", size, " records were signed"));
  }
  transparency::TileStore store((fs::path(to) / "tree").string());
  transparency::TileTree tree;
  absl::Status put;
  const absl::Status read =
      (*source)->Read({}, [&](std::uint64_t position, std::string_view bytes) {
        if (position > size) return put.ok();
        tree.Add(transparency::LeafHash(bytes));
        put = PutTiles(tree.TakeFull(), store);
        if (progress) progress(position, *end);
        return put.ok();
      });
  if (!read.ok()) return read;
  if (put.ok()) put = PutTiles(tree.Partial(), store);
  if (!put.ok()) return put;
  if (signed_tree) {
    if (absl::Status same = signed_tree->CheckRoot(tree.Root()); !same.ok()) return same;
  }
  return *end;
}

absl::StatusOr<BackupResult> CopyOnce(
    const fs::path& data, const std::string& to,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  const fs::path published = data / "tree" / transparency::kCheckpointFile;
  // First: the log that is copied after it goes at least so far.
  const auto note = transparency::GetFile(published.string(), transparency::kNoteBytesMax);
  if (!note.ok()) return note.status();
  BackupResult result;
  if (note->has_value()) {
    auto checkpoint = Checkpoint::Unverified(**note);
    if (!checkpoint.ok()) return checkpoint.status();
    result.checkpoint = *std::move(checkpoint);
  }
  if (absl::Status made = transparency::MakeFolder(to, 0700); !made.ok()) return made;
  if (absl::Status copied = CopyLogAndBox(data, to); !copied.ok()) return copied;
  const auto records = Prove(to, result.checkpoint, progress);
  if (!records.ok()) return records.status();
  result.records = *records;
  if (!note->has_value()) return result;
  const std::string tree = (fs::path(to) / "tree").string();
  absl::Status put = transparency::MakeFolder(tree);
  if (put.ok()) {
    put = transparency::PutFile(absl::StrCat(tree, "/", transparency::kCheckpointFile), **note,
                                transparency::Durable::kNo);
  }
  if (!put.ok()) return put;
  return result;
}

absl::Status PutInPlace(const std::string& part, const std::string& to) {
  if (absl::Status synced = SyncAll(part); !synced.ok()) return synced;
  std::error_code error;
  fs::rename(part, to, error);
  if (error) return System(to, error);
  return transparency::SyncPath(fs::absolute(to).parent_path().string());
}

}  // namespace

absl::StatusOr<BackupResult> MakeBackup(
    const std::string& data, const std::string& to,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  std::error_code error;
  if (!fs::exists(fs::path(data) / "log" / "log-identity", error)) {
    return absl::NotFoundError(absl::StrCat(data, ": no data folder; it has no log"));
  }
  if (fs::exists(to, error)) {
    return absl::AlreadyExistsError(absl::StrCat(to, ": is there already; name a new folder"));
  }
  const std::string part = to + ".part";
  absl::Status why;
  for (int attempt = 1; attempt <= kAttemptsMax; ++attempt) {
    fs::remove_all(part, error);
    auto result = CopyOnce(data, part, progress);
    if (result.ok()) {
      if (absl::Status moved = PutInPlace(part, to); !moved.ok()) return moved;
      return result;
    }
    // The same damage twice is the folder's own, and no writer's doing.
    const bool torn = absl::IsAborted(result.status()) ||
                      (absl::IsDataLoss(result.status()) && result.status() != why);
    why = result.status();
    if (!torn) break;
    absl::SleepFor(kPause);
  }
  fs::remove_all(part, error);
  return why;
}

}  // namespace sanzhang::app
