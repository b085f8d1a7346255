// The rules of a person under a pseudonym: known, living somewhere in the community, moved out,
// dead. Stream: `communities/{c}/persons/{id}`.
//
// Names and numbers are personal text whose subject is always the person registered.
//
// Refusals, in this order: RESOURCE_ALREADY_EXISTS or RESOURCE_NOT_FOUND; RESOURCE_NOT_ACTIVE of
// the dead; of the place named RESOURCE_NOT_FOUND, RESOURCE_NOT_ACTIVE, PLACE_INCONSISTENT;
// STATE_FORBIDS.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/registry/v1/registry_service.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::registry {

struct Person {
  using Event = v1::PersonEvent;
  using Decision = runtime::Decision<Event>;

  struct State {
    enum class Residence { kNone, kDeclared, kConfirmed, kEnded } residence = Residence::kNone;
    bool known = false;
    bool alive = true;
    v1::PersonKind kind = v1::PERSON_KIND_UNSPECIFIED;
    v1::Majority majority = v1::MAJORITY_UNSPECIFIED;
    type::v1::Place home;  // As it was when declared.
    std::set<std::string> guardians;
    std::string legal_representative;                   // Of an organisation.
    std::map<std::string, v1::RelativeKind> relatives;  // Those that this person's stream declares.
    std::string privacy_officer_of;                     // The body; empty: of none.

    bool organisation() const { return kind == v1::PERSON_KIND_ORGANISATION; }
    bool adult() const { return majority == v1::MAJORITY_ADULT; }
    bool operator==(const State& other) const;
  };

  static std::string NewName(const v1::RegisterPersonRequest&, std::string_view fresh_id);

  static runtime::Needs NeedsOf(const State&, const v1::EnrollResidentRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::AppointGuardianRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::RecordLegalRepresentativeRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::DeclareRelativeRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::AppointPrivacyOfficerRequest&);

  // Nobody lives anywhere before being known: a grid's chief may register people.
  static bool Anywhere(const v1::RegisterPersonRequest&);

  // Owners' committees record who acts for organisations, and relatives, wherever these live.
  static bool Anywhere(const v1::RecordLegalRepresentativeRequest&);
  static bool Anywhere(const v1::DeclareRelativeRequest&);

  // A grid's chief enrols and moves out people of the own grid only.
  static type::v1::Place PlaceOf(const State&, const v1::EnrollResidentRequest&,
                                 const runtime::Facts&);
  static type::v1::Place PlaceOf(const State&, const v1::MoveOutResidentRequest&,
                                 const runtime::Facts&);

  static Decision Decide(const State&, const v1::RegisterPersonRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::EnrollResidentRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::ConfirmResidentRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::MoveOutResidentRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::RecordDeathRequest&, const runtime::Context&);

  static Decision Decide(const State&, const v1::RecordMajorityRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::AppointGuardianRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::EndGuardianshipRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::RecordLegalRepresentativeRequest&,
                         const runtime::Context&);
  static Decision Decide(const State&, const v1::DeclareRelativeRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::WithdrawRelativeRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::AppointPrivacyOfficerRequest&,
                         const runtime::Context&);
  static Decision Decide(const State&, const v1::DismissPrivacyOfficerRequest&,
                         const runtime::Context&);

  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

}  // namespace sanzhang::registry
