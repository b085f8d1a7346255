// The rules of a rating scheme: what is scored, with which weights, by whom. It has versions: each
// is proposed, then in force in the place of the one before, until the scheme is retired. What is
// in force never changes; campaigns copy the version that they were announced under.
// Stream: `communities/{c}/ratingSchemes/{id}`.
//
// Refusals, in this order: RESOURCE_NOT_FOUND of the scheme or version; STATE_FORBIDS;
// INVALID_REQUEST of weights or codes; TOO_MANY.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/rating/v1/rating_service.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::rating {

struct RatingScheme {
  using Event = v1::RatingSchemeEvent;
  using Decision = runtime::Decision<Event>;

  struct State {
    std::vector<v1::SchemeTerms> versions;  // The first is version 1.
    std::int32_t in_force = 0;              // 0: none.
    std::int32_t last_adopted = 0;

    // The terms in force; null: none are.
    const v1::SchemeTerms* terms() const;
  };

  static std::string NewName(const v1::DefineRatingSchemeRequest&, std::string_view fresh_id);
  // Schemes of all areas are the community's.
  static bool Anywhere(const v1::DefineRatingSchemeRequest&) { return true; }
  static bool Anywhere(const v1::AdoptRatingSchemeRequest&) { return true; }
  static bool Anywhere(const v1::RetireRatingSchemeRequest&) { return true; }

  static Decision Decide(const State&, const v1::DefineRatingSchemeRequest&,
                         const runtime::Context&);
  static Decision Decide(const State&, const v1::AdoptRatingSchemeRequest&,
                         const runtime::Context&);
  static Decision Decide(const State&, const v1::RetireRatingSchemeRequest&,
                         const runtime::Context&);

  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

// As records name a version: `communities/c1/ratingSchemes/s1@2`.
std::string VersionName(std::string_view scheme, std::int32_t version);

}  // namespace sanzhang::rating
