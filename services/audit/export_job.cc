#include "services/audit/export_job.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "eventstore/record.h"
#include "eventstore/transparency/checkpoint.h"
#include "openssl/rand.h"
#include "proto/wire/sha256.h"
#include "services/audit/export_format.h"
#include "services/audit/export_manifest.h"
#include "services/audit/export_sink.h"
#include "services/audit/export_state.h"
#include "services/audit/pseudonyms.h"
#include "services/audit/record_check.h"

namespace sanzhang::audit {
namespace {

using Format = ExportOptions::Format;

constexpr std::uint64_t kProgressEvery = 4096;  // Records.

absl::StatusOr<std::unique_ptr<ExportSink>> MakeSink(const ExportOptions& options,
                                                     const Schema& schema, const SinkStart& start) {
  switch (options.format) {
    case Format::kNdjson:
      return MakeNdjsonSink(options.folder, schema, start);
    case Format::kCsv:
      return MakeCsvSink(options.folder, schema, start);
    case Format::kSqlite:
      return MakeSqliteSink(options.folder, schema, start);
  }
  return absl::InvalidArgumentError("no such format");
}

std::string RandomSalt() {
  std::string salt(wire::kSha256Bytes, '\0');
  RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), static_cast<int>(salt.size()));
  return salt;
}

class Job {
 public:
  Job(RecordSource& source, const Schema& schema, const ExportOptions& options)
      : source_(source), schema_(schema), options_(options) {}

  absl::StatusOr<ExportResult> Run() {
    if (absl::Status made = MakeFolder(); !made.ok()) return made;
    auto complete = CompleteExport(options_);
    if (!complete.ok()) return complete.status();
    if (complete->has_value()) return Conclude(**std::move(complete));
    absl::Status status = Begin();
    if (status.ok()) status = FindCheckpoint();
    if (status.ok()) status = CheckSameLog();
    if (!status.ok()) return status;
    auto sink = MakeSink(options_, schema_, {state_.sizes, state_.syncs});
    if (!sink.ok()) return sink.status();
    sink_ = *std::move(sink);
    if (options_.pseudonymous) {
      pseudonyms_ = std::make_unique<Pseudonyms>(schema_, state_.salt);
      status = pseudonyms_->Survey(source_, state_.last);
    }
    if (status.ok()) status = Copy();
    if (!status.ok()) return status;
    return Finish();
  }

