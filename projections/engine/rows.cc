#include "projections/engine/rows.h"

#include <sqlite3.h>

#include "absl/strings/str_cat.h"
#include "projections/engine/limits.h"

namespace sanzhang::projections {
namespace {

absl::Status Failure(sqlite3* db, std::string_view sql) {
  return absl::InternalError(
      absl::StrCat("SQLite: ", sqlite3_errmsg(db), " in: ", std::string(sql.substr(0, 200))));
}

int Bind(sqlite3_stmt* statement, int index, const Value& value) {
  struct Binder {
    sqlite3_stmt* statement;
    int index;
    int operator()(Null) const { return sqlite3_bind_null(statement, index); }
    int operator()(std::int64_t number) const {
      return sqlite3_bind_int64(statement, index, number);
    }
    // A null pointer would be bound as NULL.
    int operator()(std::string_view text) const {
      return sqlite3_bind_text64(statement, index, text.empty() ? "" : text.data(), text.size(),
                                 SQLITE_STATIC, SQLITE_UTF8);
    }
    int operator()(Blob blob) const {
      return sqlite3_bind_blob64(statement, index, blob.bytes.empty() ? "" : blob.bytes.data(),
                                 blob.bytes.size(), SQLITE_STATIC);
    }
  };
  return std::visit(Binder{statement, index}, value);
}

// Makes a statement ready for its next use, and forgets what was bound to it.
class Reset {
 public:
  explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
  ~Reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Reset(const Reset&) = delete;
  Reset& operator=(const Reset&) = delete;

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

Value TimeValue(absl::Time time) {
  if (time == absl::InfinitePast()) return Null{};
  return std::int64_t{absl::ToUnixMicros(time)};
}

Row::ColumnKind Row::Kind(int column) const {
  switch (sqlite3_column_type(statement_, first_ + column)) {
    case SQLITE_NULL:
      return ColumnKind::kNull;
    case SQLITE_INTEGER:
      return ColumnKind::kInt;
    default:
      return ColumnKind::kText;
  }
}

bool Row::IsNull(int column) const {
  return sqlite3_column_type(statement_, first_ + column) == SQLITE_NULL;
}

std::int64_t Row::Int(int column) const {
  return sqlite3_column_int64(statement_, first_ + column);
}

std::string_view Row::Text(int column) const {
  const auto* text =
      reinterpret_cast<const char*>(sqlite3_column_text(statement_, first_ + column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, first_ + column))};
}

std::string_view Row::Bytes(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, first_ + column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, first_ + column))};
}

absl::Time Row::Time(int column) const {
  return IsNull(column) ? absl::InfinitePast() : absl::FromUnixMicros(Int(column));
}

Rows::Rows(sqlite3* db) : db_(db) {}

Rows::~Rows() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
}

absl::StatusOr<std::int64_t> Rows::Change(std::string_view sql,
                                          std::initializer_list<Value> values) {
  const absl::StatusOr<sqlite3_stmt*> statement = Prepare(sql, {values.begin(), values.size()});
  if (!statement.ok()) return statement.status();
  const Reset reset(*statement);
  int result = SQLITE_ROW;
  while (result == SQLITE_ROW) result = sqlite3_step(*statement);  // RETURNING is read and dropped.
  if (result != SQLITE_DONE) return Failure(db_, sql);
  return sqlite3_changes64(db_);
}

absl::Status Rows::Run(std::string_view sql, std::initializer_list<Value> values) {
  return Change(sql, values).status();
}

absl::Status Rows::Query(std::string_view sql, std::span<const Value> values,
                         const std::function<void(const Row&)>& each) {
  const absl::StatusOr<sqlite3_stmt*> statement = Prepare(sql, values);
  if (!statement.ok()) return statement.status();
  const Reset reset(*statement);
  const Row row(*statement);
  int result = SQLITE_ROW;
  while ((result = sqlite3_step(*statement)) == SQLITE_ROW) each(row);
  return result == SQLITE_DONE ? absl::OkStatus() : Failure(db_, sql);
}

absl::StatusOr<sqlite3_stmt*> Rows::Prepare(std::string_view sql, std::span<const Value> values) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    if (statements_.size() >= kStatementsMax) DropIdle();
    sqlite3_stmt* prepared = nullptr;
    const char* rest = nullptr;
    if (sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                           &prepared, &rest) != SQLITE_OK) {
      return Failure(db_, sql);
    }
    if (prepared == nullptr || rest != sql.data() + sql.size()) {
      sqlite3_finalize(prepared);
      return absl::InternalError(absl::StrCat("not one statement: ", std::string(sql)));
    }
    found = statements_.emplace(sql, prepared).first;
  }
  sqlite3_stmt* statement = found->second;
  if (sqlite3_stmt_busy(statement) != 0) {
    return absl::InternalError(absl::StrCat("a statement inside itself: ", found->first));
  }
  const int count = static_cast<int>(values.size());
  if (sqlite3_bind_parameter_count(statement) != count) {
    return absl::InternalError(absl::StrCat(count, " values for: ", found->first));
  }
  for (int i = 0; i < count; ++i) {
    if (Bind(statement, i + 1, values[static_cast<std::size_t>(i)]) != SQLITE_OK) {
      return Failure(db_, sql);
    }
  }
  return statement;
}

void Rows::DropIdle() {
  std::erase_if(statements_, [](const auto& entry) {
    if (sqlite3_stmt_busy(entry.second) != 0) return false;
    sqlite3_finalize(entry.second);
    return true;
  });
}

}  // namespace sanzhang::projections
