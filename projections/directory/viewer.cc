#include "projections/directory/viewer.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "proto/wire/names.h"
#include "proto/wire/refusal.h"
#include "sanzhang/type/v1/body.pb.h"

namespace sanzhang::projections {
namespace {

namespace pb = google::protobuf;
using enum type::v1::Role;

// The rule of the RPC that takes this request; one that admits nobody if there is none. A request
// and its RPC stand in the same file.
const type::v1::AccessRule& RuleOf(const pb::Descriptor& request) {
  const pb::FileDescriptor& file = *request.file();
  for (int i = 0; i < file.service_count(); ++i) {
    for (int j = 0; j < file.service(i)->method_count(); ++j) {
      const pb::MethodDescriptor& rpc = *file.service(i)->method(j);
      if (rpc.input_type() == &request) return rpc.options().GetExtension(type::v1::access);
    }
  }
  return type::v1::AccessRule::default_instance();
}

bool Names(const type::v1::AccessRule& rule, type::v1::Role role) {
  return std::find(rule.roles().begin(), rule.roles().end(), role) != rule.roles().end();
}

struct SeatRoles {
  type::v1::Role member = ROLE_UNSPECIFIED;
  type::v1::Role head = ROLE_UNSPECIFIED;  // Beside it, for the chair or manager.
};

SeatRoles RolesIn(type::v1::BodyKind kind) {
  switch (kind) {
    case type::v1::BODY_KIND_PARTY_ORG:
      return {ROLE_PARTY_ORG};
    case type::v1::BODY_KIND_RESIDENTS_COMMITTEE:
      return {ROLE_RESIDENTS_COMMITTEE, ROLE_RESIDENTS_COMMITTEE_CHAIR};
    case type::v1::BODY_KIND_SUPERVISION_COMMITTEE:
      return {ROLE_SUPERVISION_COMMITTEE};
    case type::v1::BODY_KIND_RESIDENT_REP_ASSEMBLY:
      return {ROLE_REPRESENTATIVE};
    case type::v1::BODY_KIND_OWNERS_COMMITTEE:
    case type::v1::BODY_KIND_PROPERTY_MGMT_COMMITTEE:
      return {ROLE_OWNERS_COMMITTEE, ROLE_OWNERS_COMMITTEE_CHAIR};
    case type::v1::BODY_KIND_PROPERTY_COMPANY:
      return {ROLE_PROPERTY_STAFF, ROLE_PROPERTY_MANAGER};
    case type::v1::BODY_KIND_SUBDISTRICT_GOV:
      return {ROLE_SUBDISTRICT_OFFICER};
    case type::v1::BODY_KIND_GOV_DEPARTMENT:
      return {ROLE_DEPARTMENT_OFFICER};
    case type::v1::BODY_KIND_SOCIAL_ORG:
    case type::v1::BODY_KIND_RESIDENT_UNIT:
      return {ROLE_SOCIAL_ORG};
    case type::v1::BODY_KIND_ELECTION_COMMITTEE:
      return {ROLE_ELECTION_COMMITTEE};
    default:
      return {};  // Bodies that only meet give no standing of their own.
  }
}

type::v1::Role ChiefRole(type::v1::ChiefKind kind) {
  switch (kind) {
    case type::v1::CHIEF_KIND_GRID:
      return ROLE_GRID_CHIEF;
    case type::v1::CHIEF_KIND_BUILDING:
      return ROLE_BUILDING_CHIEF;
    case type::v1::CHIEF_KIND_ENTRANCE:
      return ROLE_ENTRANCE_CHIEF;
    default:
      return ROLE_UNSPECIFIED;
  }
}

void AddSeat(const Row& row, std::vector<Standing>& standings) {
  const SeatRoles roles = RolesIn(static_cast<type::v1::BodyKind>(row.Int(1)));
  if (roles.member == ROLE_UNSPECIFIED) return;
  const std::string body(row.Text(0));
  const std::string area(row.Text(3));
  standings.push_back({roles.member, body, area, ""});
  const std::int64_t office = row.Int(2);
  const bool heads = office == type::v1::OFFICE_CHAIR || office == type::v1::OFFICE_MANAGER;
  if (heads && roles.head != ROLE_UNSPECIFIED) standings.push_back({roles.head, body, area, ""});
}

// ?1 the person, ?2 the time: the seats that they hold then.
constexpr std::string_view kSeats =
    "SELECT m.body, m.body_kind, m.office, m.property_area FROM membership m "
    "JOIN body b ON b.name = m.body AND b.established AND NOT b.dissolved "
    "LEFT JOIN term t ON t.name = m.term "
    "WHERE m.person = ?1 AND NOT m.ended AND NOT m.suspended AND (m.term = '' OR "
    "(NOT t.expired AND t.begins_us <= ?2 AND ?2 < t.ends_us)) ORDER BY m.name";

absl::Status AddPersonStandings(Rows& rows, std::string_view person, absl::Time now,
                                std::vector<Standing>& standings) {
  const Value at = TimeValue(now);
  const Value named[] = {person};
  const Value timed[] = {person, at};
  absl::Status status = rows.Query(kSeats, timed, [&](const Row& row) { AddSeat(row, standings); });
  if (!status.ok()) return status;
  status = rows.Query(
      "SELECT kind, body, unit FROM chief WHERE person = ?1 AND NOT ended AND since_us IS NOT NULL "
      "ORDER BY name",
      named, [&](const Row& row) {
        const auto kind = static_cast<type::v1::ChiefKind>(row.Int(0));
        standings.push_back(
            {ChiefRole(kind), std::string(row.Text(1)), "", std::string(row.Text(2))});
      });
  if (!status.ok()) return status;
  status = rows.Query(
      "SELECT b.name FROM person p JOIN body b ON b.name = p.privacy_officer_of "
      "WHERE p.name = ?1 AND b.established AND NOT b.dissolved",
      named, [&](const Row& row) {
        standings.push_back({ROLE_PRIVACY_OFFICER, std::string(row.Text(0)), "", ""});
      });
  if (!status.ok()) return status;
  return rows.Query(
      "SELECT confirmed AND NOT gone, EXISTS (SELECT 1 FROM owner WHERE person = ?1) "
      "FROM person WHERE name = ?1",
      named, [&](const Row& row) {
        if (row.Int(0) != 0) standings.push_back({ROLE_RESIDENT, "", "", ""});
        if (row.Int(1) != 0) standings.push_back({ROLE_OWNER, "", "", ""});
      });
}

// A person that has died has no standing, whatever the seats say.
absl::StatusOr<bool> IsAlive(Rows& rows, std::string_view person) {
  bool alive = false;
  const Value values[] = {person};
  const absl::Status status = rows.Query("SELECT NOT deceased FROM person WHERE name = ?1", values,
                                         [&](const Row& row) { alive = row.Int(0) != 0; });
  if (!status.ok()) return status;
  return alive;
}

}  // namespace

bool Viewer::Is(type::v1::Role role) const {
  return std::any_of(standings.begin(), standings.end(),
                     [&](const Standing& standing) { return standing.role == role; });
}

std::vector<std::string> Viewer::Bodies() const {
  std::set<std::string> bodies;
  for (const Standing& standing : standings) {
    if (!standing.body.empty()) bodies.insert(standing.body);
  }
  return {bodies.begin(), bodies.end()};
}

absl::StatusOr<std::vector<Standing>> StandingsOf(Rows& rows, const Caller& caller,
                                                  std::string_view community, absl::Time now) {
  std::vector<Standing> standings;
  for (const type::v1::Role role : caller.installation_roles) {
    standings.push_back({role, "", "", ""});
  }
  if (caller.kind == log::v1::Actor::KIND_PERSON) {
    const std::string person = wire::Child(community, "persons", caller.id);
    const absl::StatusOr<bool> alive = IsAlive(rows, person);
    if (!alive.ok()) return alive.status();
    if (!*alive) return standings;
    absl::Status status = AddPersonStandings(rows, person, now, standings);
    if (!status.ok()) return status;
    return standings;
  }
  const std::string service = wire::Child(community, "services", caller.id);
  const Value values[] = {service};
  absl::Status status = rows.Query(
      "SELECT role FROM service_role WHERE name = ?1 ORDER BY role", values, [&](const Row& row) {
        standings.push_back({static_cast<type::v1::Role>(row.Int(0)), "", "", ""});
      });
  if (!status.ok()) return status;
  return standings;
}

absl::StatusOr<std::vector<std::string>> SeatsOf(Rows& rows, std::string_view person,
                                                 absl::Time now) {
  const absl::StatusOr<bool> alive = IsAlive(rows, person);
  if (!alive.ok()) return alive.status();
  std::set<std::string> bodies;
  if (!*alive) return std::vector<std::string>();
  const Value values[] = {person, TimeValue(now)};
  absl::Status status =
      rows.Query(kSeats, values, [&](const Row& row) { bodies.emplace(row.Text(0)); });
  if (!status.ok()) return status;
  return std::vector<std::string>(bodies.begin(), bodies.end());
}

absl::StatusOr<Viewer> ViewerOf(const QueryContext& context, const pb::Message& request,
                                std::string_view community) {
  Viewer viewer{.community = std::string(community), .person = "", .standings = {}};
  if (context.caller.kind == log::v1::Actor::KIND_PERSON) {
    viewer.person = wire::Child(community, "persons", context.caller.id);
  }
  const type::v1::AccessRule& rule = RuleOf(*request.GetDescriptor());
  if (rule.authenticated()) return viewer;
  absl::StatusOr<std::vector<Standing>> all =
      StandingsOf(context.present_rows(), context.caller, community, context.present_time());
  if (!all.ok()) return all.status();
  for (Standing& standing : *all) {
    if (Names(rule, standing.role)) viewer.standings.push_back(std::move(standing));
  }
  const bool related = rule.relations_size() != 0 && !viewer.person.empty();
  if (viewer.standings.empty() && !related) return Denied();
  if (context.capacity != nullptr) {
    *context.capacity = viewer.standings.empty() ? type::v1::ROLE_UNSPECIFIED  // Their own.
                                                 : viewer.standings.front().role;
  }
  return viewer;
}

absl::StatusOr<std::vector<std::string>> CommunitiesOf(const QueryContext& context,
                                                       const pb::Message& request) {
  std::vector<std::string> all;
  absl::Status status =
      context.snapshot.rows().Query("SELECT name FROM community ORDER BY name", {},
                                    [&](const Row& row) { all.emplace_back(row.Text(0)); });
  if (!status.ok()) return status;
  std::vector<std::string> admitted;
  for (std::string& community : all) {
    absl::StatusOr<Viewer> viewer = ViewerOf(context, request, community);
    if (viewer.ok()) {
      admitted.push_back(std::move(community));
    } else if (wire::ReasonOf(viewer.status()) != type::v1::ERROR_REASON_PERMISSION_DENIED) {
      return viewer.status();
    }
  }
  if (admitted.empty()) return Denied();
  return admitted;
}

absl::Status Denied() { return wire::Refuse(type::v1::ERROR_REASON_PERMISSION_DENIED); }

}  // namespace sanzhang::projections
