// One table, or a few that belong together, made from the events of one context. A body's view is
// composed of the parts that its viewers need (parts_projection.h), and holds nothing else: what is
// not there can't leak.
//
// As a Projection, a part has no state of its own, reads no clock and does no I/O but its own SQL;
// any event of its package that it can't read or does not know is an error, and stops the view.
//
// Threads: const; one file at a time, but perhaps two files at once.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "projections/engine/projection.h"
#include "projections/engine/rows.h"

namespace sanzhang::projections {

class Part {
 public:
  virtual ~Part() = default;
  // Whose events it applies, as in `sanzhang.complaint.v1`.
  virtual std::string_view package() const = 0;
  // CREATE statements, STRICT tables.
  virtual std::string_view schema() const = 0;
  virtual absl::Status Apply(const Envelope& envelope, Rows& rows) const = 0;
};

}  // namespace sanzhang::projections
