// V-O1: votes as they go; and their numbers.
#include <algorithm>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "projections/directory/viewer.h"
#include "projections/engine/cells.h"
#include "projections/engine/list_query.h"
#include "projections/metrics/vote_metrics.h"
#include "projections/owners_committee/owners_committee_queries.h"
#include "projections/owners_committee/vote_sight.h"
#include "projections/resolutions/resolution_cells.h"
#include "proto/wire/etag.h"
#include "proto/wire/names.h"
#include "proto/wire/refusal.h"

namespace sanzhang::projections::owners_committee {
namespace {

using resolution::v1::VoteThreshold;
using views::v1::QuorumGap;
using views::v1::VoteRow;

const std::vector<Column>& Columns() {
  static const auto* const columns =
      new std::vector<Column>(ResolutionColumns({"name",
                                                 "title",
                                                 "regime",
                                                 "matter",
                                                 "state",
                                                 "open",
                                                 "property_area",
                                                 "convener",
                                                 "body",
                                                 "mode",
                                                 "secret",
                                                 "rule_set",
                                                 "drafted_time",
                                                 "noticed_time",
                                                 "opens",
                                                 "closes",
                                                 "closed_time",
                                                 "certified_time",
                                                 "outcome",
                                                 "roll_objections_open",
                                                 "tally_objections_open"}));
  return *columns;
}

std::string Select() { return absl::StrCat(ResolutionSelect(), ", ", std::string(kTurnoutSelect)); }

std::string From() { return absl::StrCat("resolution c ", std::string(kTurnoutJoin)); }

void SetMotion(const ResolutionCells& c, VoteRow& row) {
  row.set_name(c.name);
  row.set_etag(wire::EtagOf(c.revision));
  row.set_last_position(static_cast<std::uint64_t>(c.position));
  row.set_last_event_id(c.event_id);
  row.set_title(c.title);
  row.set_regime(c.regime);
  row.set_matter(c.matter);
  row.set_property_area(c.property_area);
  row.set_convener(c.convener);
  row.set_body(c.body);
  row.set_state(c.state);
  row.set_items(c.items);
  row.set_seats(c.seats);
  row.set_outcome(c.outcome);
}

void SetNotice(const ResolutionCells& c, VoteRow& row) {
  row.set_mode(c.mode);
  row.set_secret(c.secret);
  row.set_rule_set(c.rule_set);
  row.set_notice(c.notice);
  row.set_extensions(c.extensions);
  SetStamp(c.drafted, row, &VoteRow::mutable_drafted_at);
  SetStamp(c.noticed, row, &VoteRow::mutable_noticed_at);
  SetStamp(c.opens, row, &VoteRow::mutable_opens);
  SetStamp(c.closes, row, &VoteRow::mutable_closes);
  SetStamp(c.opened, row, &VoteRow::mutable_opened_at);
  SetStamp(c.closed, row, &VoteRow::mutable_closed_at);
  SetStamp(c.certified, row, &VoteRow::mutable_certified_at);
  SetStamp(c.tally_objections_until, row, &VoteRow::mutable_tally_objections_until);
  row.set_tally_objections(c.tally_objections);
  row.set_tally_objections_open(c.tally_objections_open);
  row.set_counters(c.counters);
  row.set_recusals(c.interests + c.recusals);
}

// As it is now: corrections of the roll change its sums.
void SetRoll(const ResolutionCells& c, const TurnoutCells& t, VoteRow& row) {
  if (c.frozen == absl::InfinitePast()) return;
  SetStamp(c.frozen, row, &VoteRow::mutable_frozen_at);
  SetStamp(c.roll_objections_until, row, &VoteRow::mutable_roll_objections_until);
  row.set_subjects(t.subjects);
  row.set_heads(t.heads);
  row.set_area_dm2(t.area_dm2);
  row.set_dwellings(c.dwellings);
  row.set_dwellings_without_owner(c.dwellings_without_owner);
  row.set_composition(c.composition);
  row.set_representatives(c.representatives);
  row.set_roll_objections(c.roll_objections);
  row.set_roll_objections_open(c.roll_objections_open);
}

// The count's own arithmetic (domain rules T2): the least part of the base that meets the share.
std::int64_t Needed(const VoteThreshold& share, std::int64_t base) {
  if (share.denominator() <= 0) return 0;
  const absl::int128 need = absl::int128(share.numerator()) * base;
  const absl::int128 of = share.denominator();
  return static_cast<std::int64_t>(share.strict() ? need / of + 1 : (need + of - 1) / of);
}

QuorumGap GapOf(const VoteThreshold& share, std::int64_t base, std::int64_t part) {
  QuorumGap gap;
  *gap.mutable_threshold() = share;
  gap.set_needed(Needed(share, base));
  gap.set_gap(std::max<std::int64_t>(gap.needed() - part, 0));
  return gap;
}

// Who takes part: whoever has returned a ballot; in a meeting whoever is there. Owners vote by
// ballot even where they meet.
// What is lacking is told only so long as it can still come.
void SetQuorum(const ResolutionCells& c, const TurnoutCells& t, VoteRow& row) {
  resolution::v1::VoteThresholds thresholds;
  const bool said = !c.thresholds.empty() && thresholds.ParseFromString(c.thresholds);
  const bool presence =
      c.mode == resolution::v1::VOTE_MODE_MEETING && c.regime != resolution::v1::REGIME_OWNERS;
  const std::int64_t heads = presence ? c.present : t.returned_heads;
  SetPortion(heads, t.heads, *row.mutable_returned_heads());
  if (t.area_dm2 > 0) SetPortion(t.returned_area_dm2, t.area_dm2, *row.mutable_returned_area());
  if (!said) return;
  *row.mutable_thresholds() = thresholds;
  if (c.state > views::v1::RESOLUTION_STATE_OPEN) return;
  if (thresholds.has_quorum_heads()) {
    *row.mutable_heads_gap() = GapOf(thresholds.quorum_heads(), t.heads, heads);
  }
  if (thresholds.has_quorum_area()) {
    *row.mutable_area_gap() = GapOf(thresholds.quorum_area(), t.area_dm2, t.returned_area_dm2);
  }
}

void SetTurnout(const ResolutionCells& c, const TurnoutCells& t, VoteRow& row) {
  if (c.frozen == absl::InfinitePast()) return;
  SetPortion(t.delivered, t.subjects, *row.mutable_delivered());
  SetPortion(t.warned, t.subjects, *row.mutable_warned());
  SetQuorum(c, t, row);
  row.set_conflicts_open(t.conflicts);
  row.set_papers_unverified(t.unverified);
  row.set_on_paper(t.on_paper);
  row.set_proxies(t.proxied);
  row.set_co_owner_disputes(t.disputed);
  row.set_late(t.late);
  row.set_present(c.present);
}

VoteRow ToVote(const Row& row, absl::Time now) {
  const ResolutionCells c = ReadResolution(row);
  const TurnoutCells t = ReadTurnout(row.From(ResolutionColumnCount()));
  VoteRow vote;
  SetMotion(c, vote);
  SetNotice(c, vote);
  SetRoll(c, t, vote);
  SetTurnout(c, t, vote);
  if (const auto remaining = c.RemainingMs(now)) vote.set_remaining_ms(*remaining);
  return vote;
}

template <class Request, class Response>
absl::StatusOr<std::string> ListInto(const QueryContext& context, const Request& request,
                                     Response& response) {
  const absl::StatusOr<Scope> seen = VotesSeen(context, request, request.parent(), Depth::kVotes);
  if (!seen.ok()) return seen.status();
  const ListQuery query{.name = "owners-committee.votes",
                        .select = Select(),
                        .from = From(),
                        .where = seen->Sql(1),
                        .values = seen->Values({}),
                        .columns = Columns(),
                        .key = "c.name",
                        .default_order = "drafted_time desc"};
  return List(context, query, PageOf(request),
              [&](const Row& row) { *response.add_votes() = ToVote(row, context.now); });
}

template <class Request>
Window WindowOf(const Request& request) {
  return {wire::ToTime(request.from()), wire::ToTime(request.to())};
}

// The votes that a question about numbers is about, among those that the caller sees.
template <class Request>
absl::StatusOr<Scope> VotesCounted(const QueryContext& context, const Request& request) {
  absl::StatusOr<Scope> seen = VotesSeen(context, request, request.parent(), Depth::kVotes);
  if (!seen.ok()) return seen;
  const Window window = WindowOf(request);
  if (window.from >= window.to) return wire::RefuseShape({{"to", "must be after from"}});
  seen->Where("property_area", request.property_area());
  if (request.regime() != 0) seen->Where("regime", std::int64_t{request.regime()});
  return seen;
}

}  // namespace

absl::Status ListVotes(const QueryContext& context, const views::v1::ListVotesRequest& request,
                       views::v1::ListVotesResponse& response) {
  absl::StatusOr<std::string> next = ListInto(context, request, response);
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status WatchVotes(const QueryContext& context, const views::v1::WatchVotesRequest& request,
                        views::v1::WatchVotesResponse& response) {
  const absl::StatusOr<std::string> next = ListInto(context, request, response);
  if (!next.ok()) return next.status();
  for (VoteRow& row : *response.mutable_votes()) row.clear_remaining_ms();
  return absl::OkStatus();
}

absl::Status GetVote(const QueryContext& context, const views::v1::GetVoteRequest& request,
                     views::v1::GetVoteResponse& response) {
  absl::StatusOr<Scope> seen =
      VotesSeen(context, request, wire::CommunityOf(request.name()), Depth::kVotes);
  if (!seen.ok()) return seen.status();
  seen->Where("name", request.name());
  absl::Status status = context.snapshot.rows().Query(
      absl::StrCat("SELECT ", Select(), " FROM ", From(), " WHERE ", seen->Sql(1)),
      seen->Values({}),
      [&](const Row& row) { *response.mutable_vote() = ToVote(row, context.now); });
  if (!status.ok()) return status;
  return response.has_vote() ? absl::OkStatus() : Denied();
}

absl::Status GetVoteMetrics(const QueryContext& context,
                            const views::v1::GetVoteMetricsRequest& request,
                            views::v1::GetVoteMetricsResponse& response) {
  const absl::StatusOr<Scope> counted = VotesCounted(context, request);
  if (!counted.ok()) return counted.status();
  absl::StatusOr<std::vector<views::v1::Metric>> metrics =
      VoteMetrics(context.snapshot.rows(), WindowOf(request), *counted);
  if (!metrics.ok()) return metrics.status();
  for (views::v1::Metric& metric : *metrics) response.add_metrics()->Swap(&metric);
  return absl::OkStatus();
}

absl::Status ListVoteMetricCases(const QueryContext& context,
                                 const views::v1::ListVoteMetricCasesRequest& request,
                                 views::v1::ListVoteMetricCasesResponse& response) {
  const absl::StatusOr<Scope> counted = VotesCounted(context, request);
  if (!counted.ok()) return counted.status();
  absl::StatusOr<ListQuery> query = VoteCasesOf(request.metric(), WindowOf(request), *counted);
  if (!query.ok()) return query.status();
  query->name = "owners-committee.metric-cases";
  auto next = List(context, *query, PageOf(request),
                   [&](const Row& row) { ReadCase(row, *response.add_cases()); });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

}  // namespace sanzhang::projections::owners_committee
