#include "eventstore/start_decision.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/rocks_folder.h"
#include "eventstore/wal_scan.h"
#include "rocksdb/env.h"

namespace sanzhang::eventstore {
namespace {

struct Wal {
  std::uint64_t number = 0;
  std::string path;
  WalScan scan;
};

// `000012.log`; nothing for other files.
std::optional<std::uint64_t> NumberOf(std::string_view file_name) {
  constexpr std::string_view kSuffix = ".log";
  if (!file_name.ends_with(kSuffix)) return std::nullopt;
  file_name.remove_suffix(kSuffix.size());
  std::uint64_t number = 0;
  const char* const end = file_name.data() + file_name.size();
  const auto [stop, error] = std::from_chars(file_name.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

absl::StatusOr<WalScan> Scan(rocksdb::Env& env, const std::string& path, std::uint64_t number) {
  std::unique_ptr<rocksdb::SequentialFile> file;
  rocksdb::Status status = env.NewSequentialFile(path, &file, rocksdb::EnvOptions());
  WalScanner scanner(number);
  std::string block(kWalBlockBytes, '\0');
  while (status.ok()) {
    std::size_t filled = 0;  // A read may answer less than asked for.
    rocksdb::Slice read(block.data(), 1);
    while (status.ok() && filled < block.size() && !read.empty()) {
      status = file->Read(block.size() - filled, &read, block.data() + filled);
      if (status.ok() && read.data() != block.data() + filled) {
        std::copy_n(read.data(), read.size(), block.data() + filled);
      }
      if (status.ok()) filled += read.size();
    }
    if (!status.ok()) break;
    scanner.Add({block.data(), filled});
    if (filled < block.size()) return scanner.Finish();
  }
  return FromRocks(status);
}

absl::StatusOr<std::vector<Wal>> ScanAll(rocksdb::Env& env, const std::string& db_path) {
  std::vector<std::string> names;
  const rocksdb::Status listed = env.GetChildren(db_path, &names);
  if (!listed.ok()) return FromRocks(listed);
  std::vector<Wal> wals;
  for (const std::string& name : names) {
    const std::optional<std::uint64_t> number = NumberOf(name);
    if (!number.has_value()) continue;
    const std::string path = absl::StrCat(db_path, "/", name);
    absl::StatusOr<WalScan> scan = Scan(env, path, *number);
    if (!scan.ok()) return scan.status();
    wals.push_back({*number, path, *std::move(scan)});
  }
  std::sort(wals.begin(), wals.end(),
            [](const Wal& a, const Wal& b) { return a.number < b.number; });
  return wals;
}

std::string Describe(const Wal& wal) {
  return absl::StrCat(wal.path, " holds ", wal.scan.fault, " in the group at byte ",
                      wal.scan.offset);
}

}  // namespace

absl::StatusOr<StartDecision> DecideStart(rocksdb::Env& env, const std::string& db_path) {
  const absl::StatusOr<std::vector<Wal>> wals = ScanAll(env, db_path);
  if (!wals.ok()) return wals.status();
  StartDecision decision;
  for (std::size_t i = 0; i < wals->size(); ++i) {
    const Wal& wal = (*wals)[i];
    if (wal.scan.end == WalScan::End::kWhole) continue;
    if (wal.scan.later_group.has_value()) {
      return absl::DataLossError(absl::StrCat("what was acknowledged is damaged: ", Describe(wal),
                                              ", and a later group begins at byte ",
                                              *wal.scan.later_group));
    }
    const auto later = std::find_if(
        wals->begin() + static_cast<std::ptrdiff_t>(i) + 1, wals->end(), [](const Wal& other) {
          return other.scan.groups > 0 || other.scan.later_group.has_value();
        });
    if (later != wals->end()) {
      return absl::DataLossError(absl::StrCat("what was acknowledged is damaged: ", Describe(wal),
                                              ", and later groups are in ", later->path));
    }
    if (wal.scan.groups == 0) decision.hollow.push_back(wal.path);
    if (wal.scan.end == WalScan::End::kIncomplete) continue;
    decision.damaged.push_back(wal.path);
    absl::StrAppend(&decision.incident, decision.incident.empty() ? "" : "; ", Describe(wal),
                    ", and nothing comes after it");
  }
  return decision;
}

absl::Status CheckAnchors(std::uint64_t head, const std::vector<Anchor>& anchors) {
  std::string beyond;
  for (const Anchor& anchor : anchors) {
    if (anchor.position <= head) continue;
    absl::StrAppend(&beyond, beyond.empty() ? "" : ", ", anchor.name, " at ", anchor.position);
  }
  if (beyond.empty()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      "the log ends at position ", head, ", but it was seen to reach further: ", beyond,
      ". The log was cut, or an older one was put in its place"));
}

}  // namespace sanzhang::eventstore
