// Parts of one context that share one reading of each event: a Part made of members.
//
// A Group says how: `Member` is what its members are, with a `schema()`; `kPackage` whose events;
// `Apply(members, envelope, rows)` reads the event once and hands it to each, and the first error
// stops the view.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "projections/engine/part.h"

namespace sanzhang::projections {

template <class Member>
using Members = std::vector<std::unique_ptr<const Member>>;

template <class Group>
class GroupedParts final : public Part {
 public:
  template <class... Some>
  static GroupedParts Of(Some... members) {
    GroupedParts parts;
    (parts.Add(std::make_unique<const Some>(std::move(members))), ...);
    return parts;
  }

  std::string_view package() const override { return Group::kPackage; }
  std::string_view schema() const override { return schema_; }
  absl::Status Apply(const Envelope& envelope, Rows& rows) const override {
    return Group::Apply(members_, envelope, rows);
  }

 private:
  void Add(std::unique_ptr<const typename Group::Member> member) {
    schema_.append(member->schema());
    members_.push_back(std::move(member));
  }

  Members<typename Group::Member> members_;
  std::string schema_;
};

// Hands a fact to each member whose Apply takes it.
template <class Member, class Fact>
absl::Status ApplyEach(const Members<Member>& members, const Fact& fact, Rows& rows) {
  for (const auto& member : members) {
    if (absl::Status applied = member->Apply(fact, rows); !applied.ok()) return applied;
  }
  return absl::OkStatus();
}

}  // namespace sanzhang::projections
