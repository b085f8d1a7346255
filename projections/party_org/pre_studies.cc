// V-P3: motions that the Party organisation studies first.
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "projections/directory/viewer.h"
#include "projections/engine/cells.h"
#include "projections/engine/list_query.h"
#include "projections/party_org/party_org_queries.h"
#include "projections/resolutions/resolution_cells.h"
#include "proto/wire/etag.h"

namespace sanzhang::projections::party_org {
namespace {

using views::v1::PreStudy;

constexpr std::string_view kWaiting = "(c.studied_us IS NULL AND c.state = 1)";
static_assert(views::v1::RESOLUTION_STATE_DRAFTED == 1 &&
              resolution::v1::REGIME_PARTY_MEETING == 6 && resolution::v1::REGIME_POLL == 7);

const std::vector<Column>& Columns() {
  static const auto* const columns = [] {
    auto* all = new std::vector<Column>(
        ResolutionColumns({"name", "regime", "matter", "convener", "property_area", "state",
                           "studied", "opinion", "drafted_time", "studied_time"}));
    all->push_back({"waiting", kWaiting, ColumnType::kBool});
    return all;
  }();
  return *columns;
}

PreStudy ToStudy(const Row& row, absl::Time now) {
  const ResolutionCells c = ReadResolution(row.From(1));
  PreStudy study;
  study.set_name(c.name);
  study.set_etag(wire::EtagOf(c.revision));
  study.set_title(c.title);
  study.set_regime(c.regime);
  study.set_matter(c.matter);
  study.set_convener(c.convener);
  study.set_property_area(c.property_area);
  study.set_state(c.state);
  study.set_waiting(row.Int(0) != 0);
  SetStamp(c.drafted, study, &PreStudy::mutable_requested_at);
  SetStamp(c.studied, study, &PreStudy::mutable_studied_at);
  study.set_opinion(c.study_opinion);
  study.set_advice(c.study_advice);
  const absl::Time until = study.waiting() ? now : c.studied;
  study.set_days_waiting(static_cast<std::int32_t>((until - c.drafted) / absl::Hours(24)));
  return study;
}

}  // namespace

absl::Status ListPreStudies(const QueryContext& context,
                            const views::v1::ListPreStudiesRequest& request,
                            views::v1::ListPreStudiesResponse& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  // The Party's own meetings are not studied, nor is what binds nobody.
  const ListQuery query{.name = "party-org.studies",
                        .select = absl::StrCat(kWaiting.data(), ", ", ResolutionSelect()),
                        .from = "resolution c",
                        .where = absl::StrCat("c.community = ?1 AND c.regime NOT IN (6, 7) AND "
                                              "(c.studied_us IS NOT NULL OR ",
                                              kWaiting.data(), ")"),
                        .values = {request.parent()},
                        .columns = Columns(),
                        .key = "c.name",
                        .default_order = "waiting desc, drafted_time"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_studies() = ToStudy(row, context.now);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

}  // namespace sanzhang::projections::party_org
