// How far an export has come: a small file beside what it has written, replaced at every sync.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/transparency/tree_stack.h"
#include "services/audit/export_job.h"
#include "services/audit/output_files.h"

namespace sanzhang::audit {

inline constexpr char kStateFile[] = "export-state.json";

struct ExportState {
  std::string parameters = {};  // What is asked for, as one text: another is another export.
  std::string checkpoint = {};  // Of the source when it began; empty: it had none.
  std::uint64_t last = 0;       // Of the range, when it began.
  std::uint64_t next = 0;       // Goes on with this position.
  std::uint64_t records = 0;
  std::uint64_t syncs = 0;
  FileSizes sizes = {};
  std::string last_leaf = {};         // Hash of the record before `next`; empty: none was read.
  std::string as_of = {};             // When that was recorded.
  transparency::TreeStack tree = {};  // Of all before `next`, where the range begins at 1.
  std::string salt = {};              // Of pseudonyms.
};

std::string ParametersOf(const ExportOptions& options);

// NOT_FOUND: none has begun. FAILED_PRECONDITION: the file is no such state.
absl::StatusOr<ExportState> LoadState(const std::string& folder);
absl::Status SaveState(const std::string& folder, const ExportState& state);
// Whether the folder holds nothing but perhaps the draft of a state that was never saved.
bool NothingBegun(const std::string& folder);

}  // namespace sanzhang::audit
