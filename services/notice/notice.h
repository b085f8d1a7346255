// The rules of notices (公示, 公告): what is published, by whom, for how long, and who may answer
// back. Stream: `communities/{c}/notices/{id}`.
//
// Pure: time, rules and facts of other streams come in through runtime::Context. The rule of a kind
// is the policy `publication-{kind}`: the community's own in force, else the shipped one; each
// version of a notice pins the one in force when it goes up. Of several reasons to refuse the first
// in the order of the code is given:
//   1. the notice and its state   2. what the command names   3. the rule in force
//   4. the caller, by that rule   5. times and limits
// Held at all times, and tested with random commands:
//   - A period is never shorter than the rule's days, and starts anew with every version.
//   - An objection in the last moment of its period is heard; one a microsecond later is not.
//   - A version keeps its number and its hash for ever.
#pragma once

#include <string>
#include <string_view>

#include "sanzhang/notice/v1/events.pb.h"
#include "sanzhang/notice/v1/notice_service.pb.h"
#include "services/notice/state.h"
#include "services/runtime/decider.h"

namespace sanzhang::notice {

struct Notice {
  using Event = v1::NoticeEvent;
  using Decision = runtime::Decision<Event>;
  using Context = runtime::Context;
  using Needs = runtime::Needs;

  using State = NoticeState;

  static void Evolve(State& state, const Event& event, const runtime::Happened& happened) noexcept;

  // `{parent}/notices/{notice_id or fresh_id}`.
  static std::string NewName(const v1::PublishNoticeRequest& request, std::string_view fresh_id);
  // The place that the caller's scope must cover: where the notice applies.
  static type::v1::Place PlaceOf(const State& state, const v1::PublishNoticeRequest& request,
                                 const runtime::Facts& facts);
  template <class Request>
  static type::v1::Place PlaceOf(const State& state, const Request&, const runtime::Facts&) {
    return state.place;
  }
  // The publisher is the body with all of its seats; chiefs only act for it in their unit.
  static bool Related(const State& state, type::v1::Relation relation,
                      const runtime::Standing& standing, std::string_view subject);

  // publish.cc
  static Needs NeedsOf(const State&, const v1::PublishNoticeRequest&);
  static Needs NeedsOf(const State&, const v1::CorrectNoticeRequest&);
  static Needs NeedsOf(const State&, const v1::RepublishNoticeRequest&);
  static Decision Decide(const State&, const v1::PublishNoticeRequest&, const Context&);
  static Decision Decide(const State&, const v1::CorrectNoticeRequest&, const Context&);
  static Decision Decide(const State&, const v1::TakeDownNoticeRequest&, const Context&);
  static Decision Decide(const State&, const v1::RepublishNoticeRequest&, const Context&);
  static Decision Decide(const State&, const v1::NotePeriodElapsedRequest&, const Context&);

  // reply.cc
  static Needs NeedsOf(const State&, const v1::ObjectToNoticeRequest&);
  static Needs NeedsOf(const State&, const v1::AskInquiryRequest&);
  static Decision Decide(const State&, const v1::ObjectToNoticeRequest&, const Context&);
  static Decision Decide(const State&, const v1::AnswerObjectionRequest&, const Context&);
  static Decision Decide(const State&, const v1::AskInquiryRequest&, const Context&);
  static Decision Decide(const State&, const v1::AnswerInquiryRequest&, const Context&);
};

// The hash of a content, as events.proto defines it: 32 bytes.
std::string ContentSha256(const v1::Content& content);

}  // namespace sanzhang::notice
