// One read transaction on a view: every row that is read through it stands at the same position.
//
// Short-lived: while it is open, the file can't shrink its write-ahead log. One thread at a time.
#pragma once

#include <memory>

#include "projections/engine/rows.h"
#include "sanzhang/views/v1/freshness.pb.h"

namespace sanzhang::projections {

class Snapshot {
 public:
  // What ends the transaction and gives the connection back.
  class Lease {
   public:
    virtual ~Lease() = default;
    virtual Rows& rows() = 0;
  };

  Snapshot(std::unique_ptr<Lease> lease, int version, views::v1::Freshness freshness)
      : lease_(std::move(lease)), version_(version), freshness_(std::move(freshness)) {}

  // Read-only: a statement that writes fails.
  Rows& rows() { return lease_->rows(); }
  // Version of the schema; an older one than the projection's while a rebuild is under way.
  int version() const { return version_; }
  const views::v1::Freshness& freshness() const { return freshness_; }
  std::uint64_t position() const { return freshness_.as_of_position(); }

 private:
  std::unique_ptr<Lease> lease_;
  int version_;
  views::v1::Freshness freshness_;
};

}  // namespace sanzhang::projections
