// Reads CSV as RFC 4180 has it, from a plain file or one packed by gzip: quoted fields may hold
// commas, quotes ("" for one) and line ends; lines end with LF or CRLF; a UTF-8 byte order mark is
// skipped. The first row names the columns; every other row has as many fields.
//
// Memory holds one row and one buffer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace sanzhang::app {

struct CsvRow {
  std::uint64_t line = 0;  // Where it begins; the first line of the file is 1.
  std::vector<std::string> fields;
};

class CsvReader {
 public:
  // NOT_FOUND if it can't be opened; INVALID_ARGUMENT if there is no header, or a name comes twice.
  static absl::StatusOr<std::unique_ptr<CsvReader>> Open(const std::string& path);
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  const std::vector<std::string>& columns() const { return columns_; }

  // The next row; nullopt at the end. INVALID_ARGUMENT `line N: what` if it is malformed, after
  // which the reader goes on with what follows; DATA_LOSS if the file is cut off or damaged.
  absl::StatusOr<std::optional<CsvRow>> Next();

  // The line that is read next.
  std::uint64_t line() const { return line_; }
  // How much of the file has been read, in bytes as stored; and its size.
  std::uint64_t bytes_read() const;
  std::uint64_t bytes_total() const { return bytes_total_; }

 private:
  struct File;
  explicit CsvReader(std::unique_ptr<File> file);
  absl::StatusOr<std::optional<CsvRow>> ReadRow();
  absl::Status ReadQuoted(CsvRow& row);
  void SkipLine();

  std::unique_ptr<File> file_;
  std::vector<std::string> columns_;
  std::uint64_t line_ = 1;
  std::uint64_t bytes_total_ = 0;
};

}  // namespace sanzhang::app
