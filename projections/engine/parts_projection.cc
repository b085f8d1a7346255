#include "projections/engine/parts_projection.h"

#include <algorithm>

namespace sanzhang::projections {
namespace {

// `sanzhang.complaint.v1.ComplaintFiled` → `sanzhang.complaint.v1`.
std::string_view PackageOf(std::string_view type) {
  const std::size_t dot = type.rfind('.');
  return type.substr(0, dot == std::string_view::npos ? 0 : dot);
}

class PartsProjection final : public Projection {
 public:
  PartsProjection(std::string name, int version, PartList parts, std::string_view indexes)
      : name_(std::move(name)), version_(version), parts_(std::move(parts)) {
    for (const auto& part : parts_) {
      schema_.append(part->schema());
      std::string package(part->package());
      if (std::find(packages_.begin(), packages_.end(), package) == packages_.end()) {
        packages_.push_back(std::move(package));
      }
    }
    schema_.append(indexes);
  }

  std::string_view name() const override { return name_; }
  int version() const override { return version_; }
  std::string_view schema() const override { return schema_; }
  std::vector<std::string> packages() const override { return packages_; }

  absl::Status Apply(const Envelope& envelope, Rows& rows) override {
    const std::string_view package = PackageOf(envelope.record.type());
    for (const auto& part : parts_) {
      if (part->package() != package) continue;
      if (absl::Status applied = part->Apply(envelope, rows); !applied.ok()) return applied;
    }
    return absl::OkStatus();
  }

 private:
  const std::string name_;
  const int version_;
  const PartList parts_;
  std::string schema_;
  std::vector<std::string> packages_;
};

}  // namespace

std::unique_ptr<Projection> MakeView(std::string name, int version, PartList parts,
                                     std::string_view indexes) {
  return std::make_unique<PartsProjection>(std::move(name), version, std::move(parts), indexes);
}

}  // namespace sanzhang::projections
