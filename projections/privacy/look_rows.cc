#include "projections/privacy/look_rows.h"

#include <string>

#include "absl/time/time.h"
#include "proto/wire/zone.h"
#include "sanzhang/privacy/v1/opening_events.pb.h"

namespace sanzhang::projections {
namespace {

constexpr std::string_view kSchema = R"(
CREATE TABLE look (
  subject TEXT NOT NULL, day TEXT NOT NULL, viewer TEXT NOT NULL, capacity INTEGER NOT NULL,
  method TEXT NOT NULL, PRIMARY KEY (subject, day, viewer, capacity, method))
  STRICT, WITHOUT ROWID;
)";

std::string DayOf(absl::Time time) { return absl::FormatTime("%Y-%m-%d", time, wire::Shanghai()); }

}  // namespace

std::string_view LookRows::schema() const { return kSchema; }

absl::Status LookRows::Apply(const Envelope& envelope, Rows& rows) const {
  const std::string& type = envelope.record.type();
  // Facts of other kinds are other parts' to know.
  if (type != privacy::v1::PersonalTextsOpened::descriptor()->full_name()) return absl::OkStatus();
  privacy::v1::OpeningEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  const privacy::v1::PersonalTextsOpened& opened = event.personal_texts_opened();
  const std::string day = DayOf(envelope.at());
  absl::Status status;
  for (const std::string& subject : opened.subjects()) {
    if (!status.ok()) break;
    status =
        rows.Run("INSERT OR IGNORE INTO look VALUES (?1, ?2, ?3, ?4, ?5)",
                 {subject, day, opened.viewer(), std::int64_t{opened.capacity()}, opened.method()});
  }
  return status;
}

}  // namespace sanzhang::projections
