#include "projections/notices/notice_cells.h"

#include "absl/strings/str_cat.h"
#include "projections/engine/cells.h"

namespace sanzhang::projections {

namespace v1 = notice::v1;

bool NoticeCells::IsUp() const {
  return state == v1::STATE_PUBLISHED || state == v1::STATE_PERIOD_ELAPSED;
}

std::string NoticeHearsObjections(std::string_view parameter) {
  return absl::StrCat("(n.state <> 3 AND n.objections_until_us >= ",
                      absl::string_view(parameter.data(), parameter.size()), ")");
}

std::string_view NoticeSelect() {
  return "n.name, n.revision, n.position, n.event_id, n.kind, n.about, n.property_area, n.grid, "
         "n.building, n.entrance, n.audience, n.publisher, n.state, n.version, n.masked, n.title, "
         "n.body, n.attachments, n.sha256, n.rule, n.law_ref, n.days_min, n.fact_us, "
         "n.publish_due_us, n.first_published_us, n.published_us, n.min_until_us, "
         "n.objections_until_us, n.earliest_event_us, n.elapsed_us, n.taken_down_us, "
         "n.taken_down_reason, n.objections, n.objections_open, n.inquiries, n.inquiries_open";
}

NoticeCells ReadNotice(const Row& row) {
  NoticeCells n;
  Cells cells(row);
  n.name = cells.Text();
  n.revision = cells.Int();
  n.position = cells.Int();
  n.event_id = cells.Bytes();
  cells.Read(n.kind);
  n.about = cells.Text();
  n.place.set_property_area(cells.Text());
  n.place.set_grid(cells.Text());
  n.place.set_building(cells.Text());
  n.place.set_entrance(cells.Text());
  cells.Read(n.audience);
  n.publisher = cells.Text();
  cells.Read(n.state);
  n.version = cells.Int32();
  n.masked = cells.Bool();
  n.title = cells.Text();
  n.body = cells.Text();
  n.attachments = cells.Bytes();
  n.sha256 = cells.Bytes();
  n.rule = cells.Text();
  n.law_ref = cells.Text();
  n.days_min = cells.Int32();
  for (absl::Time* time : {&n.fact, &n.publish_due, &n.first_published, &n.published, &n.min_until,
                           &n.objections_until, &n.earliest_event, &n.elapsed, &n.taken_down}) {
    *time = cells.Time();
  }
  n.taken_down_reason = cells.Text();
  n.objections = cells.Int32();
  n.objections_open = cells.Int32();
  n.inquiries = cells.Int32();
  n.inquiries_open = cells.Int32();
  return n;
}

const std::vector<Column>& NoticeColumns() {
  static const auto* const columns = new std::vector<Column>{
      {.name = "name", .sql = "n.name", .nullable = false},
      {"kind", "n.kind", ColumnType::kEnum, policy::v1::PublicationKind_descriptor()},
      {"about", "n.about"},
      {"audience", "n.audience", ColumnType::kEnum, policy::v1::Audience_descriptor()},
      {"publisher", "n.publisher"},
      {"property_area", "n.property_area"},
      {"grid", "n.grid"},
      {"building", "n.building"},
      {"entrance", "n.entrance"},
      {"state", "n.state", ColumnType::kEnum, v1::State_descriptor()},
      {"up", kNoticeIsUp, ColumnType::kBool},
      {"masked", "n.masked", ColumnType::kBool},
      {"version", "n.version", ColumnType::kInt},
      {.name = "published_time",
       .sql = "n.published_us",
       .type = ColumnType::kTime,
       .nullable = false},
      {"first_published_time", "n.first_published_us", ColumnType::kTime},
      // As they are shown: the dates of what was taken down early do not count.
      {"min_until", "(CASE n.state WHEN 3 THEN NULL ELSE n.min_until_us END)", ColumnType::kTime},
      {"objections_until", "(CASE n.state WHEN 3 THEN NULL ELSE n.objections_until_us END)",
       ColumnType::kTime},
      {"objections_open", "n.objections_open", ColumnType::kInt},
      {"inquiries_open", "n.inquiries_open", ColumnType::kInt},
  };
  return *columns;
}

}  // namespace sanzhang::projections
