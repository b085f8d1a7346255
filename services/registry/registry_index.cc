#include "services/registry/registry_index.h"

#include "proto/wire/names.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "services/registry/body_kinds.h"

namespace sanzhang::registry {
namespace {

using eventstore::IndexEntry;
using log::v1::Record;

// Reads the record's fact, if it is an M.
template <class M>
bool Read(const Record& record, M& fact) {
  return record.type() == M::descriptor()->full_name() && fact.ParseFromString(record.payload());
}

IndexEntry Entry(std::string key, const std::string& resource) {
  key.append(wire::CollectionOf(resource)).append("/").append(wire::IdOf(resource));
  return {.key = std::move(key), .value = resource};
}

}  // namespace

bool IsRegisterFact(const Record& record) {
  return record.type().starts_with("sanzhang.registry.");
}

std::vector<IndexEntry> DeriveIndex(const Record& record) {
  std::vector<IndexEntry> entries;
  if (!IsRegisterFact(record)) return entries;
  const auto add_owners = [&](const auto& fact) {
    for (const v1::Owner& owner : fact.owners()) {
      entries.push_back(Entry(OwnedBy(owner.person()), record.stream()));
    }
  };
  if (v1::MemberSeated seated; Read(record, seated)) {
    entries.push_back(Entry(HeldBy(seated.person()), record.stream()));
  } else if (v1::ChiefRecruited recruited; Read(record, recruited)) {
    entries.push_back(Entry(HeldBy(recruited.person()), record.stream()));
  } else if (v1::OwnershipRecorded recorded; Read(record, recorded)) {
    add_owners(recorded);
  } else if (v1::OwnershipTransferred transferred; Read(record, transferred)) {
    add_owners(transferred);
  } else if (v1::RelativeRelationDeclared declared; Read(record, declared)) {
    entries.push_back(Entry(KinOf(declared.relative()), record.stream()));
  } else if (v1::TermStarted started; Read(record, started)) {
    entries.push_back(Entry(TermsOf(started.body()), record.stream()));
  } else if (v1::BodyPrepared prepared; Read(record, prepared)) {
    entries.push_back(Entry(BodiesOf(record.community(), prepared.kind()), record.stream()));
  }
  return entries;
}

std::string HeldBy(std::string_view person) { return std::string(person) + "/holds/"; }

std::string OwnedBy(std::string_view person) { return std::string(person) + "/owns/"; }

std::string TermsOf(std::string_view body) { return std::string(body) + "/has/"; }

std::string KinOf(std::string_view person) { return std::string(person) + "/kin/"; }

std::string BodiesOf(std::string_view community, type::v1::BodyKind kind) {
  std::string prefix(community);
  prefix.append("/kinds/").append(IdOf(kind)).append("/");
  return prefix;
}

}  // namespace sanzhang::registry
