// Views made from an auditor's records, as they stood.
//
// Views are made in files of their own, in a folder that goes with the object.
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "projections/engine/projection.h"
#include "projections/engine/replay.h"
#include "services/audit/record_source.h"

namespace sanzhang::audit {

// Called now and then: records read, of so many.
using OnProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

// A folder that goes with the object.
class ScratchFolder {
 public:
  // In the system's folder for such. INTERNAL.
  static absl::StatusOr<std::unique_ptr<ScratchFolder>> Make();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}
  const std::filesystem::path path_;
};

// A position, or a time in RFC 3339; empty: the log's end. INVALID_ARGUMENT.
struct Moment {
  std::uint64_t position = 0;
  absl::Time time = absl::InfiniteFuture();
};
absl::StatusOr<Moment> ParseMoment(const std::string& text);

// The position of the last record that was recorded by then, found by halving. OUT_OF_RANGE: the
// log has not come so far, or begins later.
absl::StatusOr<std::uint64_t> PositionOf(RecordSource& source, const Moment& moment);

// A view and the position that it is made up to.
struct Wanted {
  projections::Projection* view = nullptr;
  std::filesystem::path file = {};
  std::uint64_t position = 0;
};

// Makes views from one reading of the records, each up to its position; goes on from what is in a
// file that is there. FAILED_PRECONDITION: the records have holes. What the source or a view says.
absl::StatusOr<std::vector<std::unique_ptr<projections::Replay>>> ReplayViews(
    RecordSource& source, const std::vector<Wanted>& wanted, const OnProgress& on_progress);

}  // namespace sanzhang::audit
