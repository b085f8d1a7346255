#include "services/audit/charts.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace sanzhang::audit {
namespace {

constexpr double kWidth = 880;
constexpr double kLeft = 44;
constexpr double kRight = 12;
constexpr double kTop = 26;
constexpr double kPlotHeight = 170;
constexpr std::int64_t kMillion = 1'000'000;
constexpr const char* kColours[] = {"var(--good)", "var(--ink)", "var(--soft)", "var(--bad)"};

// The shortest that tells apart what a screen can.
std::string N(double number) { return absl::StrFormat("%.1f", number); }

std::string Text(double x, double y, std::string_view anchor, std::string_view text) {
  return absl::StrCat("<text x=\"", N(x), "\" y=\"", N(y), "\" text-anchor=\"",
                      absl::string_view(anchor.data(), anchor.size()), "\">", EscapeHtml(text),
                      "</text>");
}

std::string Line(double x1, double y1, double x2, double y2, std::string_view kind) {
  return absl::StrCat("<line x1=\"", N(x1), "\" y1=\"", N(y1), "\" x2=\"", N(x2), "\" y2=\"", N(y2),
                      "\" class=\"", absl::string_view(kind.data(), kind.size()), "\"/>");
}

std::string Open(double height, std::string_view what) {
  return absl::StrCat("<svg viewBox=\"0 0 ", N(kWidth), " ", N(height),
                      "\" role=\"img\" aria-label=\"", EscapeHtml(what), "\">");
}

// Names of the colours, from the left.
std::string Legend(const std::vector<std::string>& series) {
  std::string svg;
  double x = kLeft;
  for (std::size_t i = 0; i < series.size(); ++i) {
    absl::StrAppend(
        &svg, "<rect x=\"", N(x), "\" y=\"4\" width=\"10\" height=\"10\" rx=\"2\" fill=\"",
        kColours[i % std::size(kColours)], "\"/>", Text(x + 15, 13, "start", series[i]));
    // Wide enough for Chinese and Latin letters alike.
    double width = 0;
    for (const char c : series[i])
      width += (static_cast<unsigned char>(c) & 0xC0) == 0x80 ? 3.4 : 6.6;
    x += 34 + width;
  }
  return svg;
}

// A round number that is not below.
std::int64_t RoundUp(std::int64_t number) {
  std::int64_t unit = 1;
  while (unit * 10 < number) unit *= 10;
  for (const std::int64_t times : {1, 2, 4, 5, 10}) {
    if (unit * times >= number) return std::max<std::int64_t>(unit * times, 4);
  }
  return number;
}

double ColumnY(std::int64_t ppm) {
  return kTop + kPlotHeight * (1 - static_cast<double>(ppm) / static_cast<double>(kMillion));
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  return absl::StrReplaceAll(
      absl::string_view(text.data(), text.size()),
      {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

std::string LineChart(const std::vector<LinePoint>& points, std::string_view all,
                      std::string_view some) {
  if (points.empty()) return "";
  std::int64_t most = 0;
  for (const LinePoint& point : points) most = std::max({most, point.all, point.some});
  const std::int64_t top = RoundUp(std::max<std::int64_t>(most, 1));
  const double step =
      (kWidth - kLeft - kRight) / static_cast<double>(std::max<std::size_t>(points.size() - 1, 1));
  const auto x = [&](std::size_t i) { return kLeft + step * static_cast<double>(i); };
  const auto y = [&](std::int64_t count) {
    return kTop + kPlotHeight * (1 - static_cast<double>(count) / static_cast<double>(top));
  };
  std::string svg = Open(kTop + kPlotHeight + 24, all);
  for (int quarter = 0; quarter <= 4; ++quarter) {
    const std::int64_t count = top * quarter / 4;
    absl::StrAppend(&svg, Line(kLeft, y(count), kWidth - kRight, y(count), "grid"),
                    Text(kLeft - 6, y(count) + 4, "end", absl::StrCat(count)));
  }
  const auto path = [&](bool late) {
    std::string line;
    for (std::size_t i = 0; i < points.size(); ++i) {
      absl::StrAppend(&line, i == 0 ? "M" : "L", N(x(i)), " ",
                      N(y(late ? points[i].some : points[i].all)));
    }
    return line;
  };
  absl::StrAppend(&svg, "<path d=\"", path(true), "L", N(x(points.size() - 1)), " ", N(y(0)), "L",
                  N(x(0)), " ", N(y(0)), "Z\" class=\"late\"/><path d=\"", path(false),
                  "\" class=\"all\"/>");
  const std::size_t every = std::max<std::size_t>(points.size() / 6, 1);
  for (std::size_t i = 0; i < points.size(); ++i) {
    absl::StrAppend(&svg, "<circle cx=\"", N(x(i)), "\" cy=\"", N(y(points[i].all)),
                    "\" r=\"2.4\" class=\"dot\"><title>", EscapeHtml(points[i].label), ": ",
                    EscapeHtml(all), " ", points[i].all, ", ", EscapeHtml(some), " ",
                    points[i].some, "</title></circle>");
    const bool last = i + 1 == points.size();
    if (last || (i % every == 0 && points.size() - 1 - i >= every)) {
      absl::StrAppend(&svg, Text(x(i), kTop + kPlotHeight + 18,
                                 i == 0 ? "start"
                                 : last ? "end"
                                        : "middle",
                                 points[i].label));
    }
  }
  absl::StrAppend(&svg, "<rect x=\"", N(kLeft),
                  "\" y=\"4\" width=\"10\" height=\"10\" rx=\"2\" fill=\"var(--ink)\"/>",
                  Text(kLeft + 15, 13, "start", all), "<rect x=\"", N(kLeft + 150),
                  "\" y=\"4\" width=\"10\" height=\"10\" rx=\"2\" fill=\"var(--bad)\"/>",
                  Text(kLeft + 165, 13, "start", some), "</svg>");
  return svg;
}

std::string ColumnChart(const std::vector<ColumnGroup>& groups,
                        const std::vector<std::string>& series) {
  if (groups.empty()) return "";
  std::string svg = absl::StrCat(Open(kTop + kPlotHeight + 24, series.front()), Legend(series));
  for (int quarter = 0; quarter <= 4; ++quarter) {
    const double y = ColumnY(kMillion * quarter / 4);
    absl::StrAppend(&svg, Line(kLeft, y, kWidth - kRight, y, "grid"),
                    Text(kLeft - 6, y + 4, "end", absl::StrCat(25 * quarter, "%")));
  }
  const double group_width = (kWidth - kLeft - kRight) / static_cast<double>(groups.size());
  const double width = std::min(group_width * 0.72 / static_cast<double>(series.size()), 34.0);
  const std::size_t every = groups.size() / 13 + 1;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const double middle = kLeft + group_width * (static_cast<double>(g) + 0.5);
    double x = middle - width * static_cast<double>(series.size()) / 2;
    for (std::size_t i = 0; i < groups[g].columns.size(); ++i, x += width) {
      const Column& column = groups[g].columns[i];
      const double y = column.ppm ? ColumnY(*column.ppm) : ColumnY(0) - 2;
      absl::StrAppend(&svg, "<rect x=\"", N(x + 1), "\" y=\"", N(y), "\" width=\"", N(width - 2),
                      "\" height=\"", N(std::max(kTop + kPlotHeight - y, 1.0)), "\" rx=\"1.5\" ",
                      column.ppm ? absl::StrCat("fill=\"", kColours[i % std::size(kColours)], "\"")
                                 : std::string("class=\"none\""),
                      "><title>", EscapeHtml(column.title), "</title></rect>");
    }
    if (g % every == 0) {
      absl::StrAppend(&svg, Text(middle, kTop + kPlotHeight + 18, "middle", groups[g].label));
    }
  }
  return svg + "</svg>";
}

std::string BarChart(const std::vector<Bar>& bars) {
  if (bars.empty()) return "";
  constexpr double kLabel = 250;
  constexpr double kRow = 30;
  constexpr double kValue = 170;
  const double plot = kWidth - kLabel - kValue;
  const auto width = [&](std::int64_t ppm) {
    return plot * static_cast<double>(std::clamp<std::int64_t>(ppm, 0, kMillion)) /
           static_cast<double>(kMillion);
  };
  std::string svg = Open(kRow * static_cast<double>(bars.size()) + 4, bars.front().label);
  double y = 4;
  for (const Bar& bar : bars) {
    const std::string label = Text(kLabel - 10, y + 15, "end", bar.label);
    absl::StrAppend(&svg,
                    bar.href.empty()
                        ? label
                        : absl::StrCat("<a href=\"", EscapeHtml(bar.href), "\">", label, "</a>"),
                    "<rect x=\"", N(kLabel), "\" y=\"", N(y + 2), "\" width=\"", N(plot),
                    "\" height=\"18\" rx=\"3\" class=\"track\"/>");
    if (bar.ppm) {
      absl::StrAppend(&svg, "<rect x=\"", N(kLabel), "\" y=\"", N(y + 2), "\" width=\"",
                      N(std::max(width(*bar.ppm), 1.5)),
                      "\" height=\"18\" rx=\"3\" fill=\"var(--good)\"/>");
    }
    if (bar.mark) {
      absl::StrAppend(
          &svg, Line(kLabel + width(*bar.mark), y - 1, kLabel + width(*bar.mark), y + 23, "mark"));
    }
    absl::StrAppend(&svg, Text(kLabel + plot + 10, y + 15, "start", bar.value));
    y += kRow;
  }
  return svg + "</svg>";
}

}  // namespace sanzhang::audit
