#include "services/sanzhang/query_side.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "projections/engine/log_feed.h"
#include "projections/engine/page_token.h"
#include "projections/engine/projection_service.h"
#include "projections/engine/projector.h"
#include "projections/engine/query.h"
#include "services/runtime/handle.h"
#include "services/runtime/principal.h"
#include "services/sanzhang/json_log.h"
#include "services/sanzhang/views.h"

namespace sanzhang::app {
namespace {

using projections::Projector;
using projections::ProjectorStatus;

// Who asks, by the one seam for identity.
projections::Identify IdentifyBy(const runtime::Authenticator& authenticator) {
  return [&authenticator](
             const grpc::CallbackServerContext& call) -> absl::StatusOr<projections::Caller> {
    auto principal = authenticator.Authenticate(runtime::CallOf(call).metadata);
    if (!principal.ok()) return principal.status();
    return projections::Caller{principal->kind, std::move(principal->id),
                               std::move(principal->installation_roles)};
  };
}

// How it calls the command side.
projections::LogFeed::Metadata Itself() { return {{"sanzhang-service", "projector"}}; }

double StateNumber(projections::ProjectorState state) { return static_cast<double>(state); }

void LogDamage(const absl::Status& damage) {
  Log(Level::kError, "a view's file is damaged: it is dropped, and built anew from the log",
      {{"error", std::string(damage.message())}});
}

void LogPastTrouble(const absl::Status& trouble) {
  Log(Level::kWarn, "what a view's past is made from was of no use, and is dropped",
      {{"error", std::string(trouble.message())}});
}

class QuerySideImpl : public QuerySide {
 public:
  QuerySideImpl(const Options& options, projections::PageTokens tokens)
      : runtime_({.identify = IdentifyBy(*options.authenticator),
                  .words = projections::MakeWordsOpener(options.log, Itself())},
                 std::move(tokens)) {}

  absl::Status Init(const Options& options) {
    for (const View& view : AllViews()) {
      const auto& wanted = options.views;
      const bool wants =
          wanted.empty() || std::find(wanted.begin(), wanted.end(), view.name) != wanted.end();
      if (!wants) continue;
      if (absl::Status opened = OpenView(view, options); !opened.ok()) return opened;
    }
    std::vector<Projector*> projectors;
    for (const auto& projector : projectors_) projectors.push_back(projector.get());
    status_service_ = std::make_unique<projections::ProjectionService>(runtime_, projectors);
    gauges_ = options.metrics->Watch([this] { return Look(); });
    return absl::OkStatus();
  }

  std::vector<grpc::Service*> services() override {
    std::vector<grpc::Service*> services = {status_service_.get()};
    for (const auto& service : services_) services.push_back(service.get());
    return services;
  }

  std::vector<ProjectorStatus> status() const override {
    std::vector<ProjectorStatus> all;
    for (const auto& projector : projectors_) all.push_back(projector->status());
    return all;
  }

  void Start() override {
    for (const auto& projector : projectors_) projector->Start();
  }

  void Drain() override {
    runtime_.Drain();
    for (const auto& projector : projectors_) projector->Stop();
  }

 private:
  absl::Status OpenView(const View& view, const Options& options) {
    auto projector =
        Projector::Open(view.projection(), {.folder = std::filesystem::path(options.data) / "views",
                                            .log = options.log,
                                            .log_metadata = Itself(),
                                            .on_change = options.on_change,
                                            .on_damage = LogDamage,
                                            .on_past_trouble = LogPastTrouble});
    if (!projector.ok()) return projector.status();
    projectors_.push_back(*std::move(projector));
    services_.push_back(view.service(runtime_, *projectors_.back()));
    return absl::OkStatus();
  }

  std::vector<Sample> Look() const {
    std::vector<Sample> samples;
    for (const ProjectorStatus& view : status()) {
      const std::map<std::string, std::string> labels = {{"view", view.name}};
      samples.push_back({"sanzhang_projection_position", "The last position that a view holds.",
                         labels, static_cast<double>(view.position)});
      samples.push_back({"sanzhang_projection_lag_events", "Events that a view is behind the log.",
                         labels, static_cast<double>(view.lag_events)});
      samples.push_back({"sanzhang_projection_lag_seconds",
                         "Seconds that a view is behind the log.", labels,
                         absl::ToDoubleSeconds(view.lag)});
      samples.push_back({"sanzhang_projection_state",
                         "0 the log is away, 1 catching up, 2 live, 3 stopped.", labels,
                         StateNumber(view.state)});
    }
    return samples;
  }

  projections::QueryRuntime runtime_;
  std::vector<std::unique_ptr<Projector>> projectors_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<projections::ProjectionService> status_service_;
  std::shared_ptr<void> gauges_;
};

}  // namespace

std::vector<std::string> ViewNames() {
  std::vector<std::string> names;
  for (const View& view : AllViews()) names.emplace_back(view.name);
  return names;
}

absl::StatusOr<std::unique_ptr<QuerySide>> QuerySide::Open(Options options) {
  const std::vector<std::string> names = ViewNames();
  for (const std::string& view : options.views) {
    if (std::find(names.begin(), names.end(), view) == names.end()) {
      return absl::NotFoundError(
          absl::StrCat("no view \"", view, "\"; there are: ", absl::StrJoin(names, ", ")));
    }
  }
  const std::filesystem::path folder = std::filesystem::path(options.data) / "views";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return absl::InternalError(absl::StrCat(folder.string(), ": ", error.message()));
  auto tokens = projections::PageTokens::Open(folder);
  if (!tokens.ok()) return tokens.status();
  auto side = std::make_unique<QuerySideImpl>(options, *std::move(tokens));
  if (absl::Status ready = side->Init(options); !ready.ok()) return ready;
  return side;
}

}  // namespace sanzhang::app
