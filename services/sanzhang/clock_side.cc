#include "services/sanzhang/clock_side.h"

#include <filesystem>
#include <set>
#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "projections/deadlines/deadlines.h"
#include "projections/engine/projector.h"
#include "services/sanzhang/json_log.h"
#include "services/timekeeper/commands.h"
#include "services/timekeeper/limits.h"
#include "services/timekeeper/timekeeper.h"

namespace sanzhang::app {
namespace {

using timekeeper::Due;

constexpr absl::Duration kSettlePatience = absl::Seconds(30);

// What is due, from the rows of the deadlines projection.
class RowSource : public timekeeper::DueSource {
 public:
  explicit RowSource(projections::Projector& projector) : projector_(projector) {}

  absl::StatusOr<std::vector<Due>> Read(absl::Time now, const Due& after, int items_max) override {
    absl::StatusOr<projections::Snapshot> snapshot = projector_.Read();
    if (!snapshot.ok()) return snapshot.status();
    const auto rows = projections::ReadDue(
        snapshot->rows(), now, {after.stream, after.kind, after.due, after.fires}, items_max);
    if (!rows.ok()) return rows.status();
    std::vector<Due> dues;
    dues.reserve(rows->size());
    for (const projections::Deadline& row : *rows) {
      dues.push_back({row.stream, row.kind, row.due, row.fires});
    }
    return dues;
  }

 private:
  projections::Projector& projector_;
};

class ClockSideImpl : public ClockSide {
 public:
  ClockSideImpl(const Options& options, std::unique_ptr<projections::Projector> projector)
      : projector_(std::move(projector)),
        source_(*projector_),
        sender_(timekeeper::MakeGrpcSender(options.commands, options.timer_secret)),
        timekeeper_(source_, *sender_),
        gauges_(options.metrics->Watch([this] { return Look(); })) {}
  ~ClockSideImpl() override { Stop(); }

  void Start() override {
    projector_->Start();
    timekeeper_.Start();
  }
  absl::StatusOr<absl::Time> Settle(absl::Time now, absl::Time until,
                                    const std::function<std::uint64_t()>& head) override {
    if (!std::exchange(followed_, true)) projector_->Start();
    std::set<std::string> asked;  // What was refused is not asked again.
    while (true) {
      absl::Status reached = projector_->WaitFor(head(), absl::Now() + kSettlePatience);
      if (!reached.ok()) return reached;
      const auto due = source_.Read(until, {"", "", absl::UnixEpoch(), absl::UnixEpoch()},
                                    timekeeper::kPageItemsMax);
      if (!due.ok()) return due.status();
      bool sent = false;
      absl::Time next = until;
      for (const Due& one : *due) {
        if (one.fires > now) {
          next = one.fires;
          break;
        }
        if (!asked.insert(timekeeper::RequestId(one)).second) continue;
        absl::Notification answered;
        sender_->Send(one, timekeeper::RequestId(one), [&](absl::Status) { answered.Notify(); });
        answered.WaitForNotification();
        sent = true;
      }
      if (!sent) return next;
    }
  }
  void Stop() override {
    timekeeper_.Stop();
    projector_->Stop();
  }

 private:
  std::vector<Sample> Look() const {
    const timekeeper::Timekeeper::Stats stats = timekeeper_.stats();
    const projections::ProjectorStatus rows = projector_->status();
    return {{"sanzhang_timekeeper_sent",
             "Commands that the timekeeper has sent.",
             {},
             static_cast<double>(stats.sent)},
            {"sanzhang_timekeeper_refused",
             "Commands of the timekeeper that were refused.",
             {},
             static_cast<double>(stats.refused)},
            {"sanzhang_timekeeper_failed",
             "Commands of the timekeeper to be sent again.",
             {},
             static_cast<double>(stats.failed)},
            {"sanzhang_timekeeper_looked_seconds",
             "Seconds since all that is due was looked at.",
             {},
             absl::ToDoubleSeconds(absl::Now() - stats.looked_at)},
            {"sanzhang_timekeeper_lag_events",
             "Events that the deadlines are behind the log.",
             {},
             static_cast<double>(rows.lag_events)}};
  }

  const std::unique_ptr<projections::Projector> projector_;
  RowSource source_;
  const std::unique_ptr<timekeeper::CommandSender> sender_;
  bool followed_ = false;  // By Settle.
  timekeeper::Timekeeper timekeeper_;
  const std::shared_ptr<void> gauges_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ClockSide>> ClockSide::Open(Options options) {
  auto projector = projections::Projector::Open(
      std::make_unique<projections::Deadlines>(),
      {.folder = std::filesystem::path(options.data) / "timekeeper",
       .log = options.commands,
       .log_metadata = {{"sanzhang-service", "projector"}},
       .on_change = options.on_change,
       .on_damage = [](const absl::Status& damage) {
         Log(Level::kError,
             "the timekeeper's file is damaged: it is dropped, and built anew from the log",
             {{"error", std::string(damage.message())}});
       }});
  if (!projector.ok()) return projector.status();
  return std::make_unique<ClockSideImpl>(options, *std::move(projector));
}

}  // namespace sanzhang::app
