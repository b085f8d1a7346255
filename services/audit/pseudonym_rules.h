// Which fields of which messages a pseudonymous export may show. Whatever is not let in is left
// out; a test holds the table complete against the descriptors, so that a new field is out until
// somebody has said that it is in, or that it stays out.
//
// Pure.
#pragma once

#include <span>
#include <string_view>

namespace sanzhang::audit {

struct PseudonymRow {
  std::string_view message;  // Without `sanzhang.`, as in `complaint.v1.ComplaintFiled`.
  std::string_view
      let_in;  // Fields, with blanks between; `@` behind one: names of resources, renamed.
  std::string_view left_out;  // The others.
};

// In byte order of the messages. Every message that a fact holds has a row, unless it stands in
// fields alone that are left out.
std::span<const PseudonymRow> PseudonymRows();

}  // namespace sanzhang::audit
