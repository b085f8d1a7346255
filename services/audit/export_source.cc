// Records from an export in NDJSON: each line ends with the hash of its leaf and the exact bytes.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "eventstore/transparency/merkle.h"
#include "nlohmann/json.hpp"
#include "services/audit/export_format.h"
#include "services/audit/export_manifest.h"
#include "services/audit/hasher.h"
#include "services/audit/json_fields.h"
#include "services/audit/output_files.h"
#include "services/audit/record_check.h"
#include "services/audit/record_source.h"

namespace sanzhang::audit {
namespace {

struct Line {
  std::uint64_t position = 0;
  std::string bytes = {};
};

// The text between two marks, the second after the first; false if they are not there.
bool Between(std::string_view text, std::string_view begin, std::string_view end,
             std::string_view& between) {
  const std::size_t from = text.rfind(begin);
  if (from == std::string_view::npos) return false;
  const std::string_view rest = text.substr(from + begin.size());
  const std::size_t to = rest.find(end);
  if (to == std::string_view::npos) return false;
  between = rest.substr(0, to);
  return true;
}

bool ReadLine(std::string_view text, Line& line) {
  std::string_view number;
  std::string_view hash;
  std::string_view base64;
  if (!text.starts_with(kLineBegin) || !text.ends_with(kLineEnd)) return false;
  // Neither mark can stand behind itself: what follows has no quotes.
  if (!Between(text, kLeafHashMark, "\"", hash)) return false;
  if (!Between(text, kBytesMark, "\"", base64)) return false;
  number = text.substr(kLineBegin.size(), text.find('"', kLineBegin.size()) - kLineBegin.size());
  if (!absl::SimpleAtoi(absl::string_view(number.data(), number.size()), &line.position) ||
      !absl::Base64Unescape(absl::string_view(base64.data(), base64.size()), &line.bytes)) {
    return false;
  }
  return absl::BytesToHexString(
             std::string(transparency::BytesOf(transparency::LeafHash(line.bytes)))) == hash;
}

// As the manifest says; empty: it does not know the file.
std::string HashOf(const nlohmann::json& manifest, const std::string& name) {
  for (const auto& file : manifest.value("files", nlohmann::json::array())) {
    if (TextIn(file, "name") == name) return TextIn(file, "sha256");
  }
  return "";
}

// Of all files but the records, which are hashed when they are read.
absl::Status CheckFiles(const std::string& folder, const nlohmann::json& manifest) {
  for (const auto& file : manifest.value("files", nlohmann::json::array())) {
    const std::string name = TextIn(file, "name");
    if (name == kNdjsonFile) continue;
    const auto hashed = HashFile(folder, name);
    if (!hashed.ok()) return hashed.status();
    if (hashed->sha256 != TextIn(file, "sha256")) return NotTheFile(folder, name);
  }
  return absl::OkStatus();
}

class Export final : public RecordSource {
 public:
  Export(std::filesystem::path folder, nlohmann::json manifest)
      : folder_(std::move(folder)), manifest_(std::move(manifest)) {}

  absl::Status Read(const RecordRange& range, Visitor visit) override {
    const std::uint64_t first = NumberIn(manifest_, "first_position");
    const absl::StatusOr<std::uint64_t> end = End();
    if (absl::Status there = CheckRange(range, *end); !there.ok()) return there;
    const bool to_its_end = range.last == 0 || range.last == *end;
    RecordRange asked = range;
    if (asked.first < first) {
      if (asked.first > 1) {
        return absl::OutOfRangeError(absl::StrCat("the export begins at ", first));
      }
      asked.first = first;
    }
    const std::uint64_t last = range.last != 0 ? range.last : *end;
    const std::filesystem::path file = folder_ / kNdjsonFile;
    std::ifstream in(file, std::ios::binary);
    if (!in) return absl::NotFoundError(absl::StrCat(file.string(), ": can't be read"));
    RecordCheck check(asked, whole());
    Hasher hash;
    std::uint64_t number = 0;
    for (std::string text; std::getline(in, text);) {
      ++number;
      hash.Add(text);
      if (!in.eof()) hash.Add("\n");
      Line line;
      absl::Status status;
      if (!ReadLine(text, line)) {
        status = absl::DataLossError(absl::StrCat(
            "after position ", check.last(), ": the line is not whole, or its hash is another"));
      } else if (line.position < asked.first) {
        continue;
      } else if (line.position > last && !to_its_end) {
        return absl::OkStatus();
      } else {
        status = check.Check(line.position, line.bytes);
      }
      if (!status.ok()) {
        return absl::DataLossError(
            absl::StrCat(file.string(), ":", number, ": ", std::string(status.message())));
      }
      if (check.matches() && !visit(line.position, line.bytes)) return absl::OkStatus();
    }
    if (in.bad()) return absl::UnavailableError(absl::StrCat(file.string(), ": can't be read"));
    if (check.last() > last) {
      return absl::DataLossError(absl::StrCat(file.string(), ": goes on to position ", check.last(),
                                              ", its manifest says ", last));
    }
    if (whole() && last != 0 && check.last() < last) {
      return absl::DataLossError(absl::StrCat(file.string(), ": ends at position ", check.last(),
                                              ", its manifest says ", last));
    }
    // The words beside the bytes of each record too: they are what people read.
    if (hash.Hex() != HashOf(manifest_, kNdjsonFile)) {
      return NotTheFile(folder_.string(), kNdjsonFile);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::uint64_t> End() override { return NumberIn(manifest_, "last_position"); }

  absl::StatusOr<std::optional<std::string>> Checkpoint() override {
    const std::string text = manifest_.value("checkpoint", "");
    if (text.empty()) return std::nullopt;
    return text;
  }

  bool filtered() const override { return !whole() || NumberIn(manifest_, "first_position") > 1; }
  std::string Describe() const override { return absl::StrCat("export ", folder_.string()); }

 private:
  // No record of the range was left out.
  bool whole() const { return manifest_.value("whole", false); }

  const std::filesystem::path folder_;
  const nlohmann::json manifest_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RecordSource>> OpenExport(const std::string& folder) {
  const std::filesystem::path path = folder;
  std::ifstream file(path / kManifestFile, std::ios::binary);
  if (!file) {
    return absl::NotFoundError(
        absl::StrCat(folder, ": there is no ", kManifestFile, ", so no export that was finished"));
  }
  std::ostringstream text;
  text << file.rdbuf();
  auto manifest = nlohmann::json::parse(text.str(), nullptr, /*allow_exceptions=*/false);
  const auto has = [&manifest](const char* name, const char* value) {
    const auto found = manifest.find(name);
    return found != manifest.end() && found->is_string() && *found == value;
  };
  if (!manifest.is_object() || !has("export", kExportVersion) || !has("format", "ndjson")) {
    return absl::InvalidArgumentError(
        absl::StrCat(folder, ": not an export in NDJSON of a version known here"));
  }
  const auto pseudonymous = manifest.find("pseudonymous");
  if (pseudonymous == manifest.end() || *pseudonymous != false) {
    return absl::InvalidArgumentError(
        absl::StrCat(folder, ": pseudonymous, so without the bytes of the records"));
  }
  if (absl::Status files = CheckFiles(folder, manifest); !files.ok()) return files;
  return std::make_unique<Export>(path, std::move(manifest));
}

}  // namespace sanzhang::audit
