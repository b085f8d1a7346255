// A directory that says what a test told it, for tests of what stands on the command runtime.
// Threads: to be filled before it is asked; then any thread may ask.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/runtime/directory.h"

namespace sanzhang::support {

class FakeDirectory : public runtime::Directory {
 public:
  // `who`: Principal::key(), as in `persons/p-zhang`.
  void Grant(std::string_view community, std::string_view who, runtime::Standing standing,
             std::vector<eventstore::Condition> grounds = {}) {
    granted_[{std::string(community), std::string(who)}].push_back(
        {std::move(standing), std::move(grounds)});
  }
  void Revoke(std::string_view community, std::string_view who) {
    granted_.erase({std::string(community), std::string(who)});
  }

  // What Resolve takes its answers from.
  runtime::Facts known;
  // Called first by StandingsOf; a test meddles here with what a decision rests on.
  std::function<void()> before_standings = [] {};

  absl::StatusOr<std::vector<runtime::GroundedStanding>> StandingsOf(
      std::string_view community, const runtime::Principal& principal, absl::Time) override {
    before_standings();
    const auto found = granted_.find({std::string(community), principal.key()});
    if (found == granted_.end()) return std::vector<runtime::GroundedStanding>();
    return found->second;
  }

  absl::Status Resolve(std::string_view, const runtime::Needs& needs, runtime::Facts& facts,
                       std::vector<eventstore::Condition>&) override {
    Copy(needs.bodies, known.bodies, facts.bodies);
    Copy(needs.places, known.places, facts.places);
    Copy(needs.persons, known.persons, facts.persons);
    Copy(needs.memberships, known.memberships, facts.memberships);
    Copy(needs.terms, known.terms, facts.terms);
    Copy(needs.households, known.households, facts.households);
    Copy(needs.relatives_of, known.relatives, facts.relatives);
    Copy(needs.seats_of, known.seats, facts.seats);
    for (const auto& [name, body] : known.bodies) {
      for (const type::v1::BodyKind kind : needs.body_kinds) {
        if (body.active && body.kind == kind) facts.bodies[name] = body;
      }
    }
    return absl::OkStatus();
  }

 private:
  template <class Map>
  static void Copy(const std::vector<std::string>& names, const Map& from, Map& to) {
    for (const std::string& name : names) {
      if (const auto found = from.find(name); found != from.end()) to[name] = found->second;
    }
  }

  std::map<std::pair<std::string, std::string>, std::vector<runtime::GroundedStanding>> granted_;
};

// Policies without a policy: due is what lies that many days ahead.
class FakePolicies : public runtime::Policies {
 public:
  policy::v1::SlaPolicy sla;

  const policy::v1::SlaPolicy* SlaInForce(absl::Time) const override { return &sla; }
  const policy::v1::SlaPolicy* Sla(std::string_view name) const override {
    return name == sla.name() ? &sla : nullptr;
  }
  absl::Time DueAfter(const policy::v1::Period& period, absl::Time from) const override {
    if (period.has_hours()) return from + absl::Hours(period.hours());
    return from + absl::Hours(24) * (period.days() + period.working_days());
  }
};

}  // namespace sanzhang::support
