#include "projections/engine/record_applier.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/wire/time.h"

namespace sanzhang::projections {
namespace {

std::set<std::string, std::less<>> SetOf(std::vector<std::string> packages) {
  return {std::make_move_iterator(packages.begin()), std::make_move_iterator(packages.end())};
}

}  // namespace

RecordApplier::RecordApplier(Projection& projection)
    : projection_(projection), packages_(SetOf(projection.packages())) {}

absl::Status RecordApplier::Apply(const std::string& bytes, Rows& rows, Checkpoint& reached) {
  const std::uint64_t expected = reached.position + 1;
  if (!record_.ParseFromString(bytes)) {
    return Failed(expected, absl::DataLossError("unreadable record"));
  }
  if (record_.position() != expected) {
    return Failed(expected, absl::DataLossError(
                                absl::StrCat("hole: the log goes on at ", record_.position())));
  }
  if (Follows(record_.type())) {
    const absl::Status applied = projection_.Apply(Envelope{record_}, rows);
    if (!applied.ok()) return Failed(expected, applied);
  }
  reached.position = expected;
  reached.recorded_at = wire::ToTime(record_.recorded_at());
  return absl::OkStatus();
}

absl::Status RecordApplier::Failed(std::uint64_t position, const absl::Status& cause) const {
  return absl::Status(cause.code(),
                      absl::StrCat(std::string(projection_.name()), ", position ", position,
                                   record_.position() == position ? " " + record_.type() : "", ": ",
                                   std::string(cause.message())));
}

bool RecordApplier::Follows(std::string_view type) const {
  return packages_.contains(type.substr(0, std::min(type.rfind('.'), type.size())));
}

}  // namespace sanzhang::projections
