#include "services/registry/registry_electorates.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "proto/wire/fact.h"
#include "proto/wire/names.h"
#include "proto/wire/refusal.h"
#include "proto/wire/time.h"
#include "services/registry/limits.h"
#include "services/registry/register_electorate.h"
#include "services/registry/register_image.h"

namespace sanzhang::registry {
namespace {

using eventstore::EventStore;
using log::v1::Record;

absl::Status Corrupt(std::string_view stream, std::uint64_t position, std::string_view why) {
  return wire::Refuse(type::v1::ERROR_REASON_LOG_CORRUPT, {},
                      absl::StrCat(std::string(stream), " at ", position, ": ", std::string(why)));
}

absl::StatusOr<Record> Parse(const eventstore::Stored& stored) {
  Record record;
  if (record.ParseFromString(stored.bytes)) return record;
  return Corrupt("the log", stored.position, "an unreadable record");
}

template <class A>
absl::Status Evolve(const Record& record, typename A::State& state) {
  typename A::Event event;
  const absl::Status read = wire::ReadFact(record.type(), record.payload(), event);
  if (!read.ok()) return Corrupt(record.stream(), record.position(), std::string(read.message()));
  A::Evolve(state, event, {wire::ToTime(record.occurred_at()), record.actor()});
  return absl::OkStatus();
}

// Visits what is stored of all streams in a collection, stream after stream.
absl::Status VisitCollection(const EventStore& store, std::string_view community,
                             std::string_view collection, std::uint64_t as_of,
                             absl::FunctionRef<absl::Status(const eventstore::Stored&)> visit) {
  const std::string prefix =
      absl::StrCat(std::string(community), "/", std::string(collection), "/");
  const eventstore::PageLimits limits{.records_max = kElectoratePageRecords,
                                      .bytes_max = kElectoratePageBytes};
  std::string next;
  do {
    const auto page = store.ReadStreams(prefix, next, as_of, limits);
    if (!page.ok()) return page.status();
    for (const eventstore::Stored& stored : page->records) {
      if (absl::Status visited = visit(stored); !visited.ok()) return visited;
    }
    next = page->next;
  } while (!next.empty());
  return absl::OkStatus();
}

// Whether a stream is wanted, by the state after its first fact.
template <class A>
using Wanted = absl::FunctionRef<bool(const typename A::State&)>;

template <class A>
bool All(const typename A::State&) {
  return true;
}

// Reads the parts of one community's register that an electorate needs.
class ImageReader {
 public:
  ImageReader(const EventStore& store, std::string_view community)
      : store_(store), community_(community) {
    image_.position = store.head().position;
  }

  // A collection; streams come by name, and so do their states. A stream whose first fact alone
  // says that it is not wanted is left out, and the rest of it is not even parsed.
  template <class A>
  void Add(std::string_view collection, States<A> RegisterImage::*into, Wanted<A> wanted = All<A>) {
    if (!status_.ok()) return;
    States<A>& states = image_.*into;
    bool skips = false;
    status_ = VisitCollection(store_, community_, collection, image_.position,
                              [&](const eventstore::Stored& stored) {
                                const bool first = stored.revision == 1;
                                if (skips && !first) return absl::OkStatus();
                                const absl::StatusOr<Record> record = Parse(stored);
                                if (!record.ok()) return record.status();
                                if (first) states.emplace_back().first = record->stream();
                                absl::Status evolved = Evolve<A>(*record, states.back().second);
                                skips = first && !wanted(states.back().second);
                                if (skips) states.pop_back();
                                return evolved;
                              });
  }

  // Those to whom the dwellings belong, and who speaks for them; needs the dwellings.
  void AddOwners() {
    std::set<std::string> names;
    for (const auto& [name, dwelling] : image_.dwellings) {
      for (const Place::Share& share : dwelling.owners) names.insert(share.person);
      if (!dwelling.developer.empty()) names.insert(dwelling.developer);
    }
    std::map<std::string, Person::State> persons;
    ReadPersons(names, persons);
    std::set<std::string> speakers;
    for (const auto& [name, person] : persons) {
      speakers.insert(person.guardians.begin(), person.guardians.end());
      if (!person.legal_representative.empty()) speakers.insert(person.legal_representative);
    }
    ReadPersons(speakers, persons);
    image_.persons.assign(persons.begin(), persons.end());
  }

