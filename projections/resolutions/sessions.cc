#include "projections/resolutions/sessions.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "sanzhang/views/v1/resolution_view.pb.h"

namespace sanzhang::projections {
namespace {

// Asia/Shanghai is eight hours ahead all year.
constexpr char kDay[] = "((coalesce(r.opened_us, r.opens_us) + 28800000000) / 86400000000)";

// A motion of a session; `{called}`: of its items that were put to the vote.
constexpr char kMotions[] =
    "SELECT {day} AS day, coalesce(r.opened_us, r.opens_us) AS begins_us, r.noticed_us, "
    "r.opened_us IS NOT NULL AS opened, r.composition, r.representatives, "
    "(SELECT count(*) {called}) AS called, "
    "(SELECT count(*) {called} AND iif(r.regime = 3, 3 * i.present >= 2 * r.composition, "
    "2 * i.present > r.composition)) AS with_quorum, "
    "coalesce((SELECT max(i.present) {called}), r.present) AS present "
    "FROM resolution r WHERE r.community = ?1 AND r.regime = ?2 AND r.state <> 11 "
    "AND {day} IS NOT NULL";
constexpr char kCalled[] = "FROM item i WHERE i.resolution = r.name AND i.called_us IS NOT NULL";
static_assert(resolution::v1::REGIME_REP_ASSEMBLY == 3 &&
              views::v1::RESOLUTION_STATE_WITHDRAWN == 11);

}  // namespace

std::string SessionDaySql() { return kDay; }

std::string SessionsSql() {
  return absl::StrCat(
      "SELECT m.day, min(m.begins_us) AS begins_us, max(m.noticed_us) AS noticed_us, "
      "max(m.opened) AS opened, count(*) AS motions, max(m.composition) AS composition, "
      "max(m.representatives) AS representatives, sum(m.called) AS items_called, "
      "sum(m.with_quorum) AS items_with_quorum, max(m.present) AS present FROM (",
      absl::StrReplaceAll(kMotions, {{"{day}", kDay}, {"{called}", kCalled}}),
      ") m GROUP BY m.day");
}

Session ReadSession(const Row& row) {
  return {.day = row.Int(0),
          .begins = row.Time(1),
          .noticed = row.Time(2),
          .opened = row.Int(3) != 0,
          .motions = row.Int(4),
          .composition = row.Int(5),
          .representatives = row.Int(6),
          .items_called = row.Int(7),
          .items_with_quorum = row.Int(8),
          .present = row.Int(9)};
}

absl::StatusOr<std::vector<Session>> SessionsSince(Rows& rows, std::string_view community,
                                                   resolution::v1::Regime regime,
                                                   absl::Time since) {
  std::vector<Session> sessions;
  const Value values[] = {community, std::int64_t{regime}, TimeValue(since)};
  const absl::Status status = rows.Query(
      absl::StrCat("SELECT * FROM (", SessionsSql(), ") s WHERE s.begins_us >= ?3 ORDER BY s.day"),
      values, [&](const Row& row) { sessions.push_back(ReadSession(row)); });
  if (!status.ok()) return status;
  return sessions;
}

}  // namespace sanzhang::projections
