// Charts as SVG in the text of a page: no script, no font, nothing fetched. Colours are the page's
// variables (`--ink`, `--good`, `--bad`, `--soft`). All text that is given is escaped here.
// Pure. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sanzhang::audit {

std::string EscapeHtml(std::string_view text);

// Two lines over the same moments, the lower one filled: how many, and of these how many late.
struct LinePoint {
  std::string label = {};  // Of the moment.
  std::int64_t all = 0;
  std::int64_t some = 0;
};
std::string LineChart(const std::vector<LinePoint>& points, std::string_view all,
                      std::string_view some);

// Groups of columns from 0 to 100 %. A column without a value is a gap that says so.
struct Column {
  std::optional<std::int64_t> ppm = {};
  std::string title = {};  // Shown where the pointer rests.
};
struct ColumnGroup {
  std::string label = {};
  std::vector<Column> columns = {};  // As many as there are series.
};
std::string ColumnChart(const std::vector<ColumnGroup>& groups,
                        const std::vector<std::string>& series);

// Bars from 0 to 100 %, one below the other, with up to two marks each.
struct Bar {
  std::string label = {};
  std::optional<std::int64_t> ppm = {};
  std::string value = {};                 // Beside the bar.
  std::optional<std::int64_t> mark = {};  // A threshold, parts per million.
  std::string href = {};                  // Of the label; empty: none.
};
std::string BarChart(const std::vector<Bar>& bars);

}  // namespace sanzhang::audit