  void AddBody(const std::string& body) {
    if (status_.ok()) status_ = ReadOne<Body>(body, image_.body);
    if (status_.ok() && image_.body.phase == Body::State::Phase::kNone) {
      status_ = wire::Refuse(type::v1::ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", body}});
    }
  }

  // Those who hold seats of the body; needs the memberships.
  void AddHolders(std::string_view body) {
    std::set<std::string> holders;
    for (const auto& [name, seat] : image_.memberships) {
      if (seat.body == body) holders.insert(seat.person);
    }
    for (const std::string& holder : holders) {
      if (!status_.ok()) break;
      status_ =
          ReadOne<Person>(holder, image_.persons.emplace_back(holder, Person::State()).second);
    }
  }

  absl::StatusOr<RegisterImage> Take() && {
    if (!status_.ok()) return status_;
    return std::move(image_);
  }

 private:
  // Those that are not there yet.
  void ReadPersons(const std::set<std::string>& names,
                   std::map<std::string, Person::State>& persons) {
    for (const std::string& name : names) {
      if (!status_.ok()) return;
      const auto [person, fresh] = persons.try_emplace(name);
      if (fresh) status_ = ReadOne<Person>(name, person->second);
    }
  }

  template <class A>
  absl::Status ReadOne(const std::string& stream, typename A::State& state) const {
    for (std::uint64_t next = 1; next != 0;) {
      const auto page = store_.ReadStream(stream, next, eventstore::Direction::kForwards, {});
      if (!page.ok()) return page.status();
      for (const eventstore::Stored& stored : page->records) {
        if (stored.position > image_.position) return absl::OkStatus();
        const absl::StatusOr<Record> record = Parse(stored);
        if (!record.ok()) return record.status();
        if (absl::Status evolved = Evolve<A>(*record, state); !evolved.ok()) return evolved;
      }
      next = page->next_revision;
    }
    return absl::OkStatus();
  }

  const EventStore& store_;
  const std::string community_;
  RegisterImage image_;
  absl::Status status_;
};

// Where a dwelling lies is said by its first fact, and never changes.
auto InScope(const runtime::ElectorateScope& scope) {
  return [&scope](const Place::State& dwelling) { return LiesIn(scope, dwelling); };
}

bool IsWhole(const runtime::ElectorateScope& scope) {
  return scope.property_area.empty() && scope.buildings.empty() && scope.entrances.empty();
}

}  // namespace

absl::StatusOr<runtime::OwnersElectorate> RegistryElectorates::OwnersOf(
    const runtime::ElectorateScope& scope, const runtime::OwnerRules& rules) const {
  ImageReader reader(store_, scope.community);
  reader.Add<Place>("buildings", &RegisterImage::buildings);
  reader.Add<Place>("entrances", &RegisterImage::entrances);
  reader.Add<Place>("dwellings", &RegisterImage::dwellings, InScope(scope));
  // Of a whole community nearly everyone owns something: one pass is quicker than one read each.
  if (IsWhole(scope)) {
    reader.Add<Person>("persons", &RegisterImage::persons);
  } else {
    reader.AddOwners();
  }
  const absl::StatusOr<RegisterImage> image = std::move(reader).Take();
  if (!image.ok()) return image.status();
  return MakeOwners(*image, scope, rules);
}

absl::StatusOr<runtime::ResidentsElectorate> RegistryElectorates::ResidentsOf(
    const runtime::ElectorateScope& scope) const {
  ImageReader reader(store_, scope.community);
  reader.Add<Person>("persons", &RegisterImage::persons);
  const absl::StatusOr<RegisterImage> image = std::move(reader).Take();
  if (!image.ok()) return image.status();
  return MakeResidents(*image, scope);
}

absl::StatusOr<runtime::ResidentsElectorate> RegistryElectorates::HouseholdsOf(
    const runtime::ElectorateScope& scope) const {
  ImageReader reader(store_, scope.community);
  reader.Add<Place>("dwellings", &RegisterImage::dwellings, InScope(scope));
  reader.Add<Person>("persons", &RegisterImage::persons);
  reader.Add<Household>("households", &RegisterImage::households);
  const absl::StatusOr<RegisterImage> image = std::move(reader).Take();
  if (!image.ok()) return image.status();
  return MakeHouseholds(*image, scope);
}

absl::StatusOr<runtime::MembersElectorate> RegistryElectorates::MembersOf(std::string_view body,
                                                                          absl::Time now) const {
  ImageReader reader(store_, wire::CommunityOf(body));
  reader.AddBody(std::string(body));
  reader.Add<Membership>("memberships", &RegisterImage::memberships);
  reader.Add<Term>("terms", &RegisterImage::terms);
  reader.Add<Constituency>("constituencies", &RegisterImage::constituencies);
  reader.AddHolders(body);
  const absl::StatusOr<RegisterImage> image = std::move(reader).Take();
  if (!image.ok()) return image.status();
  return MakeMembers(*image, body, now);
}

}  // namespace sanzhang::registry
