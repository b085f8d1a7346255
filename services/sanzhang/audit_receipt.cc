// `sanzhang audit receipt`, `audit key`: what a holder of a position gets from the server.
#include <cstdio>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "eventstore/transparency/limits.h"
#include "sanzhang/log/v1/transparency_service.grpc.pb.h"
#include "services/sanzhang/client_flags.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/rpc.h"

namespace sanzhang::app {
namespace {

using Transparency = log::v1::TransparencyService;

struct ReceiptFlags {
  ClientFlags client;
  std::uint64_t position = 0;
};

// Calls until the answer is there, or the time is over.
template <class Call>
grpc::Status Await(const ClientFlags& flags, const Metadata& metadata, Call call) {
  const absl::Time deadline = absl::Now() + absl::Seconds(flags.timeout_s);
  while (true) {
    grpc::ClientContext context;
    for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
    context.set_deadline(absl::ToChronoTime(deadline));
    grpc::Status status = call(&context);
    const absl::Duration pause = absl::Milliseconds(transparency::kSignPauseMs);
    if (ReasonOf(status) != "RECEIPT_PENDING" || absl::Now() + pause > deadline) return status;
    absl::SleepFor(pause);
  }
}

int Refused(const grpc::Status& status) {
  std::fprintf(stderr, "%s\n", ShowError(status).c_str());
  return kExitRefused;
}

ClientFlags AsAuditor(ClientFlags flags) {
  if (flags.person.empty() && flags.service.empty()) flags.service = "auditor";
  return flags;
}

int Receipt(const ReceiptFlags& flags) {
  const ClientFlags client = AsAuditor(flags.client);
  const auto metadata = MetadataOf(client);
  if (!metadata.ok()) return Fail(std::string(metadata.status().message()));
  const auto stub = Transparency::NewStub(OpenChannel(client.address));
  log::v1::GetReceiptRequest request;
  request.set_position(flags.position);
  log::v1::GetReceiptResponse response;
  const grpc::Status status = Await(client, *metadata, [&](grpc::ClientContext* context) {
    return stub->GetReceipt(context, request, &response);
  });
  if (!status.ok()) return Refused(status);
  std::fputs(response.receipt().c_str(), stdout);
  return 0;
}

int Key(const ClientFlags& flags) {
  const ClientFlags client = AsAuditor(flags);
  const auto metadata = MetadataOf(client);
  if (!metadata.ok()) return Fail(std::string(metadata.status().message()));
  const auto stub = Transparency::NewStub(OpenChannel(client.address));
  log::v1::GetCheckpointResponse response;
  const grpc::Status status = Await(client, *metadata, [&](grpc::ClientContext* context) {
    return stub->GetCheckpoint(context, {}, &response);
  });
  if (!status.ok()) return Refused(status);
  std::puts(response.verifier_key().c_str());
  return 0;
}

}  // namespace

void AddAuditReceipt(CLI::App& audit, int& exit_code) {
  auto flags = std::make_shared<ReceiptFlags>();
  CLI::App* receipt = audit.add_subcommand(
      "receipt", "Prints the receipt of a record, as the position in a command's answer names it");
  receipt->add_option("position", flags->position, "The record's position")->required();
  AddClientFlags(*receipt, flags->client);
  receipt->callback([flags, &exit_code] { exit_code = Receipt(*flags); });
  auto client = std::make_shared<ClientFlags>();
  CLI::App* key = audit.add_subcommand(
      "key", "Prints the key that verifies the log's signature; have it from elsewhere too");
  AddClientFlags(*key, *client);
  key->callback([client, &exit_code] { exit_code = Key(*client); });
}

}  // namespace sanzhang::app
