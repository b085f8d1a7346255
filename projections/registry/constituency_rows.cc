#include "projections/registry/constituency_rows.h"

#include "projections/registry/register_fact.h"
#include "proto/wire/names.h"
#include "sanzhang/registry/v1/events.pb.h"

namespace sanzhang::projections {
namespace {

namespace v1 = registry::v1;

constexpr std::string_view kSchema = R"(
CREATE TABLE constituency (
  name TEXT PRIMARY KEY, community TEXT NOT NULL, households INTEGER NOT NULL,
  membership TEXT NOT NULL, dissolved INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE constituency_unit (
  constituency TEXT NOT NULL, unit TEXT NOT NULL, PRIMARY KEY (constituency, unit))
  STRICT, WITHOUT ROWID;
)";

absl::Status Set(std::string_view name, const v1::RepresentativeConstituencySet& set, Rows& rows) {
  absl::Status status = rows.Run(
      "INSERT INTO constituency VALUES (?1, ?2, ?3, '', 0) "
      "ON CONFLICT (name) DO UPDATE SET households = excluded.households",
      {name, wire::CommunityOf(name), std::int64_t{set.households()}});
  if (status.ok()) {
    status = rows.Run("DELETE FROM constituency_unit WHERE constituency = ?1", {name});
  }
  for (const std::string& unit : set.units()) {
    if (!status.ok()) break;
    status = rows.Run("INSERT OR IGNORE INTO constituency_unit VALUES (?1, ?2)", {name, unit});
  }
  return status;
}

}  // namespace

std::string_view ConstituencyRows::schema() const { return kSchema; }

absl::Status ConstituencyRows::Apply(const Envelope& envelope, Rows& rows) const {
  const std::string_view name = envelope.record.stream();
  if (wire::CollectionOf(name) != "constituencies") return absl::OkStatus();
  v1::ConstituencyEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  switch (event.kind_case()) {
    case v1::ConstituencyEvent::kRepresentativeConstituencySet:
      return Set(name, event.representative_constituency_set(), rows);
    case v1::ConstituencyEvent::kRepresentativeElected:
      return rows.Run("UPDATE constituency SET membership = ?2 WHERE name = ?1",
                      {name, event.representative_elected().membership()});
    case v1::ConstituencyEvent::kConstituencyDissolved:
      return rows.Run("UPDATE constituency SET dissolved = 1 WHERE name = ?1", {name});
    case v1::ConstituencyEvent::KIND_NOT_SET:
      break;
  }
  return UnknownFact(envelope);
}

}  // namespace sanzhang::projections
