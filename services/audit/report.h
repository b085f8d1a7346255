// What a community's numbers were in a period, for people who want to check them: one page of HTML
// that needs nothing else, in Chinese or English (V-Z; `sanzhang audit report`).
//
// The numbers are those of the query API, asked as of one position, and each can be followed: to
// the complaints and votes that it counts, and from these to their events in the log. The page
// holds no personal text and no person's id. The same log, position, period and language make the
// same page. Errors: the server's. Threads: any; one call at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "grpcpp/support/status.h"
#include "sanzhang/views/v1/analyst_service.pb.h"
#include "sanzhang/views/v1/completeness.pb.h"
#include "sanzhang/views/v1/metrics.pb.h"
#include "sanzhang/views/v1/participation_view.pb.h"
#include "sanzhang/views/v1/party_org_service.pb.h"
#include "sanzhang/views/v1/register_view.pb.h"
#include "sanzhang/views/v1/resolution_view.pb.h"
#include "services/audit/terms.h"

namespace sanzhang::audit {

struct ReportOptions {
  std::string community = {};  // `communities/heping`
  absl::Time from = {};        // [from, to)
  absl::Time to = {};
  std::uint64_t as_of_position = 0;  // 0: the log's end.
  // Sent with each call: who asks.
  std::vector<std::pair<std::string, std::string>> metadata = {};
};

// A number and what it counts.
struct Figure {
  views::v1::Metric metric = {};
  std::vector<views::v1::MetricCase> cases = {};
  bool more_cases = false;  // There were more than kCasesMax.
};

// Complaints open at a moment.
struct StockPoint {
  absl::Time at = {};
  std::int64_t open = 0;
  std::int64_t overdue = 0;
};

// The numbers over complaints of a part of the period.
struct Span {
  absl::Time from = {};
  absl::Time to = {};
  std::vector<views::v1::Metric> metrics = {};
};

// An event as the page names it.
struct EventLine {
  std::uint64_t position = 0;
  absl::Time at = {};
  std::string type = {};  // `ComplaintFiled`
  std::string role = {};  // Of who acted; empty: the record names none.
};

// The log against what was signed (V-Z7): that no position is missing, and that the tree over all
// records has the signed root.
struct LogCheck {
  std::string failure = {};   // Empty: it is what was signed.
  std::string log = {};       // Its name.
  std::uint64_t records = 0;  // As of the report's position, from 1 on, none missing.
  bool all_signed = false;    // False: the last of them are not signed yet.
  std::string root = {};      // Of the tree over them, in base64.
  std::vector<std::string> witnesses = {};
};

struct Report {
  ReportOptions asked = {};
  std::optional<LogCheck> log = {};  // Nothing: it was not verified.
  absl::Time as_of_time = {};
  absl::Time until = {};  // The period's end, or the last moment known if that is earlier.
  views::v1::RegisterSummary registered = {};
  std::vector<Figure> complaints = {};
  std::vector<Figure> votes = {};
  std::vector<StockPoint> stock = {};
  std::vector<Span> spans = {};
  std::vector<views::v1::VoteRow> certified = {};  // Votes certified in the period.
  std::vector<views::v1::HotSpot> hot_spots = {};  // Of the last 30 days of the period.
  views::v1::ParticipationSummary participation = {};
  views::v1::Metric completeness = {};
  std::vector<views::v1::CompletenessItem> items = {};
  std::vector<views::v1::Anomaly> anomalies = {};             // Up to the moment.
  std::map<std::string, std::vector<EventLine>> events = {};  // By complaint or resolution.
  bool more_events = false;  // There were more resources than kResourcesMax.
};

// Bounds of a page that a browser opens.
inline constexpr std::size_t kCasesMax = 500;       // Of a figure.
inline constexpr std::size_t kResourcesMax = 2000;  // Of which the events are listed.
inline constexpr std::size_t kEventsMax = 60;       // Of a resource: the first ones.
inline constexpr int kStockPointsMax = 60;
inline constexpr int kSpansMax = 24;
inline constexpr int kHotSpotsMax = 10;

// Asks the server behind the channel for everything.
grpc::Status Collect(const std::shared_ptr<grpc::Channel>& channel, const ReportOptions& options,
                     Report& report);

// The page.
std::string ReportPage(const Report& report, Language language);

// `2026`, `2026-Q3`, `2026-09` or `2026-09-01..2026-11-30` (both days included), in Asia/Shanghai.
// INVALID_ARGUMENT says what is wrong with it.
absl::Status ParsePeriod(std::string_view text, absl::Time& from, absl::Time& to);

}  // namespace sanzhang::audit
