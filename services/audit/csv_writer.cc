#include "services/audit/csv_writer.h"

namespace sanzhang::audit {

bool LooksLikeFormula(std::string_view text) {
  if (text.empty()) return false;
  if (std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos) return true;
  for (const std::string_view wide : {"＝", "＋", "－", "＠"}) {
    if (text.starts_with(wide)) return true;
  }
  return false;
}

void WriteCsvRow(const std::vector<std::string>& cells, const std::vector<bool>& texts,
                 std::string& to) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) to.push_back(',');
    const std::string& cell = cells[i];
    const bool guarded = texts[i] && LooksLikeFormula(cell);
    if (!guarded && cell.find_first_of(",\"\r\n") == std::string::npos) {
      to.append(cell);
      continue;
    }
    to.push_back('"');
    if (guarded) to.push_back('\'');
    for (const char c : cell) {
      if (c == '"') to.push_back('"');
      to.push_back(c);
    }
    to.push_back('"');
  }
  to.append("\r\n");
}

}  // namespace sanzhang::audit
