#include "services/rating/service_rating.h"

#include <utility>

#include "proto/wire/names.h"
#include "services/rating/gathered.h"
#include "services/rating/rules.h"

namespace sanzhang::rating {

using enum type::v1::ErrorReason;
using Decision = ServiceRating::Decision;

std::string ServiceRating::NewName(const v1::RateServiceRequest& request,
                                   std::string_view fresh_id) {
  return NameFor(request.parent(), "serviceRatings", request.service_rating_id(), fresh_id);
}

Decision ServiceRating::Decide(const State& state, const v1::RateServiceRequest& request,
                               const runtime::Context& context) {
  if (state.given) return RefuseFor(ERROR_REASON_RESOURCE_ALREADY_EXISTS, context.name);
  const UsedService& used = context.facts.Gathered<Gathered>()->service;
  if (!used.exists) return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, request.service());
  if (used.user.empty() || used.user != context.acting.subject) {
    return Refuse(ERROR_REASON_NOT_SERVICE_USER);
  }
  if (!used.over) return RefuseFor(ERROR_REASON_SERVICE_NOT_OVER, request.service());
  Event event;
  v1::ServiceRated& rated = *event.mutable_service_rated();
  rated.set_service(request.service());
  rated.set_body(used.body);
  rated.set_score(request.score());
  *rated.mutable_tags() = request.tags();
  if (!request.comment().content().empty()) {
    rated.mutable_comment()->set_subject(context.acting.subject);
    rated.mutable_comment()->set_content(request.comment().content());
  }
  const std::string claim = context.community + "/references/service-ratings/" +
                            std::string(wire::CollectionOf(request.service())) + "/" +
                            std::string(wire::IdOf(request.service()));
  return Record(std::move(event), {{.name = claim, .taken = ERROR_REASON_SERVICE_RATED_BEFORE}});
}

void ServiceRating::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kServiceRated:
      state.given = true;
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<ServiceRating, v1::RateServiceRequest>);

}  // namespace sanzhang::rating
