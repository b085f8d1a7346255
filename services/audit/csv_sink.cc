// A file for each type of fact.
#include <algorithm>
#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"
#include "sanzhang/log/v1/record.pb.h"
#include "services/audit/csv_writer.h"
#include "services/audit/export_format.h"
#include "services/audit/export_sink.h"
#include "services/audit/fact_columns.h"

namespace sanzhang::audit {
namespace {

using Json = nlohmann::ordered_json;

// Facts that this program does not know, or can't read.
constexpr char kUnknownFile[] = "unknown.csv";

bool IsText(ColumnType type) { return type == ColumnType::kText || type == ColumnType::kJson; }

// One value of a fact's JSON, as a cell.
std::string CellOf(const Json& fact, const std::string& path) {
  const Json* at = &fact;
  for (const auto part : absl::StrSplit(path, '.')) {
    const auto found = at->find(std::string(part));
    if (found == at->end()) return "";
    at = &*found;
  }
  return at->is_string() ? at->get<std::string>() : at->dump();
}

struct Table {
  std::size_t file = 0;
  const MessagePlan* plan = nullptr;  // Null: the unknown ones.
  std::vector<FactColumn> columns = {};
  std::vector<bool> texts = {};
};

class CsvSink final : public ExportSink {
 public:
  CsvSink(std::string folder, const Schema& schema, std::unique_ptr<OutputFiles> files,
          FileSizes sizes)
      : folder_(std::move(folder)),
        schema_(schema),
        files_(std::move(files)),
        sizes_(std::move(sizes)) {}

  absl::Status Add(const SinkRecord& record) override {
    log::v1::Record parsed;
    if (!parsed.ParseFromArray(record.bytes.data(), static_cast<int>(record.bytes.size()))) {
      return absl::DataLossError(
          absl::StrCat("the record at position ", record.position, " can't be read"));
    }
    const MessagePlan* plan = schema_.PlanOf(parsed.type());
    json_.clear();
    if (plan != nullptr && !writer_.Write(*plan, parsed.payload(), json_)) plan = nullptr;
    const auto table = TableOf(plan);
    if (!table.ok()) return table.status();
    std::vector<std::string> cells = RecordRow(parsed);
    cells.push_back(
        absl::BytesToHexString(absl::string_view(record.leaf.data(), record.leaf.size())));
    if (plan == nullptr) {
      // The bytes of a fact that nobody here can read may hold anything.
      cells.push_back(record.leaf.empty() ? "" : absl::Base64Escape(parsed.payload()));
    } else {
      const Json fact = Json::parse(json_, nullptr, /*allow_exceptions=*/false);
      for (const FactColumn& column : (*table)->columns) {
        cells.push_back(CellOf(fact, column.path));
      }
    }
    row_.clear();
    WriteCsvRow(cells, (*table)->texts, row_);
    return files_->Append((*table)->file, row_);
  }

  absl::StatusOr<FileSizes> Sync() override { return files_->Sync(); }

  absl::StatusOr<std::vector<FinishedFile>> Finish() override {
    auto finished = files_->Finish();
    if (!finished.ok()) return finished.status();
    absl::Status status = ReplaceFile(folder_, kCsvSchemaFile, SchemaText(*finished));
    auto schema = HashFile(folder_, kCsvSchemaFile);
    if (status.ok()) status = schema.status();
    if (!status.ok()) return status;
    finished->push_back(*std::move(schema));
    return finished;
  }

 private:
  absl::StatusOr<const Table*> TableOf(const MessagePlan* plan) {
    const auto found = tables_.find(plan);
    if (found != tables_.end()) return &found->second;
    const std::string name = FileOf(plan);
    const auto file = files_->Add(name);
    if (!file.ok()) return file.status();
    Table table{*file, plan, {}, {}};
    if (plan != nullptr) table.columns = ColumnsOf(*plan->type);
    std::vector<std::string> header;
    for (const auto& [column, type] : Columns(plan, table.columns)) {
      header.push_back(column);
      table.texts.push_back(IsText(type));
    }
    if (!sizes_.contains(name)) {
      std::string line;
      WriteCsvRow(header, std::vector<bool>(header.size(), false), line);
      if (absl::Status added = files_->Append(*file, line); !added.ok()) return added;
    }
    return &tables_.emplace(plan, std::move(table)).first->second;
  }

  static std::string FileOf(const MessagePlan* plan) {
    return plan == nullptr ? kUnknownFile
                           : absl::StrCat(ShortNameOf(plan->type->full_name()), ".csv");
  }

  static std::vector<std::pair<std::string, ColumnType>> Columns(
      const MessagePlan* plan, const std::vector<FactColumn>& fact) {
    std::vector<std::pair<std::string, ColumnType>> columns;
    for (const RecordColumn& column : RecordColumns()) {
      columns.emplace_back(std::string(column.name), column.type);
    }
    columns.emplace_back("leaf_hash", ColumnType::kBytes);
    // A fact may have a field that is called as one of the record's.
    for (const FactColumn& column : fact) columns.emplace_back("fact_" + column.name, column.type);
    if (plan == nullptr) columns.emplace_back("payload_base64", ColumnType::kBytes);
    return columns;
  }

  // Of the files that there are, whichever of their rows were written before an interruption.
  std::string SchemaText(const std::vector<FinishedFile>& finished) const {
    Json json = Json::object();
    for (const FinishedFile& file : finished) {
      const MessagePlan* plan = nullptr;
      for (const auto* fact : schema_.facts()) {
        const MessagePlan* other = schema_.PlanOf(fact->full_name());
        if (FileOf(other) == file.name) plan = other;
      }
      const std::vector<FactColumn> fact =
          plan == nullptr ? std::vector<FactColumn>() : ColumnsOf(*plan->type);
      Json& entry = json[file.name];
      entry["type"] = plan == nullptr ? Json(nullptr) : Json(plan->type->full_name());
      entry["columns"] = Json::array();
      for (const auto& [column, type] : Columns(plan, fact)) {
        entry["columns"].push_back({{"name", column}, {"type", NameOf(type)}});
      }
      for (std::size_t i = 0; i < fact.size(); ++i) {
        entry["columns"][RecordColumns().size() + 1 + i]["comment"] = fact[i].comment;
      }
    }
    return json.dump(2) + "\n";
  }

  const std::string folder_;
  const Schema& schema_;
  const std::unique_ptr<OutputFiles> files_;
  const FileSizes sizes_;  // Of the files that had begun.
  std::map<const MessagePlan*, Table> tables_;
  JsonWriter writer_;
  std::string json_;
  std::string row_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ExportSink>> MakeCsvSink(const std::string& folder,
                                                        const Schema& schema,
                                                        const SinkStart& start) {
  auto files = OutputFiles::Open(folder, start.sizes);
  if (!files.ok()) return files.status();
  return std::make_unique<CsvSink>(folder, schema, *std::move(files), start.sizes);
}

}  // namespace sanzhang::audit
