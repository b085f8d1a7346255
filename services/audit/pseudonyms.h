// A record without what tells who it is about.
//
//   Persons    and all that belongs to one (memberships, households, voters, complaints ...) have
//   names
//              made by a keyed hash whose key, the salt, is the export's own. Without the salt
//              nobody can make them again; two exports can't be joined by them.
//   Places     dwellings and entrances are their building. Buildings, grids and property areas with
//              fewer than kGroupPersonsMin persons are merged into one `other` of their community;
//              if that too is smaller, the place is left out.
//   Texts      all that is not let in by pseudonym_rules.h is left out: words, sealed or not,
//   areas,
//              shares, hashes, choices.
//   Times      are cut to the hour.
//   The way    back is closed: no position of the log (records are numbered), no event id, no
//   request,
//              no trace, no bytes, no hash of a leaf.
//   Rights     who has had their key destroyed is `persons/erased`. Whoever has their processing
//              restricted is left out: the records that name them, and their complaints whole.
//
// A survey of the whole log comes first: sizes of groups, dwellings, whose rights. Its memory grows
// with the register, not with the log. The same log, range and salt give the same pseudonyms.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/dynamic_message.h"
#include "sanzhang/log/v1/record.pb.h"
#include "services/audit/record_source.h"
#include "services/audit/schema.h"

namespace sanzhang::audit {

inline constexpr std::size_t kGroupPersonsMin = 5;
inline constexpr std::size_t kSaltBytesMin = 16;

class Pseudonyms {
 public:
  Pseudonyms(const Schema& schema, std::string salt);

  // Reads positions 1 to `last`. Errors: the source's.
  absl::Status Survey(RecordSource& source, std::uint64_t last);
  // The record as the export's record number `number`; nothing if it is left out. DATA_LOSS if it
  // can't be read.
  absl::StatusOr<std::string> Hide(std::string_view record, std::uint64_t number);
  // What stands for the name; empty: nothing may.
  std::string NameFor(std::string_view name) const;

 private:
  enum class Rule { kLeftOut, kLetIn, kNames };
  using Rules = std::unordered_map<const google::protobuf::FieldDescriptor*, Rule>;
  using Persons = std::unordered_set<std::uint64_t>;

  std::unique_ptr<google::protobuf::Message> FactOf(const log::v1::Record& record);
  void Look(const log::v1::Record& record);
  void LookAtRights(const log::v1::Record& record);
  void FindRestrictedCases(const log::v1::Record& record);
  bool NamesRestricted(const log::v1::Record& record);
  void MergeSmallGroups();
  void Scrub(google::protobuf::Message& message) const;
  std::string Hash(std::string_view kind, std::string_view name) const;

  const Schema& schema_;
  const std::string salt_;
  Rules rules_;
  google::protobuf::DynamicMessageFactory factory_;
  std::unordered_map<std::string, std::string> building_of_;  // Dwellings and entrances.
  std::map<std::string, Persons> groups_;                     // Of the survey, by name.
  std::map<std::string, std::string, std::less<>> group_names_;
  std::set<std::string, std::less<>> restricted_;
  std::set<std::string, std::less<>> erased_;
  std::unordered_set<std::string> restricted_cases_;  // Streams.
};

}  // namespace sanzhang::audit
