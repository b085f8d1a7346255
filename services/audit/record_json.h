// A record as a line of NDJSON: export_format.h has its ends, README.md all of it.
//
// Threads: one at a time; several may share the schema.
#pragma once

#include <string>
#include <string_view>

#include "services/audit/json_plan.h"
#include "services/audit/schema.h"

namespace sanzhang::audit {

class RecordJson {
 public:
  explicit RecordJson(const Schema& schema) : schema_(schema) {}

  // Appends the line of the record, with its line feed. The fact is null if the schema has no such
  // type, or its bytes can't be read: the exact bytes have it still. False, and `to` as it was, if
  // the record itself can't be read.
  // `leaf`: the hash of its leaf, 32 bytes; empty: the line has neither that nor the bytes.
  bool WriteLine(std::string_view record, std::string_view leaf, std::string& to);

 private:
  bool WriteFields(std::string_view record, std::string& to);

  const Schema& schema_;
  JsonWriter writer_;
  std::string scratch_;
};

// Appends the canonical text form of a UUID's 16 bytes; of other bytes their hexadecimal.
void WriteUuidText(std::string_view bytes, std::string& to);

}  // namespace sanzhang::audit
