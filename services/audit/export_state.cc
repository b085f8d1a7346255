#include "services/audit/export_state.h"

#include <filesystem>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "proto/wire/sha256.h"
#include "services/audit/export_format.h"
#include "services/audit/json_fields.h"
#include "services/audit/output_files.h"

namespace sanzhang::audit {

using Json = nlohmann::ordered_json;

std::string ParametersOf(const ExportOptions& options) {
  Json json;
  json["export"] = kExportVersion;
  json["tool"] = options.tool;
  json["format"] = NameOf(options.format);
  json["from"] = std::to_string(options.range.first);
  json["to"] = std::to_string(options.range.last);
  json["types"] = options.range.types;
  json["community"] = options.range.community;
  json["stream_prefix"] = options.range.stream_prefix;
  json["pseudonymous"] = options.pseudonymous;
  if (!options.salt.empty()) {
    json["salt_sha256"] = absl::BytesToHexString(wire::Sha256(options.salt));
  }
  json["purpose"] = options.statement.purpose;
  json["approver"] = options.statement.approver;
  json["approval"] = options.statement.approval;
  return json.dump();
}

absl::StatusOr<ExportState> LoadState(const std::string& folder) {
  const auto text = ReadFile(folder, kStateFile);
  if (!text.ok()) return text.status();
  const Json json = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
  ExportState state;
  const bool read = json.is_object() && json.contains("sizes") && json["sizes"].is_object() &&
                    state.tree.Load(NumberIn(json, "tree_size"), TextIn(json, "tree"));
  if (!read) {
    return absl::FailedPreconditionError(
        absl::StrCat(folder, "/", kStateFile, ": is not the state of an export"));
  }
  state.parameters = TextIn(json, "parameters");
  state.checkpoint = TextIn(json, "checkpoint");
  state.last = NumberIn(json, "last");
  state.next = NumberIn(json, "next");
  state.records = NumberIn(json, "records");
  state.syncs = NumberIn(json, "syncs");
  for (const auto& [name, size] : json["sizes"].items()) {
    if (size.is_string()) state.sizes[name] = NumberIn(json["sizes"], name.c_str());
  }
  state.last_leaf = absl::HexStringToBytes(TextIn(json, "last_leaf"));
  state.as_of = TextIn(json, "as_of");
  state.salt = absl::HexStringToBytes(TextIn(json, "salt"));
  return state;
}

absl::Status SaveState(const std::string& folder, const ExportState& state) {
  Json json;
  json["parameters"] = state.parameters;
  json["checkpoint"] = state.checkpoint;
  json["last"] = std::to_string(state.last);
  json["next"] = std::to_string(state.next);
  json["records"] = std::to_string(state.records);
  json["syncs"] = std::to_string(state.syncs);
  json["sizes"] = Json::object();
  for (const auto& [name, size] : state.sizes) json["sizes"][name] = std::to_string(size);
  json["last_leaf"] = absl::BytesToHexString(state.last_leaf);
  json["as_of"] = state.as_of;
  json["tree_size"] = std::to_string(state.tree.size());
  json["tree"] = state.tree.Save();
  json["salt"] = absl::BytesToHexString(state.salt);
  return ReplaceFile(folder, kStateFile, json.dump(2) + "\n");
}

bool NothingBegun(const std::string& folder) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    // What a killed export was writing before anything else.
    if (entry.path().filename().string() != std::string(kStateFile) + kDraftSuffix) return false;
  }
  return !error;
}

}  // namespace sanzhang::audit
