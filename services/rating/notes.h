// The rules of what others say of a body: a third party's assessment (第三方评估), and praise or
// blame in its credit record (信用记录). Each is recorded once, and stands.
// Streams: `communities/{c}/assessments/{id}`, `communities/{c}/creditNotes/{id}`.
//
// Refusals, in this order: RESOURCE_ALREADY_EXISTS; RATED_BODY for the body's own people;
// RESOURCE_NOT_FOUND of the body or seat; INVALID_REQUEST.
#pragma once

#include <string>
#include <string_view>

#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/rating/v1/rating_service.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::rating {

struct Assessment {
  using Event = v1::AssessmentEvent;
  using Decision = runtime::Decision<Event>;

  struct State {
    bool recorded = false;
    bool operator==(const State&) const = default;
  };

  static std::string NewName(const v1::RecordAssessmentRequest&, std::string_view fresh_id);
  static runtime::Needs NeedsOf(const State&, const v1::RecordAssessmentRequest&);
  // An owners' committee has those of its own area assessed only.
  static type::v1::Place PlaceOf(const State&, const v1::RecordAssessmentRequest&,
                                 const runtime::Facts&);
  static Decision Decide(const State&, const v1::RecordAssessmentRequest&, const runtime::Context&);
  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

struct CreditNote {
  using Event = v1::CreditNoteEvent;
  using Decision = runtime::Decision<Event>;

  struct State {
    bool noted = false;
    bool operator==(const State&) const = default;
  };

  static std::string NewName(const v1::RecordCreditRequest&, std::string_view fresh_id);
  static runtime::Needs NeedsOf(const State&, const v1::RecordCreditRequest&);
  static Decision Decide(const State&, const v1::RecordCreditRequest&, const runtime::Context&);
  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

}  // namespace sanzhang::rating
