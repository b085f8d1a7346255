#include "services/registry/registry_directory.h"

#include <memory>
#include <string>
#include <utility>

#include "proto/wire/names.h"
#include "services/registry/resolve.h"
#include "services/registry/standings.h"

namespace sanzhang::registry {

RegistryDirectory::RegistryDirectory(const eventstore::EventStore& store,
                                     const RegisterWatch& watch)
    : RegistryDirectory(store, watch, Options()) {}

RegistryDirectory::RegistryDirectory(const eventstore::EventStore& store,
                                     const RegisterWatch& watch, Options options)
    : store_(store),
      options_(std::move(options)),
      cache_(options_.states_cached_max),
      loader_(store, cache_),
      memory_(store, watch, options_.remembered_max) {}

RegisterView RegistryDirectory::ViewOf(std::string_view community) {
  return RegisterView(store_, loader_, memory_.Of(community));
}

absl::StatusOr<std::vector<runtime::GroundedStanding>> RegistryDirectory::StandingsOf(
    std::string_view community, const runtime::Principal& principal, absl::Time now) {
  std::vector<runtime::GroundedStanding> standings;
  const bool person = principal.kind == log::v1::Actor::KIND_PERSON;
  // The timekeeper is what the installation made it, and nothing in a community.
  if (!wire::IsId(principal.id) || (!person && principal.kind != log::v1::Actor::KIND_SERVICE)) {
    return standings;
  }
  const std::string subject = wire::Child(community, person ? "persons" : "services", principal.id);
  const RegisterView view = ViewOf(community);
  std::shared_ptr<const Tenures> tenures = view.memory().TenuresOf(subject);
  if (tenures == nullptr) {
    absl::StatusOr<Tenures> found =
        person ? TenuresOfPerson(view, subject) : TenuresOfService(view, subject);
    if (!found.ok()) return found.status();
    tenures = std::make_shared<const Tenures>(*std::move(found));
    view.memory().Keep(subject, tenures);
  }
  for (const Tenure& tenure : *tenures) {
    if (tenure.from <= now && now < tenure.until) standings.push_back(tenure.grounded);
  }
  return standings;
}

absl::Status RegistryDirectory::Resolve(std::string_view community, const runtime::Needs& needs,
                                        runtime::Facts& facts,
                                        std::vector<eventstore::Condition>& conditions) {
  return ResolveNeeds(ViewOf(community), community, needs, options_.now(), facts, conditions);
}

}  // namespace sanzhang::registry
