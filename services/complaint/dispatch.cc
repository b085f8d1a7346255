// Who deals with it: assignments and disputes about them, levels, departments.
#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/complaint/complaint.h"
#include "services/complaint/limits.h"
#include "services/complaint/rules.h"

namespace sanzhang::complaint {

using enum type::v1::ErrorReason;
using enum type::v1::BodyKind;
using enum type::v1::Role;
using enum v1::State;
using rules::Objection;
using rules::Refuse;

namespace {

// Up to the community the committee and its grid chiefs dispatch; above it the sub-district does,
// and whoever is responsible may pass it on.
bool MayDispatch(const Complaint::State& state, const runtime::Context& context) {
  if (rules::IsSubdistrict(context) || rules::Is(context, ROLE_IMPORTER)) return true;
  return state.level <= v1::LEVEL_COMMUNITY || context.acting.as.body == state.responsible_body;
}

Objection MemberOf(const std::string& membership, const std::string& body,
                   const runtime::Facts& facts) {
  if (membership.empty()) return {};
  const auto found = facts.memberships.find(membership);
  if (found == facts.memberships.end() || found->second.body != body) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", membership}});
  }
  if (!found->second.active) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, {{"resource", membership}});
  }
  return {};
}

}  // namespace

Complaint::Needs Complaint::NeedsOf(const State&, const v1::AssignComplaintRequest& request) {
  Needs needs;
  needs.bodies.push_back(request.assignee_body());
  if (!request.assignee_membership().empty()) {
    needs.memberships.push_back(request.assignee_membership());
  }
  return needs;
}

Complaint::Decision Complaint::Decide(const State& state, const v1::AssignComplaintRequest& request,
                                      const Context& context) {
  if (auto no = rules::MustBe(
          {STATE_ACCEPTED, STATE_REOPENED, STATE_ASSIGNED, STATE_ACKNOWLEDGED, STATE_IN_PROGRESS},
          state.phase)) {
    return *no;
  }
  if (auto no = rules::NotAboutCaller(state, context)) return *no;
  if (!MayDispatch(state, context)) return Refuse(ERROR_REASON_PERMISSION_DENIED);
  const bool assigned = state.phase != STATE_ACCEPTED && state.phase != STATE_REOPENED;
  if (assigned && state.responsible_body == request.assignee_body()) {
    // Naming another member is the body's own affair, not another dispatch.
    if (state.assignee_membership != request.assignee_membership()) {
      return Refuse(ERROR_REASON_SAME_ASSIGNEE);
    }
    return rules::AlreadySo();
  }
  if (auto no = rules::MayHandle(state, request.assignee_body(), context.facts)) return *no;
  if (auto no = MemberOf(request.assignee_membership(), request.assignee_body(), context.facts)) {
    return *no;
  }
  if (auto no = rules::MustFollowFiling(state, request, context)) return *no;
  Event event;
  v1::ComplaintAssigned& to = *event.mutable_assigned();
  to.set_assignee_body(request.assignee_body());
  to.set_assignee_membership(request.assignee_membership());
  to.set_from_body(state.responsible_body);
  to.set_reason(request.reason());
  to.set_hop(state.hop + 1);
  return rules::Record(std::move(event));
}

Complaint::Decision Complaint::Decide(const State& state, const v1::DisputeDispatchRequest& request,
                                      const Context&) {
  if (state.phase == STATE_DISPATCH_DISPUTED) return rules::AlreadySo();
  // Who has acknowledged it has taken it on: STATE_FORBIDS.
  if (auto no = rules::MustBe({STATE_ASSIGNED}, state.phase)) return *no;
  Event event;
  event.mutable_dispatch_disputed()->set_reason(request.reason());
  event.mutable_dispatch_disputed()->set_body(state.responsible_body);
  return rules::Record(std::move(event));
}

Complaint::Needs Complaint::NeedsOf(const State&, const v1::RuleDispatchDisputeRequest& request) {
  Needs needs;
  if (!request.new_body().empty()) needs.bodies.push_back(request.new_body());
  return needs;
}

Complaint::Decision Complaint::Decide(const State& state,
                                      const v1::RuleDispatchDisputeRequest& request,
                                      const Context& context) {
  if (auto no = rules::MustBeOpen(state)) return *no;
  if (state.phase != STATE_DISPATCH_DISPUTED) return Refuse(ERROR_REASON_DISPATCH_NOT_DISPUTED);
  if (auto no = rules::NotAboutCaller(state, context)) return *no;
  if (context.acting.as.body == state.responsible_body) {
    return Refuse(ERROR_REASON_SECOND_BODY_REQUIRED, {{"body", state.responsible_body}});
  }
  if (request.upheld()) {
    if (request.new_body().empty()) return rules::BadField("new_body");
    if (request.new_body() == state.responsible_body) return Refuse(ERROR_REASON_SAME_ASSIGNEE);
    if (auto no = rules::MayHandle(state, request.new_body(), context.facts)) return *no;
  }
  Event event;
  v1::DispatchDisputeRuled& ruled = *event.mutable_dispatch_dispute_ruled();
  ruled.set_upheld(request.upheld());
  if (request.upheld()) ruled.set_new_body(request.new_body());
  ruled.set_reason(request.reason());
  ruled.set_hop(request.upheld() ? state.hop + 1 : state.hop);
  return rules::Record(std::move(event));
}

