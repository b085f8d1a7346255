#include "tests/projections/support/view_bench.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "projections/engine/dump.h"
#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::projections::bench {
namespace {

namespace reg = registry::v1;

[[noreturn]] void Die(std::string_view why) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(why.size()), why.data());
  std::abort();
}

void Must(const absl::Status& status) {
  if (!status.ok()) Die(status.ToString());
}

void ParseText(std::string_view text, google::protobuf::Message& message) {
  const std::string expanded = History::Expand(text);
  if (!google::protobuf::TextFormat::ParseFromString(expanded, &message)) {
    Die(absl::StrCat("not a ", message.GetTypeName(), ": ", expanded));
  }
}

class BenchLease final : public Snapshot::Lease {
 public:
  explicit BenchLease(Rows& rows) : rows_(rows) {}
  Rows& rows() override { return rows_; }

 private:
  Rows& rows_;
};

PageTokens MakeTokens() {
  const support::TempDir folder;
  absl::StatusOr<PageTokens> tokens = PageTokens::Open(folder.path());
  Must(tokens.status());
  return *std::move(tokens);
}

}  // namespace

absl::Time At(std::string_view time) {
  absl::Time parsed;
  std::string error;
  if (!absl::ParseTime("%Y-%m-%d %H:%M", std::string(time), absl::FixedTimeZone(8 * 3600), &parsed,
                       &error)) {
    Die(absl::StrCat("not a time: ", std::string(time), ": ", error));
  }
  return parsed;
}

Caller Person(std::string_view id) {
  return {.kind = log::v1::Actor::KIND_PERSON, .id = std::string(id), .installation_roles = {}};
}

Caller Service(std::string_view id, std::vector<type::v1::Role> roles) {
  return {.kind = log::v1::Actor::KIND_SERVICE,
          .id = std::string(id),
          .installation_roles = std::move(roles)};
}

std::string StampText(std::string_view time) {
  return absl::StrCat("{ seconds: ", absl::ToUnixSeconds(At(time)), " }");
}

std::string History::Expand(std::string_view text) {
  std::string expanded =
      absl::StrReplaceAll(absl::string_view(text.data(), text.size()), {{"@", "communities/c1/"}});
  for (std::size_t at = expanded.find("T("); at != std::string::npos; at = expanded.find("T(")) {
    const std::size_t end = expanded.find(')', at);
    expanded.replace(at, end - at + 1, StampText(expanded.substr(at + 2, end - at - 2)));
  }
  return expanded;
}

void History::Parse(std::string_view text, google::protobuf::Message& message) {
  ParseText(text, message);
}

log::v1::Record& History::Append(std::string_view time, std::string_view stream,
                                 const google::protobuf::Message& fact) {
  log::v1::Record record;
  record.set_position(records_.size() + 1);
  record.set_stream(stream.starts_with("communities/")
                        ? std::string(stream)
                        : absl::StrCat("communities/c1/", std::string(stream)));
  record.set_revision(++revisions_[record.stream()]);
  record.set_type(fact.GetTypeName());
  record.set_payload(fact.SerializeAsString());
  record.set_event_id(absl::StrCat("event-", record.position()));
  record.set_community(std::string(wire::CommunityOf(record.stream())));
  *record.mutable_occurred_at() = wire::ToStamp(At(time));
  *record.mutable_recorded_at() = record.occurred_at();
  records_.push_back(std::move(record));
  return records_.back();
}

