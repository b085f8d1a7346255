#include "services/sanzhang/csv.h"

#include <zlib.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"

namespace sanzhang::app {
namespace {

constexpr std::size_t kBufferBytes = 256 << 10;
constexpr std::size_t kRowBytesMax = 1 << 20;
constexpr int kEnd = -1;
constexpr char kDamaged[] = "the file is cut off or damaged";

}  // namespace

// zlib reads plain files as they are.
struct CsvReader::File {
  gzFile stream = nullptr;
  std::array<char, kBufferBytes> buffer;
  std::size_t at = 0;
  std::size_t filled = 0;
  bool damaged = false;

  ~File() {
    if (stream != nullptr) gzclose(stream);
  }
  int Peek() {
    if (at == filled) {
      const int got = gzread(stream, buffer.data(), static_cast<unsigned>(buffer.size()));
      at = 0;
      filled = got > 0 ? static_cast<std::size_t>(got) : 0;
      if (filled == 0) {
        // A packed file that is cut off reads short, and says so only when asked.
        int code = Z_OK;
        gzerror(stream, &code);
        damaged = got < 0 || code == Z_BUF_ERROR || code == Z_DATA_ERROR;
        return kEnd;
      }
    }
    return static_cast<unsigned char>(buffer[at]);
  }
  int Take() {
    const int byte = Peek();
    if (byte != kEnd) ++at;
    return byte;
  }
};

CsvReader::CsvReader(std::unique_ptr<File> file) : file_(std::move(file)) {}
CsvReader::~CsvReader() = default;

absl::StatusOr<std::unique_ptr<CsvReader>> CsvReader::Open(const std::string& path) {
  auto file = std::make_unique<File>();
  file->stream = gzopen(path.c_str(), "rb");
  if (file->stream == nullptr) return absl::NotFoundError(absl::StrCat(path, ": can't be read"));
  std::unique_ptr<CsvReader> reader(new CsvReader(std::move(file)));
  std::error_code ignored;
  reader->bytes_total_ = std::filesystem::file_size(path, ignored);
  auto header = reader->ReadRow();
  if (!header.ok())
    return absl::Status(header.status().code(),
                        absl::StrCat(path, ": ", std::string(header.status().message())));
  if (!header->has_value()) return absl::InvalidArgumentError(absl::StrCat(path, ": is empty"));
  reader->columns_ = std::move((*header)->fields);
  if (reader->columns_[0].starts_with("\xEF\xBB\xBF")) reader->columns_[0].erase(0, 3);
  std::set<std::string> names;
  for (const std::string& name : reader->columns_) {
    if (!names.insert(name).second) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": column ", name, " comes twice"));
    }
  }
  return reader;
}

absl::StatusOr<std::optional<CsvRow>> CsvReader::Next() {
  auto row = ReadRow();
  if (!row.ok() || !row->has_value()) return row;
  if ((*row)->fields.size() != columns_.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", (*row)->line, ": ", (*row)->fields.size(),
                     " fields where the header has ", columns_.size()));
  }
  return row;
}

absl::Status CsvReader::ReadQuoted(CsvRow& row) {
  std::string& field = row.fields.back();
  while (true) {
    const int byte = file_->Take();
    if (byte == kEnd) {
      if (file_->damaged) return absl::DataLossError(kDamaged);
      return absl::InvalidArgumentError(
          absl::StrCat("line ", row.line, ": a quote is never closed"));
    }
    if (byte == '\n') ++line_;
    if (byte == '"') {
      if (file_->Peek() != '"') break;
      file_->Take();
    }
    field += static_cast<char>(byte);
    if (field.size() > kRowBytesMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", row.line, ": longer than ", kRowBytesMax, " bytes"));
    }
  }
  const int next = file_->Peek();
  if (next != ',' && next != '\r' && next != '\n' && next != kEnd) {
    return absl::InvalidArgumentError(absl::StrCat("line ", line_, ": text after a closing quote"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<CsvRow>> CsvReader::ReadRow() {
  // Empty lines between rows say nothing.
  while (file_->Peek() == '\n' || file_->Peek() == '\r') {
    if (file_->Take() == '\n') ++line_;
  }
  if (file_->Peek() == kEnd) {
    if (file_->damaged) return absl::DataLossError(kDamaged);
    return std::nullopt;
  }
  CsvRow row;
  row.line = line_;
  row.fields.emplace_back();
  std::size_t bytes = 0;
  while (true) {
    const int byte = file_->Take();
    if (byte == kEnd && file_->damaged) return absl::DataLossError(kDamaged);
    if (byte == kEnd) return row;
    if (byte == '\n' || (byte == '\r' && file_->Peek() == '\n')) {
      if (byte == '\r') file_->Take();
      ++line_;
      return row;
    }
    if (byte == ',') {
      row.fields.emplace_back();
    } else if (byte == '"' && row.fields.back().empty()) {
      if (absl::Status read = ReadQuoted(row); !read.ok()) {
        SkipLine();
        return read;
      }
    } else {
      row.fields.back() += static_cast<char>(byte);
    }
    if (++bytes > kRowBytesMax) {
      SkipLine();
      return absl::InvalidArgumentError(
          absl::StrCat("line ", row.line, ": longer than ", kRowBytesMax, " bytes"));
    }
  }
}

void CsvReader::SkipLine() {
  for (int byte = file_->Take(); byte != kEnd; byte = file_->Take()) {
    if (byte == '\n') {
      ++line_;
      return;
    }
  }
}

std::uint64_t CsvReader::bytes_read() const {
  const auto offset = gzoffset(file_->stream);
  return offset < 0 ? 0 : static_cast<std::uint64_t>(offset);
}

}  // namespace sanzhang::app
