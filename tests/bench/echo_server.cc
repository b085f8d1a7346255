// The floor under every command: a bare callback server with the messages of FileComplaint and
// nothing behind them. Prints `listening on ADDRESS` and serves until its standard input ends.
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

#include "grpcpp/grpcpp.h"
#include "sanzhang/complaint/v1/complaint_service.grpc.pb.h"

namespace sanzhang::bench {
namespace {

class Echo final : public complaint::v1::ComplaintService::CallbackService {
  grpc::ServerUnaryReactor* FileComplaint(grpc::CallbackServerContext* call,
                                          const complaint::v1::FileComplaintRequest* request,
                                          complaint::v1::FileComplaintResponse* response) override {
    response->set_name(request->parent() + "/complaints/01hzzzzzzzzzzzzzzzzzzzzzzz");
    response->set_etag("1");
    response->set_position(1'000'000);
    grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

}  // namespace
}  // namespace sanzhang::bench

int main() {
  sanzhang::bench::Echo echo;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&echo);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::printf("listening on 127.0.0.1:%d\n", port);
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
  }
  server->Shutdown(std::chrono::system_clock::now());
}
