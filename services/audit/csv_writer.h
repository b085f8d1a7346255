// Cells of CSV as RFC 4180 has it, harmless to spreadsheets: a text that one could take for a
// formula gets an apostrophe in front (OWASP, "CSV Injection"). All pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sanzhang::audit {

// Whether a spreadsheet might run it: = + - @, their full-width forms, a tab or a line's end in
// front.
bool LooksLikeFormula(std::string_view text);

// Appends the row with its line end, CRLF. `texts`: of each cell, whether it is somebody's text,
// and so to be guarded.
void WriteCsvRow(const std::vector<std::string>& cells, const std::vector<bool>& texts,
                 std::string& to);

}  // namespace sanzhang::audit
