// Asks for what a report shows.
#include <algorithm>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "proto/wire/time.h"
#include "proto/wire/zone.h"
#include "sanzhang/log/v1/event_log_service.grpc.pb.h"
#include "sanzhang/log/v1/record.pb.h"
#include "sanzhang/views/v1/analyst_service.grpc.pb.h"
#include "sanzhang/views/v1/owners_committee_service.grpc.pb.h"
#include "sanzhang/views/v1/party_org_service.grpc.pb.h"
#include "sanzhang/views/v1/residents_committee_service.grpc.pb.h"
#include "services/audit/report.h"

namespace sanzhang::audit {
namespace {

namespace v = views::v1;

constexpr absl::Duration kCallTimeout = absl::Seconds(30);
constexpr int kPageSize = 500;

using wire::Shanghai;

class Collector {
 public:
  Collector(const std::shared_ptr<grpc::Channel>& channel, Report& report)
      : report_(report),
        log_(log::v1::EventLogService::NewStub(channel)),
        committee_(v::ResidentsCommitteeService::NewStub(channel)),
        owners_(v::OwnersCommitteeService::NewStub(channel)),
        party_(v::PartyOrgService::NewStub(channel)),
        analyst_(v::AnalystService::NewStub(channel)) {}

  grpc::Status Run() {
    using Step = grpc::Status (Collector::*)();
    for (const Step step :
         {&Collector::Moment, &Collector::Community, &Collector::Register, &Collector::Complaints,
          &Collector::Stock, &Collector::Spans, &Collector::HotSpots, &Collector::Votes,
          &Collector::Certified, &Collector::Participation, &Collector::Completeness,
          &Collector::Anomalies, &Collector::Events}) {
      if (const grpc::Status done = (this->*step)(); !done.ok()) return done;
    }
    return grpc::Status::OK;
  }

 private:
  template <class Stub, class Request, class Response>
  grpc::Status Ask(Stub& stub,
                   grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                   const Request& request, Response& response) {
    grpc::ClientContext context;
    for (const auto& [key, value] : report_.asked.metadata) context.AddMetadata(key, value);
    context.set_deadline(absl::ToChronoTime(absl::Now() + kCallTimeout));
    response.Clear();
    return (stub.*method)(&context, request, &response);
  }

  // A request about the community as of the report's position.
  template <class Request>
  Request About() const {
    Request request;
    request.set_parent(report_.asked.community);
    request.set_as_of_position(report_.asked.as_of_position);
    return request;
  }

  template <class Request>
  void SetWindow(Request& request, absl::Time from, absl::Time to) const {
    *request.mutable_from() = wire::ToStamp(from);
    *request.mutable_to() = wire::ToStamp(to);
  }

  grpc::Status Moment() {
    if (report_.asked.as_of_position != 0) return grpc::Status::OK;
    log::v1::GetHeadResponse head;
    const grpc::Status asked =
        Ask(*log_, &log::v1::EventLogService::Stub::GetHead, log::v1::GetHeadRequest(), head);
    report_.asked.as_of_position = head.position();
    return asked;
  }

  // Views know nothing of it, and would answer with zeros.
  grpc::Status Community() {
    log::v1::ReadStreamRequest request;
    request.set_stream(report_.asked.community);
    request.set_page_size(1);
    log::v1::ReadStreamResponse response;
    const grpc::Status asked =
        Ask(*log_, &log::v1::EventLogService::Stub::ReadStream, request, response);
    if (asked.error_code() != grpc::StatusCode::NOT_FOUND) return asked;
    return {grpc::StatusCode::NOT_FOUND,
            absl::StrCat("there is no community \"", report_.asked.community,
                         "\"; the name of one is as in communities/heping")};
  }

