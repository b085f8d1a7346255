// Publishing, correcting, taking down, publishing again, and the end of the period.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "proto/wire/sha256.h"
#include "proto/wire/time.h"
#include "services/notice/notice.h"
#include "services/notice/rules.h"

namespace sanzhang::notice {

using enum type::v1::ErrorReason;
using policy::v1::PublicationRule;
using rules::Objection;
using rules::Refuse;
using rules::RuleInForce;
using type::v1::Place;

namespace {

// The parts of a place that are set, the narrowest first.
std::vector<std::string> PartsOf(const Place& place) {
  std::vector<std::string> parts;
  for (const std::string* part : {&place.dwelling(), &place.entrance(), &place.building(),
                                  &place.grid(), &place.property_area()}) {
    if (!part->empty()) parts.push_back(*part);
  }
  return parts;
}

// What the narrowest part lies in; the place itself if the register does not know it.
Place Complete(const Place& asked, const runtime::Facts& facts) {
  const std::vector<std::string> parts = PartsOf(asked);
  if (parts.empty()) return asked;
  const auto found = facts.places.find(parts.front());
  return found == facts.places.end() ? asked : found->second.place;
}

// Every part that is named must be there, and be what the narrowest lies in. A property area and a
// grid overlap: neither lies in the other, and a notice names one of them.
Objection PlaceIsGood(const Place& asked, const runtime::Facts& facts) {
  const std::vector<std::string> around = PartsOf(Complete(asked, facts));
  for (const std::string& part : PartsOf(asked)) {
    const auto found = facts.places.find(part);
    if (found == facts.places.end()) {
      return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", part}});
    }
    if (!found->second.active) {
      return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, {{"resource", part}});
    }
    if (std::find(around.begin(), around.end(), part) == around.end()) {
      return Refuse(ERROR_REASON_PLACE_INCONSISTENT, {{"resource", part}});
    }
  }
  return {};
}

// It says something, and every paper is named by a whole SHA-256.
Objection ContentIsGood(const v1::Content& content) {
  if (content.body().empty() && content.attachments().empty())
    return rules::BadField("content.body");
  for (const type::v1::Attachment& attachment : content.attachments()) {
    if (attachment.sha256().size() != wire::kSha256Bytes) {
      return rules::BadField("content.attachments");
    }
  }
  return {};
}

// An importer says for whom; everyone else publishes for the body that they act for.
Objection PublisherIsGood(const v1::PublishNoticeRequest& request, const rules::Context& context) {
  const std::string& named = request.publisher();
  if (!rules::Is(context, type::v1::ROLE_IMPORTER)) {
    const bool own = named.empty() || named == context.acting.as.body;
    return own ? Objection() : Refuse(ERROR_REASON_PERMISSION_DENIED);
  }
  if (named.empty()) return rules::BadField("publisher");
  const auto found = context.facts.bodies.find(named);
  if (found != context.facts.bodies.end() && found->second.exists) return {};
  return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", named}});
}

Objection MayPublish(const RuleInForce& rule, const rules::Context& context) {
  if (rules::Is(context, type::v1::ROLE_IMPORTER)) return {};
  const auto& publishers = rule.policy->publishers();
  const bool named =
      std::find(publishers.begin(), publishers.end(), context.acting.as.role) != publishers.end();
  if (named) return {};
  return Refuse(ERROR_REASON_NOT_ITS_PUBLISHER, {{"policy", rule.name}});
}

Objection MustMask(const RuleInForce& rule, bool masked) {
  if (masked || !rule.policy->masked()) return {};
  return Refuse(ERROR_REASON_MASKING_REQUIRED, {{"policy", rule.name}});
}

// What the rule asks of what goes up now.
v1::Duty DutyOf(const RuleInForce& rule, const rules::Context& context, absl::Time fact_at) {
  const PublicationRule& policy = *rule.policy;
  const runtime::Policies& time = *context.facts.policies;
  policy::v1::Period days;
  days.set_days(policy.days_min());
  const absl::Time min_until = time.DueAfter(days, context.now);
  v1::Duty duty;
  duty.set_rule(rule.name);
  duty.set_law_ref(policy.law_ref());
  duty.set_days_min(policy.days_min());
  *duty.mutable_min_until() = wire::ToStamp(min_until);
  *duty.mutable_objections_until() = wire::ToStamp(
      policy.has_objection_period() ? time.DueAfter(policy.objection_period(), context.now)
                                    : min_until);
  if (policy.announces()) {
    *duty.mutable_earliest_event() =
        wire::ToStamp(time.EarliestAfterNotice(days, context.now, policy.clear_days()));
  }
  if (policy.has_publish_within() && fact_at != absl::InfinitePast()) {
    *duty.mutable_publish_due() = wire::ToStamp(time.DueAfter(policy.publish_within(), fact_at));
  }
  return duty;
}

bool ReachesAll(policy::v1::Audience asked, policy::v1::Audience by_rule) {
  return asked == policy::v1::AUDIENCE_UNSPECIFIED || asked == policy::v1::AUDIENCE_ALL ||
         asked == by_rule;
}

}  // namespace

