#include "projections/engine/past_bases.h"

#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "projections/engine/database.h"

namespace sanzhang::projections {
namespace {

constexpr char kEnding[] = ".base";
constexpr char kHalfDone[] = "base.tmp";
constexpr std::size_t kDigestBytes = 16;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// The digest of a file's bytes in hex; writes them to `to` on the way, unless that is null.
std::optional<std::string> DigestOfFile(std::FILE* from, std::FILE* to) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, kDigestBytes);
  std::vector<unsigned char> buffer(std::size_t{1} << 20);
  while (true) {
    const std::size_t read = std::fread(buffer.data(), 1, buffer.size(), from);
    if (read == 0) break;
    crypto_generichash_update(&state, buffer.data(), read);
    if (to != nullptr && std::fwrite(buffer.data(), 1, read, to) != read) return std::nullopt;
  }
  if (std::ferror(from) != 0 || (to != nullptr && std::fflush(to) != 0)) return std::nullopt;
  std::string digest(kDigestBytes, '\0');
  crypto_generichash_final(&state, reinterpret_cast<unsigned char*>(digest.data()), digest.size());
  return absl::BytesToHexString(digest);
}

// `p<position>.<digest>.base`.
std::optional<std::uint64_t> PositionIn(std::string_view rest) {
  if (!rest.starts_with("p") || !rest.ends_with(kEnding)) return std::nullopt;
  rest.remove_prefix(1);
  std::uint64_t position = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), position);
  if (error != std::errc() || position == 0 || end == rest.data() + rest.size() || *end != '.') {
    return std::nullopt;
  }
  return position;
}

// The digest that its name has.
std::string DigestIn(const std::filesystem::path& base) {
  return base.stem().extension().string().substr(1);
}

absl::Status Failed(const std::filesystem::path& path, std::string_view what) {
  return absl::InternalError(absl::StrCat(path.string(), ": ", std::string(what)));
}

// SQLite's online backup, a few pages at a time: `live` is in a read transaction.
absl::Status Backup(Connection& live, Connection& copy, const std::atomic<bool>& cancelled) {
  sqlite3_backup* backup = sqlite3_backup_init(copy.handle(), "main", live.handle(), "main");
  if (backup == nullptr) return absl::InternalError(sqlite3_errmsg(copy.handle()));
  int code = SQLITE_OK;
  while (code == SQLITE_OK && !cancelled) code = sqlite3_backup_step(backup, kBasePagesAtOnce);
  const int finished = sqlite3_backup_finish(backup);
  if (code == SQLITE_OK) return absl::CancelledError();
  if (code != SQLITE_DONE) return absl::InternalError(sqlite3_errstr(code));
  return finished == SQLITE_OK ? absl::OkStatus() : absl::InternalError(sqlite3_errstr(finished));
}

}  // namespace

PastBases::PastBases(std::filesystem::path folder, std::string name, int version,
                     const PastLimits& limits)
    : folder_(std::move(folder)),
      stem_(absl::StrCat(name, ".v", version, ".")),
      name_(std::move(name)),
      limits_(limits) {}

absl::Status PastBases::Open() {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) return Failed(folder_, error.message());
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    const std::string file = entry.path().filename();
    if (!file.starts_with(name_ + ".v")) continue;  // Of another view.
    std::string_view rest = file;
    const bool ours = file.starts_with(stem_);
    if (ours) rest.remove_prefix(stem_.size());
    const std::optional<std::uint64_t> position = ours ? PositionIn(rest) : std::nullopt;
    std::error_code ignored;
    if (!position.has_value()) {
      std::filesystem::remove(entry.path(), ignored);
      continue;
    }
    bases_.push_back(
        {*position, entry.path(),
         static_cast<std::int64_t>(std::filesystem::file_size(entry.path(), ignored))});
  }
  if (error) return Failed(folder_, error.message());
  std::sort(bases_.begin(), bases_.end(),
            [](const Base& a, const Base& b) { return a.position < b.position; });
  Thin();
  return absl::OkStatus();
}

bool PastBases::Due(std::uint64_t position, std::int64_t file_bytes) const {
  if (file_bytes > limits_.bases_bytes_max) return false;
  const std::uint64_t last = bases_.empty() ? 0 : bases_.back().position;
  const auto by_size = static_cast<std::uint64_t>(file_bytes / limits_.base_bytes_per_event_max);
  return position >= last + std::max(limits_.base_events_min, by_size);
}

