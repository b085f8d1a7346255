// Who and what there is, as rows: communities, places, bodies, terms, seats, chiefs, residents,
// owners and services, from the register's events. A shared part of every body's view; what a
// caller may see is worked out from these rows (viewer.h).
//
// Dwellings are not listed by any view; only who owns them is kept, for it gives a standing.
//
// Errors: whatever the rows say; NOT_FOUND or DATA_LOSS for an event that can't be read: the
// projection stops. Threads: one at a time.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "projections/engine/part.h"
#include "projections/engine/projection.h"
#include "projections/engine/rows.h"

namespace sanzhang::projections {

class DirectoryRows final : public Part {
 public:
  // How much of the register a view needs. Less is safer: what is not there can't leak.
  enum class People {
    kNone,        // Places and bodies only: the public board.
    kPseudonyms,  // Who has which standing, without names.
    kNames,       // Names too, sealed.
  };
  explicit DirectoryRows(People people) : people_(people) {}

  std::string_view package() const override { return "sanzhang.registry.v1"; }
  std::string_view schema() const override;
  absl::Status Apply(const Envelope& envelope, Rows& rows) const override;

 private:
  People people_;
};

}  // namespace sanzhang::projections
