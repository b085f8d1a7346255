// The rules of a breach of personal data (PIPL Art. 57). Stream:
// `communities/{c}/dataBreaches/{id}`.
//
// Refusals, in this order: RESOURCE_ALREADY_EXISTS; INVALID_REQUEST of a time that can't be, of an
// authority without a time, or where nobody was told and nothing says why.
#pragma once

#include <string>
#include <string_view>

#include "sanzhang/privacy/v1/events.pb.h"
#include "sanzhang/privacy/v1/privacy_service.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::privacy {

struct DataBreach {
  using Event = v1::DataBreachEvent;
  using Decision = runtime::Decision<Event>;
  struct State {
    bool noticed = false;
    bool operator==(const State&) const = default;
  };

  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
  static std::string NewName(const v1::NoticeDataBreachRequest& request, std::string_view fresh_id);
  static Decision Decide(const State&, const v1::NoticeDataBreachRequest&, const runtime::Context&);
};

}  // namespace sanzhang::privacy
