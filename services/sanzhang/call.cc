// `sanzhang call METHOD JSON`: any RPC from a shell.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "CLI/CLI.hpp"
#include "absl/time/clock.h"
#include "services/sanzhang/client_flags.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/descriptors.h"
#include "services/sanzhang/rpc.h"

namespace sanzhang::app {
namespace {

struct CallFlags {
  ClientFlags client;
  std::string method;
  std::string json = "{}";
  bool list = false;
  bool describe = false;
  bool compact = false;
};

// The JSON itself, `-` for standard input, `@path` for a file.
absl::StatusOr<std::string> ReadJson(const std::string& argument) {
  if (argument == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  }
  if (!argument.starts_with('@')) return argument;
  std::ifstream file(argument.substr(1));
  if (!file) return absl::NotFoundError(argument.substr(1) + ": can't be read");
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

int List() {
  for (const auto* method : AllMethods()) {
    std::printf("%s/%s%s\n", method->service()->full_name().c_str(), method->name().c_str(),
                method->server_streaming() ? " (stream)" : "");
  }
  return 0;
}

int Call(const CallFlags& flags) {
  if (flags.list) return List();
  if (flags.method.empty()) return Fail("METHOD is missing; --list has them all");
  const auto method = FindMethod(flags.method);
  if (!method.ok()) return Fail(method.status().message().data());
  if (flags.describe) {
    std::fputs(Describe(**method).c_str(), stdout);
    return 0;
  }
  const auto metadata = MetadataOf(flags.client);
  if (!metadata.ok()) return Fail(std::string(metadata.status().message()));
  absl::StatusOr<std::string> request = ReadJson(flags.json);
  if (request.ok()) request = CompleteRequest(*(*method)->input_type(), *request);
  if (request.ok()) request = JsonToBytes(*(*method)->input_type(), *request);
  if (!request.ok()) return Fail(std::string(request.status().message()));
  // A stream goes on until the server or the user ends it.
  const absl::Time deadline = (*method)->server_streaming()
                                  ? absl::InfiniteFuture()
                                  : absl::Now() + absl::Seconds(flags.client.timeout_s);
  RpcClient client(OpenChannel(flags.client.address));
  const grpc::Status status =
      client.Call(**method, *request, *metadata, deadline, [&](const std::string& answer) {
        const auto json = BytesToJson(*(*method)->output_type(), answer, !flags.compact);
        if (!json.ok()) return Fail(std::string(json.status().message())) == 0;
        std::printf("%s\n", json->c_str());
        std::fflush(stdout);
        return true;
      });
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", ShowError(status).c_str());
  if (metadata->empty()) std::fputs("  --person=ID or --service=NAME says who asks\n", stderr);
  return kExitRefused;
}

}  // namespace

void AddCall(CLI::App& program, int& exit_code) {
  auto flags = std::make_shared<CallFlags>();
  CLI::App* command = program.add_subcommand("call", "Calls any RPC, with JSON in and out");
  command->add_option("METHOD", flags->method,
                      "ComplaintService/FileComplaint, or FileComplaint where that is clear");
  command->add_option("JSON", flags->json, "The request; @FILE reads it from a file, - from stdin");
  command->add_flag("--list", flags->list, "Lists the RPCs");
  command->add_flag("--describe", flags->describe, "Shows what the RPC takes and answers");
  command->add_flag("--compact", flags->compact, "One line per answer");
  AddClientFlags(*command, flags->client);
  command->callback([flags, &exit_code] { exit_code = Call(*flags); });
}

}  // namespace sanzhang::app
