// Objections and questions, and their answers.
#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "proto/wire/sha256.h"
#include "proto/wire/time.h"
#include "services/notice/limits.h"
#include "services/notice/notice.h"
#include "services/notice/rules.h"

namespace sanzhang::notice {

using enum type::v1::ErrorReason;
using enum type::v1::Role;
using rules::Objection;
using rules::Refuse;

namespace {

bool Has(const runtime::Acting& acting, std::initializer_list<type::v1::Role> roles) {
  return std::any_of(acting.all.begin(), acting.all.end(), [&](const runtime::Standing& standing) {
    return std::find(roles.begin(), roles.end(), standing.role) != roles.end();
  });
}

bool IsFor(policy::v1::Audience audience, const runtime::Acting& acting) {
  switch (audience) {
    case policy::v1::AUDIENCE_OWNERS:
      return Has(acting, {ROLE_OWNER});
    case policy::v1::AUDIENCE_RESIDENTS:
      return Has(acting, {ROLE_RESIDENT, ROLE_REPRESENTATIVE});
    default:
      return Has(acting, {ROLE_OWNER, ROLE_RESIDENT, ROLE_REPRESENTATIVE});
  }
}

// Whose words these are: the caller's, or those of the person on whose behalf the caller brings
// them.
template <class Request>
std::string SpeakerOf(const Request& request, const rules::Context& context) {
  const std::string& other = request.origin().on_behalf_of();
  return other.empty() ? context.acting.subject : other;
}

// For others speak only those who go from door to door, and those who bring records in. What these
// others are entitled to is theirs to see to.
Objection MaySpeak(const NoticeState& state, const std::string& speaker,
                   const rules::Context& context) {
  const runtime::Acting& acting = context.acting;
  if (speaker == acting.subject) {
    if (IsFor(state.audience, acting)) return {};
    return Refuse(ERROR_REASON_NOTICE_FOR_OTHERS);
  }
  const bool for_others =
      Has(acting, {ROLE_ENTRANCE_CHIEF, ROLE_BUILDING_CHIEF, ROLE_GRID_CHIEF, ROLE_IMPORTER});
  return for_others ? Objection() : Refuse(ERROR_REASON_PERMISSION_DENIED);
}

// Nobody says anything before there is something to say it about.
Objection MustFollowPublication(const NoticeState& state, const rules::Context& context) {
  if (context.now >= state.published_at) return {};
  return Refuse(ERROR_REASON_OCCURRED_AT_INVALID);
}

Objection OwnWords(const type::v1::PersonalText& text, const std::string& speaker,
                   std::string_view field) {
  if (text.subject().empty() || text.subject() == speaker) return {};
  return rules::BadField(field);
}

type::v1::PersonalText Owned(const type::v1::PersonalText& text, const std::string& speaker) {
  type::v1::PersonalText owned = text;
  owned.set_subject(speaker);
  return owned;
}

// By when the rule asks for an answer; none where no rule is in force any more.
std::optional<google::protobuf::Timestamp> AnswerDue(const NoticeState& state,
                                                     const rules::Context& context) {
  const rules::RuleInForce rule = rules::RuleOf(state.kind, context);
  if (rule.policy == nullptr) return std::nullopt;
  return wire::ToStamp(context.facts.policies->DueAfter(rule.policy->answer_within(), context.now));
}

// Why that may not be answered so; none with `already` set: it has that very answer.
Objection MayAnswer(const std::map<int, Said>& all, int number, bool upheld,
                    const std::string& answer, type::v1::ErrorReason missing,
                    const rules::Context& context, bool& already) {
  const auto found = all.find(number);
  if (found == all.end()) return Refuse(missing);
  const Said& said = found->second;
  if (said.person == context.acting.subject) return Refuse(ERROR_REASON_ANSWERS_OWN);
  already = said.answered && said.upheld == upheld && said.answer_sha256 == wire::Sha256(answer);
  if (said.answered && !already) return Refuse(ERROR_REASON_ALREADY_ANSWERED);
  return {};
}

}  // namespace

runtime::Needs Notice::NeedsOf(const State& state, const v1::ObjectToNoticeRequest& request) {
  return rules::RuleNeeds(state, request.name());
}

runtime::Needs Notice::NeedsOf(const State& state, const v1::AskInquiryRequest& request) {
  return rules::RuleNeeds(state, request.name());
}

Notice::Decision Notice::Decide(const State& state, const v1::ObjectToNoticeRequest& request,
                                const Context& context) {
  if (auto no = rules::MustExist(state)) return *no;
  if (state.phase == v1::STATE_TAKEN_DOWN) return Refuse(ERROR_REASON_NOTICE_TAKEN_DOWN);
  const std::string objector = SpeakerOf(request, context);
  if (auto no = OwnWords(request.grounds(), objector, "grounds.subject")) return *no;
  if (auto no = MaySpeak(state, objector, context)) return *no;
  if (auto no = MustFollowPublication(state, context)) return *no;
  if (context.now > state.objections_until) {
    return Refuse(ERROR_REASON_OBJECTION_PERIOD_OVER,
                  {{"until", rules::Show(state.objections_until)}});
  }
  if (state.objections.size() >= kObjectionsMax) {
    return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", std::to_string(kObjectionsMax)}});
  }
  Event event;
  v1::NoticeObjected& objected = *event.mutable_objected();
  objected.set_objection(static_cast<std::int32_t>(state.objections.size()) + 1);
  objected.set_version(state.version);
  objected.set_objector(objector);
  *objected.mutable_grounds() = Owned(request.grounds(), objector);
  if (const auto due = AnswerDue(state, context)) *objected.mutable_answer_due() = *due;
  return rules::Record(std::move(event));
}

Notice::Decision Notice::Decide(const State& state, const v1::AskInquiryRequest& request,
                                const Context& context) {
  if (auto no = rules::MustExist(state)) return *no;
  const std::string asker = SpeakerOf(request, context);
  if (auto no = OwnWords(request.question(), asker, "question.subject")) return *no;
  if (auto no = MaySpeak(state, asker, context)) return *no;
  if (auto no = MustFollowPublication(state, context)) return *no;
  if (state.inquiries.size() >= kInquiriesMax) {
    return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", std::to_string(kInquiriesMax)}});
  }
  Event event;
  v1::InquiryAsked& asked = *event.mutable_inquiry_asked();
  asked.set_inquiry(static_cast<std::int32_t>(state.inquiries.size()) + 1);
  asked.set_version(state.version);
  asked.set_asker(asker);
  *asked.mutable_question() = Owned(request.question(), asker);
  if (const auto due = AnswerDue(state, context)) *asked.mutable_answer_due() = *due;
  return rules::Record(std::move(event));
}

Notice::Decision Notice::Decide(const State& state, const v1::AnswerObjectionRequest& request,
                                const Context& context) {
  if (auto no = rules::MustExist(state)) return *no;
  bool already = false;
  if (auto no = MayAnswer(state.objections, request.objection(), request.upheld(), request.answer(),
                          ERROR_REASON_OBJECTION_NOT_FOUND, context, already)) {
    return *no;
  }
  if (already) return rules::AlreadySo();
  Event event;
  v1::NoticeObjectionAnswered& answered = *event.mutable_objection_answered();
  answered.set_objection(request.objection());
  answered.set_upheld(request.upheld());
  answered.set_answer(request.answer());
  return rules::Record(std::move(event));
}

Notice::Decision Notice::Decide(const State& state, const v1::AnswerInquiryRequest& request,
                                const Context& context) {
  if (auto no = rules::MustExist(state)) return *no;
  bool already = false;
  if (auto no = MayAnswer(state.inquiries, request.inquiry(), false, request.answer(),
                          ERROR_REASON_INQUIRY_NOT_FOUND, context, already)) {
    return *no;
  }
  if (already) return rules::AlreadySo();
  Event event;
  v1::InquiryAnswered& answered = *event.mutable_inquiry_answered();
  answered.set_inquiry(request.inquiry());
  answered.set_answer(request.answer());
  return rules::Record(std::move(event));
}

}  // namespace sanzhang::notice