  grpc::Status Register() {
    v::GetRegisterSummaryResponse response;
    const grpc::Status asked =
        Ask(*committee_, &v::ResidentsCommitteeService::Stub::GetRegisterSummary,
            About<v::GetRegisterSummaryRequest>(), response);
    report_.registered = response.summary();
    report_.as_of_time = wire::ToTime(response.freshness().as_of_time());
    // What is due later than anyone can know counts neither way.
    report_.until = std::min(report_.asked.to, report_.as_of_time + absl::Microseconds(1));
    if (asked.ok() && report_.until <= report_.asked.from) {
      return {grpc::StatusCode::OUT_OF_RANGE,
              absl::StrCat("the period begins after the last event, which was on ",
                           absl::FormatTime("%Y-%m-%d", report_.as_of_time, Shanghai()))};
    }
    return asked;
  }

  grpc::Status MetricsOf(absl::Time from, absl::Time to, v::GetMetricsResponse& response) {
    auto request = About<v::GetMetricsRequest>();
    SetWindow(*request.mutable_query(), from, to);
    return Ask(*committee_, &v::ResidentsCommitteeService::Stub::GetMetrics, request, response);
  }

  // Page after page into the figure, until there are enough.
  template <class Request, class Response, class Stub>
  grpc::Status CasesOf(Stub& stub,
                       grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                    Response*),
                       Request request, Figure& figure) {
    request.set_metric(figure.metric.id());
    request.set_page_size(kPageSize);
    Response response;
    do {
      request.set_page_token(response.next_page_token());
      if (const grpc::Status asked = Ask(stub, method, request, response); !asked.ok()) {
        return asked;
      }
      for (const v::MetricCase& found : response.cases()) {
        if (figure.cases.size() == kCasesMax) {
          figure.more_cases = true;
          return grpc::Status::OK;
        }
        figure.cases.push_back(found);
      }
    } while (!response.next_page_token().empty());
    return grpc::Status::OK;
  }

  grpc::Status Complaints() {
    v::GetMetricsResponse response;
    grpc::Status asked = MetricsOf(report_.asked.from, report_.until, response);
    for (const v::Metric& metric : response.metrics()) {
      Figure& figure = report_.complaints.emplace_back();
      figure.metric = metric;
      auto request = About<v::ListMetricCasesRequest>();
      SetWindow(*request.mutable_query(), report_.asked.from, report_.until);
      asked = CasesOf(*committee_, &v::ResidentsCommitteeService::Stub::ListMetricCases,
                      std::move(request), figure);
      if (!asked.ok()) return asked;
    }
    return asked;
  }

  // At even distances, the end of the period last.
  grpc::Status Stock() {
    const absl::Duration whole = report_.until - report_.asked.from;
    const int points =
        static_cast<int>(std::clamp<std::int64_t>(whole / absl::Hours(24), 1, kStockPointsMax - 1));
    for (int i = 0; i <= points; ++i) {
      StockPoint& point = report_.stock.emplace_back();
      point.at = report_.asked.from + whole * i / points;
      auto request = About<v::GetOpenStockRequest>();
      *request.mutable_at() = wire::ToStamp(point.at);
      v::GetOpenStockResponse response;
      const grpc::Status asked =
          Ask(*committee_, &v::ResidentsCommitteeService::Stub::GetOpenStock, request, response);
      if (!asked.ok()) return asked;
      point.open = response.open();
      point.overdue = response.overdue();
    }
    return grpc::Status::OK;
  }

  // Months; weeks of a period of less than ten.
  grpc::Status Spans() {
    const bool weeks = report_.until - report_.asked.from < absl::Hours(24 * 70);
    absl::CivilDay day = absl::ToCivilDay(report_.asked.from, Shanghai());
    absl::Time from = report_.asked.from;
    while (from < report_.until && report_.spans.size() < kSpansMax) {
      day = weeks ? day + 7 : absl::CivilDay(absl::CivilMonth(day) + 1);
      const absl::Time to = std::min(absl::FromCivil(day, Shanghai()), report_.until);
      v::GetMetricsResponse response;
      const grpc::Status asked = MetricsOf(from, to, response);
      if (!asked.ok()) return asked;
      report_.spans.push_back({from, to, {response.metrics().begin(), response.metrics().end()}});
      from = to;
    }
    return grpc::Status::OK;
  }

