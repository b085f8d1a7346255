// A body's view: the register's rows, and the parts about complaints that its viewers need.
//
// Follows the packages of the register and of complaints. Any event of theirs that it can't read or
// does not know stops it; so does a part that refuses.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "projections/complaints/complaint_part.h"
#include "projections/directory/directory_rows.h"
#include "projections/engine/projection.h"

namespace sanzhang::projections {

class BodyProjection : public Projection {
 public:
  BodyProjection(std::string name, int version, DirectoryRows directory,
                 std::vector<std::unique_ptr<const ComplaintPart>> parts, std::string_view indexes);

  std::string_view name() const override { return name_; }
  int version() const override { return version_; }
  std::string_view schema() const override { return schema_; }
  std::vector<std::string> packages() const override;
  absl::Status Apply(const Envelope& envelope, Rows& rows) override;

 private:
  const std::string name_;
  const int version_;
  const DirectoryRows directory_;
  const std::vector<std::unique_ptr<const ComplaintPart>> parts_;
  std::string schema_;
};

// The parts, in the order in which they see each event.
template <class... Parts>
std::vector<std::unique_ptr<const ComplaintPart>> PartsOf(Parts... parts) {
  std::vector<std::unique_ptr<const ComplaintPart>> all;
  (all.push_back(std::make_unique<const Parts>(std::move(parts))), ...);
  return all;
}

}  // namespace sanzhang::projections