Place Notice::PlaceOf(const State&, const v1::PublishNoticeRequest& request,
                      const runtime::Facts& facts) {
  return Complete(request.place(), facts);
}

runtime::Needs Notice::NeedsOf(const State&, const v1::PublishNoticeRequest& request) {
  Needs needs{.places = PartsOf(request.place()),
              .peers = {rules::OwnRuleName(request.parent(), request.kind())}};
  if (!request.publisher().empty()) needs.bodies.push_back(request.publisher());
  return needs;
}

runtime::Needs Notice::NeedsOf(const State& state, const v1::CorrectNoticeRequest& request) {
  return rules::RuleNeeds(state, request.name());
}

runtime::Needs Notice::NeedsOf(const State& state, const v1::RepublishNoticeRequest& request) {
  return rules::RuleNeeds(state, request.name());
}

Notice::Decision Notice::Decide(const State& state, const v1::PublishNoticeRequest& request,
                                const Context& context) {
  if (state.phase != v1::STATE_UNSPECIFIED) {
    return Refuse(ERROR_REASON_RESOURCE_ALREADY_EXISTS, {{"resource", context.name}});
  }
  if (auto no = ContentIsGood(request.content())) return *no;
  if (auto no = PlaceIsGood(request.place(), context.facts)) return *no;
  if (auto no = PublisherIsGood(request, context)) return *no;
  const RuleInForce rule = rules::RuleOf(request.kind(), context);
  if (rule.policy == nullptr) return rules::NoRule(request.kind());
  if (auto no = MayPublish(rule, context)) return *no;
  if (auto no = MustMask(rule, request.masked())) return *no;
  if (!ReachesAll(request.audience(), rule.policy->audience())) return rules::BadField("audience");
  const absl::Time fact_at =
      request.has_fact_at() ? wire::ToTime(request.fact_at()) : absl::InfinitePast();
  if (fact_at > context.now) return rules::BadField("fact_at");

  Event event;
  v1::NoticePublished& published = *event.mutable_published();
  published.set_version(1);
  published.set_kind(request.kind());
  published.set_about(request.about());
  *published.mutable_place() = Complete(request.place(), context.facts);
  published.set_audience(request.audience() == policy::v1::AUDIENCE_UNSPECIFIED
                             ? rule.policy->audience()
                             : request.audience());
  published.set_masked(request.masked());
  *published.mutable_content() = request.content();
  published.set_content_sha256(ContentSha256(request.content()));
  published.set_publisher(request.publisher().empty() ? context.acting.as.body
                                                      : request.publisher());
  *published.mutable_duty() = DutyOf(rule, context, fact_at);
  if (request.has_fact_at()) *published.mutable_fact_at() = request.fact_at();
  return rules::Record(std::move(event), rule.name);
}

