#include "services/runtime/origin.h"

#include "proto/wire/refusal.h"
#include "proto/wire/time.h"

namespace sanzhang::runtime {
namespace {

bool Counts(const type::v1::Origin& origin) {
  switch (origin.channel()) {
    case type::v1::CHANNEL_IMPORT:
      return true;
    case type::v1::CHANNEL_PAPER:
    case type::v1::CHANNEL_VISIT:
      return !origin.witness().empty();
    default:
      return false;
  }
}

absl::Time WholeMicroseconds(absl::Time time) {
  return absl::FromUnixMicros(absl::ToUnixMicros(time));
}

}  // namespace

absl::StatusOr<absl::Time> TimeOfFact(const type::v1::Origin& origin, absl::Time now) {
  if (!origin.has_occurred_at()) return WholeMicroseconds(now);
  if (!Counts(origin)) {
    return wire::Refuse(type::v1::ERROR_REASON_OCCURRED_AT_INVALID, {},
                        "occurred_at may only be given for channel IMPORT, and for PAPER and VISIT "
                        "with a witness");
  }
  const absl::Time occurred_at = wire::ToTime(origin.occurred_at());
  if (occurred_at > now) {
    return wire::Refuse(type::v1::ERROR_REASON_OCCURRED_AT_INVALID, {},
                        "occurred_at lies after the server's time");
  }
  return WholeMicroseconds(occurred_at);
}

}  // namespace sanzhang::runtime