namespace {

// The highest level whose complaints the caller may pass on.
v1::Level OwnLevel(const runtime::Context& context) {
  const v1::Level chief = rules::ChiefLevel(context.acting.as.role);
  if (chief != v1::LEVEL_UNSPECIFIED) return chief;
  return rules::Is(context, ROLE_RESIDENTS_COMMITTEE) ? v1::LEVEL_COMMUNITY : v1::LEVEL_SUBDISTRICT;
}

// Up and down by one level; those above may also draw it to their own level, since not every
// community has chiefs at all levels. The clock only lifts.
bool MayMove(v1::Level from, v1::Level to, const runtime::Context& context) {
  const int step = to - from;
  if (rules::Is(context, ROLE_TIMER)) return step == 1;
  const v1::Level own = OwnLevel(context);
  const bool within = from <= own || rules::IsSubdistrict(context);
  return within && (step == 1 || step == -1 || (step > 0 && to == own));
}

}  // namespace

Complaint::Needs Complaint::NeedsOf(const State&, const v1::EscalateComplaintRequest&) {
  Needs needs = rules::LevelBodies();
  needs.body_kinds.push_back(BODY_KIND_GOV_DEPARTMENT);
  return needs;
}

Complaint::Decision Complaint::Decide(const State& state,
                                      const v1::EscalateComplaintRequest& request,
                                      const Context& context) {
  if (auto no = rules::MustBe({STATE_ACCEPTED, STATE_REOPENED, STATE_ASSIGNED, STATE_ACKNOWLEDGED,
                               STATE_IN_PROGRESS, STATE_SUSPENDED},
                              state.phase)) {
    return *no;
  }
  if (auto no = rules::NotAboutCaller(state, context)) return *no;
  if (request.to() == state.level) return rules::AlreadySo();
  if (!MayMove(state.level, request.to(), context)) return Refuse(ERROR_REASON_LEVEL_NOT_NEXT);
  const bool to_department = request.to() == v1::LEVEL_DEPARTMENT;
  if (to_department && rules::BodyOf(context.facts, BODY_KIND_GOV_DEPARTMENT).empty()) {
    return Refuse(ERROR_REASON_BODY_MISSING, {{"kind", "GOV_DEPARTMENT"}});
  }
  // At the departments' level the sub-district coordinates until it assigns one of them.
  const std::string body = rules::BodyAtLevel(state, request.to(), context.facts);
  if (body.empty()) return Refuse(ERROR_REASON_BODY_MISSING, {{"kind", "SUBDISTRICT_GOV"}});
  Event event;
  v1::ComplaintEscalated& escalated = *event.mutable_escalated();
  escalated.set_from(state.level);
  escalated.set_to(request.to());
  escalated.set_reason(request.reason());
  escalated.set_automatic(rules::Is(context, ROLE_TIMER));
  escalated.set_responsible_body(body);
  return rules::Record(std::move(event));
}

namespace {

Objection IsDepartment(const Complaint::State& state, const std::string& name,
                       const runtime::Facts& facts) {
  if (auto no = rules::MayHandle(state, name, facts)) return no;
  if (facts.bodies.find(name)->second.kind == BODY_KIND_GOV_DEPARTMENT) return {};
  return Refuse(ERROR_REASON_BODY_CANNOT_HANDLE, {{"body", name}});
}

}  // namespace

Complaint::Needs Complaint::NeedsOf(const State&, const v1::WhistleDepartmentsRequest& request) {
  Needs needs;
  needs.bodies.assign(request.departments().begin(), request.departments().end());
  return needs;
}

Complaint::Decision Complaint::Decide(const State& state,
                                      const v1::WhistleDepartmentsRequest& request,
                                      const Context& context) {
  if (auto no = rules::MustBe({STATE_ACCEPTED, STATE_REOPENED, STATE_ASSIGNED, STATE_ACKNOWLEDGED,
                               STATE_IN_PROGRESS, STATE_SUSPENDED, STATE_DISPATCH_DISPUTED},
                              state.phase)) {
    return *no;
  }
  if (auto no = rules::NotAboutCaller(state, context)) return *no;
  std::set<std::string> called;
  std::size_t unknown = 0;
  for (const std::string& department : request.departments()) {
    if (auto no = IsDepartment(state, department, context.facts)) return *no;
    const auto known = state.whistled.find(department);
    const bool waiting = known != state.whistled.end() && !known->second;
    if (waiting || !called.insert(department).second) continue;
    if (known == state.whistled.end()) ++unknown;
  }
  if (called.empty()) return rules::AlreadySo();
  if (state.whistled.size() + unknown > kDepartmentsMax) {
    return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", absl::StrCat(kDepartmentsMax)}});
  }
  const policy::v1::SlaPolicy& policy = rules::Pinned(state, context);
  Event event;
  v1::DepartmentsWhistled& whistled = *event.mutable_departments_whistled();
  for (const std::string& department : called) whistled.add_departments(department);
  whistled.set_matter(request.matter());
  *whistled.mutable_report_in_due() = rules::Due(context, policy.report_in());
  return rules::Record(std::move(event), {policy.name()});
}

Complaint::Decision Complaint::Decide(const State& state, const v1::ReportInRequest& request,
                                      const Context& context) {
  if (auto no = rules::MustBeOpen(state)) return *no;
  const std::string& department = context.acting.as.body;
  const auto found = state.whistled.find(department);
  if (found == state.whistled.end() || found->second) {
    return Refuse(ERROR_REASON_DEPARTMENT_NOT_WHISTLED);
  }
  Event event;
  v1::DepartmentReportedIn& reported = *event.mutable_department_reported_in();
  reported.set_department(department);
  reported.set_result(request.result());
  reported.set_joint_solved(request.joint_solved());
  return rules::Record(std::move(event));
}

}  // namespace sanzhang::complaint