Notice::Decision Notice::Decide(const State& state, const v1::CorrectNoticeRequest& request,
                                const Context& context) {
  if (auto no = rules::MustExist(state)) return *no;
  if (auto no = ContentIsGood(request.content())) return *no;
  const std::string sha256 = ContentSha256(request.content());
  if (sha256 == state.content_sha256 && request.masked() == state.masked) {
    if (state.is_up()) return rules::AlreadySo();
    return Refuse(ERROR_REASON_NOTICE_TAKEN_DOWN);  // The same again is another command.
  }
  const RuleInForce rule = rules::RuleOf(state.kind, context);
  if (rule.policy == nullptr) return rules::NoRule(state.kind);
  if (auto no = MustMask(rule, request.masked())) return *no;

  Event event;
  v1::NoticeCorrected& corrected = *event.mutable_corrected();
  corrected.set_version(state.version + 1);
  *corrected.mutable_content() = request.content();
  corrected.set_content_sha256(sha256);
  corrected.set_replaces_sha256(state.content_sha256);
  corrected.set_masked(request.masked());
  corrected.set_reason(request.reason());
  *corrected.mutable_duty() = DutyOf(rule, context, absl::InfinitePast());
  return rules::Record(std::move(event), rule.name);
}

Notice::Decision Notice::Decide(const State& state, const v1::TakeDownNoticeRequest& request,
                                const Context& context) {
  if (auto no = rules::MustExist(state)) return *no;
  if (!state.is_up()) return rules::AlreadySo();
  Event event;
  v1::NoticeTakenDown& taken = *event.mutable_taken_down();
  taken.set_version(state.version);
  taken.set_early(context.now <= state.min_until);
  taken.set_reason(request.reason());
  return rules::Record(std::move(event));
}

Notice::Decision Notice::Decide(const State& state, const v1::RepublishNoticeRequest&,
                                const Context& context) {
  if (auto no = rules::MustExist(state)) return *no;
  if (state.is_up()) return rules::AlreadySo();
  const RuleInForce rule = rules::RuleOf(state.kind, context);
  if (rule.policy == nullptr) return rules::NoRule(state.kind);
  if (auto no = MustMask(rule, state.masked)) return *no;

  Event event;
  v1::NoticePublished& published = *event.mutable_published();
  published.set_version(state.version + 1);
  published.set_kind(state.kind);
  published.set_about(state.about);
  *published.mutable_place() = state.place;
  published.set_audience(state.audience);
  published.set_masked(state.masked);
  published.set_content_sha256(state.content_sha256);
  published.set_publisher(state.publisher);
  *published.mutable_duty() = DutyOf(rule, context, state.fact_at);
  if (state.fact_at != absl::InfinitePast()) {
    *published.mutable_fact_at() = wire::ToStamp(state.fact_at);
  }
  return rules::Record(std::move(event), rule.name);
}

Notice::Decision Notice::Decide(const State& state, const v1::NotePeriodElapsedRequest& request,
                                const Context& context) {
  if (auto no = rules::MustExist(state)) return *no;
  const absl::Time until = wire::ToTime(request.min_until());
  const auto not_due = [&] {
    return Refuse(ERROR_REASON_CLOCK_NOT_DUE, {{"due", rules::Show(state.min_until)}});
  };
  if (state.phase == v1::STATE_TAKEN_DOWN) return Refuse(ERROR_REASON_NOTICE_TAKEN_DOWN);
  if (until != state.min_until) return not_due();
  if (state.phase != v1::STATE_PUBLISHED) return rules::AlreadySo();
  if (context.now <= until) return not_due();
  Event event;
  v1::NoticePeriodElapsed& elapsed = *event.mutable_period_elapsed();
  elapsed.set_version(state.version);
  *elapsed.mutable_min_until() = request.min_until();
  elapsed.set_objections_open(static_cast<std::int32_t>(
      std::count_if(state.objections.begin(), state.objections.end(),
                    [](const auto& objection) { return !objection.second.answered; })));
  return rules::Record(std::move(event));
}

}  // namespace sanzhang::notice
