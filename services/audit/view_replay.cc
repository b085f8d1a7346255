#include "services/audit/view_replay.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "proto/wire/time.h"
#include "sanzhang/log/v1/record.pb.h"

namespace sanzhang::audit {
namespace {

constexpr std::uint64_t kShownEvery = 1000;  // Records.

absl::StatusOr<absl::Time> RecordedAt(RecordSource& source, std::uint64_t position) {
  log::v1::Record record;
  bool read = false;
  const absl::Status status = source.Read(
      {.first = position, .last = position}, [&](std::uint64_t, std::string_view bytes) {
        read = record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
        return false;
      });
  if (!status.ok()) return status;
  if (!read) return absl::DataLossError(absl::StrCat("position ", position, " can't be read"));
  return wire::ToTime(record.recorded_at());
}

}  // namespace

absl::StatusOr<std::unique_ptr<ScratchFolder>> ScratchFolder::Make() {
  std::error_code error;
  std::string name =
      (std::filesystem::temp_directory_path(error) / "sanzhang-audit-XXXXXX").string();
  if (error || ::mkdtemp(name.data()) == nullptr) {
    return absl::InternalError(absl::StrCat(name, ": can't be made"));
  }
  return std::unique_ptr<ScratchFolder>(new ScratchFolder(name));
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

absl::StatusOr<Moment> ParseMoment(const std::string& text) {
  Moment moment;
  if (text.empty()) return moment;
  const auto [end, failed] =
      std::from_chars(text.data(), text.data() + text.size(), moment.position);
  if (failed == std::errc() && end == text.data() + text.size() && moment.position > 0) {
    return moment;
  }
  std::string error;
  moment.position = 0;
  if (absl::ParseTime(absl::RFC3339_full, text, &moment.time, &error)) return moment;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is neither a position nor a time, as in 2026-01-31T08:00:00Z"));
}

absl::StatusOr<std::uint64_t> PositionOf(RecordSource& source, const Moment& moment) {
  const absl::StatusOr<std::uint64_t> end = source.End();
  if (!end.ok()) return end.status();
  if (moment.position > *end) {
    return absl::OutOfRangeError(absl::StrCat("the log ends at ", *end));
  }
  if (moment.position != 0) return moment.position;
  if (moment.time == absl::InfiniteFuture()) return *end;
  std::uint64_t before = 0;  // Recorded by then, or none.
  std::uint64_t after = *end + 1;
  while (after - before > 1) {
    const std::uint64_t middle = before + (after - before) / 2;
    const absl::StatusOr<absl::Time> recorded = RecordedAt(source, middle);
    if (!recorded.ok()) return recorded.status();
    (*recorded <= moment.time ? before : after) = middle;
  }
  if (before == 0) return absl::OutOfRangeError("the log begins later");
  return before;
}

absl::StatusOr<std::vector<std::unique_ptr<projections::Replay>>> ReplayViews(
    RecordSource& source, const std::vector<Wanted>& wanted, const OnProgress& on_progress) {
  if (source.filtered()) {
    return absl::FailedPreconditionError("a view is made from all records, and some are left out");
  }
  std::vector<std::unique_ptr<projections::Replay>> replays;
  RecordRange range{.first = UINT64_MAX, .last = 0};
  for (const Wanted& one : wanted) {
    auto replay = projections::Replay::Open(*one.view, one.file);
    if (!replay.ok()) return replay.status();
    range.first = std::min(range.first, (*replay)->position() + 1);
    range.last = std::max(range.last, one.position);
    replays.push_back(*std::move(replay));
  }
  absl::Status failed;
  const auto take = [&](std::uint64_t position, std::string_view bytes) {
    for (std::size_t i = 0; i < wanted.size() && failed.ok(); ++i) {
      if (position > wanted[i].position || position <= replays[i]->position()) continue;
      failed = replays[i]->Add(bytes);
    }
    if (on_progress && (position % kShownEvery == 0 || position == range.last)) {
      on_progress(position + 1 - range.first, range.last + 1 - range.first);
    }
    return failed.ok();
  };
  if (range.first <= range.last) {
    if (absl::Status read = source.Read(range, take); !read.ok()) return read;
  }
  for (const auto& replay : replays) {
    if (failed.ok()) failed = replay->Finish();
  }
  if (!failed.ok()) return failed;
  return replays;
}

}  // namespace sanzhang::audit