History Community() {
  constexpr std::string_view kT = "2026-01-01 00:00";
  History h;
  h.Add<reg::CommunityRegistered>(kT, "communities/c1",
                                  "display_name: '南湖' subdistrict: 'subdistricts/s' "
                                  "households: 1000");
  h.Add<reg::CommunityRegistered>(kT, "communities/c2", "display_name: '北湖'");
  h.Add<reg::PropertyAreaRegistered>(kT, "propertyAreas/a1", "display_name: '一区'");
  h.Add<reg::PropertyAreaRegistered>(kT, "propertyAreas/a2", "display_name: '二区'");
  h.Add<reg::GridDrawn>(kT, "grids/g1", "display_name: '一网格'");
  h.Add<reg::BuildingRegistered>(kT, "buildings/b1",
                                 "display_name: '1号楼' place { property_area: '@propertyAreas/a1' "
                                 "grid: '@grids/g1' building: '@buildings/b1' }");
  h.Add<reg::BuildingRegistered>(kT, "buildings/b2",
                                 "display_name: '2号楼' place { property_area: '@propertyAreas/a2' "
                                 "building: '@buildings/b2' }");
  h.Add<reg::EntranceRegistered>(kT, "entrances/e1",
                                 "display_name: '1单元' place { property_area: '@propertyAreas/a1' "
                                 "grid: '@grids/g1' building: '@buildings/b1' "
                                 "entrance: '@entrances/e1' }");
  struct Seat {
    const char* body;
    const char* kind;
    const char* person;
    const char* office;
  };
  for (const Seat& seat : {Seat{"rc", "BODY_KIND_RESIDENTS_COMMITTEE", "p-rc", "OFFICE_MEMBER"},
                           Seat{"party", "BODY_KIND_PARTY_ORG", "p-party", "OFFICE_CHAIR"},
                           Seat{"sup", "BODY_KIND_SUPERVISION_COMMITTEE", "p-sup", "OFFICE_MEMBER"},
                           Seat{"gov", "BODY_KIND_SUBDISTRICT_GOV", "p-gov", "OFFICE_STAFF"},
                           Seat{"dep", "BODY_KIND_GOV_DEPARTMENT", "p-dep", "OFFICE_STAFF"},
                           Seat{"pc1", "BODY_KIND_PROPERTY_COMPANY", "p-pc1", "OFFICE_MANAGER"},
                           Seat{"pc2", "BODY_KIND_PROPERTY_COMPANY", "p-pc2", "OFFICE_STAFF"}}) {
    const std::string body = absl::StrCat("bodies/", seat.body);
    const std::string person = absl::StrCat("persons/", seat.person);
    h.Add<reg::BodyPrepared>(kT, body,
                             absl::StrCat("kind: ", seat.kind, " display_name: '", seat.body, "'"));
    h.Add<reg::BodyEstablished>(kT, body, "");
    h.Add<reg::PersonRegistered>(kT, person, "full_name { content: '欧阳' }");
    h.Add<reg::MemberSeated>(kT, absl::StrCat("memberships/", seat.body),
                             absl::StrCat("body: '@", body, "' person: '@", person,
                                          "' office: ", seat.office, " body_kind: ", seat.kind));
  }
  struct Post {
    const char* id;
    const char* kind;
    const char* unit;
  };
  for (const Post& post : {Post{"grid", "CHIEF_KIND_GRID", "grids/g1"},
                           Post{"b1", "CHIEF_KIND_BUILDING", "buildings/b1"},
                           Post{"b2", "CHIEF_KIND_BUILDING", "buildings/b2"},
                           Post{"e1", "CHIEF_KIND_ENTRANCE", "entrances/e1"}}) {
    const std::string person = absl::StrCat("persons/p-", post.id);
    h.Add<reg::PersonRegistered>(kT, person, "full_name { content: '张小三' }");
    h.Add<reg::ChiefRecruited>(kT, absl::StrCat("chiefs/", post.id),
                               absl::StrCat("kind: ", post.kind, " unit: '@", post.unit,
                                            "' person: '@", person, "' body: '@bodies/rc'"));
    h.Add<reg::ChiefConfirmed>(kT, absl::StrCat("chiefs/", post.id), "");
  }
  for (const char* id : {"p-zhang", "p-li"}) {
    const std::string person = absl::StrCat("persons/", id);
    h.Add<reg::PersonRegistered>(kT, person, "full_name { content: '张三' }");
    h.Add<reg::ResidentEnrolled>(kT, person, "place { building: '@buildings/b1' }");
    h.Add<reg::ResidentConfirmed>(kT, person, "");
  }
  h.Add<reg::PersonRegistered>(kT, "communities/c2/persons/p-out", "");
  h.Add<reg::ResidentConfirmed>(kT, "communities/c2/persons/p-out", "");
  return h;
}

ViewBench::ViewBench(std::unique_ptr<Projection> projection)
    : projection_(std::move(projection)), tokens_(MakeTokens()) {
  absl::StatusOr<std::unique_ptr<Connection>> opened = Connection::Open(":memory:", false);
  Must(opened.status());
  connection_ = *std::move(opened);
  Must(connection_->Execute(projection_->schema()));
}

void ViewBench::Apply(const History& history) {
  for (const log::v1::Record& record : history.records()) {
    const absl::Status status = Apply(record);
    if (!status.ok()) Die(absl::StrCat(status.ToString(), " at ", record.ShortDebugString()));
  }
}

absl::Status ViewBench::Apply(const log::v1::Record& record) {
  position_ = record.position();
  return projection_->Apply(Envelope{record}, rows());
}

std::string ViewBench::Dump() {
  std::string dump;
  Must(projections::Dump(rows(), [&](std::string_view line) { dump.append(line).append("\n"); }));
  return dump;
}

std::string ViewBench::Select(std::string_view sql, int columns) {
  std::string shown;
  Must(rows().Query(sql, {}, [&](const Row& row) {
    for (int i = 0; i < columns; ++i) {
      if (i > 0) shown.append(" | ");
      shown.append(row.IsNull(i) ? std::string_view("-") : row.Text(i));
    }
    shown.append("\n");
  }));
  return shown;
}

void ViewBench::Parse(std::string_view text, google::protobuf::Message& message) {
  ParseText(text, message);
}

std::unique_ptr<Snapshot> ViewBench::Take() {
  views::v1::Freshness freshness;
  freshness.set_as_of_position(position_);
  return std::make_unique<Snapshot>(std::make_unique<BenchLease>(rows()), projection_->version(),
                                    std::move(freshness));
}

}  // namespace sanzhang::projections::bench