  grpc::Status HotSpots() {
    auto request = About<v::ListStabilityWatchRequest>();
    request.set_page_size(kHotSpotsMax);
    *request.mutable_to() = wire::ToStamp(report_.until);
    v::ListStabilityWatchResponse response;
    const grpc::Status asked =
        Ask(*party_, &v::PartyOrgService::Stub::ListStabilityWatch, request, response);
    report_.hot_spots.assign(response.hot_spots().begin(), response.hot_spots().end());
    return asked;
  }

  grpc::Status Votes() {
    auto request = About<v::GetVoteMetricsRequest>();
    SetWindow(request, report_.asked.from, report_.until);
    v::GetVoteMetricsResponse response;
    grpc::Status asked =
        Ask(*owners_, &v::OwnersCommitteeService::Stub::GetVoteMetrics, request, response);
    for (const v::Metric& metric : response.metrics()) {
      Figure& figure = report_.votes.emplace_back();
      figure.metric = metric;
      auto cases = About<v::ListVoteMetricCasesRequest>();
      SetWindow(cases, report_.asked.from, report_.until);
      asked = CasesOf(*owners_, &v::OwnersCommitteeService::Stub::ListVoteMetricCases,
                      std::move(cases), figure);
      if (!asked.ok()) return asked;
    }
    return asked;
  }

  grpc::Status Certified() {
    auto request = About<v::ListVotesRequest>();
    request.set_filter(absl::StrCat("certified_time >= \"", absl::FormatTime(report_.asked.from),
                                    "\" AND certified_time < \"", absl::FormatTime(report_.until),
                                    "\""));
    request.set_order_by("certified_time");
    request.set_page_size(kPageSize);
    v::ListVotesResponse response;
    const grpc::Status asked =
        Ask(*owners_, &v::OwnersCommitteeService::Stub::ListVotes, request, response);
    report_.certified.assign(response.votes().begin(), response.votes().end());
    return asked;
  }

  grpc::Status Participation() {
    auto request = About<v::GetParticipationRequest>();
    SetWindow(request, report_.asked.from, report_.until);
    v::GetParticipationResponse response;
    const grpc::Status asked =
        Ask(*party_, &v::PartyOrgService::Stub::GetParticipation, request, response);
    report_.participation = response.summary();
    return asked;
  }

  grpc::Status Completeness() {
    v::GetCompletenessResponse response;
    const grpc::Status asked = Ask(*party_, &v::PartyOrgService::Stub::GetCompleteness,
                                   About<v::GetCompletenessRequest>(), response);
    report_.completeness = response.completeness().metric();
    report_.items.assign(response.completeness().items().begin(),
                         response.completeness().items().end());
    return asked;
  }

  grpc::Status Anomalies() {
    auto request = About<v::ListAnomaliesRequest>();
    request.set_page_size(kPageSize);
    v::ListAnomaliesResponse response;
    const grpc::Status asked =
        Ask(*analyst_, &v::AnalystService::Stub::ListAnomalies, request, response);
    report_.anomalies.assign(response.anomalies().begin(), response.anomalies().end());
    return asked;
  }

  // Of every complaint and vote that a figure counts, and of the votes that are shown.
  grpc::Status Events() {
    std::set<std::string> resources;
    for (const auto* figures : {&report_.complaints, &report_.votes}) {
      for (const Figure& figure : *figures) {
        for (const v::MetricCase& found : figure.cases) resources.insert(found.name());
      }
    }
    for (const v::VoteRow& vote : report_.certified) resources.insert(vote.name());
    for (const std::string& resource : resources) {
      if (report_.events.size() == kResourcesMax) {
        report_.more_events = true;
        break;
      }
      if (const grpc::Status asked = EventsOf(resource); !asked.ok()) return asked;
    }
    return grpc::Status::OK;
  }

