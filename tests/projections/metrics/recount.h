// The metrics once more, counted by plain loops over the facts of a history, without any row or
// SQL: what the formulas are checked against.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "sanzhang/complaint/v1/complaint.pb.h"
#include "sanzhang/log/v1/record.pb.h"
#include "sanzhang/views/v1/metrics.pb.h"

namespace sanzhang::projections::bench {

// A complaint's way from filing or reopening on.
struct Round {
  std::string body;
  absl::Time opened, ack_due, answer_due, answer_due_first;
  absl::Time acked, answered, replied, ended, reopened;
  complaint::v1::State ended_as{};
  complaint::v1::Outcome outcome{};
  complaint::v1::Confirmation confirmation{};
  int response = 0, result = 0, attitude = 0;
  std::int64_t paused_ms = 0;
  int hops = 0;
  bool paused = false;
  absl::Time paused_at;
};

struct Life {
  std::string name, spot, building, area;
  complaint::v1::Category category{};
  absl::Time filed, intake_due, intake_done;
  bool refused = false, refusal_appealed = false, refusal_reversed = false, in_refusal = false;
  complaint::v1::RefusalReason reason{};
  bool excluded = false;
  std::vector<Round> rounds;
};

std::vector<Life> LivesOf(const std::vector<log::v1::Record>& records);

// Which of them count.
struct Which {
  absl::Time from, to;
  std::string body, building;
  complaint::v1::Category category{};
};

// Numerator, denominator and population, or for cycle times count, median and p90.
struct Numbers {
  std::int64_t a = 0, b = 0, c = 0;
  bool operator==(const Numbers&) const = default;
};
Numbers Recount(const std::vector<Life>& lives, views::v1::MetricId id, const Which& which);
// Open, overdue.
Numbers RecountStock(const std::vector<Life>& lives, absl::Time at, const Which& which);

}  // namespace sanzhang::projections::bench
