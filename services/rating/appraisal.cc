#include "services/rating/appraisal.h"

#include <algorithm>
#include <set>
#include <utility>

#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "services/rating/grades.h"
#include "services/rating/rules.h"

namespace sanzhang::rating {

using enum type::v1::ErrorReason;
using runtime::Context;
using State = Appraisal::State;
using Phase = State::Phase;

bool Appraisal::State::TakesGrades(absl::Time now) const {
  return phase == Phase::kOpen && now >= opens && now < closes;
}

namespace {

runtime::Claim PendingClaim(const Context& context, std::string_view body, bool release) {
  return {
      .name = context.community + "/references/appraisals/bodies/" + std::string(wire::IdOf(body)),
      .taken = ERROR_REASON_APPRAISAL_PENDING,
      .release = release};
}

Objection NotOpen(const State& state) {
  return Refuse(ERROR_REASON_APPRAISAL_NOT_OPEN,
                {{"opens", Show(state.opens)}, {"closes", Show(state.closes)}});
}

Objection CheckMembers(const v1::AnnounceAppraisalRequest& request, const Context& context) {
  std::set<std::string> members;
  for (const std::string& member : request.members()) {
    const auto seat = context.facts.memberships.find(member);
    if (seat == context.facts.memberships.end()) {
      return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, member);
    }
    if (!seat->second.active) return RefuseFor(ERROR_REASON_RESOURCE_NOT_ACTIVE, member);
    if (seat->second.body != request.body() || !members.insert(member).second) {
      return BadField("members");
    }
  }
  return {};
}

Objection MustBeKnown(const State& state, const Context& context) {
  if (state.phase != Phase::kNone) return {};
  return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
}

// The appraisal before this one that graded the seat unfit; empty: that one did not.
std::string UnfitBefore(const std::string& membership,
                        const std::vector<EarlierAppraisal>& appraisals) {
  for (const EarlierAppraisal& earlier : appraisals) {
    for (const v1::GradeCount& count : earlier.counts) {
      if (count.membership() != membership) continue;
      return count.result() == v1::GRADE_UNFIT ? earlier.name : std::string();
    }
  }
  return {};
}

}  // namespace

std::string Appraisal::NewName(const v1::AnnounceAppraisalRequest& request,
                               std::string_view fresh_id) {
  return NameFor(request.parent(), "appraisals", request.appraisal_id(), fresh_id);
}

runtime::Needs Appraisal::NeedsOf(const State&, const v1::AnnounceAppraisalRequest& request) {
  runtime::Needs needs = {.bodies = {request.body()}};
  needs.memberships.assign(request.members().begin(), request.members().end());
  return needs;
}

Appraisal::Decision Appraisal::Decide(const State& state,
                                      const v1::AnnounceAppraisalRequest& request,
                                      const Context& context) {
  if (state.phase != Phase::kNone) {
    return RefuseFor(ERROR_REASON_RESOURCE_ALREADY_EXISTS, context.name);
  }
  if (auto no = NotOfRatedBody(context.acting, request.body())) return *no;
  if (auto no = RequireBody(context.facts, request.body())) return *no;
  const runtime::BodyFacts& body = context.facts.bodies.find(request.body())->second;
  if (!body.active) return RefuseFor(ERROR_REASON_RESOURCE_NOT_ACTIVE, request.body());
  if (body.kind != type::v1::BODY_KIND_RESIDENTS_COMMITTEE) return BadField("body");
  if (auto no = CheckMembers(request, context)) return *no;
  const absl::Time opens = wire::ToTime(request.opens());
  if (opens < context.now) return BadField("opens");
  if (wire::ToTime(request.closes()) <= opens) return BadField("closes");
  Event event;
  v1::AppraisalAnnounced& announced = *event.mutable_appraisal_announced();
  announced.set_body(request.body());
  *announced.mutable_members() = request.members();
  announced.set_year(request.year());
  announced.set_appraisers(request.appraisers());
  *announced.mutable_opens() = wire::ToStamp(opens);
  *announced.mutable_closes() = wire::ToStamp(wire::ToTime(request.closes()));
  return Record(std::move(event), {PendingClaim(context, request.body(), /*release=*/false)});
}

Appraisal::Decision Appraisal::Decide(const State& state, const v1::OpenAppraisalRequest&,
                                      const Context& context) {
  if (auto no = MustBeKnown(state, context)) return *no;
  if (state.phase == Phase::kOpen) return AlreadySo<Event>();
  if (state.phase != Phase::kAnnounced) return Refuse(ERROR_REASON_STATE_FORBIDS);
  if (auto no = MustBeTime(state.opens, context.now)) return *no;
  Event event;
  event.mutable_appraisal_opened()->set_grade_key(context.facts.Gathered<Gathered>()->public_key);
  return Record(std::move(event));
}

Appraisal::Decision Appraisal::Decide(const State& state, const v1::CloseAppraisalRequest&,
                                      const Context& context) {
  if (auto no = MustBeKnown(state, context)) return *no;
  if (state.phase == Phase::kAnnounced) return *NotOpen(state);
  if (state.phase != Phase::kOpen) return AlreadySo<Event>();
  if (auto no = MustBeTime(state.closes, context.now)) return *no;
  const Gathered& gathered = *context.facts.Gathered<Gathered>();
  if (gathered.secret_key.empty()) return RefuseFor(ERROR_REASON_KEY_LOST, context.name);
  Event event;
  v1::AppraisalClosed& closed = *event.mutable_appraisal_closed();
  closed.set_n(static_cast<std::int32_t>(gathered.grades.size()));
  for (v1::GradeCount& count : CountGrades(state.members, gathered.grades)) {
    *closed.add_counts() = std::move(count);
  }
  return Record(std::move(event));
}

