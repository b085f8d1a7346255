#include "projections/body/body_projection.h"

#include <utility>

namespace sanzhang::projections {
namespace {

// `sanzhang.complaint.v1.ComplaintFiled` → `sanzhang.complaint.v1`.
std::string_view PackageOf(std::string_view type) {
  const std::size_t dot = type.rfind('.');
  return type.substr(0, dot == std::string_view::npos ? 0 : dot);
}

}  // namespace

BodyProjection::BodyProjection(std::string name, int version, DirectoryRows directory,
                               std::vector<std::unique_ptr<const ComplaintPart>> parts,
                               std::string_view indexes)
    : name_(std::move(name)),
      version_(version),
      directory_(directory),
      parts_(std::move(parts)),
      schema_(directory_.schema()) {
  for (const auto& part : parts_) schema_.append(part->schema());
  schema_.append(indexes);
}

std::vector<std::string> BodyProjection::packages() const {
  return {std::string(DirectoryRows::kPackage), std::string(ComplaintPart::kPackage)};
}

absl::Status BodyProjection::Apply(const Envelope& envelope, Rows& rows) {
  if (PackageOf(envelope.record.type()) == DirectoryRows::kPackage) {
    return directory_.Apply(envelope, rows);
  }
  complaint::v1::ComplaintEvent event;
  absl::Status status = envelope.Read(event);
  const ComplaintFact fact{envelope.record, event};
  for (const auto& part : parts_) {
    if (!status.ok()) break;
    status = part->Apply(fact, rows);
  }
  return status;
}

}  // namespace sanzhang::projections
