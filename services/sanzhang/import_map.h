// How the rows of a CSV file become commands: a TOML file.
//
//   source = "nyc-council-cases"            # Part of every request id: never change it for the
//   same data. community = "communities/nyc-council"   # {community} in the templates. key =
//   "unique_key"                      # The column that names a row. service = "importer" # Who
//   sends the story's commands. time_zone = "Asia/Shanghai"             # In which days begin and
//   end.
//
//   [tables.category]                       # {complaint_type|category}
//   "Parks" = "CATEGORY_ENVIRONMENT"
//   "*" = "CATEGORY_OTHER"
//
//   [[prepare]]                             # Before the first row, or before the first with a new
//   value. name = "office" once_per = "account" as = "operator" method =
//   "RegistryService/PrepareBody" request = { parent = "{community}", body_id = "{account|id}" }
//
//   [[story]]                               # For every row, in this order.
//   name = "file"
//   method = "ComplaintService/FileComplaint"
//   when = "opendate"                       # Left out where this column is empty.
//   date = "opendate"                       # With `time`: when it happened.
//   time = "09:00"
//   request = { ... }                       # See request_template.h.
//
// A step with `repeat = "column"` is taken as often as that column says, not at all where it is
// empty or 0; `{#}` in its templates counts from 1.
//
// Request ids are made from source, key, how often the key came before, the step's name and the
// number of the repeat. Story commands go out with CHANNEL_IMPORT and their `occurred_at`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/sanzhang/request_template.h"

namespace sanzhang::app {

struct ImportStep {
  std::string name;
  std::string service;
  const google::protobuf::MethodDescriptor* method = nullptr;
  std::optional<std::size_t> once_per;  // Column; prepare only.
  std::optional<std::size_t> when;      // Column.
  std::optional<std::size_t> repeat;    // Column; story only.
  std::optional<std::size_t> date;      // Column.
  absl::Duration time_of_day;
  std::unique_ptr<RequestTemplate> request;
};

struct ImportMap {
  std::string source;
  std::size_t key = 0;  // Column.
  absl::TimeZone zone;
  TemplateNames names;
  std::vector<ImportStep> prepare;
  std::vector<ImportStep> story;
};

// Reads the map for a file with these columns. INVALID_ARGUMENT with every mistake on a line of its
// own; NOT_FOUND if it can't be opened.
absl::StatusOr<std::unique_ptr<ImportMap>> ReadImportMap(const std::string& path,
                                                         const std::vector<std::string>& columns);

// One command, ready to be sent.
struct ImportCommand {
  const ImportStep* step = nullptr;
  std::string request;  // Bytes.
};

// The story of one row; `occurrence` counts how often its key came before. INVALID_ARGUMENT if the
// row does not do: a value that no table has, a date that is none, a step that comes before the one
// before it.
absl::StatusOr<std::vector<ImportCommand>> TellStory(const ImportMap& map,
                                                     const std::vector<std::string>& row,
                                                     std::size_t occurrence);

// One prepare step; `value` is that of its `once_per` column.
absl::StatusOr<ImportCommand> Prepare(const ImportMap& map, const ImportStep& step,
                                      const std::vector<std::string>& row);

}  // namespace sanzhang::app
