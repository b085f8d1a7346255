#include "services/sanzhang/metrics.h"

#include <chrono>

#include "prometheus/text_serializer.h"

namespace sanzhang::app {

using Look = std::function<std::vector<Sample>()>;

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

// The registry answers the same family for the same name, and the same member for the same labels.
prometheus::Counter& Metrics::Counter(const std::string& name, const std::string& help,
                                      const std::map<std::string, std::string>& labels) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry_).Add(labels);
}

prometheus::Histogram& Metrics::Histogram(const std::string& name, const std::string& help,
                                          const std::map<std::string, std::string>& labels,
                                          const std::vector<double>& bounds) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry_).Add(labels, bounds);
}

std::shared_ptr<void> Metrics::Watch(Look look) {
  auto handle = std::make_shared<Look>(std::move(look));
  absl::MutexLock lock(&mutex_);
  std::erase_if(watches_, [](const auto& watch) { return watch.expired(); });
  watches_.push_back(handle);
  return handle;
}

std::string Metrics::Render() const {
  std::vector<prometheus::MetricFamily> families = registry_.Collect();
  std::map<std::string, prometheus::MetricFamily> gauges;
  absl::MutexLock lock(&mutex_);
  for (const auto& watch : watches_) {
    const std::shared_ptr<Look> look = watch.lock();
    if (look == nullptr) continue;
    for (const Sample& sample : (*look)()) {
      prometheus::MetricFamily& family = gauges[sample.name];
      family.name = sample.name;
      family.help = sample.help;
      family.type = prometheus::MetricType::Gauge;
      prometheus::ClientMetric& metric = family.metric.emplace_back();
      for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
      metric.gauge.value = sample.value;
    }
  }
  for (auto& [_, family] : gauges) families.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(families);
}

const std::vector<double>& SecondsBounds() {
  static const auto& bounds =
      *new std::vector<double>{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                               0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};
  return bounds;
}

}  // namespace sanzhang::app
