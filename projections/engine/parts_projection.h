// A projection composed of parts, under one name and version. Each event goes to all parts of its
// package, in the order in which they are listed; the first error stops the projection.
//
//   MakeView("resident", 2,
//            Parts(DirectoryRows(DirectoryRows::People::kPseudonyms),
//                  Complaints(ComplaintRows({.words = true}), SupporterRows())),
//            "CREATE INDEX ...;");
//
// Raise the version when a part changes its schema or what it does with an event; the file is then
// built anew beside the old.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "projections/engine/part.h"
#include "projections/engine/projection.h"

namespace sanzhang::projections {

using PartList = std::vector<std::unique_ptr<const Part>>;

template <class... Some>
PartList Parts(Some... parts) {
  PartList all;
  (all.push_back(std::make_unique<const Some>(std::move(parts))), ...);
  return all;
}

// `indexes`: CREATE INDEX statements over the parts' tables, for this view's own queries.
std::unique_ptr<Projection> MakeView(std::string name, int version, PartList parts,
                                     std::string_view indexes = "");

}  // namespace sanzhang::projections
