// What an export's records are written to, one format each.
//
// A sink is synced at the same records whenever the same export is made, interrupted or not; what
// was added after the last Sync is made again when the export goes on. Threads: one at a time.
// Errors: those of output_files.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/audit/output_files.h"
#include "services/audit/schema.h"

namespace sanzhang::audit {

struct SinkRecord {
  std::uint64_t position = 0;
  std::string_view bytes;
  std::string_view
      leaf;  // Its hash, 32 bytes; empty: the bytes are not the log's, and are not kept.
};

class ExportSink {
 public:
  virtual ~ExportSink() = default;
  // DATA_LOSS if it is no record.
  virtual absl::Status Add(const SinkRecord& record) = 0;
  virtual absl::StatusOr<FileSizes> Sync() = 0;
  // All files are complete and durable; by name.
  virtual absl::StatusOr<std::vector<FinishedFile>> Finish() = 0;
};

// Where an export goes on.
struct SinkStart {
  FileSizes sizes = {};     // What Sync answered.
  std::uint64_t syncs = 0;  // How often it has.
};

absl::StatusOr<std::unique_ptr<ExportSink>> MakeNdjsonSink(const std::string& folder,
                                                           const Schema& schema,
                                                           const SinkStart& start);
// A file for each type of fact that comes up, with a column for each field; and `schema.json`.
absl::StatusOr<std::unique_ptr<ExportSink>> MakeCsvSink(const std::string& folder,
                                                        const Schema& schema,
                                                        const SinkStart& start);
// One database: a table of records, and a view for each type of fact.
absl::StatusOr<std::unique_ptr<ExportSink>> MakeSqliteSink(const std::string& folder,
                                                           const Schema& schema,
                                                           const SinkStart& start);

}  // namespace sanzhang::audit
