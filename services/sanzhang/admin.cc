// `sanzhang admin status`: how a process gets on.
#include <cstdio>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpc/health/v1/health.pb.h"
#include "proto/wire/time.h"
#include "sanzhang/log/v1/event_log_service.pb.h"
#include "sanzhang/views/v1/projection_service.pb.h"
#include "services/sanzhang/client_flags.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/descriptors.h"
#include "services/sanzhang/rpc.h"
#include "services/sanzhang/server.h"

namespace sanzhang::app {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

// Asks one thing after the other; what a process does not have is left out.
class Status {
 public:
  Status(const ClientFlags& flags, Metadata metadata)
      : client_(OpenChannel(flags.address)), metadata_(std::move(metadata)), flags_(flags) {}

  int Show() {
    const grpc::Status reached = ShowHealth("", "process");
    if (!reached.ok()) {
      std::fprintf(stderr, "%s: %s\n", flags_.address.c_str(), ShowError(reached).c_str());
      return kExitRefused;
    }
    ShowHealth(kCommandHealth, "commands");
    ShowHealth(kTimekeeperHealth, "timekeeper");
    ShowHead();
    ShowProjections();
    return all_well_ ? 0 : kExitRefused;
  }

 private:
  template <class Answer>
  grpc::Status Ask(const char* method, const google::protobuf::Message& request, Answer& answer) {
    return client_.Call(
        *Descriptors().FindMethodByName(method), request.SerializeAsString(), metadata_,
        absl::Now() + absl::Seconds(flags_.timeout_s),
        [&answer](const std::string& bytes) { return answer.ParseFromString(bytes); });
  }

  void Line(const std::string& what, const std::string& how) {
    std::printf("%-28s %s\n", what.c_str(), how.c_str());
  }

  grpc::Status ShowHealth(const std::string& service, const std::string& what) {
    HealthCheckRequest request;
    request.set_service(service);
    HealthCheckResponse answer;
    const grpc::Status status = Ask("grpc.health.v1.Health.Check", request, answer);
    if (!status.ok()) return status;
    all_well_ = all_well_ && answer.status() == HealthCheckResponse::SERVING;
    Line(what, HealthCheckResponse::ServingStatus_Name(answer.status()));
    return status;
  }

  void ShowHead() {
    log::v1::GetHeadResponse head;
    if (!Ask("sanzhang.log.v1.EventLogService.GetHead", log::v1::GetHeadRequest(), head).ok())
      return;
    std::string how = absl::StrCat("position ", head.position());
    if (head.has_recorded_at()) {
      absl::StrAppend(&how, ", recorded ",
                      absl::FormatTime("%Y-%m-%d %H:%M:%SZ", wire::ToTime(head.recorded_at()),
                                       absl::UTCTimeZone()));
    }
    Line("log", how);
  }

  void ShowProjections() {
    views::v1::ListProjectionsResponse list;
    const grpc::Status status = Ask("sanzhang.views.v1.ProjectionService.ListProjections",
                                    views::v1::ListProjectionsRequest(), list);
    // A process without views has no such service.
    if (!status.ok()) {
      if (status.error_code() != grpc::StatusCode::UNIMPLEMENTED) Line("views", ShowError(status));
      return;
    }
    for (const views::v1::Projection& view : list.projections()) {
      const std::string state = views::v1::ProjectionState_Name(view.state());
      std::string how = absl::StrCat(state.substr(sizeof "PROJECTION_STATE"), "  v", view.version(),
                                     "  position ", view.position(), "  behind ", view.lag_events(),
                                     " events, ", view.lag_ms(), " ms");
      if (view.rebuilding()) {
        absl::StrAppend(&how, "  building v", view.rebuild_version(), " at ",
                        view.rebuild_position());
      }
      if (!view.error().empty()) {
        absl::StrAppend(&how, "  at ", view.error_position(), ": ", view.error());
      }
      all_well_ = all_well_ && view.state() != views::v1::PROJECTION_STATE_STOPPED;
      Line(absl::StrCat("view ", view.name()), how);
    }
  }

  RpcClient client_;
  const Metadata metadata_;
  const ClientFlags& flags_;
  bool all_well_ = true;
};

int ShowStatus(ClientFlags flags) {
  if (flags.person.empty() && flags.service.empty()) flags.service = "operator";
  const auto metadata = MetadataOf(flags);
  if (!metadata.ok()) return Fail(std::string(metadata.status().message()));
  return Status(flags, *metadata).Show();
}

}  // namespace

void AddAdmin(CLI::App& program, int& exit_code) {
  auto flags = std::make_shared<ClientFlags>();
  CLI::App* command = program.add_subcommand("admin", "For operators");
  command->require_subcommand(1);
  CLI::App* status = command->add_subcommand(
      "status", "Shows health, log, views; exit code 1 if something is not as it should be");
  AddClientFlags(*status, *flags);
  status->callback([flags, &exit_code] { exit_code = ShowStatus(*flags); });
  AddAdminBackup(*command, exit_code);
  AddAdminErasures(*command, exit_code);
}

}  // namespace sanzhang::app
