// V-O3: what a vote came to.
#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "projections/directory/viewer.h"
#include "projections/engine/cells.h"
#include "projections/engine/words.h"
#include "projections/owners_committee/owners_committee_queries.h"
#include "projections/owners_committee/vote_sight.h"
#include "projections/resolutions/resolution_cells.h"
#include "proto/wire/names.h"

namespace sanzhang::projections::owners_committee {
namespace {

using resolution::v1::TallyResult;
using views::v1::ResultItem;
using views::v1::ResultSheet;
using views::v1::SheetSignature;

void SetVote(const ResolutionCells& c, const TurnoutCells& t, ResultSheet& sheet) {
  sheet.set_name(c.name);
  sheet.set_title(c.title);
  sheet.set_regime(c.regime);
  sheet.set_matter(c.matter);
  sheet.set_property_area(c.property_area);
  sheet.set_convener(c.convener);
  sheet.set_state(c.state);
  sheet.set_mode(c.mode);
  sheet.set_secret(c.secret);
  SetStamp(c.opened, sheet, &ResultSheet::mutable_opened_at);
  SetStamp(c.closed, sheet, &ResultSheet::mutable_closed_at);
  sheet.set_subjects(t.subjects);
  sheet.set_dwellings_without_owner(c.dwellings_without_owner);
  SetPortion(t.delivered, t.subjects, *sheet.mutable_delivered());
  sheet.set_outcome(c.outcome);
  sheet.set_roll_sha256(c.roll_sha256);
  sheet.set_recounts(c.recounts);
  sheet.set_objections(c.tally_objections);
  sheet.set_objections_open(c.tally_objections_open);
  SetStamp(c.tally_objections_until, sheet, &ResultSheet::mutable_objections_until);
  SetStamp(c.certified, sheet, &ResultSheet::mutable_certified_at);
  sheet.set_result_notice(c.result_notice);
}

// N, A and M12: all items of a vote have the same totals; who took part in the vote is who took
// part in that item in which most did.
void SetTotals(const TallyResult& result, ResultSheet& sheet) {
  std::int64_t heads = 0;
  std::int64_t area = 0;
  for (const resolution::v1::ItemTally& item : result.items()) {
    heads = std::max(heads, item.heads().participating());
    area = std::max(area, item.area().participating());
    sheet.set_heads(std::max(sheet.heads(), item.heads().total()));
    sheet.set_area_dm2(std::max(sheet.area_dm2(), item.area().total()));
  }
  SetPortion(heads, sheet.heads(), *sheet.mutable_turnout_heads());
  if (sheet.area_dm2() > 0) SetPortion(area, sheet.area_dm2(), *sheet.mutable_turnout_area());
}

// The last count; nothing before there is one.
absl::Status SetCount(Rows& rows, const ResolutionCells& c, TallyResult& result,
                      ResultSheet& sheet) {
  const Value values[] = {std::string_view(c.name)};
  bool readable = true;
  absl::Status status = rows.Query(
      "SELECT result, counted_us, rule_set, engine, differences, set_aside, sub_scopes_left_out, "
      "input_sha256 FROM tally WHERE resolution = ?1 ORDER BY revision DESC LIMIT 1",
      values, [&](const Row& row) {
        Cells cells(row);
        readable = result.ParseFromString(cells.Bytes());
        SetStamp(cells.Time(), sheet, &ResultSheet::mutable_counted_at);
        sheet.set_rule_set(cells.Text());
        sheet.set_engine_version(cells.Text());
        const std::string differences = cells.Text();
        for (const absl::string_view part : absl::StrSplit(differences, ' ', absl::SkipEmpty())) {
          sheet.add_differences(std::string(part));
        }
        sheet.set_set_aside_total(cells.Int());
        sheet.set_sub_scopes_left_out(cells.Bool());
        sheet.set_certified_last_count(c.certified != absl::InfinitePast() &&
                                       cells.Text() == c.input_sha256);
      });
  if (!status.ok()) return status;
  if (!readable) return absl::DataLossError(absl::StrCat("tally of ", c.name));
  *sheet.mutable_hashes() = result.hashes();
  if (result.has_election()) *sheet.mutable_election() = result.election();
  return rows.Query("SELECT reason, ballots FROM set_aside WHERE resolution = ?1 ORDER BY reason",
                    values, [&](const Row& row) {
                      views::v1::SetAsideCount& aside = *sheet.add_set_aside();
                      aside.set_reason(static_cast<resolution::v1::InvalidReason>(row.Int(0)));
                      aside.set_ballots(row.Int(1));
                    });
}

// In the order of the ballot; what was counted and is on it no more comes last.
absl::Status SetItems(Rows& rows, TallyResult& result, ResultSheet& sheet) {
  std::map<std::string, resolution::v1::ItemTally*> counted;
  for (resolution::v1::ItemTally& item : *result.mutable_items()) counted[item.item()] = &item;
  const Value values[] = {std::string_view(sheet.name())};
  absl::Status status = rows.Query(
      "SELECT code, text, question, called_us, outcome FROM item WHERE resolution = ?1 "
      "ORDER BY number",
      values, [&](const Row& row) {
        Cells cells(row);
        ResultItem& item = *sheet.add_items();
        item.set_code(cells.Text());
        item.set_text(cells.Text());
        item.set_question(cells.Text());
        SetStamp(cells.Time(), item, &ResultItem::mutable_called_at);
        item.set_certified(static_cast<resolution::v1::Outcome>(cells.Int()));
        const auto found = counted.find(item.code());
        if (found == counted.end()) return;
        item.mutable_tally()->Swap(found->second);
        counted.erase(found);
      });
  for (const auto& [code, tally] : counted) {
    ResultItem& item = *sheet.add_items();
    item.set_code(code);
    item.mutable_tally()->Swap(tally);
  }
  return status;
}

absl::Status SetPeople(Rows& rows, const std::string& input, ResultSheet& sheet) {
  const Value values[] = {std::string_view(sheet.name())};
  absl::Status status = rows.Query(
      "SELECT p.full_name FROM counter k LEFT JOIN person p ON p.name = k.person "
      "WHERE k.resolution = ?1 ORDER BY k.person",
      values, [&](const Row& row) { *sheet.add_counters() = MaskedWordsOf(row.Bytes(0)); });
  if (!status.ok()) return status;
  return rows.Query(
      "SELECT p.full_name, s.signs_as, s.signed_us, s.input_sha256 FROM signature s "
      "LEFT JOIN person p ON p.name = s.signatory WHERE s.resolution = ?1 ORDER BY s.revision",
      values, [&](const Row& row) {
        SheetSignature& signature = *sheet.add_signatures();
        *signature.mutable_masked_name() = MaskedWordsOf(row.Bytes(0));
        signature.set_as(static_cast<resolution::v1::Signatory>(row.Int(1)));
        SetStamp(row.Time(2), signature, &SheetSignature::mutable_signed_at);
        signature.set_of_last_count(row.Text(3) == input);
      });
}

}  // namespace

absl::Status GetResultSheet(const QueryContext& context,
                            const views::v1::GetResultSheetRequest& request,
                            views::v1::GetResultSheetResponse& response) {
  absl::StatusOr<Scope> seen =
      VotesSeen(context, request, wire::CommunityOf(request.name()), Depth::kResult);
  if (!seen.ok()) return seen.status();
  seen->Where("name", request.name());
  Rows& rows = context.snapshot.rows();
  ResolutionCells vote;
  absl::Status status = rows.Query(
      absl::StrCat("SELECT ", ResolutionSelect(), ", ", std::string(kTurnoutSelect),
                   " FROM resolution c ", std::string(kTurnoutJoin), " WHERE ", seen->Sql(1)),
      seen->Values({}), [&](const Row& row) {
        vote = ReadResolution(row);
        SetVote(vote, ReadTurnout(row.From(ResolutionColumnCount())), *response.mutable_sheet());
      });
  if (!status.ok()) return status;
  if (!response.has_sheet()) return Denied();
  ResultSheet& sheet = *response.mutable_sheet();
  TallyResult result;
  status = SetCount(rows, vote, result, sheet);
  if (!status.ok()) return status;
  SetTotals(result, sheet);
  status = SetPeople(rows, result.hashes().input(), sheet);
  return status.ok() ? SetItems(rows, result, sheet) : status;
}

}  // namespace sanzhang::projections::owners_committee