Appraisal::Decision Appraisal::Decide(const State& state, const v1::PublishAppraisalRequest&,
                                      const Context& context) {
  if (auto no = MustBeKnown(state, context)) return *no;
  if (state.phase == Phase::kPublished) return AlreadySo<Event>();
  if (state.phase != Phase::kClosed) return Refuse(ERROR_REASON_APPRAISAL_NOT_CLOSED);
  runtime::Decided<Event> decided;
  v1::AppraisalPublished& published = *decided.events.emplace_back().mutable_appraisal_published();
  published.set_n(state.n);
  for (const v1::GradeCount& count : state.counts) *published.add_counts() = count;
  for (const v1::GradeCount& count : state.counts) {
    if (count.result() != v1::GRADE_UNFIT) continue;
    const std::string previous =
        UnfitBefore(count.membership(), context.facts.Gathered<Gathered>()->appraisals);
    if (previous.empty()) continue;
    v1::OfficeEndedByAppraisal& ended = *decided.events.emplace_back().mutable_office_ended();
    ended.set_membership(count.membership());
    ended.set_previous(previous);
  }
  decided.claims = {PendingClaim(context, state.body, /*release=*/true)};
  return decided;
}

void Appraisal::Evolve(State& state, const Event& event,
                       const runtime::Happened& happened) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kAppraisalAnnounced: {
      const v1::AppraisalAnnounced& announced = event.appraisal_announced();
      state.phase = Phase::kAnnounced;
      state.body = announced.body();
      state.members.assign(announced.members().begin(), announced.members().end());
      state.appraisers = announced.appraisers();
      state.opens = wire::ToTime(announced.opens());
      state.closes = wire::ToTime(announced.closes());
      break;
    }
    case Event::kAppraisalOpened:
      state.phase = Phase::kOpen;
      state.grade_key = event.appraisal_opened().grade_key();
      break;
    case Event::kAppraisalClosed:
      state.phase = Phase::kClosed;
      state.n = event.appraisal_closed().n();
      state.counts.assign(event.appraisal_closed().counts().begin(),
                          event.appraisal_closed().counts().end());
      break;
    case Event::kAppraisalPublished:
      state.phase = Phase::kPublished;
      state.published_at = happened.at;
      break;
    case Event::kOfficeEnded:
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

namespace {

Objection MayAppraise(const State& appraisal, const Context& context) {
  if (BelongsTo(context.acting, appraisal.body)) return Refuse(ERROR_REASON_RATER_IN_RATED_BODY);
  const type::v1::Role role = appraisal.appraisers == v1::APPRAISERS_REPRESENTATIVES
                                  ? type::v1::ROLE_REPRESENTATIVE
                                  : type::v1::ROLE_RESIDENT;
  if (!HasRole(context.acting, role)) return Refuse(ERROR_REASON_RATER_NOT_ELIGIBLE);
  return {};
}

Objection CheckGrades(const State& appraisal, const v1::GradeMembersRequest& request) {
  std::set<std::string> graded;
  for (const v1::MemberGrade& grade : request.grades()) {
    const auto& members = appraisal.members;
    if (std::find(members.begin(), members.end(), grade.membership()) == members.end()) {
      return RefuseFor(ERROR_REASON_MEMBER_NOT_APPRAISED, grade.membership());
    }
    if (!graded.insert(grade.membership()).second) return BadField("grades.membership");
  }
  return {};
}

}  // namespace

std::string Appraiser::NewName(const v1::GradeMembersRequest& request, std::string_view fresh_id) {
  return wire::Child(request.parent(), "appraisers", fresh_id);
}

runtime::Needs Appraiser::NeedsOf(const State&, const v1::GradeMembersRequest& request) {
  return {.peers = {request.parent()}};
}

Appraiser::Decision Appraiser::Decide(const State&, const v1::GradeMembersRequest& request,
                                      const Context& context) {
  const auto* appraisal = context.facts.Peer<Appraisal::State>(request.parent());
  if (appraisal == nullptr) return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, request.parent());
  if (!appraisal->TakesGrades(context.now)) return *NotOpen(*appraisal);
  if (auto no = MustBeOwnVoice(request.origin())) return *no;
  if (auto no = MayAppraise(*appraisal, context)) return *no;
  if (auto no = CheckGrades(*appraisal, request)) return *no;
  v1::Grades grades;
  *grades.mutable_grades() = request.grades();
  Event event;
  type::v1::SealedBox& box = *event.mutable_appraisal_graded()->mutable_grades();
  box.set_open(grades.SerializeAsString());
  box.set_sealed_to(appraisal->grade_key);
  const std::string claim = context.community + "/references/appraisers/" +
                            std::string(wire::IdOf(request.parent())) + "/" +
                            std::string(wire::IdOf(context.acting.subject));
  return Record(std::move(event), {{.name = claim, .taken = ERROR_REASON_GRADED_BEFORE}});
}

void Appraiser::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kAppraisalGraded:
      state.graded = true;
      state.sealed_grades = event.appraisal_graded().grades().sealed();
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<Appraisal, v1::AnnounceAppraisalRequest>);
static_assert(runtime::Decides<Appraisal, v1::OpenAppraisalRequest>);
static_assert(runtime::Decides<Appraisal, v1::CloseAppraisalRequest>);
static_assert(runtime::Decides<Appraisal, v1::PublishAppraisalRequest>);
static_assert(runtime::Decides<Appraiser, v1::GradeMembersRequest>);

}  // namespace sanzhang::rating
