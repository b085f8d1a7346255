// Which words of whom are kept where: one row for each personal text of the facts of one context,
// sealed as it stands there, for the person's own eyes.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "projections/engine/part.h"
#include "projections/engine/projection.h"
#include "projections/engine/rows.h"

namespace sanzhang::projections {

class TextRows final : public Part {
 public:
  // The contexts share one table: one of the parts of a view brings it.
  enum class Table { kMakes, kShares };
  TextRows(std::string package, Table table) : package_(std::move(package)), table_(table) {}

  std::string_view package() const override { return package_; }
  std::string_view schema() const override;
  absl::Status Apply(const Envelope& envelope, Rows& rows) const override;

 private:
  std::string package_;
  Table table_;
};

}  // namespace sanzhang::projections
