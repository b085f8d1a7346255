#include "projections/notices/reply_cells.h"

#include "absl/time/time.h"
#include "projections/engine/cells.h"
#include "projections/engine/words.h"
#include "projections/metrics/days.h"
#include "projections/notices/notice_cells.h"

namespace sanzhang::projections {
namespace {

// What a question and an objection have in common; answers when it was said.
template <class Reply>
absl::Time ReadReply(Cells& cells, Reply& reply) {
  reply.set_notice(cells.Text());
  reply.set_kind(static_cast<policy::v1::PublicationKind>(cells.Int()));
  reply.set_title(cells.Text());
  reply.set_version(cells.Int32());
  const absl::Time made = cells.Time();
  SetStamp(cells.Time(), reply, &Reply::mutable_answer_due);
  const absl::Time answered = cells.Time();
  SetStamp(answered, reply, &Reply::mutable_answered_at);
  reply.set_answer(cells.Text());
  if (answered != absl::InfinitePast()) reply.set_days(DaysBetween(made, answered));
  return made;
}

}  // namespace

std::string_view InquirySelect() {
  return "s.notice, n.kind, CASE WHEN n.state IN (1, 2) THEN n.title ELSE '' END, s.version, "
         "s.made_us, s.answer_due_us, s.answered_us, s.answer, s.number, s.words";
}

views::v1::InquiryRow ReadInquiry(const Row& row, bool question) {
  views::v1::InquiryRow inquiry;
  Cells cells(row);
  SetStamp(ReadReply(cells, inquiry), inquiry, &views::v1::InquiryRow::mutable_asked_at);
  inquiry.set_inquiry(cells.Int32());
  const std::string words = cells.Bytes();
  *inquiry.mutable_question() = question ? WordsOf(words) : Withheld(words);
  return inquiry;
}

std::string_view NoticeObjectionSelect() {
  return "s.notice, n.kind, CASE WHEN n.state IN (1, 2) THEN n.title ELSE '' END, s.version, "
         "s.made_us, s.answer_due_us, s.answered_us, s.answer, s.number, s.upheld, s.words";
}

views::v1::NoticeObjectionRow ReadNoticeObjection(const Row& row, bool grounds) {
  views::v1::NoticeObjectionRow objection;
  Cells cells(row);
  SetStamp(ReadReply(cells, objection), objection,
           &views::v1::NoticeObjectionRow::mutable_objected_at);
  objection.set_objection(cells.Int32());
  objection.set_upheld(cells.Bool());
  const std::string words = cells.Bytes();
  *objection.mutable_grounds() = grounds ? WordsOf(words) : Withheld(words);
  return objection;
}

const std::vector<Column>& ReplyColumns() {
  static const auto* const columns = new std::vector<Column>{
      {"notice", "s.notice"},
      {"kind", "n.kind", ColumnType::kEnum, policy::v1::PublicationKind_descriptor()},
      {"publisher", "n.publisher"},
      {"version", "s.version", ColumnType::kInt},
      {.name = "made_time", .sql = "s.made_us", .type = ColumnType::kTime, .nullable = false},
      {"answer_due", "s.answer_due_us", ColumnType::kTime},
      {"answered", "(s.answered_us IS NOT NULL)", ColumnType::kBool},
      {"answered_time", "s.answered_us", ColumnType::kTime},
  };
  return *columns;
}

}  // namespace sanzhang::projections