 private:
  // No later call would do better here.
  absl::Status MakeFolder() const {
    std::error_code error;
    if (std::filesystem::exists(options_.folder, error) &&
        !std::filesystem::is_directory(options_.folder, error)) {
      return absl::FailedPreconditionError(
          absl::StrCat(options_.folder, ": is a file, and an export is a folder"));
    }
    std::filesystem::create_directories(options_.folder, error);
    if (!error) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat(options_.folder, ": the folder can't be made: ", error.message()));
  }

  // A new export, or one that goes on.
  absl::Status Begin() {
    auto saved = LoadState(options_.folder);
    if (saved.ok()) {
      state_ = *std::move(saved);
      if (state_.parameters == ParametersOf(options_)) return absl::OkStatus();
      return absl::FailedPreconditionError(
          absl::StrCat(options_.folder, ": another export has begun there: ", state_.parameters));
    }
    if (!absl::IsNotFound(saved.status())) return saved.status();
    if (!NothingBegun(options_.folder)) {
      return absl::FailedPreconditionError(
          absl::StrCat(options_.folder, ": is not empty, and no export goes on there"));
    }
    return BeginNew();
  }

  absl::Status BeginNew() {
    // The checkpoint first: then the log reaches at least as far.
    auto checkpoint = source_.Checkpoint();
    if (!checkpoint.ok()) return checkpoint.status();
    const absl::StatusOr<std::uint64_t> end = source_.End();
    if (!end.ok()) return end.status();
    state_.parameters = ParametersOf(options_);
    if (options_.pseudonymous) state_.salt = options_.salt.empty() ? RandomSalt() : options_.salt;
    state_.checkpoint = checkpoint->value_or("");
    state_.last = options_.range.last != 0 ? options_.range.last : *end;
    state_.next = std::max<std::uint64_t>(options_.range.first, 1);
    if (state_.last > *end || state_.next > std::max<std::uint64_t>(state_.last, 1)) {
      return absl::OutOfRangeError(absl::StrCat("the log ends at ", *end, "; from ", state_.next,
                                                " to ", state_.last, " is not in it"));
    }
    return SaveState(options_.folder, state_);
  }

  absl::Status FindCheckpoint() {
    if (state_.checkpoint.empty()) return absl::OkStatus();
    auto parsed = transparency::Checkpoint::Unverified(state_.checkpoint);
    if (!parsed.ok()) return parsed.status();
    checkpoint_ = *std::move(parsed);
    return absl::OkStatus();
  }

  // What was written before comes from a log that has that record.
  absl::Status CheckSameLog() {
    if (state_.last_leaf.empty()) return absl::OkStatus();
    std::string leaf;
    const absl::Status read =
        source_.Read({.first = state_.next - 1, .last = state_.next - 1},
                     [&leaf](std::uint64_t, std::string_view bytes) {
                       leaf = transparency::BytesOf(transparency::LeafHash(bytes));
                       return false;
                     });
    if (!read.ok()) return read;
    if (leaf == state_.last_leaf) return absl::OkStatus();
    return absl::FailedPreconditionError(absl::StrCat(
        options_.folder, ": the export that has begun there is of another log: ", "position ",
        state_.next - 1, " was another record"));
  }

  absl::Status Copy() {
    if (state_.next > state_.last) return absl::OkStatus();
    absl::Status status;
    const absl::Status read =
        source_.Read({.first = state_.next, .last = state_.last},
                     [this, &status](std::uint64_t position, std::string_view bytes) {
                       status = Take(position, bytes);
                       return status.ok();
                     });
    if (status.ok()) status = read;
    Report();
    return status;
  }

  absl::Status Take(std::uint64_t position, std::string_view bytes) {
    eventstore::RecordFields fields;
    if (!eventstore::PeekRecord(bytes, fields)) {
      return absl::DataLossError(absl::StrCat("the record at ", position, " can't be read"));
    }
    const transparency::Hash leaf = transparency::LeafHash(bytes);
    state_.last_leaf = transparency::BytesOf(leaf);
    recorded_at_ = fields.recorded_at;
    if (options_.range.first <= 1) {
      state_.tree.Add(leaf);
      if (absl::Status same = CompareRoot(); !same.ok()) return same;
    }
    if (Matches(fields)) {
      if (absl::Status added = Write(position, bytes); !added.ok()) return added;
    }
    state_.next = position + 1;
    if (position % kProgressEvery == 0) Report();
    return position % options_.sync_records == 0 ? Sync() : absl::OkStatus();
  }

  absl::Status Write(std::uint64_t position, std::string_view bytes) {
    if (pseudonyms_ == nullptr) {
      ++state_.records;
      return sink_->Add({position, bytes, state_.last_leaf});
    }
    const absl::StatusOr<std::string> hidden = pseudonyms_->Hide(bytes, state_.records + 1);
    if (!hidden.ok()) return hidden.status();
    if (hidden->empty()) return absl::OkStatus();
    ++state_.records;
    return sink_->Add({state_.records, *hidden, {}});
  }

  absl::Status CompareRoot() const {
    if (!checkpoint_.has_value() || checkpoint_->head.size != state_.tree.size()) {
      return absl::OkStatus();
    }
    return checkpoint_->CheckRoot(state_.tree.Root());
  }

  bool Matches(const eventstore::RecordFields& fields) const {
    const RecordRange& range = options_.range;
    return fields.stream.starts_with(range.stream_prefix) &&
           (range.community.empty() || fields.community == range.community) &&
           IsOfTypes(fields.type, range.types);
  }

  absl::Status Sync() {
    auto sizes = sink_->Sync();
    if (!sizes.ok()) return sizes.status();
    state_.sizes = *std::move(sizes);
    ++state_.syncs;
    state_.as_of = TimeText(recorded_at_);
    return SaveState(options_.folder, state_);
  }

  void Report() const {
    if (!options_.on_progress) return;
    options_.on_progress({std::max<std::uint64_t>(options_.range.first, 1), state_.last,
                          state_.next - 1, state_.records});
  }

  absl::StatusOr<ExportResult> Finish() {
    auto files = sink_->Finish();
    if (!files.ok()) return files.status();
    absl::Status status = ReplaceFile(options_.folder, kDescriptorFile, schema_.descriptor_set());
    auto descriptors = HashFile(options_.folder, kDescriptorFile);
    if (status.ok()) status = descriptors.status();
    if (!status.ok()) return status;
    ExportResult result;
    result.first = std::max<std::uint64_t>(options_.range.first, 1);
    result.last = state_.last;
    result.records = state_.records;
    result.files = *std::move(files);
    result.files.push_back(*std::move(descriptors));
    std::string as_of =
        recorded_at_ == absl::InfinitePast() ? state_.as_of : TimeText(recorded_at_);
    if (options_.pseudonymous && !as_of.empty()) as_of = as_of.substr(0, 13) + ":00:00Z";
    const std::string manifest =
        ManifestText({options_, result, as_of, state_.checkpoint,
                      checkpoint_.has_value() ? &*checkpoint_ : nullptr, state_.tree});
    status = ReplaceFile(options_.folder, kUnrecordedManifestFile, manifest);
    const auto hashed = HashFile(options_.folder, kUnrecordedManifestFile);
    if (status.ok()) status = hashed.status();
    if (!status.ok()) return status;
    result.manifest_sha256 = hashed->sha256;
    if (options_.record) status = options_.record(result);
    if (status.ok()) status = ReplaceFile(options_.folder, kManifestFile, manifest);
    if (status.ok()) status = ClearUp();
    if (!status.ok()) return status;
    return result;
  }

  // Everything was there: whoever made it was killed before it could say so, or is asked again.
  absl::StatusOr<ExportResult> Conclude(ExportResult result) {
    absl::Status status;
    if (options_.record) status = options_.record(result);
    if (status.ok()) status = ClearUp();
    if (!status.ok()) return status;
    return result;
  }

  absl::Status ClearUp() const {
    absl::Status status = RemoveFile(options_.folder, kUnrecordedManifestFile);
    if (status.ok()) status = RemoveFile(options_.folder, kStateFile);
    return status;
  }

  RecordSource& source_;
  const Schema& schema_;
  const ExportOptions& options_;
  ExportState state_;
  std::optional<transparency::Checkpoint> checkpoint_;
  absl::Time recorded_at_ = absl::InfinitePast();  // Of the record that was read last.
  std::unique_ptr<Pseudonyms> pseudonyms_;         // Null: the records are written as they are.
  std::unique_ptr<ExportSink> sink_;
};

}  // namespace

absl::StatusOr<ExportResult> RunExport(RecordSource& source, const Schema& schema,
                                       const ExportOptions& options) {
  return Job(source, schema, options).Run();
}

std::string NameOf(Format format) {
  switch (format) {
    case Format::kNdjson:
      return "ndjson";
    case Format::kCsv:
      return "csv";
    case Format::kSqlite:
      return "sqlite";
  }
  return "";
}

}  // namespace sanzhang::audit
