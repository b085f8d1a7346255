// A fact as a row: a column for each field that is not a message, messages laid out flat.
//
// Threads: any; all pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace sanzhang::log::v1 {
class Record;
}  // namespace sanzhang::log::v1

namespace sanzhang::audit {

enum class ColumnType { kText, kInteger, kBool, kEnum, kTime, kBytes, kJson };

struct FactColumn {
  std::string name;  // `place_building`
  std::string path;  // `place.building`, in the fact's JSON.
  ColumnType type = ColumnType::kText;
  std::string unset = {};    // What it is when it is not set, as SQL; empty: nothing.
  std::string comment = {};  // Of the proto, in one line.
};

// In the order of the fields. What is repeated is one column of JSON.
std::vector<FactColumn> ColumnsOf(const google::protobuf::Descriptor& fact);

// What every record has beside its fact, as one row of texts; `policy_refs` as JSON. Absent is
// empty.
struct RecordColumn {
  std::string_view name;
  ColumnType type;
};
const std::vector<RecordColumn>& RecordColumns();
std::vector<std::string> RecordRow(const log::v1::Record& record);

// `text`, `integer`, `boolean`, `enum`, `time`, `bytes`, `json`.
std::string_view NameOf(ColumnType type);

}  // namespace sanzhang::audit
