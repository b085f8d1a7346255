// Writes the page of a report.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "proto/wire/time.h"
#include "proto/wire/zone.h"
#include "services/audit/charts.h"
#include "services/audit/report.h"

namespace sanzhang::audit {
namespace {

namespace v = views::v1;
using enum v::MetricId;

constexpr std::string_view kStyle = R"(
:root{--paper:#fbfaf7;--card:#fff;--ink:#23384d;--text:#24292e;--muted:#6b7280;--line:#e4e2dc;
--good:#2f7d5b;--bad:#b4452c;--soft:#c9a24b}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--text);line-height:1.55;
font:15px/1.55 "Noto Sans CJK SC","PingFang SC","Microsoft YaHei","Source Han Sans SC",system-ui,sans-serif}
main{max-width:980px;margin:0 auto;padding:40px 28px 80px}
h1{font-size:28px;margin:0 0 4px;color:var(--ink);letter-spacing:.01em}
h2{font-size:19px;margin:44px 0 6px;color:var(--ink);border-top:2px solid var(--ink);padding-top:10px}
p{margin:4px 0 12px}.muted,.note{color:var(--muted);font-size:13px}
a{color:var(--ink)}code{font:12.5px/1.5 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
pre{background:#f1efe9;border:1px solid var(--line);border-radius:6px;padding:10px 12px;overflow:auto;
font:12.5px/1.5 ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:12px;margin:18px 0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 14px;text-decoration:none;
color:inherit;display:block}
.tile b{display:block;font-size:27px;line-height:1.25;color:var(--ink);font-weight:600}
.tile.bad b{color:var(--bad)}.tile span{display:block;font-size:13px}
.tile small{color:var(--muted);font-size:12px}
figure{margin:14px 0;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px 16px}
figcaption{font-size:13px;color:var(--muted);margin-bottom:6px}
svg{width:100%;height:auto;display:block}svg text{font-size:11.5px;fill:var(--text)}
svg a text{fill:var(--ink);text-decoration:underline}
.grid{stroke:var(--line)}.all{fill:none;stroke:var(--ink);stroke-width:2}.late{fill:var(--bad);fill-opacity:.75}
.dot{fill:var(--ink)}.none{fill:none;stroke:var(--muted);stroke-dasharray:2 2}.track{fill:#efede6}
.mark{stroke:var(--bad);stroke-width:2}
table{border-collapse:collapse;width:100%;font-size:13px;margin:8px 0}
th{font-weight:600;text-align:left;color:var(--muted);border-bottom:1px solid var(--line)}
th,td{padding:5px 8px;vertical-align:top}td{border-bottom:1px solid #f0eee8}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
details{border-bottom:1px solid var(--line);padding:4px 0}summary{cursor:pointer;padding:3px 0}
:target>summary,tr:target{background:#f5ecd6}
@media(max-width:700px){.tiles{grid-template-columns:repeat(2,1fr)}main{padding:20px 14px}}
@media print{body{background:#fff}.tile,figure{break-inside:avoid}}
)";

using wire::Shanghai;
std::string Day(absl::Time time) { return absl::FormatTime("%Y-%m-%d", time, Shanghai()); }
std::string Minute(absl::Time time) { return absl::FormatTime("%Y-%m-%d %H:%M", time, Shanghai()); }

// `complaints/01j` of `communities/c1/complaints/01j`.
std::string Short(std::string_view name) {
  const std::size_t second = name.find('/', name.find('/') + 1);
  return std::string(second == std::string_view::npos ? name : name.substr(second + 1));
}

std::string Percent(std::int64_t ppm) {
  return absl::StrFormat("%.1f %%", static_cast<double>(ppm) / 10'000);
}

class Page {
 public:
  Page(const Report& report, Language language) : report_(report), language_(language) {}

  std::string Write() {
    Head();
    Tiles();
    Stock();
    Spans();
    HotSpots();
    Votes();
    Participation();
    Completeness();
    Anomalies();
    WholeLog();
    Numbers();
    Cases();
    Events();
    Check();
    return html_ + "</main></body></html>\n";
  }

 private:
  // Either; the words are ours, not a caller's.
  std::string_view Say(std::string_view chinese, std::string_view english) const {
    return language_ == Language::kChinese ? chinese : english;
  }
  template <class... Parts>
  void Add(const Parts&... parts) {
    (html_.append(parts), ...);
  }
  void Section(std::string_view id, std::string_view chinese, std::string_view english) {
    Add("<h2 id=\"", id, "\">", Say(chinese, english), "</h2>\n");
  }
  void Note(std::string_view chinese, std::string_view english) {
    Add("<p class=\"note\">", Say(chinese, english), "</p>\n");
  }
  std::string Name(const v::Metric& metric) const { return TermOf(metric.id(), language_); }
  // `m1`, as the fragment of its cases.
  static std::string Anchor(const v::Metric& metric) {
    return absl::StrCat("metric-", int{metric.id()});
  }

  std::string Value(const v::Metric& metric) const {
    if (metric.masked()) return "&lt; 5";
    if (!metric.has_value()) return "–";
    switch (metric.unit()) {
      case v::METRIC_UNIT_PPM:
        return Percent(metric.value());
      case v::METRIC_UNIT_MILLI_POINTS:
        return absl::StrFormat("%.2f", static_cast<double>(metric.value()) / 1000);
      case v::METRIC_UNIT_MILLISECONDS:
        return absl::StrFormat("%.1f %s", static_cast<double>(metric.value()) / 86'400'000,
                               language_ == Language::kChinese ? "天" : "days");
      default:
        return absl::StrCat(metric.value());
    }
  }
  std::string Basis(const v::Metric& metric) const {
    if (metric.masked()) return "";
    if (metric.unit() == v::METRIC_UNIT_MILLISECONDS || metric.unit() == v::METRIC_UNIT_DAYS) {
      return absl::StrCat("n = ", metric.denominator());
    }
    if (metric.unit() == v::METRIC_UNIT_MILLI_POINTS) return "";
    return absl::StrCat(metric.numerator(), " / ", metric.denominator());
  }

  const v::Metric* Find(v::MetricId id) const {
    for (const auto* figures : {&report_.complaints, &report_.votes}) {
      for (const Figure& figure : *figures) {
        if (figure.metric.id() == id) return &figure.metric;
      }
    }
    if (report_.participation.breadth().id() == id) return &report_.participation.breadth();
    return nullptr;
  }
  static const v::Metric* Find(const std::vector<v::Metric>& metrics, v::MetricId id) {
    for (const v::Metric& metric : metrics) {
      if (metric.id() == id) return &metric;
    }
    return nullptr;
  }

  void Head() {
    Add("<!doctype html>\n<html lang=\"", Say("zh-CN", "en"),
        "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\"><title>",
        Say("社区治理审计报告", "Audit report"), " ", EscapeHtml(report_.asked.community),
        "</title><style>", kStyle, "</style></head><body><main>\n<h1>",
        Say("社区治理审计报告", "Audit report"), "</h1>\n<p class=\"muted\"><code>",
        EscapeHtml(report_.asked.community), "</code> · ", Day(report_.asked.from), " – ",
        Day(report_.asked.to - absl::Seconds(1)),
        report_.until < report_.asked.to ? Say("(尚未结束)", " (not over)") : "", " · ",
        Say("截至日志位置 ", "as of position "), absl::StrCat(report_.asked.as_of_position), " (",
        Minute(report_.as_of_time), " UTC+8)</p>\n<p>",
        Say("每个数字都是查询接口在这一位置给出的数字，点开可见它所计的每一件诉求、每一次表决，以及"
            "它们在日志中的事件。",
            "Every number is what the query API answers as of this position. Follow it to the "
            "complaints and votes that it "
            "counts, and from these to their events in the log."),
        "</p>\n");
  }

  void Tile(const v::Metric* metric, bool bad_if_any = false) {
    if (metric == nullptr) return;
    const bool bad = bad_if_any && metric->numerator() > 0;
    Add("<a class=\"tile", bad ? " bad" : "", "\" href=\"#", Anchor(*metric), "\"><span>",
        Name(*metric), "</span><b>", Value(*metric), "</b><small>", Basis(*metric), " · ",
        EscapeHtml(metric->formula()), "</small></a>\n");
  }

  void Tiles() {
    Add("<div class=\"tiles\">\n");
    for (const v::MetricId id :
         {METRIC_ID_ACKNOWLEDGED_ON_TIME, METRIC_ID_ANSWERED_ON_TIME, METRIC_ID_RESOLVED}) {
      Tile(Find(id));
    }
    Tile(Find(METRIC_ID_OVERDUE_STOCK), /*bad_if_any=*/true);
    Satisfaction();
    for (const v::MetricId id :
         {METRIC_ID_TURNOUT_HEADS, METRIC_ID_TURNOUT_AREA, METRIC_ID_PARTICIPATION_BREADTH}) {
      Tile(Find(id));
    }
    Add("</div>\n");
  }

  // Never without its coverage and lower bound.
  void Satisfaction() {
    const v::Metric* satisfied = Find(METRIC_ID_SATISFIED);
    const v::Metric* bound = Find(METRIC_ID_SATISFIED_LOWER_BOUND);
    if (satisfied == nullptr || bound == nullptr) return;
    Add("<a class=\"tile\" href=\"#", Anchor(*satisfied), "\"><span>", Name(*satisfied),
        "</span><b>", Value(*satisfied), "</b><small>", Basis(*satisfied), " · ",
        Say("回访 ", "of "), absl::StrCat(satisfied->population()), Say("", " asked"), " · ",
        Say("下限 ", "at least "), Value(*bound), "</small></a>\n");
  }

  void Stock() {
    Section("stock", "未结诉求", "Open complaints");
    std::vector<LinePoint> points;
    for (const StockPoint& point : report_.stock) {
      points.push_back({Day(point.at), point.open, point.overdue});
    }
    Add("<figure><figcaption>",
        Say("各时点未结的诉求，其中已超期的", "Open at each moment, and of these past a deadline"),
        "</figcaption>", LineChart(points, Say("未结", "open"), Say("已超期", "overdue")),
        "</figure>\n");
  }

  void Spans() {
    Section("spans", "时效与满意", "Timeliness and satisfaction");
    const std::vector<v::MetricId> shown = {METRIC_ID_ACKNOWLEDGED_ON_TIME,
                                            METRIC_ID_ANSWERED_ON_TIME, METRIC_ID_SATISFIED,
                                            METRIC_ID_SATISFIED_LOWER_BOUND};
    std::vector<std::string> series;
    for (const v::MetricId id : shown) series.push_back(TermOf(id, language_));
    std::vector<ColumnGroup> groups;
    for (const Span& span : report_.spans) {
      ColumnGroup& group = groups.emplace_back();
      group.label = Day(span.from).substr(2);
      for (const v::MetricId id : shown) {
        Column& column = group.columns.emplace_back();
        const v::Metric* metric = Find(span.metrics, id);
        if (metric == nullptr) continue;
        if (metric->has_value()) column.ppm = metric->value();
        column.title = absl::StrCat(Day(span.from), " ", Name(*metric), ": ",
                                    metric->has_value() ? Percent(metric->value()) : "–", " (",
                                    metric->numerator(), " / ", metric->denominator(), ")");
      }
    }
    Add("<figure><figcaption>",
        Say("按到期或答复所在的时段；虚线格表示该时段没有可计的诉求",
            "By the span of the deadline or reply, which begins on the day below; dashed: nothing "
            "to count"),
        "</figcaption>", ColumnChart(groups, series), "</figure>\n");
    ByCategory();
  }

  void ByCategory() {
    const v::Metric* satisfied = Find(METRIC_ID_SATISFIED);
    if (satisfied == nullptr || satisfied->parts().empty()) return;
    std::vector<Bar> bars;
    for (const v::MetricPart& part : satisfied->parts()) {
      Bar& bar = bars.emplace_back();
      bar.label = TermOf(part.category(), language_);
      if (part.masked()) {
        bar.value = "< 5";
        continue;
      }
      if (part.has_value()) bar.ppm = part.value();
      bar.value = absl::StrCat(part.has_value() ? Percent(part.value()) : "–", "  (",
                               part.numerator(), " / ", part.denominator(), ")");
    }
    Add("<figure><figcaption>", Say("满意率，按类别", "Satisfied, by category"), "</figcaption>",
        BarChart(bars), "</figure>\n");
  }

  void HotSpots() {
    Section("hot-spots", "热点", "Hot spots");
    Note("期末前三十日内，同一地点同一类别的诉求；地点从不细于单元。",
         "Complaints of one place and category in the last thirty days of the period; a place is "
         "never narrower than an entrance.");
    if (report_.hot_spots.empty()) return Note("没有。", "None.");
    Add("<table><tr><th>", Say("地点", "Place"), "</th><th>", Say("类别", "Category"),
        "</th><th class=\"n\">", Say("诉求", "Complaints"), "</th><th class=\"n\">",
        Say("诉求人", "Complainants"), "</th><th class=\"n\">", Say("未结", "Open"),
        "</th><th class=\"n\">", Say("重复率", "Repeated"), "</th></tr>\n");
    for (const v::HotSpot& spot : report_.hot_spots) {
      Add("<tr><td><code>", EscapeHtml(Short(spot.place())), "</code></td><td>",
          TermOf(spot.category(), language_),
          spot.mass() ? Say(" · 群体性", " · many behind it") : "", "</td><td class=\"n\">",
          absl::StrCat(spot.complaints()), "</td><td class=\"n\">",
          absl::StrCat(spot.distinct_complainants()), "</td><td class=\"n\">",
          absl::StrCat(spot.open()), "</td><td class=\"n\">", Value(spot.repeated()),
          "</td></tr>\n");
    }
    Add("</table>\n");
  }

  void Votes() {
    Section("votes", "表决", "Votes");
    if (report_.certified.empty()) {
      return Note("本期没有确认结果的表决。", "No vote was certified in the period.");
    }
    std::vector<Bar> bars;
    for (const v::VoteRow& vote : report_.certified) {
      Bar& bar = bars.emplace_back();
      bar.label = vote.title().empty() ? Short(vote.name()) : vote.title();
      bar.href = "#" + Short(vote.name());
      const v::Portion& heads = vote.returned_heads();
      if (heads.has_ppm()) bar.ppm = heads.ppm();
      bar.value = absl::StrCat(heads.has_ppm() ? Percent(heads.ppm()) : "–", "  ",
                               TermOf(vote.outcome(), language_));
    }
    Add("<figure><figcaption>",
        Say("收回表决票的人数占比与结果",
            "Heads with a ballot that nobody set aside, and the outcome"),
        "</figcaption>", BarChart(bars), "</figure>\n");
  }

  void Participation() {
    Section("participation", "参与", "Participation");
    Note("期末年满十八周岁的已确认居民中参与过治理的；不含评价，评价不记名。",
         "Of the confirmed residents of age at the end of the period, those who took part; without "
         "ratings, which name nobody.");
    Add("<table><tr><th>", Say("方式", "In what"), "</th><th class=\"n\">", Say("人数", "Persons"),
        "</th></tr>\n");
    for (const v::KindParticipation& kind : report_.participation.kinds()) {
      Add("<tr><td>", TermOf(kind.kind(), language_), "</td><td class=\"n\">",
          kind.masked() ? "&lt; 5" : absl::StrCat(kind.participants()), "</td></tr>\n");
    }
    Add("</table>\n");
  }

  void Completeness() {
    Section("completeness", "治理体系完善度", "Completeness of the system");
    Add("<p id=\"", Anchor(report_.completeness), "\"><b>", Value(report_.completeness),
        "</b> <span class=\"muted\">", Basis(report_.completeness), " · ",
        EscapeHtml(report_.completeness.formula()), "</span></p>\n<table>");
    for (const v::CompletenessItem& item : report_.items) {
      Add("<tr><td>", TermOf(item.code(), language_), item.property_area().empty() ? "" : " · ",
          EscapeHtml(item.property_area().empty() ? "" : Short(item.property_area())), "</td><td>",
          TermOf(item.state(), language_), "</td></tr>\n");
    }
    Add("</table>\n");
  }

  void Anomalies() {
    Section("anomalies", "异常", "Out of the ordinary");
    Note("不是结论，只是值得一看之处；含本期之前的。",
         "No findings: places to look at. Those before the period are among them.");
    if (report_.anomalies.empty()) return Note("没有。", "None.");
    Add("<table>");
    for (const v::Anomaly& anomaly : report_.anomalies) {
      Add("<tr><td>", TermOf(anomaly.kind(), language_), "</td><td><code>",
          EscapeHtml(Short(anomaly.subject())), "</code></td><td class=\"n\">",
          absl::StrCat(anomaly.count()),
          anomaly.total() == 0 ? "" : absl::StrCat(" / ", anomaly.total()), "</td><td class=\"n\">",
          Minute(wire::ToTime(anomaly.at())), "</td><td class=\"n\">",
          absl::StrCat(anomaly.first_position(), " – ", anomaly.last_position()), "</td></tr>\n");
    }
    Add("</table>\n");
  }

  void Row(const v::Metric& metric, bool cases) {
    Add("<tr id=\"", Anchor(metric), "\" data-metric=\"", v::MetricId_Name(metric.id()),
        "\" data-formula=\"", EscapeHtml(metric.formula()), "\" data-numerator=\"",
        absl::StrCat(metric.numerator()), "\" data-denominator=\"",
        absl::StrCat(metric.denominator()), "\" data-population=\"",
        absl::StrCat(metric.population()), "\" data-value=\"",
        metric.has_value() ? absl::StrCat(metric.value()) : "", "\"><td>", Name(metric),
        "</td><td><code>", EscapeHtml(metric.formula()), "</code></td><td class=\"n\">",
        Value(metric), "</td><td class=\"n\">", Basis(metric), "</td><td class=\"n\">",
        absl::StrCat(metric.population()), "</td><td>");
    if (cases) {
      Add("<a href=\"#cases-", absl::StrCat(int{metric.id()}), "\">", Say("逐件", "cases"), "</a>");
    }
    Add("</td></tr>\n");
  }

  void Numbers() {
    Section("numbers", "全部数字", "All numbers");
    Note("分母与总体之差即未计入的；公式编号后为其版本。",
         "What is in the population and not in the denominator was left out; behind the formula's "
         "number stands its version.");
    Add("<table><tr><th>", Say("指标", "Number"), "</th><th>", Say("公式", "Formula"),
        "</th><th class=\"n\">", Say("值", "Value"), "</th><th class=\"n\">",
        Say("分子 / 分母", "Numerator / denominator"), "</th><th class=\"n\">",
        Say("总体", "Population"), "</th><th></th></tr>\n");
    for (const auto* figures : {&report_.complaints, &report_.votes}) {
      for (const Figure& figure : *figures) Row(figure.metric, true);
    }
    Row(report_.participation.breadth(), false);
    Row(report_.participation.newcomers(), false);
    Add("</table>\n");
  }

  void Cases() {
    Section("cases", "逐件", "What each number counts");
    for (const auto* figures : {&report_.complaints, &report_.votes}) {
      for (const Figure& figure : *figures) {
        Add("<details id=\"cases-", absl::StrCat(int{figure.metric.id()}), "\"><summary>",
            Name(figure.metric), " <span class=\"muted\">", EscapeHtml(figure.metric.formula()),
            " · ", absl::StrCat(figure.cases.size()), figure.more_cases ? "+" : "",
            "</span></summary><table>\n");
        for (const v::MetricCase& found : figure.cases) {
          Add("<tr><td><a href=\"#", EscapeHtml(Short(found.name())), "\">",
              EscapeHtml(Short(found.name())), "</a></td><td class=\"n\">",
              found.round() == 0 ? ""
                                 : absl::StrCat(std::string(Say("第", "round ")), found.round(),
                                                std::string(Say("轮", ""))),
              "</td><td class=\"n\">", absl::StrCat(found.numerator(), " / ", found.denominator()),
              "</td></tr>\n");
        }
        Add("</table></details>\n");
      }
    }
  }

  void Events() {
    Section("events", "事件", "Events");
    if (report_.more_events) Note("只列出前两千个。", "The first two thousand are listed.");
    for (const auto& [resource, lines] : report_.events) {
      Add("<details id=\"", EscapeHtml(Short(resource)), "\"><summary>",
          EscapeHtml(Short(resource)), " <span class=\"muted\">", absl::StrCat(lines.size()),
          lines.size() == kEventsMax ? "+" : "", "</span></summary><table>\n");
      for (const EventLine& line : lines) {
        Add("<tr><td class=\"n\">", absl::StrCat(line.position), "</td><td>", Minute(line.at),
            "</td><td><code>", EscapeHtml(line.type), "</code></td><td>", RoleOf(line.role),
            "</td></tr>\n");
      }
      Add("</table></details>\n");
    }
  }

  std::string RoleOf(const std::string& role) const {
    type::v1::Role value = type::v1::ROLE_UNSPECIFIED;
    if (!type::v1::Role_Parse(role, &value)) return "";
    return TermOf(value, language_);
  }

  void WholeLog() {
    Section("log", "日志完整性", "Completeness of the log");
    if (!report_.log) {
      return Note("未核验：生成本报告时没有给出日志的公钥。",
                  "Not verified: the report was made without the log's public key.");
    }
    const LogCheck& log = *report_.log;
    if (!log.failure.empty()) {
      Add("<p class=\"bad\"><b>", Say("未通过核验", "NOT VERIFIED"), "</b> <code>",
          EscapeHtml(log.failure), "</code></p>\n");
      return;
    }
    Add("<p data-records=\"", absl::StrCat(log.records), "\" data-root=\"", EscapeHtml(log.root),
        "\"><b>", Say("已核验", "Verified"), "</b> ",
        log.all_signed
            ? Say("每个位置都在，每条记录正是签名时的记录。",
                  "No position is missing, and every record is the one that was signed.")
            : Say("每个位置都在，已签名的记录正是签名时的记录；最后几条尚未签名。",
                  "No position is missing, and what was signed is what is there; the last records "
                  "are not signed yet."),
        "</p>\n<table><tr><td>", Say("日志", "Log"), "</td><td><code>", EscapeHtml(log.log),
        "</code></td></tr>\n<tr><td>", Say("位置", "Positions"), "</td><td>1 – ",
        absl::StrCat(log.records), "</td></tr>\n<tr><td>", Say("这些记录的树根", "Root of these"),
        "</td><td><code>", EscapeHtml(log.root), "</code></td></tr>\n");
    for (const std::string& witness : log.witnesses) {
      Add("<tr><td>", Say("见证", "Witness"), "</td><td><code>", EscapeHtml(witness),
          "</code></td></tr>\n");
    }
    Add("</table>\n");
  }

  void Check() {
    Section("check", "如何核对", "How to check");
    const std::string position = absl::StrCat(report_.asked.as_of_position);
    Add("<p>", Say("日志中的一条事件：", "An event of the log:"),
        "</p><pre>sanzhang audit read --from POSITION --to POSITION</pre><p>",
        Say("同一位置的同一报告：", "The same report as of the same position:"),
        "</p><pre>sanzhang audit report ", EscapeHtml(report_.asked.community),
        " --period=", Day(report_.asked.from), "..", Day(report_.asked.to - absl::Seconds(1)),
        " --as-of=", position, " --key=KEY --lang=", Say("zh", "en"), " --out=FILE</pre>\n");
    Add("<p>", Say("整部日志与其签名的检查点：", "The whole log against its signed checkpoint:"),
        "</p><pre>sanzhang audit verify --key=KEY</pre>\n");
  }

  const Report& report_;
  const Language language_;
  std::string html_;
};

}  // namespace

std::string ReportPage(const Report& report, Language language) {
  return Page(report, language).Write();
}

}  // namespace sanzhang::audit
