// What a pure decider sees and says. A context's decider is a struct with
//
//   using State = ...;   // plain, copyable, == ; only what the rules need
//   using Event = v1::...Event;  // the oneof of its facts
//   static void Evolve(State&, const Event&, const Happened&) noexcept;
//   static Decision<Event> Decide(const State&, const Request&, const Context&);
//       one per command
//   static Needs NeedsOf(const State&, const Request&);
//       where it rests on other streams
//   static std::string NewName(const Request&, std::string_view fresh_id);
//       where it creates
//   static std::string NameOf(const Request&);
//       where the request names another resource than the one that changes
//   static type::v1::Place PlaceOf(const State&, const Request&, const Facts&);
//       where scope matters
//   static bool Anywhere(const Request&);
//       where a capacity for a part of the community may act for the whole
//   static bool Veiled(const Request&);
//       where the records name nobody: no person, capacity, request or trace; and nothing that is
//       stored beside the log joins the request to who made it
//   static bool Related(const State&, type::v1::Relation, const Standing&, std::string_view who);
//       where the resource has relations
//
// Deciders read no clock, draw no random number, do no I/O: everything comes in through Context.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "sanzhang/log/v1/record.pb.h"
#include "sanzhang/type/v1/access.pb.h"
#include "sanzhang/type/v1/body.pb.h"
#include "sanzhang/type/v1/error_reason.pb.h"
#include "sanzhang/type/v1/place.pb.h"
#include "services/runtime/policies.h"

