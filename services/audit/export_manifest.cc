#include "services/audit/export_manifest.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "proto/wire/sha256.h"
#include "services/audit/export_format.h"
#include "services/audit/json_fields.h"
#include "services/audit/json_plan.h"
#include "services/audit/pseudonyms.h"

namespace sanzhang::audit {

using Json = nlohmann::ordered_json;

namespace {

// What a manifest says of the command that it was made by.
Json AskedFor(const ExportOptions& options) {
  const RecordRange& range = options.range;
  Json json;
  json["export"] = kExportVersion;
  json["tool"] = options.tool;
  json["format"] = NameOf(options.format);
  json["pseudonymous"] = options.pseudonymous;
  json["first_position"] = std::to_string(std::max<std::uint64_t>(range.first, 1));
  json["filter"]["types"] = range.types;
  json["filter"]["community"] = range.community;
  json["filter"]["stream_prefix"] = range.stream_prefix;
  if (options.pseudonymous) {
    json["pseudonyms"]["group_persons_min"] = std::to_string(kGroupPersonsMin);
    json["pseudonyms"]["salt"] =
        options.salt.empty() ? "random, thrown away" : "kept by who made it";
    if (!options.salt.empty()) {
      json["pseudonyms"]["salt_sha256"] = absl::BytesToHexString(wire::Sha256(options.salt));
    }
  }
  json["purpose"] = options.statement.purpose;
  json["approver"] = options.statement.approver;
  json["approval"] = options.statement.approval;
  return json;
}

}  // namespace

std::string ManifestText(const ManifestInput& input) {
  const ExportOptions& options = input.options;
  const Json asked = AskedFor(options);
  Json json;
  for (const char* name : {"export", "tool", "format", "pseudonymous"}) json[name] = asked[name];
  json["log"] = input.parsed != nullptr ? Json(input.parsed->origin) : Json(nullptr);
  json["first_position"] = std::to_string(input.result.first);
  json["last_position"] = std::to_string(input.result.last);
  json["as_of"] = input.as_of.empty() ? Json(nullptr) : Json(input.as_of);
  json["records"] = std::to_string(input.result.records);
  // By what is there, not by what was asked for: a filter may have let in every record.
  json["whole"] =
      !options.pseudonymous && input.result.records == input.result.last + 1 - input.result.first;
  json["filter"] = asked["filter"];
  if (options.pseudonymous) {
    json["pseudonyms"] = asked["pseudonyms"];
  } else {
    // A root of all that was read, left out or not, where that was all of the log up to there.
    if (input.result.first <= 1) {
      json["tree"]["size"] = std::to_string(input.tree.size());
      json["tree"]["root"] = transparency::ToBase64(input.tree.Root());
    } else {
      json["tree"] = nullptr;
    }
    json["checkpoint"] = input.checkpoint;
  }
  for (const char* name : {"purpose", "approver", "approval"}) json[name] = asked[name];
  json["recorded"] = !options.statement.approval.empty();
  json["files"] = Json::array();
  for (const FinishedFile& file : input.result.files) {
    json["files"].push_back(
        {{"name", file.name}, {"bytes", std::to_string(file.bytes)}, {"sha256", file.sha256}});
  }
  return json.dump(2) + "\n";
}

absl::StatusOr<std::optional<ExportResult>> CompleteExport(const ExportOptions& options) {
  const auto text = ReadFile(options.folder, kManifestFile);
  if (absl::IsNotFound(text.status())) return std::nullopt;
  if (!text.ok()) return text.status();
  const Json json = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
  Json asked = AskedFor(options);
  if (options.range.last != 0) asked["last_position"] = std::to_string(options.range.last);
  for (const auto& [name, value] : asked.items()) {
    if (json.is_object() && json.contains(name) && json[name] == value) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(options.folder, ": another export is complete there: its ", name, " is not ",
                     value.dump(), "; this one needs a folder of its own"));
  }
  ExportResult result;
  result.first = NumberIn(json, "first_position");
  result.last = NumberIn(json, "last_position");
  result.records = NumberIn(json, "records");
  result.manifest_sha256 = absl::BytesToHexString(wire::Sha256(*text));
  result.made_before = true;
  for (const Json& said : json.value("files", Json::array())) {
    auto file = HashFile(options.folder, TextIn(said, "name"));
    if (file.ok() && file->sha256 != TextIn(said, "sha256")) {
      file = NotTheFile(options.folder, file->name);
    }
    if (!file.ok()) return file.status();
    result.files.push_back(*std::move(file));
  }
  return result;
}

absl::Status NotTheFile(const std::string& folder, const std::string& name) {
  return absl::DataLossError(absl::StrCat(folder, "/", name, ": its SHA-256 is not the one that ",
                                          kManifestFile,
                                          " says: it was changed after the export was made"));
}

std::string TimeText(absl::Time time) {
  const std::int64_t us = absl::ToUnixMicros(time);
  const std::int64_t rest = (us % 1'000'000 + 1'000'000) % 1'000'000;
  std::string text;
  WriteTimeText((us - rest) / 1'000'000, rest * 1000, text);
  return text;
}

}  // namespace sanzhang::audit
