// Clients that file and accept complaints, keep a journal, and send again what had no answer.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/grpcpp.h"
#include "sanzhang/complaint/v1/complaint_service.grpc.pb.h"
#include "sanzhang/log/v1/event_log_service.grpc.pb.h"
#include "sanzhang/registry/v1/registry_service.grpc.pb.h"
#include "tests/crash/journal.h"

namespace sanzhang::crash {

inline constexpr char kCommunity[] = "communities/crash";

// One server's clients; made anew for each of its lives.
struct Stubs {
  explicit Stubs(const std::string& address);
  std::unique_ptr<complaint::v1::ComplaintService::Stub> complaint;
  std::unique_ptr<registry::v1::RegistryService::Stub> registry;
  std::unique_ptr<log::v1::EventLogService::Stub> log;
};

// Threads: Load may run in many at once.
class CrashClient {
 public:
  explicit CrashClient(std::uint64_t seed) : random_(seed) {}

  // Registers the community, its committee, a clerk and a resident. Ends the test if it is refused.
  void SetUp(Stubs& stubs);
  // Sends one random command: a filing, an acceptance, or one that breaks a rule.
  void SendOne(Stubs& stubs);
  // Sends everything without an answer again, until it has one or the server is gone.
  void Resolve(Stubs& stubs);

  const Journal& journal() const { return journal_; }

 private:
  // Sends a command and writes down what came of it.
  template <class Request, class Response, class Service>
  void Command(Stubs& stubs, Request request, const std::string& who,
               std::unique_ptr<Service> Stubs::*service,
               grpc::Status (Service::*method)(grpc::ClientContext*, const Request&, Response*),
               bool expect_refusal = false);
  std::string Uuid() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Mutex mutex_;
  std::mt19937_64 random_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> filed_ ABSL_GUARDED_BY(mutex_);  // Acknowledged, not yet accepted.
  std::map<std::string, std::function<void(Stubs&)>> resend_ ABSL_GUARDED_BY(mutex_);
  Journal journal_;
};

// The whole log, by the log service.
std::vector<log::v1::Record> ReadAll(Stubs& stubs);

}  // namespace sanzhang::crash
