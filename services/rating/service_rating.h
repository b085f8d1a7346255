// The rules of a rating of one service by who used it: a complaint's handling by its complainant,
// when it was closed. Once for each service: SERVICE_RATED_BEFORE. It is as open as the reply to an
// answer is: who complained is known to who handled it.
// Stream: `communities/{c}/serviceRatings/{id}`.
//
// Refusals, in this order: RESOURCE_ALREADY_EXISTS; RESOURCE_NOT_FOUND of the service;
// NOT_SERVICE_USER; SERVICE_NOT_OVER; SERVICE_RATED_BEFORE.
#pragma once

#include <string>
#include <string_view>

#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/rating/v1/rating_service.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::rating {

struct ServiceRating {
  using Event = v1::ServiceRatingEvent;
  using Decision = runtime::Decision<Event>;

  struct State {
    bool given = false;
    bool operator==(const State&) const = default;
  };

  static std::string NewName(const v1::RateServiceRequest&, std::string_view fresh_id);
  static Decision Decide(const State&, const v1::RateServiceRequest&, const runtime::Context&);
  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

}  // namespace sanzhang::rating
