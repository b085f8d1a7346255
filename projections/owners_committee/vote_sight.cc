#include "projections/owners_committee/vote_sight.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "projections/directory/viewer.h"
#include "sanzhang/resolution/v1/resolution.pb.h"

namespace sanzhang::projections::owners_committee {
namespace {

using enum type::v1::Role;

static_assert(resolution::v1::REGIME_OWNERS == 1 && resolution::v1::REGIME_OWNERS_COMMITTEE == 5 &&
              resolution::v1::REGIME_PARTY_MEETING == 6);

// Conditions of which one must hold, with `{}` for each value.
struct Any {
  std::string sql;
  std::vector<std::string> values;

  void Add(std::string_view condition, const std::vector<std::string>& with = {}) {
    absl::StrAppend(&sql, sql.empty() ? "" : " OR ", std::string(condition));
    values.insert(values.end(), with.begin(), with.end());
  }
};

void AddStanding(const Standing& standing, Depth depth, Any& any) {
  switch (standing.role) {
    case ROLE_PARTY_ORG:
    case ROLE_SUPERVISION_COMMITTEE:
    case ROLE_SUBDISTRICT_OFFICER:
    case ROLE_AUDITOR:
      return any.Add("TRUE");
    case ROLE_RESIDENTS_COMMITTEE:
      return any.Add("c.regime <> 6");
    case ROLE_OWNERS_COMMITTEE:
      if (standing.property_area.empty()) return any.Add("c.regime IN (1, 5)");
      return any.Add("(c.regime IN (1, 5) AND c.property_area = {})", {standing.property_area});
    case ROLE_OWNER:
      if (depth == Depth::kResult) any.Add("c.regime IN (1, 5)");
      return;
    default:
      return;
  }
}

// What a person calls or counts, whatever else they are.
absl::Status AddRelations(const QueryContext& context, const std::string& person, Any& any) {
  if (person.empty()) return absl::OkStatus();
  absl::StatusOr<std::vector<std::string>> seats =
      SeatsOf(context.present_rows(), person, context.present_time());
  if (!seats.ok()) return seats.status();
  any.Add("c.name IN (SELECT resolution FROM counter WHERE person = {})", {person});
  for (const std::string& body : *seats) any.Add("c.convener = {}", {body});
  return absl::OkStatus();
}

absl::StatusOr<bool> SeesAny(const QueryContext& context, const Scope& scope) {
  bool any = false;
  absl::Status status = context.snapshot.rows().Query(
      absl::StrCat("SELECT EXISTS (SELECT 1 FROM resolution c WHERE ", scope.Sql(1), ")"),
      scope.Values({}), [&](const Row& row) { any = row.Int(0) != 0; });
  if (!status.ok()) return status;
  return any;
}

}  // namespace

absl::StatusOr<Scope> VotesSeen(const QueryContext& context,
                                const google::protobuf::Message& request,
                                std::string_view community, Depth depth) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, community);
  if (!viewer.ok()) return viewer.status();
  Any any;
  for (const Standing& standing : viewer->standings) AddStanding(standing, depth, any);
  const bool stands = !any.sql.empty();
  absl::Status status = AddRelations(context, viewer->person, any);
  if (!status.ok()) return status;
  if (any.sql.empty()) return Denied();
  Scope scope;
  scope.Where("community", community).WhereSql(any.sql, any.values);
  if (depth == Depth::kResult) scope.WhereSql("c.tallied_us IS NOT NULL", {});
  if (stands) return scope;
  const absl::StatusOr<bool> related = SeesAny(context, scope);
  if (!related.ok()) return related.status();
  if (!*related) return Denied();
  return scope;
}

}  // namespace sanzhang::projections::owners_committee
