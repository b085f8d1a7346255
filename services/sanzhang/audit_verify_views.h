// `sanzhang audit verify --views`: whether views are what the log makes of them.
#pragma once

#include <string>
#include <vector>

#include "services/sanzhang/source_flags.h"

namespace sanzhang::app {

// Compares the digest of each view, at the position at which it is found, with that of a view made
// from the records up to there, and prints a line for each: with the table that differs and, of
// files, the first row. `folder`: where their files are, as a copy; if empty, the `views` of a data
// folder, or those that the server answers from. `views`: these only. Answers the exit code.
int VerifyViews(const SourceFlags& flags, const std::string& folder,
                const std::vector<std::string>& views);

}  // namespace sanzhang::app