namespace sanzhang::runtime {

// Why not. `metadata` has the keys that the reason documents.
struct Refusal {
  type::v1::ErrorReason reason = type::v1::ERROR_REASON_UNSPECIFIED;
  std::map<std::string, std::string> metadata = {};
  bool operator==(const Refusal&) const = default;
};

// A name that only one resource may have, as in `communities/c1/references/12345-1`. Taking one
// that another resource has is refused with `taken`, whose metadata names the holder.
//
// Where several names would do, as the places beside one person, the first that is free is taken,
// and none if the owner has one already; if all are taken, the metadata is `items_max`, how many
// there are. Given up is whichever the owner has.
struct Claim {
  std::string name;
  type::v1::ErrorReason taken = type::v1::ERROR_REASON_RESOURCE_ALREADY_EXISTS;
  bool release = false;                   // Gives it up instead.
  std::vector<std::string> or_else = {};  // Other names that would do.
  bool operator==(const Claim&) const = default;
};

// A fact of another resource of the same kind, recorded in the same append. The resource is a peer
// that was asked for; one that was not found must not exist.
template <class Event>
struct Elsewhere {
  std::string name;
  Event event;
};

// What is to be recorded. No events: already so.
template <class Event>
struct Decided {
  std::vector<Event> events;
  std::vector<Claim> claims;
  std::vector<std::string> policy_refs = {};     // The policies that the decision rested on.
  std::vector<Elsewhere<Event>> elsewhere = {};  // In the order in which they happened.
};

template <class Event>
using Decision = std::variant<Decided<Event>, Refusal>;

// One capacity in which a principal may act in a community.
struct Standing {
  type::v1::Role role = type::v1::ROLE_UNSPECIFIED;
  std::string membership = {};  // Or a chief's appointment; empty for residents and services.
  std::string body = {};        // The body acted for; empty for residents and services.
  type::v1::Place covers = {};  // Parts that are set limit it; none set: the whole community.
  bool operator==(const Standing& other) const;
};

// Who asks. `as` is the capacity that the rule accepted; `all` are all that the subject has.
struct Acting {
  log::v1::Actor::Kind kind = log::v1::Actor::KIND_UNSPECIFIED;
  std::string subject;  // `communities/c1/persons/p1` or `services/hotline`.
  Standing as;
  std::vector<Standing> all;
};

// Facts of other streams.
struct BodyFacts {
  type::v1::BodyKind kind = type::v1::BODY_KIND_UNSPECIFIED;
  bool active = false;  // Established or filed, and not dissolved.
  bool exists = false;
  std::string property_area;  // Empty: the whole community.
};
struct PlaceFacts {
  bool active = false;
  type::v1::Place place;                 // Complete: the place itself and all that it lies in.
  std::vector<std::string> owners = {};  // Of a dwelling, as last recorded.
};
struct PersonFacts {
  bool known = false;
  bool alive = true;
  bool organisation = false;
  bool adult = false;         // Known to be of age.
  type::v1::Place home = {};  // Where the person is confirmed to live; empty: nowhere here.
  std::vector<std::string> guardians = {};  // Sorted.
};
struct MembershipFacts {
  std::string body;
  std::string person;
  bool active = false;
  type::v1::BodyKind body_kind = type::v1::BODY_KIND_UNSPECIFIED;  // Of seats.
};
struct HouseholdFacts {
  bool active = false;
  std::string dwelling;
};
// A seat, not ended, of a near relative.
struct RelativeSeat {
  std::string relative;
  std::string membership;
  std::string body;
  type::v1::BodyKind body_kind = type::v1::BODY_KIND_UNSPECIFIED;
};
// A seat, not ended, of a person who was asked for.
struct SeatFacts {
  std::string membership;
  std::string body;
  type::v1::BodyKind body_kind = type::v1::BODY_KIND_UNSPECIFIED;
};
struct RelativesFacts {
  std::vector<std::string> relatives;  // All that either declared, sorted.
  std::vector<RelativeSeat> seats;
};
struct TermFacts {
  std::string body;
  absl::Time begins;
  absl::Time ends;  // First moment after it.
};

// What a decision asks of other streams; every named thing that is found becomes a condition of the
// append. Names that are not found are absent from Facts.
struct Needs {
  std::vector<std::string> bodies = {};
  // All active bodies of these kinds in the community.
  std::vector<type::v1::BodyKind> body_kinds = {};
  std::vector<std::string> places = {};
  std::vector<std::string> persons = {};
  std::vector<std::string> memberships = {};
  std::vector<std::string> terms = {};
  // All terms of these bodies. No conditions: a term's dates never change.
  std::vector<std::string> terms_of = {};
  std::vector<std::string> households = {};
  // Persons whose near relatives, and the seats that these hold, are wanted.
  std::vector<std::string> relatives_of = {};
  // Persons whose own seats are wanted. No conditions: one that is taken meanwhile is not seen.
  std::vector<std::string> seats_of = {};
  // Who asks: as one of `persons` and of `relatives_of`.
  bool caller = false;
  // Other resources: of the kinds that the runner was told of (CommandRunner::Parts::kinds), else
  // of the decider's own.
  std::vector<std::string> peers = {};
};

struct Facts {
  std::map<std::string, BodyFacts, std::less<>>
      bodies;  // Those named and those of the kinds asked for.
  std::map<std::string, PlaceFacts, std::less<>> places;
  std::map<std::string, PersonFacts, std::less<>> persons;
  std::map<std::string, MembershipFacts, std::less<>> memberships;
  std::map<std::string, TermFacts, std::less<>> terms;
  std::map<std::string, HouseholdFacts, std::less<>> households;
  std::map<std::string, RelativesFacts, std::less<>> relatives;      // By the person asked for.
  std::map<std::string, std::vector<SeatFacts>, std::less<>> seats;  // The same.
  std::map<std::string, std::shared_ptr<const void>, std::less<>> peers;
  const Policies* policies = nullptr;

  // From the command's companion (services/runtime/companion.h); null: it has none.
  std::shared_ptr<const void> gathered;

  template <class T>
  const T* Gathered() const {
    return static_cast<const T*>(gathered.get());
  }
  // State of a peer; null: no such resource.
  template <class State>
  const State* Peer(std::string_view name) const {
    const auto found = peers.find(name);
    return found == peers.end() ? nullptr : static_cast<const State*>(found->second.get());
  }
};

struct Context {
  absl::Time now;         // The time of the fact, by the rules of type/v1/origin.proto.
  std::string name;       // The resource that the command is about.
  std::string community;  // Its community, as in `communities/c1`.
  Acting acting;
  Facts facts;
};

// What the record says beside the event.
struct Happened {
  absl::Time at;  // occurred_at
  const log::v1::Actor& actor;
};

template <class A>
concept Aggregate = std::copyable<typename A::State> &&
    std::default_initializable<typename A::State> &&
    requires(typename A::State& state, const typename A::Event& event, const Happened& happened) {
  { A::Evolve(state, event, happened) }
  noexcept->std::same_as<void>;
};

template <class A, class Command>
concept Decides = Aggregate<A> &&
    requires(const typename A::State& state, const Command& command, const Context& context) {
  { A::Decide(state, command, context) } -> std::same_as<Decision<typename A::Event>>;
};

}  // namespace sanzhang::runtime
