// Files a complaint, and asks for its receipt until it is there; again and again. Prints one line
// of JSON: receipts, p50_ms, p99_ms, max_ms, from the command's answer to the receipt.
//
//   receipt_load --address=127.0.0.1:7300 --seconds=10
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "CLI/CLI.hpp"
#include "grpcpp/grpcpp.h"
#include "sanzhang/complaint/v1/complaint_service.grpc.pb.h"
#include "sanzhang/log/v1/transparency_service.grpc.pb.h"
#include "tests/support/random_uuid.h"

namespace sanzhang::bench {
namespace {

using Steady = std::chrono::steady_clock;

constexpr auto kPoll = std::chrono::milliseconds(10);
constexpr auto kPause = std::chrono::milliseconds(50);

void Prepare(grpc::ClientContext& context) {
  context.AddMetadata("sanzhang-person", "p-bench");
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
}

int Run(const std::string& address, double seconds) {
  const auto channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
  const auto complaints = complaint::v1::ComplaintService::NewStub(channel);
  const auto tree = log::v1::TransparencyService::NewStub(channel);
  std::mt19937_64 random(std::random_device{}());
  std::vector<double> took_ms;
  const auto end = Steady::now() + std::chrono::duration<double>(seconds);
  while (Steady::now() < end) {
    complaint::v1::FileComplaintRequest request;
    request.set_parent("communities/bench");
    request.set_request_id(support::RandomUuid(random));
    request.set_category(complaint::v1::CATEGORY_NOISE);
    request.mutable_place()->set_building("communities/bench/buildings/b1");
    request.mutable_text()->set_content("楼上夜里装修。");
    complaint::v1::FileComplaintResponse filed;
    grpc::ClientContext context;
    Prepare(context);
    grpc::Status status = complaints->FileComplaint(&context, request, &filed);
    const auto answered = Steady::now();
    log::v1::GetReceiptRequest asked;
    asked.set_position(filed.position());
    while (status.ok()) {
      log::v1::GetReceiptResponse receipt;
      grpc::ClientContext again;
      Prepare(again);
      const grpc::Status there = tree->GetReceipt(&again, asked, &receipt);
      if (there.ok()) break;
      if (there.error_code() != grpc::StatusCode::UNAVAILABLE) status = there;
      std::this_thread::sleep_for(kPoll);
    }
    if (!status.ok()) {
      std::fprintf(stderr, "%d %s\n", status.error_code(), status.error_message().c_str());
      return 1;
    }
    took_ms.push_back(std::chrono::duration<double, std::milli>(Steady::now() - answered).count());
    std::this_thread::sleep_for(kPause);
  }
  std::sort(took_ms.begin(), took_ms.end());
  const auto at = [&](double share) {
    return took_ms[static_cast<std::size_t>(share * static_cast<double>(took_ms.size() - 1))];
  };
  std::printf("{\"receipts\": %zu, \"p50_ms\": %.1f, \"p99_ms\": %.1f, \"max_ms\": %.1f}\n",
              took_ms.size(), at(0.5), at(0.99), took_ms.back());
  return 0;
}

}  // namespace
}  // namespace sanzhang::bench

int main(int argc, char** argv) {
  std::string address;
  double seconds = 10;
  CLI::App app("Measures how long receipts take.");
  app.add_option("--address", address)->required();
  app.add_option("--seconds", seconds)->check(CLI::Range(0.1, 600.0));
  CLI11_PARSE(app, argc, argv);
  return sanzhang::bench::Run(address, seconds);
}