absl::Status PastBases::Take(const std::filesystem::path& live) {
  const std::filesystem::path copy = folder_ / (stem_ + kHalfDone);
  Database::Remove(copy);
  const absl::StatusOr<std::uint64_t> position = CopyLive(live, copy);
  absl::Status status = position.status();
  // What is damaged in the live file is so in its copy.
  if (status.ok()) status = check_.Run(copy);
  if (status.ok()) status = Name(copy, *position);
  if (!status.ok()) Database::Remove(copy);
  return status;
}

absl::StatusOr<std::uint64_t> PastBases::CopyLive(const std::filesystem::path& live,
                                                  const std::filesystem::path& to) {
  const absl::StatusOr<std::unique_ptr<Connection>> from = Connection::Open(live, true);
  if (!from.ok()) return from.status();
  const absl::StatusOr<std::unique_ptr<Connection>> copy = Connection::OpenScratch(to);
  if (!copy.ok()) return copy.status();
  std::uint64_t position = 0;
  absl::Status status = (*from)->rows().Run("BEGIN", {});
  if (status.ok()) {
    status = (*from)->rows().Query(
        "SELECT position FROM engine_checkpoint", {},
        [&](const Row& row) { position = static_cast<std::uint64_t>(row.Int(0)); });
  }
  if (status.ok()) status = Backup(**from, **copy, cancelled_);
  // One file, and nothing beside it.
  if (status.ok()) status = (*copy)->Execute("PRAGMA journal_mode = DELETE");
  if (!status.ok()) return status;
  return position;
}

absl::Status PastBases::Name(const std::filesystem::path& copy, std::uint64_t position) {
  const File file(std::fopen(copy.c_str(), "rbe"));
  if (file == nullptr) return Failed(copy, "can't be read");
  const std::optional<std::string> digest = DigestOfFile(file.get(), nullptr);
  if (!digest.has_value() || ::fsync(::fileno(file.get())) != 0) {
    return Failed(copy, "can't be read");
  }
  if (!bases_.empty() && bases_.back().position >= position) return Failed(copy, "is an old one");
  Base base{.position = position,
            .path = folder_ / absl::StrCat(stem_, "p", position, ".", *digest, kEnding)};
  std::error_code error;
  std::filesystem::rename(copy, base.path, error);
  if (error) return Failed(base.path, error.message());
  base.bytes = static_cast<std::int64_t>(std::filesystem::file_size(base.path, error));
  bases_.push_back(std::move(base));
  Thin();
  return absl::OkStatus();
}

// The last stays. Of the others that goes which leaves the smallest gap for its distance.
void PastBases::Thin() {
  const auto bytes = [this] {
    std::int64_t sum = 0;
    for (const Base& base : bases_) sum += base.bytes;
    return sum;
  };
  while (bases_.size() > 1 &&
         (bases_.size() > limits_.bases_max || bytes() > limits_.bases_bytes_max)) {
    std::size_t least = 0;
    double least_gap = 0;
    for (std::size_t i = 0; i + 1 < bases_.size(); ++i) {
      const std::uint64_t before = i == 0 ? 0 : bases_[i - 1].position;
      const double gap = static_cast<double>(bases_[i + 1].position - before) /
                         static_cast<double>(bases_.back().position - before);
      if (i == 0 || gap < least_gap) {
        least = i;
        least_gap = gap;
      }
    }
    Drop(std::filesystem::path(bases_[least].path));
  }
}

absl::Status PastBases::Copy(const Base& base, const std::filesystem::path& to) {
  const File from(std::fopen(base.path.c_str(), "rbe"));
  if (from == nullptr) return absl::DataLossError(base.path.string() + ": can't be read");
  const File file(std::fopen(to.c_str(), "wbe"));
  if (file == nullptr) return Failed(to, "can't be written");
  const std::optional<std::string> digest = DigestOfFile(from.get(), file.get());
  if (digest.has_value() && *digest == DigestIn(base.path)) return absl::OkStatus();
  Database::Remove(to);
  if (!digest.has_value()) return Failed(to, "can't be written");
  return absl::DataLossError(base.path.string() + ": is not what its name says");
}

void PastBases::Drop(const std::filesystem::path& path) {
  const std::filesystem::path dropped = path;
  std::error_code ignored;
  std::filesystem::remove(dropped, ignored);
  std::erase_if(bases_, [&](const Base& base) { return base.path == dropped; });
}

void PastBases::DropAll() {
  while (!bases_.empty()) Drop(bases_.back().path);
}

void PastBases::Cancel() {
  cancelled_ = true;
  check_.Cancel();
}

}  // namespace sanzhang::projections
