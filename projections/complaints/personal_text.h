// The seam at which sealed words are opened, at the query's edge and for those entitled only. Rows
// hold PersonalText as it was recorded; today it is recorded in the clear, and opening is reading.
#pragma once

#include <string>
#include <string_view>

namespace sanzhang::projections {

// The words; empty if there are none or they can't be read. `redacted`: ComplaintTextRedacted
// messages, one after the other; each code point of a span is shown as a black square.
std::string OpenText(std::string_view sealed, std::string_view redacted = {});

// The first code points of a text, with an ellipsis if it has more.
std::string FirstWords(std::string_view text, int code_points_max);

// A name with all but its first code point masked: 张**.
std::string MaskName(std::string_view name);

}  // namespace sanzhang::projections
