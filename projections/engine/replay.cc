#include "projections/engine/replay.h"

#include <utility>

#include "projections/engine/digest.h"
#include "projections/engine/limits.h"

namespace sanzhang::projections {

absl::StatusOr<std::unique_ptr<Replay>> Replay::Open(Projection& projection,
                                                     const std::filesystem::path& file) {
  absl::StatusOr<std::shared_ptr<Database>> database =
      Database::Open(file, projection.version(), projection.schema(), /*readers_max=*/1);
  if (!database.ok()) return database.status();
  return std::unique_ptr<Replay>(new Replay(projection, *std::move(database)));
}

absl::Status Replay::Add(std::string_view record) {
  waiting_.emplace_back(record);
  waiting_bytes_ += record.size();
  return waiting_bytes_ < kReplayBytesMax ? absl::OkStatus() : Commit();
}

absl::Status Replay::Finish() {
  absl::Status status = Commit();
  return status.ok() ? file_->Finish() : status;
}

absl::Status Replay::Commit() {
  if (waiting_.empty()) return absl::OkStatus();
  const absl::Status written = file_->Write([&](Rows& rows, Checkpoint& reached) {
    for (const std::string& bytes : waiting_) {
      if (absl::Status applied = applier_.Apply(bytes, rows, reached); !applied.ok()) {
        return applied;
      }
    }
    reached.digest = DigestOf(waiting_.back());
    reached.complete = true;
    return absl::OkStatus();
  });
  if (!written.ok()) return written;
  waiting_.clear();
  waiting_bytes_ = 0;
  return absl::OkStatus();
}

}  // namespace sanzhang::projections
