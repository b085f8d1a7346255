#include "services/notice/notice.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "proto/wire/names.h"
#include "proto/wire/sha256.h"
#include "proto/wire/time.h"

namespace sanzhang::notice {
namespace {

using State = NoticeState;
using runtime::Happened;

absl::Time TimeOr(bool has, const google::protobuf::Timestamp& stamp) {
  return has ? wire::ToTime(stamp) : absl::InfinitePast();
}

// A version goes up, and its period begins.
void GoUp(State& s, int version, const v1::Duty& duty, const Happened& happened) {
  s.phase = v1::STATE_PUBLISHED;
  s.version = version;
  s.published_at = happened.at;
  s.min_until = wire::ToTime(duty.min_until());
  s.objections_until = wire::ToTime(duty.objections_until());
  s.earliest_event = TimeOr(duty.has_earliest_event(), duty.earliest_event());
}

void On(State& s, const v1::NoticePublished& e, const Happened& happened) {
  s.kind = e.kind();
  s.about = e.about();
  s.place = e.place();
  s.audience = e.audience();
  s.masked = e.masked();
  s.content_sha256 = e.content_sha256();
  s.publisher = e.publisher();
  s.fact_at = TimeOr(e.has_fact_at(), e.fact_at());
  GoUp(s, e.version(), e.duty(), happened);
}

void On(State& s, const v1::NoticeCorrected& e, const Happened& happened) {
  s.content_sha256 = e.content_sha256();
  s.masked = e.masked();
  GoUp(s, e.version(), e.duty(), happened);
}

void On(State& s, const v1::NoticeTakenDown& e, const Happened&) {
  s.phase = e.early() ? v1::STATE_TAKEN_DOWN : v1::STATE_ARCHIVED;
}

void On(State& s, const v1::NoticePeriodElapsed&, const Happened&) {
  s.phase = v1::STATE_PERIOD_ELAPSED;
}

void On(State& s, const v1::NoticeObjected& e, const Happened&) {
  s.objections[e.objection()].person = e.objector();
}

void On(State& s, const v1::InquiryAsked& e, const Happened&) {
  s.inquiries[e.inquiry()].person = e.asker();
}

void Answer(Said& said, bool upheld, const std::string& answer) {
  said.answered = true;
  said.upheld = upheld;
  said.answer_sha256 = wire::Sha256(answer);
}

void On(State& s, const v1::NoticeObjectionAnswered& e, const Happened&) {
  Answer(s.objections[e.objection()], e.upheld(), e.answer());
}

void On(State& s, const v1::InquiryAnswered& e, const Happened&) {
  Answer(s.inquiries[e.inquiry()], false, e.answer());
}

bool IsChief(type::v1::Role role) {
  return role == type::v1::ROLE_ENTRANCE_CHIEF || role == type::v1::ROLE_BUILDING_CHIEF ||
         role == type::v1::ROLE_GRID_CHIEF;
}

}  // namespace

void Notice::Evolve(State& state, const Event& event, const Happened& happened) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kPublished:
      return On(state, event.published(), happened);
    case Event::kCorrected:
      return On(state, event.corrected(), happened);
    case Event::kTakenDown:
      return On(state, event.taken_down(), happened);
    case Event::kPeriodElapsed:
      return On(state, event.period_elapsed(), happened);
    case Event::kObjected:
      return On(state, event.objected(), happened);
    case Event::kObjectionAnswered:
      return On(state, event.objection_answered(), happened);
    case Event::kInquiryAsked:
      return On(state, event.inquiry_asked(), happened);
    case Event::kInquiryAnswered:
      return On(state, event.inquiry_answered(), happened);
    case Event::KIND_NOT_SET:
      return;  // Refused by the loader.
  }
}

std::string Notice::NewName(const v1::PublishNoticeRequest& request, std::string_view fresh_id) {
  return wire::Child(request.parent(), "notices",
                     request.notice_id().empty() ? fresh_id : request.notice_id());
}

bool Notice::Related(const State& state, type::v1::Relation relation,
                     const runtime::Standing& standing, std::string_view) {
  return relation == type::v1::RELATION_PUBLISHER && !standing.body.empty() &&
         standing.body == state.publisher && !IsChief(standing.role);
}

std::string ContentSha256(const v1::Content& content) {
  std::string text = absl::StrCat("sanzhang notice 1\n",
                                  absl::StrReplaceAll(content.title(), {{"\n", " "}}), "\n");
  for (const type::v1::Attachment& attachment : content.attachments()) {
    absl::StrAppend(&text, absl::BytesToHexString(attachment.sha256()), "\n");
  }
  absl::StrAppend(&text, "\n", content.body());
  return wire::Sha256(text);
}

}  // namespace sanzhang::notice
