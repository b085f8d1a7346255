// Records from a copy of a data folder, by RocksDB, read only.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "eventstore/rocks_commit_log.h"
#include "services/audit/record_check.h"
#include "services/audit/record_source.h"

namespace sanzhang::audit {
namespace {

class DataFolder final : public RecordSource {
 public:
  DataFolder(std::string path, std::unique_ptr<eventstore::CommitLog> log)
      : path_(std::move(path)), log_(std::move(log)) {}

  absl::Status Read(const RecordRange& range, Visitor visit) override {
    if (absl::Status there = CheckRange(range, log_->end()); !there.ok()) return there;
    const std::uint64_t last = range.last != 0 ? range.last : log_->end();
    RecordCheck check(range, /*whole=*/true);
    absl::Status found;
    const absl::Status read =
        log_->ReadRecords(range.first, eventstore::Direction::kForwards,
                          [&](std::uint64_t position, std::string_view bytes) {
                            found = check.Check(position, bytes);
                            if (!found.ok()) return false;
                            if (check.matches() && !visit(position, bytes)) return false;
                            return position < last;
                          });
    return found.ok() ? read : found;
  }

  absl::StatusOr<std::uint64_t> End() override { return log_->end(); }

  absl::StatusOr<std::optional<std::string>> Checkpoint() override {
    std::ifstream file(std::filesystem::path(path_) / "tree" / "checkpoint", std::ios::binary);
    if (!file) return std::nullopt;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  std::string Describe() const override { return absl::StrCat("data folder ", path_); }

 private:
  const std::string path_;
  const std::unique_ptr<eventstore::CommitLog> log_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RecordSource>> OpenDataFolder(const std::string& path) {
  const auto say = [&path](const absl::Status& status, const char* advice) {
    return absl::Status(status.code(),
                        absl::StrCat(path, ": ", std::string(status.message()), advice));
  };
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) {
    return absl::NotFoundError(absl::StrCat(path, ": there is no such folder"));
  }
  const std::string folder = (std::filesystem::path(path) / "log").string();
  auto log = eventstore::OpenRocksCommitLogToRead(folder);
  switch (log.status().code()) {
    case absl::StatusCode::kOk:
      break;
    case absl::StatusCode::kNotFound:
      return say(log.status(), "; a data folder has its log in `log`");
    case absl::StatusCode::kFailedPrecondition:
      return say(
          log.status(),
          "; ask its server instead (--address), or read a copy that `sanzhang admin backup` "
          "makes (--data=COPY)");
    default:
      // A file that is missing, or one that another does not know of.
      return absl::DataLossError(absl::StrCat(
          path, ": ", std::string(log.status().message()),
          "; a copy that was made while a server wrote to the folder may be so: `sanzhang admin "
          "backup` makes one that is not"));
  }
  return std::make_unique<DataFolder>(path, *std::move(log));
}

}  // namespace sanzhang::audit
