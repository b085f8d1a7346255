#include "services/privacy/data_breach.h"

#include <utility>

#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "services/privacy/rules.h"

namespace sanzhang::privacy {

using enum type::v1::ErrorReason;

void DataBreach::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kNoticed:
      state.noticed = true;
      return;
    case Event::KIND_NOT_SET:
      return;  // Refused by the loader.
  }
}

std::string DataBreach::NewName(const v1::NoticeDataBreachRequest& request,
                                std::string_view fresh_id) {
  const std::string& id = request.data_breach_id();
  return wire::Child(request.parent(), "dataBreaches", id.empty() ? fresh_id : id);
}

DataBreach::Decision DataBreach::Decide(const State& state,
                                        const v1::NoticeDataBreachRequest& request,
                                        const runtime::Context& context) {
  if (state.noticed) {
    return rules::Refuse(ERROR_REASON_RESOURCE_ALREADY_EXISTS, {{"resource", context.name}});
  }
  const absl::Time found = wire::ToTime(request.found_at());
  if (found > context.now) return rules::BadField("found_at");
  if (request.has_began_at() && wire::ToTime(request.began_at()) > found) {
    return rules::BadField("began_at");
  }
  if (request.authority().empty() == request.has_authority_told_at()) {
    return rules::BadField("authority");
  }
  if (request.has_authority_told_at() && wire::ToTime(request.authority_told_at()) > context.now) {
    return rules::BadField("authority_told_at");
  }
  if (request.persons_told() != request.not_told_because().empty()) {
    return rules::BadField("not_told_because");
  }
  Event event;
  v1::DataBreachNoticed& noticed = *event.mutable_noticed();
  if (request.has_began_at()) *noticed.mutable_began_at() = request.began_at();
  *noticed.mutable_found_at() = request.found_at();
  *noticed.mutable_data_kinds() = request.data_kinds();
  noticed.set_cause(request.cause());
  noticed.set_harm(request.harm());
  noticed.set_measures(request.measures());
  noticed.set_advice(request.advice());
  noticed.set_contact(request.contact());
  noticed.set_persons(request.persons());
  noticed.set_authority(request.authority());
  if (request.has_authority_told_at()) {
    *noticed.mutable_authority_told_at() = request.authority_told_at();
  }
  noticed.set_persons_told(request.persons_told());
  noticed.set_not_told_because(request.not_told_because());
  return rules::Record(std::move(event));
}

}  // namespace sanzhang::privacy
