// A projection turns events into the rows of one SQLite file. It owns no thread, clock, position or
// handle, and does no I/O but its own SQL: the engine follows the log, and commits rows and
// checkpoint in one transaction. The same events always make the same rows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "projections/engine/rows.h"
#include "proto/wire/fact.h"
#include "proto/wire/time.h"
#include "sanzhang/log/v1/record.pb.h"

namespace sanzhang::projections {

// One record as a projection sees it.
struct Envelope {
  const log::v1::Record& record;

  std::uint64_t position() const { return record.position(); }
  absl::Time at() const { return wire::ToTime(record.occurred_at()); }
  // DATA_LOSS if the payload can't be read or the context has no such fact: the projection stops.
  template <class Event>
  absl::Status Read(Event& event) const {
    return wire::ReadFact(record.type(), record.payload(), event);
  }
};

// Holds no state that Apply changes: while a version is built beside another, Apply runs on two
// threads, for two files.
class Projection {
 public:
  virtual ~Projection() = default;
  // As in `residents-committee`: names the file, the health entry and the metrics.
  virtual std::string_view name() const = 0;
  // Raised whenever schema or Apply change what the rows are: the file is then built anew.
  virtual int version() const = 0;
  // CREATE statements, STRICT tables.
  virtual std::string_view schema() const = 0;
  // Message packages whose events it applies, as in `sanzhang.complaint.v1`; all others only move
  // the checkpoint. An event of a followed package that Apply does not know stops the projection.
  virtual std::vector<std::string> packages() const = 0;
  // An error stops the projection loudly; nothing is skipped.
  virtual absl::Status Apply(const Envelope& envelope, Rows& rows) = 0;
};

}  // namespace sanzhang::projections
