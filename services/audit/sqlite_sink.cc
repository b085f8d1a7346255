// One SQLite database: STRICT tables, a view for each type of fact.
//
// Committed at each Sync, with their number as `user_version`: so a start after a kill knows
// whether the state beside it was written after the last commit or not. The same commits make the
// same bytes.
#include <sqlite3.h>

#include "absl/strings/str_cat.h"
#include "sanzhang/log/v1/record.pb.h"
#include "services/audit/export_format.h"
#include "services/audit/export_sink.h"
#include "services/audit/fact_columns.h"

namespace sanzhang::audit {
namespace {

std::string TableSql() {
  std::string sql = "CREATE TABLE record (";
  for (const RecordColumn& column : RecordColumns()) {
    const bool key = column.name == "position";
    absl::StrAppend(&sql, std::string(column.name),
                    column.type == ColumnType::kInteger ? " INTEGER" : " TEXT",
                    key ? " PRIMARY KEY" : "", ", ");
  }
  return sql + "payload TEXT, leaf_hash BLOB, bytes BLOB) STRICT";
}

// `complaint_ComplaintFiled`: what every record has, then the fact's fields.
std::string ViewSql(const google::protobuf::Descriptor& fact) {
  std::string name = ShortNameOf(fact.full_name());
  name[name.find('.')] = '_';
  std::string sql = absl::StrCat("CREATE VIEW \"", name, "\" AS SELECT ");
  for (const RecordColumn& column : RecordColumns()) {
    absl::StrAppend(&sql, std::string(column.name), ", ");
  }
  for (const FactColumn& column : ColumnsOf(fact)) {
    std::string value = absl::StrCat("json_extract(payload, '$.", column.path, "')");
    if (column.type == ColumnType::kInteger) value = absl::StrCat("CAST(", value, " AS INTEGER)");
    if (!column.unset.empty()) value = absl::StrCat("coalesce(", value, ", ", column.unset, ")");
    absl::StrAppend(&sql, value, " AS \"fact_", column.name, "\", ");
  }
  return absl::StrCat(sql, "leaf_hash FROM record WHERE type = '", fact.full_name(), "'");
}

class SqliteSink final : public ExportSink {
 public:
  SqliteSink(std::string folder, const Schema& schema)
      : folder_(std::move(folder)), schema_(schema) {}
  ~SqliteSink() override {
    sqlite3_finalize(insert_);
    sqlite3_close(db_);
  }

  absl::Status Open(const SinkStart& start) {
    const std::string path = absl::StrCat(folder_, "/", kSqliteFile);
    if (sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) !=
        SQLITE_OK) {
      return Error("can't be opened");
    }
    // Deleted content never stays in the file, so that its bytes depend on what it holds alone.
    absl::Status status =
        Run("PRAGMA page_size=4096; PRAGMA encoding='UTF-8'; PRAGMA auto_vacuum=NONE; "
            "PRAGMA secure_delete=ON; PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; "
            "PRAGMA trusted_schema=OFF; PRAGMA cache_size=-32768");
    std::uint64_t committed = 0;
    if (status.ok()) status = ReadVersion(committed);
    if (!status.ok()) return status;
    if (committed == 0) {
      status = Run(absl::StrCat("BEGIN; ", TableSql(), "; PRAGMA user_version=1; COMMIT"));
      committed = 1;
    }
    // The table itself is the first commit.
    if (committed != start.syncs + 1 && committed != start.syncs + 2) {
      return absl::FailedPreconditionError(absl::StrCat(path, ": is not of this export"));
    }
    ahead_ = committed == start.syncs + 2;
    syncs_ = start.syncs;
    return status.ok() ? Run("BEGIN") : status;
  }

