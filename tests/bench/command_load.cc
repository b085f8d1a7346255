// Files complaints at a fixed number of calls in flight, or at a fixed rate, and prints one line of
// JSON: calls, refused, seconds, calls_per_second, p50_us, p99_us.
//
//   command_load --address=127.0.0.1:7300 --in_flight=64 --seconds=5 [--rate=2000]
//   --parent=communities/c1
//                --person=p-zhang --building=communities/c1/buildings/b1
//
// The same client drives the server under test and the echo server beside it.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "CLI/CLI.hpp"
#include "grpcpp/grpcpp.h"
#include "sanzhang/complaint/v1/complaint_service.grpc.pb.h"
#include "tests/bench/load_tally.h"
#include "tests/support/random_uuid.h"

namespace sanzhang::bench {
namespace {

using Steady = std::chrono::steady_clock;
using complaint::v1::ComplaintService;
using complaint::v1::FileComplaintRequest;
using complaint::v1::FileComplaintResponse;

struct Flags {
  std::string address;
  std::string parent = "communities/bench";
  std::string person = "p-bench";
  std::string building = "communities/bench/buildings/b1";
  int in_flight = 64;
  int channels = 4;
  double seconds = 5;
  double rate = 0;  // Calls a second; 0: as fast as the calls in flight allow.
};

struct Call {
  grpc::ClientContext context;
  FileComplaintRequest request;
  FileComplaintResponse response;
  Steady::time_point begun;
};

FileComplaintRequest MakeRequest(const Flags& flags, std::mt19937_64& random) {
  FileComplaintRequest request;
  request.set_parent(flags.parent);
  request.set_request_id(support::RandomUuid(random));
  request.set_demand_type(complaint::v1::DEMAND_TYPE_COMPLAINT);
  request.set_category(complaint::v1::CATEGORY_NOISE);
  request.set_urgency(complaint::v1::URGENCY_ORDINARY);
  request.mutable_place()->set_building(flags.building);
  request.mutable_text()->set_content("楼上夜里装修，声音很大，影响老人和孩子休息，请帮忙协调。");
  return request;
}

// A call's latency runs from when it should have begun, so that a stall is not hidden.
void Run(const Flags& flags) {
  std::vector<std::unique_ptr<ComplaintService::Stub>> stubs;
  for (int i = 0; i < flags.channels; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt("sanzhang.bench.channel",
                     i);  // Channels with equal arguments share a connection.
    stubs.push_back(ComplaintService::NewStub(
        grpc::CreateCustomChannel(flags.address, grpc::InsecureChannelCredentials(), arguments)));
  }
  std::mt19937_64 random(std::random_device{}());
  LoadTally tally;
  const Steady::time_point begin = Steady::now();
  const auto end = begin + std::chrono::duration_cast<Steady::duration>(
                               std::chrono::duration<double>(flags.seconds));
  for (std::int64_t i = 0;; ++i) {
    Steady::time_point due = Steady::now();
    if (flags.rate > 0) {
      due = begin + std::chrono::duration_cast<Steady::duration>(
                        std::chrono::duration<double>(static_cast<double>(i) / flags.rate));
      std::this_thread::sleep_until(due);
    }
    if (due >= end) break;
    tally.Begin(flags.in_flight);
    auto call = std::make_shared<Call>();
    call->begun = flags.rate > 0 ? due : Steady::now();
    call->request = MakeRequest(flags, random);
    call->context.AddMetadata("sanzhang-person", flags.person);
    call->context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    stubs[static_cast<std::size_t>(i) % stubs.size()]->async()->FileComplaint(
        &call->context, &call->request, &call->response,
        [call, &tally](const grpc::Status& status) {
          const auto took =
              std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - call->begun);
          if (!status.ok())
            std::fprintf(stderr, "%d %s\n", status.error_code(), status.error_message().c_str());
          tally.End(status.ok(), took.count());
        });
  }
  tally.WaitForAll();
  tally.Print(std::chrono::duration<double>(Steady::now() - begin).count());
}

}  // namespace
}  // namespace sanzhang::bench

int main(int argc, char** argv) {
  sanzhang::bench::Flags flags;
  CLI::App app("Files complaints, measures.");
  app.add_option("--address", flags.address)->required();
  app.add_option("--parent", flags.parent);
  app.add_option("--person", flags.person);
  app.add_option("--building", flags.building);
  app.add_option("--in_flight", flags.in_flight)->check(CLI::Range(1, 4096));
  app.add_option("--channels", flags.channels)->check(CLI::Range(1, 64));
  app.add_option("--seconds", flags.seconds)->check(CLI::Range(0.1, 600.0));
  app.add_option("--rate", flags.rate)->check(CLI::Range(0.0, 1e6));
  CLI11_PARSE(app, argc, argv);
  sanzhang::bench::Run(flags);
}
