// V-M2: votes in which the caller has a part.
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "projections/directory/viewer.h"
#include "projections/engine/cells.h"
#include "projections/engine/list_query.h"
#include "projections/resident/resident_queries.h"
#include "projections/resolutions/resolution_cells.h"
#include "projections/resolutions/voter_rows.h"

namespace sanzhang::projections::resident {
namespace {

using views::v1::MyVote;
using views::v1::ResolutionState;
using enum views::v1::MyVoteObstacle;
using enum views::v1::MyVoteRole;

// ?1 the community, ?2 the person. Each subject that the person is (1), acts for by law (2) or
// holds a power of (3), once for each capacity.
constexpr std::string_view kFrom =
    "(SELECT voter, capacity AS kind, designated, '' AS principal, NULL AS ends_us "
    "FROM roll_person WHERE person = ?2 UNION ALL "
    "SELECT voter, 3, 0, max(principal), max(COALESCE(ends_us, 9223372036854775807)) "
    "FROM proxy WHERE agent = ?2 AND revoked_us IS NULL GROUP BY voter) m "
    "JOIN voter v ON v.name = m.voter AND NOT v.struck_off "
    "JOIN resolution c ON c.name = v.resolution AND c.snapshot = v.snapshot";
constexpr std::int64_t kHoldsPower = 3;
static_assert(kIsSubject == 1 && kActsForSubject == 2);

constexpr std::string_view kVoter =
    "m.kind, m.principal, m.ends_us, m.designated, v.name, v.membership <> '', v.designated, "
    "v.returned, v.returned_us, "
    "EXISTS (SELECT 1 FROM interest i WHERE i.voter = v.name AND i.recused AND i.items = ''), "
    "EXISTS (SELECT 1 FROM attendance a WHERE a.resolution = c.name AND a.voter = v.name "
    "AND a.left_us IS NULL), ";
constexpr int kVoterColumns = 11;

// What the voter's row says, and how the person is related to it.
struct Part {
  explicit Part(const Row& row) {
    Cells cells(row);
    kind = cells.Int();
    principal = cells.Text();
    power_ends_us = row.IsNull(2) ? std::nullopt : std::optional(row.Int(2));
    cells.Int();
    is_designated = cells.Bool();
    voter = cells.Text();
    has_seat = cells.Bool();
    has_designated = cells.Bool();
    returned = cells.Bool();
    returned_at = cells.Time();
    recused = cells.Bool();
    present = cells.Bool();
  }

