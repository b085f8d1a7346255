// The decider of things, for the runtime's tests.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "proto/wire/names.h"
#include "services/runtime/decider.h"
#include "tests/services/runtime/toy.pb.h"

namespace sanzhang::toy {

using runtime::Context;
using runtime::Standing;

struct Thing {
  using Event = v1::ThingEvent;
  using Decision = runtime::Decision<Event>;

  struct State {
    bool made = false;
    std::string owner;
    std::string body;
    std::string building;
    std::string value;
    std::string tag;
    absl::Time made_at;
    std::string made_by;
    bool operator==(const State&) const = default;
  };

  static void Evolve(State& state, const Event& event, const runtime::Happened& happened) noexcept {
    switch (event.kind_case()) {
      case Event::kMade:
        state = {.made = true,
                 .owner = event.made().owner(),
                 .body = event.made().body(),
                 .building = event.made().building(),
                 .value = event.made().value(),
                 .tag = event.made().tag(),
                 .made_at = happened.at,
                 .made_by = happened.actor.subject()};
        break;
      case Event::kChanged:
        state.value = event.changed().value();
        state.tag = event.changed().tag();
        break;
      case Event::KIND_NOT_SET:
        break;
    }
  }

  static std::string NewName(const v1::MakeThingRequest& request, std::string_view fresh_id) {
    return wire::Child(
        request.parent(), "things",
        request.thing_id().empty() ? fresh_id : std::string_view(request.thing_id()));
  }

  static runtime::Needs NeedsOf(const State&, const v1::ChangeThingRequest& request) {
    runtime::Needs needs;
    if (!request.like().empty()) needs.peers.push_back(request.like());
    return needs;
  }

  static type::v1::Place PlaceOf(const State&, const v1::MakeThingRequest& request,
                                 const runtime::Facts&) {
    type::v1::Place place;
    place.set_building(request.building());
    return place;
  }
  template <class Request>
  static type::v1::Place PlaceOf(const State& state, const Request&, const runtime::Facts&) {
    type::v1::Place place;
    place.set_building(state.building);
    return place;
  }

  static bool Related(const State& state, type::v1::Relation relation, const Standing& standing,
                      std::string_view subject) {
    if (!state.made) std::abort();  // Nobody asks about what is not there.
    if (relation == type::v1::RELATION_COMPLAINANT) return state.owner == subject;
    return relation == type::v1::RELATION_ASSIGNEE && !state.body.empty() &&
           state.body == standing.body;
  }

  static runtime::Claim Tag(const Context& context, const std::string& tag, bool release) {
    return {wire::Child(context.community, "references", tag),
            type::v1::ERROR_REASON_EXTERNAL_REF_TAKEN, release};
  }

  static Decision Decide(const State& state, const v1::MakeThingRequest& request,
                         const Context& context) {
    if (state.made) {
      return runtime::Refusal{type::v1::ERROR_REASON_RESOURCE_ALREADY_EXISTS,
                              {{"resource", context.name}}};
    }
    runtime::Decided<Event> decided;
    Event event;
    v1::ThingMade& made = *event.mutable_made();
    made.set_owner(context.acting.subject);
    made.set_body(request.body());
    made.set_building(request.building());
    made.set_value(request.value());
    for (int i = 1; i < request.times(); ++i) made.mutable_value()->append(request.value());
    made.set_tag(request.tag());
    if (request.has_text()) *made.mutable_text() = request.text();
    *made.mutable_notes() = request.notes();
    decided.events.push_back(std::move(event));
    if (!request.tag().empty()) decided.claims.push_back(Tag(context, request.tag(), false));
    decided.policy_refs = {"policies/toy@1"};
    return decided;
  }

  static Decision Decide(const State& state, const v1::ChangeThingRequest& request,
                         const Context& context) {
    if (!state.made) {
      return runtime::Refusal{type::v1::ERROR_REASON_RESOURCE_NOT_FOUND,
                              {{"resource", context.name}}};
    }
    std::string value = request.value();
    if (const auto* gathered = context.facts.Gathered<std::string>()) value = *gathered;
    if (value.empty()) {
      const State* like = context.facts.Peer<State>(request.like());
      if (like == nullptr) {
        return runtime::Refusal{type::v1::ERROR_REASON_RESOURCE_NOT_FOUND,
                                {{"resource", request.like()}}};
      }
      value = like->value;
    }
    const std::string tag = request.tag().empty() ? state.tag : request.tag();
    if (value == state.value && tag == state.tag) return runtime::Decided<Event>();
    runtime::Decided<Event> decided;
    Event event;
    event.mutable_changed()->set_value(value);
    event.mutable_changed()->set_tag(tag);
    decided.events.push_back(std::move(event));
    if (tag != state.tag) {
      if (!state.tag.empty()) decided.claims.push_back(Tag(context, state.tag, true));
      decided.claims.push_back(Tag(context, tag, false));
    }
    return decided;
  }

  static Decision Decide(const State&, const v1::ForgetThingRequest&, const Context&) {
    return runtime::Decided<Event>();
  }
};

}  // namespace sanzhang::toy
