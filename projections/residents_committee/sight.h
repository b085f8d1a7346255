// How far a viewer sees into a community's complaints: which rows, and in which of them the words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "projections/complaints/complaint_cells.h"
#include "projections/directory/viewer.h"
#include "projections/engine/query.h"
#include "projections/metrics/scope.h"
#include "sanzhang/log/v1/record.pb.h"
#include "sanzhang/views/v1/complaint_view.pb.h"

namespace sanzhang::projections::residents_committee {

// What is shown of one row.
struct Shown {
  bool words = false;
  bool complainant = false;
};

class Sight {
 public:
  // PERMISSION_DENIED if the viewer has no standing that the request's rule accepts.
  static absl::StatusOr<Sight> Of(const QueryContext& context,
                                  const google::protobuf::Message& request,
                                  std::string_view community);

  // Over `complaint c` or `round c`: the rows that are seen.
  Scope rows() const;
  // SQL of `SELECT ... FROM complaint c` that is true where the viewer is one who handles. Its
  // parameters are those of rows(), numbered from 1, so that both can stand in one statement.
  std::string HandlesSql() const;
  // `handles`: what HandlesSql() says of the row.
  Shown Shows(const ComplaintCells& complaint, bool handles) const;

 private:
  struct Unit {
    type::v1::Role role;
    std::string name;
  };

  // The condition of all units; `parameter` says how the n-th value is written.
  template <class Parameter>
  std::string UnitsSql(Parameter parameter) const;

  std::string community_;
  bool whole_ = false;       // Sees every row.
  bool handles_ = false;     // Sees the words of all.
  bool oversees_ = false;    // Sees the words of what was escalated or appealed.
  std::vector<Unit> units_;  // Of a chief; empty when handles_.
};

// Takes from the entry's fact what is not shown, and its words, which are put beside it. `record`
// says where they stand.
void Show(const Shown& shown, std::string_view redacted, const log::v1::Record& record,
          views::v1::ComplaintHistoryEntry& entry);

}  // namespace sanzhang::projections::residents_committee
