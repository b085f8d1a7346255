#include "projections/resident/my_data_queries.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "projections/engine/cells.h"
#include "projections/engine/list_query.h"
#include "projections/engine/words.h"
#include "projections/privacy/purposes.h"
#include "projections/privacy/request_cells.h"
#include "projections/resident/me.h"

namespace sanzhang::projections::resident {
namespace {

using views::v1::ConsentRow;
using views::v1::GetMyDataResponse;
using views::v1::KeptWords;
using views::v1::LegalHoldRow;

absl::Status AddState(Rows& rows, std::string_view person, GetMyDataResponse& response) {
  response.set_state(views::v1::DATA_STATE_LIVE);
  const Value values[] = {person};
  return rows.Query("SELECT restricted_us, erased_us FROM data_subject WHERE person = ?1", values,
                    [&](const Row& row) {
                      if (!row.IsNull(0)) response.set_state(views::v1::DATA_STATE_RESTRICTED);
                      if (!row.IsNull(1)) response.set_state(views::v1::DATA_STATE_ERASED);
                    });
}

// Parts of a repeated field are one field: `notes[2].text` is `notes.text`.
std::string FieldOf(std::string_view path) {
  std::string field;
  bool index = false;
  for (const char c : path) {
    if (c == '[') index = true;
    if (!index) field.push_back(c);
    if (c == ']') index = false;
  }
  return field;
}

absl::Status AddKept(Rows& rows, std::string_view person, GetMyDataResponse& response) {
  const Value values[] = {person};
  return rows.Query(
      "SELECT fact, field, count(*), min(at_us), max(at_us) FROM kept_text WHERE person = ?1 "
      "GROUP BY fact, field ORDER BY fact, field",
      values, [&](const Row& row) {
        const std::string field = FieldOf(row.Text(1));
        KeptWords* kept = nullptr;
        if (response.kept_size() != 0) kept = response.mutable_kept(response.kept_size() - 1);
        const bool same =
            kept != nullptr && kept->fact_type() == row.Text(0) && kept->field() == field;
        if (!same) {
          kept = response.add_kept();
          const Purpose& purpose = PurposeOf(row.Text(0));
          kept->set_fact_type(std::string(row.Text(0)));
          kept->set_field(field);
          kept->set_purpose(std::string(purpose.purpose));
          kept->set_legal_basis(purpose.basis);
          kept->set_law_ref(std::string(purpose.law_ref));
          SetStamp(row.Time(3), *kept, &KeptWords::mutable_since);
          SetStamp(row.Time(4), *kept, &KeptWords::mutable_last);
        }
        kept->set_count(kept->count() + row.Int(2));
        if (row.Time(3) < wire::ToTime(kept->since())) {
          SetStamp(row.Time(3), *kept, &KeptWords::mutable_since);
        }
        if (row.Time(4) > wire::ToTime(kept->last())) {
          SetStamp(row.Time(4), *kept, &KeptWords::mutable_last);
        }
      });
}

absl::Status AddConsents(Rows& rows, std::string_view person, GetMyDataResponse& response) {
  const Value values[] = {person};
  return rows.Query(
      "SELECT purpose, separate, given_us, withdrawn_us FROM consent WHERE person = ?1 "
      "ORDER BY purpose",
      values, [&](const Row& row) {
        ConsentRow& consent = *response.add_consents();
        consent.set_purpose(std::string(row.Text(0)));
        consent.set_separate(static_cast<privacy::v1::SeparateConsent>(row.Int(1)));
        SetStamp(row.Time(2), consent, &ConsentRow::mutable_given_at);
        SetStamp(row.Time(3), consent, &ConsentRow::mutable_withdrawn_at);
      });
}

absl::Status AddHolds(const QueryContext& context, std::string_view person,
                      GetMyDataResponse& response) {
  const Value values[] = {person, TimeValue(context.now)};
  return context.snapshot.rows().Query(
      "SELECT hold, law_ref, placed_us, until_us FROM legal_hold WHERE person = ?1 "
      "AND lifted_us IS NULL AND (until_us IS NULL OR until_us > ?2) ORDER BY hold",
      values, [&](const Row& row) {
        LegalHoldRow& hold = *response.add_legal_holds();
        hold.set_hold(std::string(row.Text(0)));
        hold.set_law_ref(std::string(row.Text(1)));
        SetStamp(row.Time(2), hold, &LegalHoldRow::mutable_placed_at);
        SetStamp(row.Time(3), hold, &LegalHoldRow::mutable_until);
      });
}

}  // namespace

absl::Status GetMyData(const QueryContext& context, const views::v1::GetMyDataRequest& request,
                       views::v1::GetMyDataResponse& response) {
  const absl::StatusOr<Viewer> viewer = KnownMe(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  Rows& rows = context.snapshot.rows();
  response.set_person(viewer->person);
  absl::Status status = AddState(rows, viewer->person, response);
  if (status.ok()) status = AddKept(rows, viewer->person, response);
  if (status.ok()) status = AddConsents(rows, viewer->person, response);
  if (status.ok()) status = AddHolds(context, viewer->person, response);
  return status;
}

absl::Status ListMyTexts(const QueryContext& context, const views::v1::ListMyTextsRequest& request,
                         views::v1::ListMyTextsResponse& response) {
  static const auto* const columns =
      new std::vector<Column>{{"fact_type", "c.fact"},
                              {"field", "c.field"},
                              {"time", "c.at_us", ColumnType::kTime, nullptr, true, false}};
  const absl::StatusOr<Viewer> viewer = KnownMe(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{.name = "resident.texts",
                        .select = "c.position, c.fact, c.field, c.at_us, c.passage",
                        .from = "kept_text c",
                        .where = "c.person = ?1",
                        .values = {std::string_view(viewer->person)},
                        .columns = *columns,
                        .key = "(printf('%020d', c.position) || '.' || c.field)",
                        .default_order = "time"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    views::v1::MyText& text = *response.add_texts();
    text.set_position(static_cast<std::uint64_t>(row.Int(0)));
    text.set_fact_type(std::string(row.Text(1)));
    text.set_field(std::string(row.Text(2)));
    SetStamp(row.Time(3), text, &views::v1::MyText::mutable_at);
    *text.mutable_words() = WordsOf(row.Bytes(4));
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status ListWhoLooked(const QueryContext& context,
                           const views::v1::ListWhoLookedRequest& request,
                           views::v1::ListWhoLookedResponse& response) {
  static const auto* const columns = new std::vector<Column>{
      {"day", "c.day", ColumnType::kText, nullptr, true, false},
      {"capacity", "c.capacity", ColumnType::kEnum, type::v1::Role_descriptor()},
      {"method", "c.method"}};
  const absl::StatusOr<Viewer> viewer = KnownMe(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{
      .name = "resident.looks",
      .select = "c.day, c.capacity, c.method, c.viewers, c.bodies",
      .from =
          "(SELECT l.day, l.capacity, l.method, count(DISTINCT l.viewer) AS viewers, "
          "ifnull(group_concat(DISTINCT m.body), '') AS bodies FROM look l "
          "LEFT JOIN membership m ON m.person = l.viewer AND NOT m.ended "
          "WHERE l.subject = ?1 GROUP BY l.day, l.capacity, l.method) c",
      .where = "TRUE",
      .values = {std::string_view(viewer->person)},
      .columns = *columns,
      .key = "(c.day || '.' || c.capacity || '.' || c.method)",
      .default_order = "day desc"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    views::v1::LookRow& look = *response.add_looks();
    look.set_day(std::string(row.Text(0)));
    look.set_capacity(static_cast<type::v1::Role>(row.Int(1)));
    look.set_method(std::string(row.Text(2)));
    look.set_viewers(row.Int(3));
    const std::string bodies(row.Text(4));
    std::set<std::string> names = absl::StrSplit(bodies, ',', absl::SkipEmpty());
    for (const std::string& body : names) look.add_bodies(body);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status ListMySubjectRequests(const QueryContext& context,
                                   const views::v1::ListMySubjectRequestsRequest& request,
                                   views::v1::ListMySubjectRequestsResponse& response) {
  const absl::StatusOr<Viewer> viewer = KnownMe(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{.name = "resident.subject-requests",
                        .select = SubjectRequestSelect(),
                        .from = SubjectRequestFrom(),
                        .where = "c.community = ?1 AND (c.asker = ?2 OR c.subject = ?2)",
                        .values = {request.parent(), std::string_view(viewer->person)},
                        .columns = SubjectRequestColumns(),
                        .key = "c.name",
                        .default_order = "received_time desc"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_requests() = ReadSubjectRequest(row, context.now);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

}  // namespace sanzhang::projections::resident
