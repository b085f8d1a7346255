#include "services/sqlite/statement.h"

#include <sqlite3.h>

namespace sanzhang::sqlite {

Statement::Statement(sqlite3* db, const char* sql, StatusOfConnection status_of)
    : db_(db), status_of_(status_of) {
  ok_ = sqlite3_prepare_v2(db, sql, -1, &statement_, nullptr) == SQLITE_OK;
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::Text(std::string_view value) {
  ok_ = ok_ && sqlite3_bind_text(statement_, ++bound_, value.data(), static_cast<int>(value.size()),
                                 SQLITE_TRANSIENT) == SQLITE_OK;
  return *this;
}

Statement& Statement::Blob(std::string_view value) {
  ok_ = ok_ && sqlite3_bind_blob(statement_, ++bound_, value.data(), static_cast<int>(value.size()),
                                 SQLITE_TRANSIENT) == SQLITE_OK;
  return *this;
}

Statement& Statement::Integer(std::int64_t value) {
  ok_ = ok_ && sqlite3_bind_int64(statement_, ++bound_, value) == SQLITE_OK;
  return *this;
}

bool Statement::Next() {
  const int step = ok_ ? sqlite3_step(statement_) : SQLITE_ERROR;
  ok_ = step == SQLITE_ROW || step == SQLITE_DONE;
  return step == SQLITE_ROW;
}

std::string Statement::String(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return size == 0 ? std::string()
                   : std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

std::int64_t Statement::Number(int column) const {
  return sqlite3_column_int64(statement_, column);
}

absl::Status Statement::Finish() {
  while (Next()) {
  }
  return ok_ ? absl::OkStatus() : status_of_(db_);
}

absl::Status Execute(sqlite3* db, const char* sql, StatusOfConnection status_of) {
  return sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK ? absl::OkStatus()
                                                                       : status_of(db);
}

}  // namespace sanzhang::sqlite
