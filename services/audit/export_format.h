// The names and marks of an export, for who writes one and who reads one. README.md describes them.
#pragma once

#include <string_view>

namespace sanzhang::audit {

inline constexpr char kExportVersion[] = "sanzhang-export 1";
inline constexpr char kManifestFile[] = "manifest.json";
inline constexpr char kUnrecordedManifestFile[] = "manifest-unrecorded.json";
inline constexpr char kDescriptorFile[] = "descriptors.binpb";
inline constexpr char kNdjsonFile[] = "records.ndjson";
inline constexpr char kCsvSchemaFile[] = "schema.json";
inline constexpr char kSqliteFile[] = "records.sqlite";

// A line of NDJSON begins with its position, and ends with the hash of its leaf and the exact
// bytes:
//   {"position":"7","stream":…,"payload":{…},"leaf_hash":"<hex>","bytes":"<base64>"}
inline constexpr std::string_view kLineBegin = "{\"position\":\"";
inline constexpr std::string_view kLeafHashMark = ",\"leaf_hash\":\"";
inline constexpr std::string_view kBytesMark = "\",\"bytes\":\"";
inline constexpr std::string_view kLineEnd = "\"}";

}  // namespace sanzhang::audit
