// An export: records of a source, written in one format into a folder, with a manifest.
//
// Guarantees
//   Same bytes  The same log, range and options give the same files, byte for byte, also when it
//   was
//               interrupted any number of times.
//   Whole       `manifest.json` is there only when all else is complete and on disk. No position is
//               missing in what was read; where the range begins at 1 and holds all records of the
//               log's checkpoint, their root is the checkpoint's, or the export fails.
//   Resumed     Killed at any moment, the same call goes on from the last state that was synced;
//               where all was done, it finds that out from the manifest, and clears up.
//   Flat        Memory does not grow with the log (a pseudonymous one's does with the register).
// Errors  FAILED_PRECONDITION: the folder can't be made or has something else; an export with other
//         options, or of another log, has begun or is complete there. DATA_LOSS: the log is damaged
//         or is not what was signed; a file of a complete export is not the one of its manifest.
//         RESOURCE_EXHAUSTED: the disk is full. The source's.
// Threads One at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/audit/output_files.h"
#include "services/audit/record_source.h"
#include "services/audit/schema.h"

namespace sanzhang::audit {

struct ExportProgress {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t position = 0;  // Done up to here.
  std::uint64_t records = 0;   // Written; fewer than were read if some are left out.
};

// Said about an export in its manifest.
struct ExportStatement {
  std::string purpose = {};
  std::string approver = {};  // As stated, if nobody could record it.
  std::string approval = {};  // As in `communities/heping/exports/x`; empty: not recorded.
};

struct ExportResult {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t records = 0;
  std::vector<FinishedFile> files = {};  // Without the manifest.
  std::string manifest_sha256 = {};      // Hexadecimal.
  bool made_before = false;              // It was complete already; nothing was written.
};

struct ExportOptions {
  enum class Format { kNdjson, kCsv, kSqlite };
  std::string folder = {};
  Format format = Format::kNdjson;
  RecordRange range = {};
  bool pseudonymous = false;
  std::string salt = {};  // Of pseudonyms; empty: random, and thrown away at the end.
  std::string tool = {};  // As in `sanzhang 0.1.0`.
  ExportStatement statement = {};
  std::function<void(const ExportProgress&)> on_progress = {};  // Now and then.
  // Called when everything is complete but the manifest's name; an error leaves the export to be
  // gone on with. Called again for one that was complete already: the same twice is once.
  std::function<absl::Status(const ExportResult&)> record = {};
  std::uint64_t sync_records = 100'000;  // Synced at positions that this divides.
};

absl::StatusOr<ExportResult> RunExport(RecordSource& source, const Schema& schema,
                                       const ExportOptions& options);

// `ndjson`, `csv`, `sqlite`.
std::string NameOf(ExportOptions::Format format);

}  // namespace sanzhang::audit
