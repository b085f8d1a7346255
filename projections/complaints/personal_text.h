// What of a complaint's text is blacked out where it is shown.
#pragma once

#include <string_view>

#include "sanzhang/views/v1/words.pb.h"

namespace sanzhang::projections {

// The complaint's words, to be opened (engine/words.h), without what was redacted. `redacted`:
// ComplaintTextRedacted messages, one after the other. What can't be read may have said that
// anything is to be hidden: the words are then withheld.
views::v1::Words ComplaintWords(std::string_view passage, std::string_view redacted);

}  // namespace sanzhang::projections
