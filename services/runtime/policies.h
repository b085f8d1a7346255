// The policies that a decision may rest on, and time as the law counts it.
//
// Two sources: the files that ship (Policies), and what a community made for itself, as the state
// of the stream `communities/{c}/policies/{id}` (OwnPolicy), which a decider asks for as a peer.
// While a community's own version is in force it stands in the place of the shipped policy of the
// same id. A case keeps the name of what it rests on, not the policy: names stay true for ever.
#pragma once

#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "sanzhang/policy/v1/sla_policy.pb.h"

namespace sanzhang::runtime {

// Threads: all methods may be called from any thread. What they point to lives as long as this.
class Policies {
 public:
  virtual ~Policies() = default;
  // In force at that time; never null.
  virtual const policy::v1::SlaPolicy* SlaInForce(absl::Time at) const = 0;
  // By name; null: not known here.
  virtual const policy::v1::SlaPolicy* Sla(std::string_view name) const = 0;
  // The last moment of a period that begins at `from` (Civil Code Art. 200-203).
  virtual absl::Time DueAfter(const policy::v1::Period& period, absl::Time from) const = 0;

  // The shipped policy of that id, as in `publication-result`, in force at that time; null: there
  // is none, as where nothing ships at all.
  virtual const google::protobuf::Message* Shipped(std::string_view id, absl::Time at) const {
    static_cast<void>(id);
    static_cast<void>(at);
    return nullptr;
  }

  // By name, as in `policies/publication-result@1`; null: it does not ship.
  virtual const google::protobuf::Message* Named(std::string_view name) const {
    static_cast<void>(name);
    return nullptr;
  }
  // All shipped policies in force at that time, in the order of their names.
  virtual std::vector<const google::protobuf::Message*> AllShipped(absl::Time at) const {
    static_cast<void>(at);
    return {};
  }

  // The earliest moment of what a notice announces. Clear days: the notice's day and the event's
  // are none of them. Else the event may be on the last of them.
  absl::Time EarliestAfterNotice(const policy::v1::Period& period, absl::Time published,
                                 bool clear_days) const {
    const absl::Time over = DueAfter(period, published);  // 24:00 of the last day.
    return clear_days ? over : over - absl::Hours(24);
  }
};

// A policy that a community made for itself: all of its versions.
struct OwnPolicy {
  struct Version {
    std::shared_ptr<const google::protobuf::Message> policy;
    std::string proposer;                       // A person, or a service.
    absl::Time from = absl::InfiniteFuture();   // Infinite: only proposed.
    absl::Time until = absl::InfiniteFuture();  // First moment after it.
    bool retired = false;                       // Its end is decided; one only proposed is dropped.
  };
  std::map<int, Version> versions;  // From 1, without gaps.

  // The version in force at that time; 0: none. A version ends when a later one begins, and does
  // not come back after it; one that was called off before its first day changes nothing.
  int NumberAt(absl::Time at) const {
    int latest = 0;
    for (const auto& [number, version] : versions) {
      if (version.from > at || version.from >= version.until) continue;
      if (latest == 0 || version.from > versions.at(latest).from) latest = number;
    }
    return latest != 0 && at < versions.at(latest).until ? latest : 0;
  }
};

// What is in force, and the name by which a case pins it; null: nothing is.
template <class P>
struct InForce {
  std::string name;
  const P* policy = nullptr;
};

// The community's own, else the shipped one; a policy of that id that is no P is none. `own` may be
// null; `own_name` is its resource, whose last part is the id.
template <class P>
InForce<P> FindInForce(const Policies& shipped, const OwnPolicy* own, std::string_view own_name,
                       absl::Time at) {
  if (const int number = own == nullptr ? 0 : own->NumberAt(at); number != 0) {
    const auto* policy = dynamic_cast<const P*>(own->versions.at(number).policy.get());
    if (policy != nullptr) return {std::string(own_name) + "@" + std::to_string(number), policy};
  }
  const std::string_view id = own_name.substr(own_name.rfind('/') + 1);
  const auto* policy = dynamic_cast<const P*>(shipped.Shipped(id, at));
  return policy == nullptr ? InForce<P>{} : InForce<P>{policy->name(), policy};
}

// What was pinned: a name that InForce gave. `own` is the community's policy that the name is of,
// if it is one. Null: it does not ship any more, or is no P.
template <class P>
const P* FindPinned(const Policies& shipped, const OwnPolicy* own, std::string_view name) {
  if (!name.starts_with("communities/")) return dynamic_cast<const P*>(shipped.Named(name));
  if (own == nullptr) return nullptr;
  const std::string version(name.substr(name.rfind('@') + 1));
  const auto found = own->versions.find(std::atoi(version.c_str()));
  if (found == own->versions.end()) return nullptr;
  return dynamic_cast<const P*>(found->second.policy.get());
}

}  // namespace sanzhang::runtime