  std::int64_t kind = 0;
  std::string principal;
  std::optional<std::int64_t> power_ends_us;
  bool is_designated = false;
  std::string voter;
  bool has_seat = false;
  bool has_designated = false;
  bool returned = false;
  absl::Time returned_at;
  bool recused = false;
  bool present = false;
};

views::v1::MyVoteRole RoleOf(const Part& part, const ResolutionCells& c) {
  if (part.kind == kHoldsPower) return MY_VOTE_ROLE_PROXY;
  if (part.kind == kActsForSubject) return MY_VOTE_ROLE_GUARDIAN;
  if (part.has_seat) return MY_VOTE_ROLE_MEMBER;
  const bool owners = c.regime == resolution::v1::REGIME_OWNERS;
  return owners ? MY_VOTE_ROLE_OWNER : MY_VOTE_ROLE_RESIDENT;
}

// In the order in which a ballot would be refused.
views::v1::MyVoteObstacle ObstacleOf(const Part& part, const ResolutionCells& c, absl::Time now) {
  const bool ended =
      part.power_ends_us.has_value() && absl::ToUnixMicros(now) >= *part.power_ends_us;
  if (part.kind == kHoldsPower && ended) return MY_VOTE_OBSTACLE_PROXY_ENDED;
  if (part.kind == kIsSubject && part.has_designated && !part.is_designated) {
    return MY_VOTE_OBSTACLE_OTHER_CO_OWNER;
  }
  if (c.state < views::v1::RESOLUTION_STATE_OPEN) return MY_VOTE_OBSTACLE_NOT_OPEN;
  if (c.state > views::v1::RESOLUTION_STATE_OPEN || now >= c.closes) return MY_VOTE_OBSTACLE_OVER;
  if (part.recused) return MY_VOTE_OBSTACLE_RECUSED;
  if (c.mode == resolution::v1::VOTE_MODE_MEETING && !part.present) {
    return MY_VOTE_OBSTACLE_NOT_PRESENT;
  }
  const bool replaces = c.last_counts && !c.secret;
  return part.returned && !replaces ? MY_VOTE_OBSTACLE_VOTED : MY_VOTE_OBSTACLE_UNSPECIFIED;
}

MyVote ToVote(const Row& row, absl::Time now) {
  const Part part(row);
  const ResolutionCells c = ReadResolution(row.From(kVoterColumns));
  MyVote vote;
  vote.set_voter(part.voter);
  vote.set_resolution(c.name);
  vote.set_title(c.title);
  vote.set_regime(c.regime);
  vote.set_matter(c.matter);
  vote.set_state(c.state);
  vote.set_mode(c.mode);
  vote.set_secret(c.secret);
  vote.set_last_counts(c.last_counts);
  vote.set_role(RoleOf(part, c));
  vote.set_principal(part.principal);
  vote.set_obstacle(ObstacleOf(part, c, now));
  vote.set_can_vote(vote.obstacle() == MY_VOTE_OBSTACLE_UNSPECIFIED);
  SetStamp(c.opens, vote, &MyVote::mutable_opens);
  SetStamp(c.closes, vote, &MyVote::mutable_closes);
  if (part.returned) SetStamp(part.returned_at, vote, &MyVote::mutable_voted_at);
  vote.set_outcome(c.outcome);
  SetStamp(c.certified, vote, &MyVote::mutable_certified_at);
  vote.set_notice(c.notice);
  vote.set_result_notice(c.result_notice);
  SetStamp(c.roll_objections_until, vote, &MyVote::mutable_roll_objections_until);
  return vote;
}

absl::Status AddItems(Rows& rows, MyVote& vote) {
  const Value values[] = {std::string_view(vote.resolution())};
  return rows.Query(
      "SELECT code, text, question, candidate, outcome FROM item WHERE resolution = ?1 "
      "ORDER BY number",
      values, [&](const Row& row) {
        views::v1::MyVoteItem& item = *vote.add_items();
        item.set_code(std::string(row.Text(0)));
        item.set_text(std::string(row.Text(1)));
        item.set_question(std::string(row.Text(2)));
        item.set_candidate(std::string(row.Text(3)));
        item.set_outcome(static_cast<resolution::v1::Outcome>(row.Int(4)));
      });
}

absl::Status AddProxies(Rows& rows, MyVote& vote) {
  if (vote.role() == MY_VOTE_ROLE_PROXY) return absl::OkStatus();
  const Value values[] = {std::string_view(vote.voter())};
  return rows.Query(
      "SELECT agent, items, granted_us, ends_us, revoked_us FROM proxy WHERE voter = ?1 "
      "ORDER BY revision",
      values, [&](const Row& row) {
        views::v1::MyProxy& proxy = *vote.add_proxies();
        proxy.set_agent(std::string(row.Text(0)));
        const std::string items(row.Text(1));
        for (const absl::string_view item : absl::StrSplit(items, ' ', absl::SkipEmpty())) {
          proxy.add_items(std::string(item));
        }
        SetStamp(row.Time(2), proxy, &views::v1::MyProxy::mutable_granted_at);
        SetStamp(row.Time(3), proxy, &views::v1::MyProxy::mutable_ends);
        SetStamp(row.Time(4), proxy, &views::v1::MyProxy::mutable_revoked_at);
      });
}

// PERMISSION_DENIED unless the community knows the caller.
absl::StatusOr<std::string> KnownPerson(const QueryContext& context,
                                        const views::v1::ListMyVotesRequest& request) {
  absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  bool known = false;
  const Value values[] = {std::string_view(viewer->person)};
  absl::Status status =
      context.snapshot.rows().Query("SELECT NOT deceased FROM person WHERE name = ?1", values,
                                    [&](const Row& row) { known = row.Int(0) != 0; });
  if (!status.ok()) return status;
  if (!known) return Denied();
  return viewer->person;
}

}  // namespace

absl::Status ListMyVotes(const QueryContext& context, const views::v1::ListMyVotesRequest& request,
                         views::v1::ListMyVotesResponse& response) {
  static const auto* const columns = [] {
    auto* mine = new std::vector<Column>(
        ResolutionColumns({"regime", "state", "open", "opens", "closes", "noticed_time"}));
    mine->push_back({"resolution", "c.name"});
    mine->push_back({"voted", "v.returned", ColumnType::kBool});
    return mine;
  }();
  const absl::StatusOr<std::string> person = KnownPerson(context, request);
  if (!person.ok()) return person.status();
  const ListQuery query{.name = "resident.votes",
                        .select = absl::StrCat(kVoter.data(), ResolutionSelect()),
                        .from = std::string(kFrom),
                        .where = "c.community = ?1",
                        .values = {request.parent(), *person},
                        .columns = *columns,
                        .key = "(v.name || '.' || m.kind)",
                        .default_order = "noticed_time desc"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_votes() = ToVote(row, context.now);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  absl::Status status;
  for (MyVote& vote : *response.mutable_votes()) {
    if (status.ok()) status = AddItems(context.snapshot.rows(), vote);
    if (status.ok()) status = AddProxies(context.snapshot.rows(), vote);
  }
  return status;
}

}  // namespace sanzhang::projections::resident