  grpc::Status EventsOf(const std::string& resource) {
    log::v1::ReadStreamRequest request;
    request.set_stream(resource);
    request.set_page_size(kEventsMax);
    log::v1::ReadStreamResponse response;
    const grpc::Status asked =
        Ask(*log_, &log::v1::EventLogService::Stub::ReadStream, request, response);
    std::vector<EventLine>& lines = report_.events[resource];
    for (const std::string& bytes : response.records()) {
      log::v1::Record record;
      if (!record.ParseFromString(bytes)) {
        return {grpc::StatusCode::DATA_LOSS, absl::StrCat(resource, ": a record can't be read")};
      }
      if (record.position() > report_.asked.as_of_position) break;
      const auto role = record.actor().role();
      lines.push_back({record.position(), wire::ToTime(record.occurred_at()),
                       record.type().substr(record.type().rfind('.') + 1),
                       role == type::v1::ROLE_UNSPECIFIED ? "" : type::v1::Role_Name(role)});
    }
    return asked;
  }

  Report& report_;
  const std::unique_ptr<log::v1::EventLogService::Stub> log_;
  const std::unique_ptr<v::ResidentsCommitteeService::Stub> committee_;
  const std::unique_ptr<v::OwnersCommitteeService::Stub> owners_;
  const std::unique_ptr<v::PartyOrgService::Stub> party_;
  const std::unique_ptr<v::AnalystService::Stub> analyst_;
};

// Times of the API lie between these.
constexpr absl::CivilDay kFirstDay(1970, 1, 2);
constexpr absl::CivilDay kLastDay(9999, 12, 31);

// `2026-09-01`
bool ParseDay(std::string_view text, absl::CivilDay& day) {
  return text.size() == 10 &&
         absl::ParseCivilTime(absl::string_view(text.data(), text.size()), &day);
}

}  // namespace

grpc::Status Collect(const std::shared_ptr<grpc::Channel>& channel, const ReportOptions& options,
                     Report& report) {
  report = Report();
  report.asked = options;
  return Collector(channel, report).Run();
}

absl::Status ParsePeriod(std::string_view text, absl::Time& from, absl::Time& to) {
  const std::string given(text);
  absl::CivilDay first, after;
  absl::CivilMonth month;
  absl::CivilYear year;
  const std::size_t dots = text.find("..");
  int quarter = 0;
  if (dots != std::string_view::npos) {
    for (const auto& [day, parsed] :
         {std::pair{text.substr(0, dots), &first}, std::pair{text.substr(dots + 2), &after}}) {
      if (ParseDay(day, *parsed)) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("\"", std::string(day), "\" is no day as in 2026-09-01"));
    }
    if (after < first) {
      return absl::InvalidArgumentError(given + " ends before it begins");
    }
    ++after;
  } else if (text.size() == 7 && text.substr(4, 2) == "-Q" &&
             absl::SimpleAtoi(given.substr(6), &quarter) && quarter >= 1 && quarter <= 4 &&
             absl::ParseCivilTime(given.substr(0, 4), &year)) {
    first = absl::CivilDay(absl::CivilMonth(year) + 3 * (quarter - 1));
    after = absl::CivilDay(absl::CivilMonth(first) + 3);
  } else if (text.size() == 7 && absl::ParseCivilTime(given, &month)) {
    first = absl::CivilDay(month);
    after = absl::CivilDay(month + 1);
  } else if (text.size() == 4 && absl::ParseCivilTime(given, &year)) {
    first = absl::CivilDay(year);
    after = absl::CivilDay(year + 1);
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", given, "\" is none of 2026, 2026-Q3, 2026-09, 2026-09-01..2026-11-30"));
  }
  if (first < kFirstDay || after > kLastDay) {
    return absl::InvalidArgumentError(absl::StrCat(given, " is not between ",
                                                   absl::FormatCivilTime(kFirstDay), " and ",
                                                   absl::FormatCivilTime(kLastDay)));
  }
  from = absl::FromCivil(first, Shanghai());
  to = absl::FromCivil(after, Shanghai());
  return absl::OkStatus();
}

}  // namespace sanzhang::audit
