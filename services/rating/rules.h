// What the rules of ratings share: refusals, and checks that several commands make. Pure. Internal
// to services/rating.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/repeated_field.h"
#include "sanzhang/rating/v1/rating.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::rating {

// A reason to refuse, or none.
using Objection = std::optional<runtime::Refusal>;

runtime::Refusal Refuse(type::v1::ErrorReason reason,
                        std::map<std::string, std::string> metadata = {});
// A refusal that names the resource at fault.
runtime::Refusal RefuseFor(type::v1::ErrorReason reason, std::string_view resource);
// A field of the request is wrong in a way that its shape can't say.
runtime::Refusal BadField(std::string_view field);
// A time as in `2026-03-01T10:00:00+08:00`, for metadata.
std::string Show(absl::Time time);

template <class Event>
runtime::Decision<Event> AlreadySo() {
  return runtime::Decided<Event>{};
}

template <class Event>
runtime::Decision<Event> Record(Event event, std::vector<runtime::Claim> claims = {}) {
  runtime::Decided<Event> decided;
  decided.events.push_back(std::move(event));
  decided.claims = std::move(claims);
  return decided;
}

// The name of a new resource: its own id if the client chose one, else the fresh one.
std::string NameFor(std::string_view parent, std::string_view collection,
                    std::string_view chosen_id, std::string_view fresh_id);

// RESOURCE_NOT_FOUND; a body that is no more may still be rated for what it did.
Objection RequireBody(const runtime::Facts& facts, std::string_view body);

// RATED_BODY if who acts is one of that body's people, in whatever capacity they act now.
Objection NotOfRatedBody(const runtime::Acting& acting, std::string_view body);

// Whether who acts has a seat or appointment for that body.
bool BelongsTo(const runtime::Acting& acting, std::string_view body);
bool HasRole(const runtime::Acting& acting, type::v1::Role role);

// CLOCK_NOT_DUE {due}.
Objection MustBeTime(absl::Time due, absl::Time now);

// INVALID_REQUEST if the command is given for another, or for another time: nobody rates so.
Objection MustBeOwnVoice(const type::v1::Origin& origin);

// The scores are of dimensions that there are, each at most once: DIMENSION_UNKNOWN,
// INVALID_REQUEST.
Objection CheckScores(const v1::SchemeTerms& terms,
                      const google::protobuf::RepeatedPtrField<v1::Score>& scores);

// The property area that a body serves, as a place; empty: the whole community.
type::v1::Place AreaOf(const runtime::Facts& facts, std::string_view body);

}  // namespace sanzhang::rating
