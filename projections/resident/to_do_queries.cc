#include "projections/resident/to_do_queries.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "projections/complaints/personal_text.h"
#include "projections/engine/cells.h"
#include "projections/engine/list_query.h"
#include "projections/engine/words.h"
#include "projections/notices/notice_cells.h"
#include "projections/resident/me.h"
#include "projections/resident/words.h"
#include "projections/resolutions/voter_rows.h"
#include "sanzhang/complaint/v1/complaint.pb.h"
#include "sanzhang/rating/v1/rating.pb.h"
#include "sanzhang/resolution/v1/resolution.pb.h"
#include "sanzhang/views/v1/resolution_view.pb.h"

namespace sanzhang::projections::resident {
namespace {

using views::v1::MyToDo;

// Each kind: kind, name, title, words (of a complaint, sealed), redacted, due_us.
// ?1 the community, ?2 the person, ?3 what they are (the bits below), ?4 now.

// What MyComplaint asks to confirm or dispute.
constexpr std::string_view kAnswers =
    "SELECT 1 AS kind, c.name, '' AS title, c.text AS words, c.redacted, "
    "c.silence_until_us AS due_us FROM complaint c WHERE c.community = ?1 AND c.complainant = ?2 "
    "AND c.state = 10 AND c.confirmation = 0";
static_assert(complaint::v1::STATE_ANSWERED == 10);

// Whoever has objected to what stands there now has done it.
std::string Notices() {
  return absl::StrCat(
      "SELECT 4, n.name, n.title, NULL, x'', n.objections_until_us FROM notice n "
      "WHERE n.community = ?1 AND n.audience & ?3 AND ",
      kNoticeIsUp.data(), " AND ", NoticeHearsObjections("?4"),
      " AND NOT EXISTS (SELECT 1 FROM notice_objection o WHERE o.notice = n.name "
      "AND o.person = ?2 AND o.version = n.version)");
}
static_assert(policy::v1::AUDIENCE_ALL ==
              (policy::v1::AUDIENCE_RESIDENTS | policy::v1::AUDIENCE_OWNERS));

// Open votes with a subject in the roll for which the person may cast a ballot now and for which
// there is none that stands: as services/resolution has it, a co-owner unless the co-owners named
// another, a guardian or legal representative, an agent while the power lasts; not who is recused,
// and in a meeting only who is there.
constexpr std::string_view kVotes =
    "SELECT 2, r.name, r.title, NULL, x'', r.closes_us FROM resolution r "
    "WHERE r.community = ?1 AND r.state = 3 AND r.closes_us > ?4 AND EXISTS (SELECT 1 FROM ("
    "SELECT voter, capacity, designated FROM roll_person WHERE person = ?2 "
    "UNION ALL SELECT voter, 0, 0 FROM proxy WHERE agent = ?2 AND revoked_us IS NULL "
    "AND (ends_us IS NULL OR ends_us > ?4)) p "
    "JOIN roll v ON v.name = p.voter AND v.resolution = r.name AND NOT v.returned "
    "WHERE (p.capacity <> 1 OR NOT v.designated OR p.designated) "
    "AND NOT EXISTS (SELECT 1 FROM interest i WHERE i.voter = v.name AND i.recused "
    "AND i.items = '') "
    "AND (r.mode <> 1 OR EXISTS (SELECT 1 FROM attendance a WHERE a.resolution = r.name "
    "AND a.voter = v.name AND a.left_us IS NULL)))";
static_assert(views::v1::RESOLUTION_STATE_OPEN == 3 && kIsSubject == 1 &&
              resolution::v1::VOTE_MODE_MEETING == 1);

// Surveys are taken by confirmed residents or by owners, never by those who sit in the rated body.
constexpr std::string_view kSurveys =
    "SELECT 3, c.name, COALESCE(s.display_name, ''), NULL, x'', c.closes_us "
    "FROM rating_campaign c LEFT JOIN rating_scheme s ON s.scheme = c.scheme "
    "AND s.version = c.scheme_version WHERE c.community = ?1 AND c.state = 2 "
    "AND c.closes_us > ?4 AND ?3 & CASE c.eligibility WHEN 2 THEN 2 ELSE 4 END "
    "AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.person = ?2 AND m.body = c.target "
    "AND NOT m.ended)";
static_assert(rating::v1::CAMPAIGN_STATE_OPEN == 2 && rating::v1::ELIGIBILITY_OWNER == 2);

std::string From() {
  return absl::StrCat("(", kAnswers.data(), " UNION ALL ", kVotes.data(), " UNION ALL ",
                      kSurveys.data(), " UNION ALL ", Notices(), ") t");
}

// For whom the command takes objections: bits of policy.v1.Audience. One more for residents, whom a
// seat for others does not make.
constexpr std::int64_t kResident = 4;
std::int64_t WhatIAm(const Viewer& me) {
  std::int64_t bits = 0;
  if (me.Is(type::v1::ROLE_RESIDENT)) bits |= policy::v1::AUDIENCE_RESIDENTS | kResident;
  if (me.Is(type::v1::ROLE_REPRESENTATIVE)) bits |= policy::v1::AUDIENCE_RESIDENTS;
  if (me.Is(type::v1::ROLE_OWNER)) bits |= policy::v1::AUDIENCE_OWNERS;
  return bits;
}

const std::vector<Column>& Columns() {
  static const auto* const columns = new std::vector<Column>{
      {"kind", "t.kind", ColumnType::kEnum, views::v1::ToDoKind_descriptor()},
      {"name", "t.name"},
      // What has no end stands behind everything that has.
      {.name = "due",
       .sql = "COALESCE(t.due_us, 9223372036854775807)",
       .type = ColumnType::kTime,
       .nullable = false},
  };
  return *columns;
}
static_assert(std::numeric_limits<std::int64_t>::max() == 9223372036854775807);

MyToDo ToToDo(const Row& row) {
  MyToDo to_do;
  Cells cells(row);
  to_do.set_kind(static_cast<views::v1::ToDoKind>(cells.Int()));
  to_do.set_name(cells.Text());
  *to_do.mutable_title() = OpenWordsOf(cells.Text());
  const std::string words = cells.Bytes();
  const std::string redacted = cells.Bytes();
  if (!words.empty()) *to_do.mutable_title() = TitleOf(words, redacted);
  SetStamp(cells.Time(), to_do, &MyToDo::mutable_due);
  *to_do.mutable_what() = WhatToDo(to_do.kind());
  return to_do;
}

template <class Request, class Response>
absl::StatusOr<std::string> ListInto(const QueryContext& context, const Request& request,
                                     Response& response) {
  const absl::StatusOr<Viewer> me = KnownMe(context, request, request.parent());
  if (!me.ok()) return me.status();
  const ListQuery query{.name = "resident.to-dos",
                        .select = "t.kind, t.name, t.title, t.words, t.redacted, t.due_us",
                        .from = From(),
                        .where = "",
                        .values = {request.parent(), me->person, WhatIAm(*me)},
                        .passing = {TimeValue(context.now)},
                        .columns = Columns(),
                        .key = "(t.kind || ' ' || t.name)",
                        .default_order = "due"};
  return List(context, query, PageOf(request),
              [&](const Row& row) { *response.add_to_dos() = ToToDo(row); });
}

}  // namespace

absl::Status ListMyToDos(const QueryContext& context, const views::v1::ListMyToDosRequest& request,
                         views::v1::ListMyToDosResponse& response) {
  absl::StatusOr<std::string> next = ListInto(context, request, response);
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status WatchMyToDos(const QueryContext& context,
                          const views::v1::WatchMyToDosRequest& request,
                          views::v1::WatchMyToDosResponse& response) {
  return ListInto(context, request, response).status();
}

}  // namespace sanzhang::projections::resident