  absl::Status Add(const SinkRecord& record) override {
    if (ahead_) return absl::OkStatus();  // It is there already.
    log::v1::Record parsed;
    if (!parsed.ParseFromArray(record.bytes.data(), static_cast<int>(record.bytes.size()))) {
      return absl::DataLossError(
          absl::StrCat("the record at position ", record.position, " can't be read"));
    }
    if (absl::Status prepared = Prepare(); !prepared.ok()) return prepared;
    const std::vector<std::string> cells = RecordRow(parsed);
    int at = 0;
    for (const RecordColumn& column : RecordColumns()) {
      const std::string& cell = cells[static_cast<std::size_t>(at++)];
      column.type == ColumnType::kInteger
          ? sqlite3_bind_int64(insert_, at, std::strtoll(cell.c_str(), nullptr, 10))
      : cell.empty() ? sqlite3_bind_null(insert_, at)
                     : sqlite3_bind_text(insert_, at, cell.data(), static_cast<int>(cell.size()),
                                         SQLITE_STATIC);
    }
    const MessagePlan* plan = schema_.PlanOf(parsed.type());
    json_.clear();
    if (plan == nullptr || !writer_.Write(*plan, parsed.payload(), json_)) {
      sqlite3_bind_null(insert_, ++at);
    } else {
      sqlite3_bind_text(insert_, ++at, json_.data(), static_cast<int>(json_.size()), SQLITE_STATIC);
    }
    BindBlob(++at, record.leaf);
    BindBlob(++at, record.leaf.empty() ? std::string_view() : record.bytes);
    const bool inserted = sqlite3_step(insert_) == SQLITE_DONE;
    const absl::Status status = inserted ? absl::OkStatus() : Error("can't be written");
    sqlite3_reset(insert_);
    return status;
  }

  absl::StatusOr<FileSizes> Sync() override {
    ++syncs_;
    if (ahead_) {
      ahead_ = false;
      return FileSizes();
    }
    const absl::Status status =
        Run(absl::StrCat("PRAGMA user_version=", syncs_ + 1, "; COMMIT; BEGIN"));
    if (!status.ok()) return status;
    return FileSizes();
  }

  absl::StatusOr<std::vector<FinishedFile>> Finish() override {
    sqlite3_finalize(insert_);
    insert_ = nullptr;
    std::string sql;
    if (!ahead_) {  // Else it was finished before, and is not touched again.
      absl::StrAppend(&sql, "PRAGMA user_version=", syncs_ + 2, "; ",
                      "CREATE INDEX record_type ON record (type, position); ",
                      "CREATE INDEX record_stream ON record (stream, revision); ");
      for (const auto* fact : schema_.facts()) absl::StrAppend(&sql, ViewSql(*fact), "; ");
    }
    const absl::Status status = Run(sql + "COMMIT");
    if (!status.ok()) return status;
    auto finished = HashFile(folder_, kSqliteFile);
    if (!finished.ok()) return finished.status();
    return std::vector<FinishedFile>{*std::move(finished)};
  }

 private:
  absl::Status Error(const char* what) const {
    const std::string text =
        absl::StrCat(folder_, "/", kSqliteFile, ": ", what, ": ", sqlite3_errmsg(db_));
    return sqlite3_errcode(db_) == SQLITE_FULL ? absl::ResourceExhaustedError(text)
                                               : absl::UnavailableError(text);
  }

  absl::Status Run(const std::string& sql) {
    return sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK
               ? absl::OkStatus()
               : Error("can't be written");
  }

  absl::Status ReadVersion(std::uint64_t& version) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, "PRAGMA user_version", -1, &statement, nullptr) != SQLITE_OK) {
      return Error("can't be read");
    }
    if (sqlite3_step(statement) == SQLITE_ROW) {
      version = static_cast<std::uint64_t>(sqlite3_column_int64(statement, 0));
    }
    sqlite3_finalize(statement);
    return absl::OkStatus();
  }

  absl::Status Prepare() {
    if (insert_ != nullptr) return absl::OkStatus();
    std::string sql = "INSERT INTO record VALUES (?";
    for (std::size_t i = 1; i < RecordColumns().size() + 3; ++i) sql += ",?";
    sql += ")";
    return sqlite3_prepare_v2(db_, sql.c_str(), -1, &insert_, nullptr) == SQLITE_OK
               ? absl::OkStatus()
               : Error("can't be written");
  }

  void BindBlob(int at, std::string_view bytes) {
    bytes.empty() ? sqlite3_bind_null(insert_, at)
                  : sqlite3_bind_blob(insert_, at, bytes.data(), static_cast<int>(bytes.size()),
                                      SQLITE_STATIC);
  }

  const std::string folder_;
  const Schema& schema_;
  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  std::uint64_t syncs_ = 0;
  bool ahead_ = false;  // What is added up to the next Sync was committed before.
  JsonWriter writer_;
  std::string json_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ExportSink>> MakeSqliteSink(const std::string& folder,
                                                           const Schema& schema,
                                                           const SinkStart& start) {
  auto sink = std::make_unique<SqliteSink>(folder, schema);
  if (absl::Status opened = sink->Open(start); !opened.ok()) return opened;
  return sink;
}

}  // namespace sanzhang::audit
