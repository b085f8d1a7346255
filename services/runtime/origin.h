// When a fact happened, by the rules of type/v1/origin.proto.
#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "sanzhang/type/v1/origin.pb.h"

namespace sanzhang::runtime {

// `occurred_at` where the channel lets it count: IMPORT (which needs the importer's right, checked
// with the other rights), PAPER and VISIT with a witness. Else `now`. OCCURRED_AT_INVALID: it is
// given where it can't count, or lies after `now`. Whole microseconds.
absl::StatusOr<absl::Time> TimeOfFact(const type::v1::Origin& origin, absl::Time now);

}  // namespace sanzhang::runtime
