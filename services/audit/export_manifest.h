// The manifest of an export: what it is of, and the hash of every file. README.md has its fields.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eventstore/transparency/checkpoint.h"
#include "eventstore/transparency/tree_stack.h"
#include "services/audit/export_job.h"

namespace sanzhang::audit {

struct ManifestInput {
  const ExportOptions& options;
  const ExportResult& result;
  const std::string& as_of;       // When the last record was recorded; empty: there is none.
  const std::string& checkpoint;  // The signed note; empty: none.
  const transparency::Checkpoint* parsed;  // What it says; null: none.
  const transparency::TreeStack& tree;  // Of all records from 1 on; empty if others were exported.
};

// JSON, the same for the same input.
std::string ManifestText(const ManifestInput& input);

// The export that is complete in the folder, as its manifest tells of it; nothing if there is no
// manifest. FAILED_PRECONDITION: it is not the one that is asked for. DATA_LOSS: a file is not the
// one that was made.
absl::StatusOr<std::optional<ExportResult>> CompleteExport(const ExportOptions& options);

// DATA_LOSS: a file of an export has another hash than its manifest says.
absl::Status NotTheFile(const std::string& folder, const std::string& name);

// RFC 3339, UTC, as in lines of NDJSON.
std::string TimeText(absl::Time time);

}  // namespace sanzhang::audit
