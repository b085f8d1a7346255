#include "services/privacy/privacy_index.h"

#include <memory>
#include <set>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "proto/wire/names.h"
#include "proto/wire/personal_texts.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/privacy/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"

namespace sanzhang::privacy {
namespace {

using eventstore::IndexEntry;
using log::v1::Record;

// Reads the record's fact, if it is an M.
template <class M>
bool Read(const Record& record, M& fact) {
  return record.type() == M::descriptor()->full_name() && fact.ParseFromString(record.payload());
}

// The complaint or resolution that the record is about: the second pair of its stream. Empty: none.
std::string CaseOf(const Record& record) {
  const std::string& stream = record.stream();
  std::size_t end = 0;
  for (int parts = 0; parts < 4; ++parts) {
    end = stream.find('/', end + (parts == 0 ? 0 : 1));
    if (end == std::string::npos) break;
  }
  std::string name = stream.substr(0, end);
  const std::string_view collection = wire::CollectionOf(name);
  return collection == "complaints" || collection == "resolutions" ? name : std::string();
}

// Persons whose words the record holds.
void AddSubjects(const Record& record, std::set<std::string>& persons) {
  const auto* type =
      google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(record.type());
  if (type == nullptr || !wire::HoldsTexts(*type)) return;
  const std::unique_ptr<google::protobuf::Message> fact(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  if (!fact->ParseFromString(record.payload())) return;  // Folding its stream will say so.
  wire::VisitTexts(*fact, [&](const std::string&, const type::v1::PersonalText& text) {
    if (wire::CollectionOf(text.subject()) == "persons") persons.insert(text.subject());
  });
}

void AddPersons(const resolution::v1::RollEntry& entry, std::set<std::string>& persons) {
  persons.insert(entry.persons().begin(), entry.persons().end());
}

std::vector<IndexEntry> Cases(const Record& record) {
  const std::string name = CaseOf(record);
  if (name.empty()) return {};
  std::set<std::string> persons;
  if (resolution::v1::VoterEnrolled enrolled; Read(record, enrolled)) {
    AddPersons(enrolled.entry(), persons);
  } else if (resolution::v1::ElectorateCorrected corrected; Read(record, corrected)) {
    AddPersons(corrected.entry(), persons);
  } else {
    if (complaint::v1::ComplaintFiled filed; Read(record, filed) && !filed.complainant().empty()) {
      persons.insert(filed.complainant());
    }
    AddSubjects(record, persons);
  }
  std::vector<IndexEntry> entries;
  for (const std::string& person : persons) {
    std::string key = CasesOf(person);
    key.append(wire::CollectionOf(name)).append("/").append(wire::IdOf(name));
    entries.push_back({.key = std::move(key), .value = name});
  }
  return entries;
}

IndexEntry LedgerEntry(std::string_view prefix, const std::string& person, const Record& record) {
  return {.key = std::string(prefix) + person, .value = record.stream()};
}

}  // namespace

std::vector<IndexEntry> DeriveIndex(const Record& record) {
  if (v1::SubjectKeyDestroyed destroyed; Read(record, destroyed)) {
    return {LedgerEntry(kDestroyedPrefix, destroyed.subject(), record)};
  }
  if (v1::SubjectProcessingRestricted restricted; Read(record, restricted)) {
    return {LedgerEntry(kRestrictedPrefix, restricted.subject(), record)};
  }
  return Cases(record);
}

std::string CasesOf(std::string_view person) { return std::string(person) + "/cases/"; }

}  // namespace sanzhang::privacy
