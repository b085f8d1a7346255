#include "projections/resolutions/resolution_cells.h"

#include <algorithm>
#include <array>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "projections/engine/cells.h"

namespace sanzhang::projections {
namespace {

namespace v1 = resolution::v1;

constexpr auto kColumns = std::to_array<std::string_view>({"name",
                                                           "revision",
                                                           "position",
                                                           "event_id",
                                                           "community",
                                                           "property_area",
                                                           "regime",
                                                           "matter",
                                                           "state",
                                                           "title",
                                                           "body",
                                                           "convener",
                                                           "items",
                                                           "seats",
                                                           "drafted_us",
                                                           "deliberations",
                                                           "studied_us",
                                                           "study_opinion",
                                                           "study_advice",
                                                           "noticed_us",
                                                           "notice",
                                                           "rule_set",
                                                           "mode",
                                                           "secret",
                                                           "last_counts",
                                                           "thresholds",
                                                           "opens_us",
                                                           "closes_us",
                                                           "counters",
                                                           "frozen_us",
                                                           "roll_sha256",
                                                           "subjects",
                                                           "heads",
                                                           "area_dm2",
                                                           "dwellings",
                                                           "dwellings_without_owner",
                                                           "composition",
                                                           "representatives",
                                                           "roll_objections_until_us",
                                                           "roll_objections",
                                                           "roll_objections_open",
                                                           "opened_us",
                                                           "closed_us",
                                                           "extensions",
                                                           "present",
                                                           "interests",
                                                           "recusals",
                                                           "tallied_us",
                                                           "tally_objections_until_us",
                                                           "tally_objections",
                                                           "tally_objections_open",
                                                           "recounts",
                                                           "certified_us",
                                                           "outcome",
                                                           "input_sha256",
                                                           "result_notice"});

void ReadMotion(Cells& cells, ResolutionCells& c) {
  c.name = cells.Text();
  c.revision = cells.Int();
  c.position = cells.Int();
  c.event_id = cells.Bytes();
  c.community = cells.Text();
  c.property_area = cells.Text();
  cells.Read(c.regime);
  cells.Read(c.matter);
  cells.Read(c.state);
  c.title = cells.Text();
  c.body = cells.Text();
  c.convener = cells.Text();
  c.items = cells.Int32();
  c.seats = cells.Int32();
  c.drafted = cells.Time();
  c.deliberations = cells.Int32();
  c.studied = cells.Time();
  cells.Read(c.study_opinion);
  c.study_advice = cells.Text();
}

void ReadNotice(Cells& cells, ResolutionCells& c) {
  c.noticed = cells.Time();
  c.notice = cells.Text();
  c.rule_set = cells.Text();
  cells.Read(c.mode);
  c.secret = cells.Bool();
  c.last_counts = cells.Bool();
  c.thresholds = cells.Bytes();
  c.opens = cells.Time();
  c.closes = cells.Time();
  c.counters = cells.Int32();
}

void ReadRoll(Cells& cells, ResolutionCells& c) {
  c.frozen = cells.Time();
  c.roll_sha256 = cells.Text();
  for (std::int64_t* count :
       {&c.subjects, &c.heads, &c.area_dm2, &c.dwellings, &c.dwellings_without_owner}) {
    *count = cells.Int();
  }
  c.composition = cells.Int32();
  c.representatives = cells.Int32();
  c.roll_objections_until = cells.Time();
  c.roll_objections = cells.Int32();
  c.roll_objections_open = cells.Int32();
}

void ReadVote(Cells& cells, ResolutionCells& c) {
  c.opened = cells.Time();
  c.closed = cells.Time();
  for (std::int32_t* count : {&c.extensions, &c.present, &c.interests, &c.recusals}) {
    *count = cells.Int32();
  }
  c.tallied = cells.Time();
  c.tally_objections_until = cells.Time();
  for (std::int32_t* count : {&c.tally_objections, &c.tally_objections_open, &c.recounts}) {
    *count = cells.Int32();
  }
  c.certified = cells.Time();
  cells.Read(c.outcome);
  c.input_sha256 = cells.Text();
  c.result_notice = cells.Text();
}

const std::vector<Column>& AllColumns() {
  static const auto* const columns = new std::vector<Column>{
      {"name", "c.name"},
      {"title", "c.title", ColumnType::kText, nullptr, /*orders=*/false},
      {"regime", "c.regime", ColumnType::kEnum, v1::Regime_descriptor()},
      {"matter", "c.matter", ColumnType::kEnum, v1::MatterCode_descriptor()},
      {"state", "c.state", ColumnType::kEnum, views::v1::ResolutionState_descriptor()},
      {"open", "(c.state = 3)", ColumnType::kBool},
      {"property_area", "c.property_area"},
      {"convener", "c.convener"},
      {"body", "c.body"},
      {"mode", "c.mode", ColumnType::kEnum, v1::VoteMode_descriptor()},
      {"secret", "c.secret", ColumnType::kBool},
      {"rule_set", "c.rule_set"},
      {"drafted_time", "c.drafted_us", ColumnType::kTime},
      {"studied", "(c.studied_us IS NOT NULL)", ColumnType::kBool},
      {"studied_time", "c.studied_us", ColumnType::kTime},
      {"opinion", "c.study_opinion", ColumnType::kEnum, v1::StudyOpinion_descriptor()},
      {"noticed_time", "c.noticed_us", ColumnType::kTime},
      {"opens", "c.opens_us", ColumnType::kTime},
      {"closes", "c.closes_us", ColumnType::kTime},
      {"closed_time", "c.closed_us", ColumnType::kTime},
      {"certified_time", "c.certified_us", ColumnType::kTime},
      {"outcome", "c.outcome", ColumnType::kEnum, v1::Outcome_descriptor()},
      {"roll_objections_open", "c.roll_objections_open", ColumnType::kInt},
      {"tally_objections_open", "c.tally_objections_open", ColumnType::kInt},
  };
  return *columns;
}
static_assert(views::v1::RESOLUTION_STATE_OPEN == 3);

}  // namespace

std::optional<std::int64_t> ResolutionCells::RemainingMs(absl::Time now) const {
  const bool opening = state == views::v1::RESOLUTION_STATE_NOTICED;
  const bool closing = state == views::v1::RESOLUTION_STATE_OPEN;
  const absl::Time next = opening ? opens : closes;
  if ((!opening && !closing) || next == absl::InfinitePast()) return std::nullopt;
  return absl::ToInt64Milliseconds(next - now);
}

std::string ResolutionSelect() {
  std::string select;
  for (const std::string_view column : kColumns) {
    absl::StrAppend(&select, select.empty() ? "c." : ", c.", std::string(column));
  }
  return select;
}

int ResolutionColumnCount() { return static_cast<int>(kColumns.size()); }

ResolutionCells ReadResolution(const Row& row) {
  ResolutionCells resolution;
  Cells cells(row);
  ReadMotion(cells, resolution);
  ReadNotice(cells, resolution);
  ReadRoll(cells, resolution);
  ReadVote(cells, resolution);
  return resolution;
}

std::vector<Column> ResolutionColumns(std::initializer_list<std::string_view> names) {
  std::vector<Column> columns;
  for (const Column& column : AllColumns()) {
    if (std::find(names.begin(), names.end(), column.name) != names.end()) {
      columns.push_back(column);
    }
  }
  return columns;
}

TurnoutCells ReadTurnout(const Row& row) {
  TurnoutCells t;
  Cells cells(row);
  for (std::int64_t* count : {&t.subjects, &t.heads, &t.area_dm2, &t.delivered, &t.warned,
                              &t.returned, &t.returned_heads, &t.returned_area_dm2, &t.on_paper,
                              &t.unverified, &t.conflicts, &t.late, &t.proxied, &t.disputed}) {
    *count = cells.Int();
  }
  return t;
}

void SetPortion(std::int64_t part, std::int64_t whole, views::v1::Portion& portion) {
  constexpr absl::int128 kMillion = 1'000'000;
  portion.set_part(part);
  portion.set_whole(whole);
  // Areas of a vote stay below 2^60: a product with a million does not.
  if (whole > 0) portion.set_ppm(static_cast<std::int64_t>(kMillion * part / whole));
}

}  // namespace sanzhang::projections
