#include "services/audit/export_manifest.h"

#include "absl/strings/escaping.h"
#include "nlohmann/json.hpp"
#include "services/audit/export_format.h"
#include "services/audit/json_plan.h"
#include "services/audit/pseudonyms.h"

namespace sanzhang::audit {

using Json = nlohmann::ordered_json;

std::string ManifestText(const ManifestInput& input) {
  const ExportOptions& options = input.options;
  const RecordRange& range = options.range;
  Json json;
  json["export"] = kExportVersion;
  json["tool"] = options.tool;
  json["format"] = NameOf(options.format);
  json["pseudonymous"] = options.pseudonymous;
  json["log"] = input.parsed != nullptr ? Json(input.parsed->origin) : Json(nullptr);
  json["first_position"] = std::to_string(input.result.first);
  json["last_position"] = std::to_string(input.result.last);
  json["as_of"] = input.as_of.empty() ? Json(nullptr) : Json(input.as_of);
  json["records"] = std::to_string(input.result.records);
  json["whole"] = range.types.empty() && range.community.empty() && range.stream_prefix.empty() &&
                  !options.pseudonymous;
  json["filter"]["types"] = range.types;
  json["filter"]["community"] = range.community;
  json["filter"]["stream_prefix"] = range.stream_prefix;
  if (options.pseudonymous) {
    json["pseudonyms"]["group_persons_min"] = std::to_string(kGroupPersonsMin);
    json["pseudonyms"]["salt"] =
        options.salt.empty() ? "random, thrown away" : "kept by who made it";
  } else {
    // A root of all that was read, left out or not, where that was all of the log up to there.
    if (range.first <= 1) {
      json["tree"]["size"] = std::to_string(input.tree.size());
      json["tree"]["root"] = transparency::ToBase64(input.tree.Root());
    } else {
      json["tree"] = nullptr;
    }
    json["checkpoint"] = input.checkpoint;
  }
  json["purpose"] = options.statement.purpose;
  json["approver"] = options.statement.approver;
  json["approval"] = options.statement.approval;
  json["recorded"] = !options.statement.approval.empty();
  json["files"] = Json::array();
  for (const FinishedFile& file : input.result.files) {
    json["files"].push_back(
        {{"name", file.name}, {"bytes", std::to_string(file.bytes)}, {"sha256", file.sha256}});
  }
  return json.dump(2) + "\n";
}

std::string TimeText(absl::Time time) {
  const std::int64_t us = absl::ToUnixMicros(time);
  const std::int64_t rest = (us % 1'000'000 + 1'000'000) % 1'000'000;
  std::string text;
  WriteTimeText((us - rest) / 1'000'000, rest * 1000, text);
  return text;
}

}  // namespace sanzhang::audit
