// Follows the log from its first record to the end that it has now, and prints one line of JSON.
//
//   subscribe_load --address=127.0.0.1:7300
#include <chrono>
#include <cstdio>
#include <string>

#include "CLI/CLI.hpp"
#include "grpcpp/grpcpp.h"
#include "sanzhang/log/v1/event_log_service.grpc.pb.h"

int main(int argc, char** argv) {
  std::string address;
  CLI::App app("Follows the log, measures.");
  app.add_option("--address", address)->required();
  CLI11_PARSE(app, argc, argv);

  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(8 << 20);
  const auto stub = sanzhang::log::v1::EventLogService::NewStub(
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  grpc::ClientContext context;
  context.AddMetadata("sanzhang-service", "projector");
  sanzhang::log::v1::SubscribeRequest request;
  request.set_from_position(1);
  const auto begun = std::chrono::steady_clock::now();
  const auto reader = stub->Subscribe(&context, request);
  sanzhang::log::v1::SubscribeResponse response;
  std::uint64_t end = 0;
  std::size_t events = 0;
  std::size_t bytes = 0;
  while (reader->Read(&response)) {
    if (end == 0) end = response.head_position();
    events += static_cast<std::size_t>(response.records_size());
    for (const std::string& record : response.records()) bytes += record.size();
    if (response.next_position() > end) break;
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  context.TryCancel();
  std::printf(
      "{\"bench\": \"subscribe\", \"events\": %zu, \"events_per_second\": %.0f, "
      "\"mib_per_second\": %.1f}\n",
      events, static_cast<double>(events) / seconds,
      static_cast<double>(bytes) / seconds / (1 << 20));
  return events == 0 ? 1 : 0;
}
