// The runtime's Electorates, read from the log: all streams of a kind in pages, one after another,
// as they were when the reading began. What is appended meanwhile is not seen.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eventstore/event_store.h"
#include "services/runtime/electorate.h"

namespace sanzhang::registry {

class RegistryElectorates final : public runtime::Electorates {
 public:
  // Not owned; must outlive it.
  explicit RegistryElectorates(const eventstore::EventStore& store) : store_(store) {}

  absl::StatusOr<runtime::OwnersElectorate> OwnersOf(
      const runtime::ElectorateScope& scope, const runtime::OwnerRules& rules) const override;
  absl::StatusOr<runtime::ResidentsElectorate> ResidentsOf(
      const runtime::ElectorateScope& scope) const override;
  absl::StatusOr<runtime::ResidentsElectorate> HouseholdsOf(
      const runtime::ElectorateScope& scope) const override;
  absl::StatusOr<runtime::MembersElectorate> MembersOf(std::string_view body,
                                                       absl::Time now) const override;

 private:
  const eventstore::EventStore& store_;
};

}  // namespace sanzhang::registry
