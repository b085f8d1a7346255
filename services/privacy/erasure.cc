// Restricting and erasing: what can't be undone, and what stands in the way.
#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/wire/time.h"
#include "services/privacy/data_subject.h"
#include "services/privacy/gathered.h"
#include "services/privacy/handling.h"
#include "services/privacy/limits.h"
#include "services/privacy/rules.h"
#include "services/privacy/subject_request.h"

namespace sanzhang::privacy {

using enum type::v1::ErrorReason;
using rules::Objection;
using rules::Refuse;

namespace {

void AddLegalHolds(const SubjectState& data, absl::Time now, std::vector<v1::Hold>& holds) {
  for (const auto& [id, hold] : data.legal_holds) {
    if (hold.lifted || now >= hold.until) continue;
    v1::Hold& added = holds.emplace_back();
    added.set_kind(v1::HOLD_KIND_LEGAL_HOLD);
    added.set_about(id);
    if (hold.until != absl::InfiniteFuture()) *added.mutable_until() = wire::ToStamp(hold.until);
  }
}

std::string LineOf(const v1::Hold& hold) {
  constexpr std::size_t kPrefix = sizeof "HOLD_KIND";
  std::string line =
      absl::StrCat(v1::HoldKind_Name(hold.kind()).substr(kPrefix), " ", hold.about());
  if (hold.has_until()) absl::StrAppend(&line, " until ", rules::Show(wire::ToTime(hold.until())));
  return line;
}

// ERASURE_ON_HOLD, with a line for each thing that holds, as many as a refusal has room for.
Objection Held(const RequestState& state, const runtime::Context& context) {
  std::vector<v1::Hold> holds;
  AddLegalHolds(rules::DataStateOf(state.subject, context.facts), context.now, holds);
  const auto* gathered = context.facts.Gathered<Gathered>();
  if (gathered == nullptr) return Refuse(ERROR_REASON_INTERNAL);  // Not looked: never erased.
  holds.insert(holds.end(), gathered->holds.begin(), gathered->holds.end());
  if (holds.empty()) return {};
  std::string lines;
  for (std::size_t i = 0; i < std::min(holds.size(), kHoldLinesMax); ++i) {
    absl::StrAppend(&lines, i == 0 ? "" : "\n", LineOf(holds[i]));
  }
  if (holds.size() > kHoldLinesMax) {
    absl::StrAppend(&lines, "\nand ", holds.size() - kHoldLinesMax, " more");
  }
  return Refuse(ERROR_REASON_ERASURE_ON_HOLD, {{"holds", std::move(lines)}});
}

// What both officers must find.
Objection MayErase(const RequestState& state, const runtime::Context& context) {
  if (auto no = handling::MayHandle(state, true, context)) return no;
  if (state.kind != v1::SUBJECT_REQUEST_KIND_ERASURE) return handling::OtherKind(state);
  if (rules::DataStateOf(state.subject, context.facts).erased) return rules::Erased(state.subject);
  return {};
}

}  // namespace

SubjectRequest::Decision SubjectRequest::Decide(const State& state,
                                                const v1::RestrictProcessingRequest& request,
                                                const Context& context) {
  if (auto no = handling::MayHandle(state, true, context)) return *no;
  const bool restriction = state.kind == v1::SUBJECT_REQUEST_KIND_RESTRICTION;
  if (!restriction && state.kind != v1::SUBJECT_REQUEST_KIND_ERASURE) {
    return handling::OtherKind(state);
  }
  const SubjectState data = rules::DataStateOf(state.subject, context.facts);
  if (data.erased) return rules::Erased(state.subject);
  if (data.restricted && !restriction) return rules::AlreadySo<Event>();
  Event event;
  event.mutable_restricted()->set_subject(state.subject);
  event.mutable_restricted()->set_subject_request(context.name);
  event.mutable_restricted()->set_reason(request.reason());
  auto decided = restriction
                     ? handling::End(state, handling::Fulfilled(state, request.reason(), context))
                     : runtime::Decided<Event>();
  if (!data.restricted) decided.elsewhere.push_back({DataOf(state.subject), std::move(event)});
  return decided;
}

SubjectRequest::Decision SubjectRequest::Decide(const State& state,
                                                const v1::ProposeErasureRequest& request,
                                                const Context& context) {
  if (auto no = MayErase(state, context)) return *no;
  if (!state.proposer.empty()) {
    if (state.proposer == context.acting.subject) return rules::AlreadySo<Event>();
    return Refuse(ERROR_REASON_STATE_FORBIDS);  // It waits for a second officer's approval.
  }
  if (auto no = Held(state, context)) return *no;
  Event event;
  event.mutable_erasure_proposed()->set_subject(state.subject);
  event.mutable_erasure_proposed()->set_ground(request.ground());
  event.mutable_erasure_proposed()->set_reason(request.reason());
  return rules::Record(std::move(event));
}

SubjectRequest::Decision SubjectRequest::Decide(const State& state,
                                                const v1::ApproveErasureRequest&,
                                                const Context& context) {
  if (auto no = MayErase(state, context)) return *no;
  if (state.proposer.empty()) return Refuse(ERROR_REASON_ERASURE_NOT_PROPOSED);
  if (state.proposer == context.acting.subject) return Refuse(ERROR_REASON_SAME_OFFICER);
  if (auto no = Held(state, context)) return *no;
  Event approved;
  approved.mutable_erasure_approved()->set_subject(state.subject);
  approved.mutable_erasure_approved()->set_proposer(state.proposer);
  auto decided = handling::End(
      state, handling::Fulfilled(state, "the data was erased: its key is destroyed", context));
  decided.events.insert(decided.events.begin(), std::move(approved));
  Event ledger;
  v1::SubjectKeyDestroyed& destroyed = *ledger.mutable_key_destroyed();
  destroyed.set_subject(state.subject);
  destroyed.set_subject_request(context.name);
  destroyed.add_officers(state.proposer);
  destroyed.add_officers(context.acting.subject);
  decided.elsewhere.push_back({DataOf(state.subject), std::move(ledger)});
  return decided;
}

}  // namespace sanzhang::privacy
