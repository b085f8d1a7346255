// The numbers of a process, in Prometheus' text format. Never labelled by community or person.
//
// Threads: every method may be called from any thread. What is handed out lives as long as the
// object.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "prometheus/counter.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace grpc::experimental {
class ServerInterceptorFactoryInterface;
}

namespace sanzhang::app {

// A value that is looked up whenever somebody asks.
struct Sample {
  std::string name;
  std::string help;
  std::map<std::string, std::string> labels;
  double value = 0;
};

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  prometheus::Counter& Counter(const std::string& name, const std::string& help,
                               const std::map<std::string, std::string>& labels);
  prometheus::Histogram& Histogram(const std::string& name, const std::string& help,
                                   const std::map<std::string, std::string>& labels,
                                   const std::vector<double>& bounds);

  // Called at each scrape, until the returned handle goes.
  [[nodiscard]] std::shared_ptr<void> Watch(std::function<std::vector<Sample>()> look);

  std::string Render() const;

 private:
  prometheus::Registry registry_;
  mutable absl::Mutex mutex_;
  std::vector<std::weak_ptr<std::function<std::vector<Sample>()>>> watches_ ABSL_GUARDED_BY(mutex_);
};

// Counts the RPCs of a server: grpc_server_started_total, grpc_server_handled_total and
// grpc_server_handling_seconds, by service, method and code. `metrics` must outlive the server.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> CountRpcs(Metrics& metrics);

// Bounds for seconds, from 100 us to 10 s.
const std::vector<double>& SecondsBounds();

}  // namespace sanzhang::app
