// One line for each record.
#include "absl/strings/str_cat.h"
#include "services/audit/export_format.h"
#include "services/audit/export_sink.h"
#include "services/audit/record_json.h"

namespace sanzhang::audit {
namespace {

class NdjsonSink final : public ExportSink {
 public:
  NdjsonSink(const Schema& schema, std::unique_ptr<OutputFiles> files, std::size_t file)
      : json_(schema), files_(std::move(files)), file_(file) {}

  absl::Status Add(const SinkRecord& record) override {
    line_.clear();
    if (!json_.WriteLine(record.bytes, record.leaf, line_)) {
      return absl::DataLossError(
          absl::StrCat("the record at position ", record.position, " can't be read"));
    }
    return files_->Append(file_, line_);
  }

  absl::StatusOr<FileSizes> Sync() override { return files_->Sync(); }
  absl::StatusOr<std::vector<FinishedFile>> Finish() override { return files_->Finish(); }

 private:
  RecordJson json_;
  const std::unique_ptr<OutputFiles> files_;
  const std::size_t file_;
  std::string line_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ExportSink>> MakeNdjsonSink(const std::string& folder,
                                                           const Schema& schema,
                                                           const SinkStart& start) {
  auto files = OutputFiles::Open(folder, start.sizes);
  if (!files.ok()) return files.status();
  const auto file = (*files)->Add(kNdjsonFile);
  if (!file.ok()) return file.status();
  return std::make_unique<NdjsonSink>(schema, *std::move(files), *file);
}

}  // namespace sanzhang::audit
