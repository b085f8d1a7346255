#include "projections/resident/resident_queries.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "projections/complaints/complaint_cells.h"
#include "projections/complaints/personal_text.h"
#include "projections/engine/list_query.h"
#include "projections/engine/words.h"
#include "projections/resident/me.h"
#include "projections/resident/words.h"
#include "proto/wire/etag.h"
#include "proto/wire/names.h"

namespace sanzhang::projections::resident {
namespace {

using complaint::v1::State;
using views::v1::MyComplaint;

// ?1 the community, ?2 the person. What follows another shows where that stands: `m`.
constexpr std::string_view kMine =
    "c.community = ?1 AND (c.complainant = ?2 OR c.name IN "
    "(SELECT complaint FROM supporter WHERE person = ?2))";
constexpr std::string_view kFrom =
    "complaint c LEFT JOIN complaint m ON m.name = c.main AND "
    "c.state = 4";
static_assert(complaint::v1::STATE_LINKED == 4);
constexpr std::string_view kExtra =
    "c.complainant = ?2, COALESCE(m.state, c.state), "
    "COALESCE(m.responsible_body, c.responsible_body), COALESCE((SELECT b.display_name FROM body b "
    "WHERE b.name = COALESCE(m.responsible_body, c.responsible_body)), ''), "
    "COALESCE(m.next_due_us, c.next_due_us), c.refusal_appealed, ";
constexpr int kExtraColumns = 6;

std::string Select() { return absl::StrCat(kExtra.data(), ComplaintSelect()); }

views::v1::Ask AskOf(const ComplaintCells& c, bool refusal_appealed, absl::Time now) {
  if (c.state == complaint::v1::STATE_ANSWERED &&
      c.confirmation == complaint::v1::CONFIRMATION_UNSPECIFIED) {
    return views::v1::ASK_CONFIRM_OR_DISPUTE;
  }
  const bool closed = c.state == complaint::v1::STATE_CLOSED && now <= c.appeal_until;
  const bool refused = c.state == complaint::v1::STATE_NOT_ACCEPTED && !refusal_appealed;
  return closed || refused ? views::v1::ASK_APPEAL : views::v1::ASK_UNSPECIFIED;
}

// What only the complainant sees.
void SetOwn(const ComplaintCells& c, bool refusal_appealed, absl::Time now, MyComplaint& mine) {
  mine.set_etag(wire::EtagOf(c.revision));
  *mine.mutable_text() = ComplaintWords(c.text, c.redacted);
  *mine.mutable_title() = TitleOf(c.text, c.redacted);
  *mine.mutable_answer() = WordsOf(c.answer);
  mine.set_ask(AskOf(c, refusal_appealed, now));
  if (mine.ask() == views::v1::ASK_CONFIRM_OR_DISPUTE) {
    SetStamp(c.silence_until, mine, &MyComplaint::mutable_confirm_until);
  }
  if (mine.ask() == views::v1::ASK_APPEAL) {
    SetStamp(c.appeal_until, mine, &MyComplaint::mutable_appeal_until);
  }
  mine.set_confirmation(c.confirmation);
  mine.set_refusal_reason(c.refusal_reason);
  mine.set_redirected_to(c.redirected_to);
  mine.set_exclusion(c.exclusion);
}

MyComplaint ToMine(const Row& row, absl::Time now) {
  const ComplaintCells c = ReadComplaint(row.From(kExtraColumns));
  MyComplaint mine;
  mine.set_name(c.name);
  mine.set_last_position(static_cast<std::uint64_t>(c.position));
  mine.set_mine(row.Int(0) != 0);
  SetStamp(c.filed, mine, &MyComplaint::mutable_filed_at);
  mine.set_category(c.category);
  *mine.mutable_place() = c.place;
  mine.set_state(static_cast<State>(row.Int(1)));
  mine.set_responsible_body(std::string(row.Text(2)));
  mine.set_responsible_body_name(std::string(row.Text(3)));
  SetStamp(row.Time(4), mine, &MyComplaint::mutable_due);
  mine.set_outcome(c.outcome);
  mine.set_main(c.main);
  mine.set_supporters(c.supporters);
  if (mine.mine()) {
    SetOwn(c, row.Int(5) != 0, now, mine);
  } else {
    *mine.mutable_title() = OpenWordsOf(CategoryWords(c.category).zh());
    mine.mutable_place()->clear_dwelling();
  }
  *mine.mutable_state_words() = StateWords(mine.state());
  *mine.mutable_next_step() = NextStep(mine.state(), mine.ask());
  return mine;
}

template <class Request, class Response>
absl::StatusOr<std::string> ListInto(const QueryContext& context, const Request& request,
                                     Response& response) {
  static const auto* const columns = [] {
    auto* mine = new std::vector<Column>(ComplaintColumns(
        {"name", "filed_time", "category", "state", "open", "next_due", "ended_time"}));
    mine->push_back({"mine", "(c.complainant = ?2)", ColumnType::kBool});
    return mine;
  }();
  const absl::StatusOr<Viewer> me = Me(context, request, request.parent());
  if (!me.ok()) return me.status();
  const ListQuery query{.name = "resident.complaints",
                        .select = Select(),
                        .from = std::string(kFrom),
                        .where = std::string(kMine),
                        .values = {request.parent(), me->person},
                        .columns = *columns,
                        .key = "c.name",
                        .default_order = "filed_time desc"};
  return List(context, query, PageOf(request),
              [&](const Row& row) { *response.add_complaints() = ToMine(row, context.now); });
}

}  // namespace

absl::Status ListMyComplaints(const QueryContext& context,
                              const views::v1::ListMyComplaintsRequest& request,
                              views::v1::ListMyComplaintsResponse& response) {
  absl::StatusOr<std::string> next = ListInto(context, request, response);
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status WatchMyComplaints(const QueryContext& context,
                               const views::v1::WatchMyComplaintsRequest& request,
                               views::v1::WatchMyComplaintsResponse& response) {
  return ListInto(context, request, response).status();
}

absl::Status GetMyComplaint(const QueryContext& context,
                            const views::v1::GetMyComplaintRequest& request,
                            views::v1::GetMyComplaintResponse& response) {
  const std::string_view community = wire::CommunityOf(request.name());
  const absl::StatusOr<Viewer> me = Me(context, request, community);
  if (!me.ok()) return me.status();
  const Value values[] = {community, me->person, request.name()};
  absl::Status status = context.snapshot.rows().Query(
      absl::StrCat("SELECT ", Select(), " FROM ", kFrom.data(), " WHERE ", kMine.data(),
                   " AND c.name = ?3"),
      values, [&](const Row& row) { *response.mutable_complaint() = ToMine(row, context.now); });
  if (!status.ok()) return status;
  return response.has_complaint() ? absl::OkStatus() : Denied();
}

}  // namespace sanzhang::projections::resident
