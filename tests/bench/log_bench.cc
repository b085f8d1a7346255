// The log alone, beside the floor under it. One line of JSON per figure.
//
//   log_bench appends --path=DIR   events/s at 1, 32 and 512 events a batch, and of a plain file
//   that is
//                                  written and fdatasync'ed with the same bytes, in turns
//   log_bench fill --path=DIR --events=N   a log of N filed complaints, for `open` and for commandd
//   log_bench open --path=DIR      milliseconds to open a log
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_format.h"
#include "absl/synchronization/blocking_counter.h"
#include "eventstore/event_store.h"
#include "eventstore/rocks_commit_log.h"
#include "proto/wire/time.h"
#include "sanzhang/complaint/v1/events.pb.h"

namespace sanzhang::bench {
namespace {

using Steady = std::chrono::steady_clock;
using eventstore::AppendResult;

double SecondsSince(Steady::time_point begun) {
  return std::chrono::duration<double>(Steady::now() - begun).count();
}

// A filed complaint with 28 characters of text: about 500 bytes.
log::v1::Record FiledRecord(std::uint64_t number) {
  complaint::v1::ComplaintFiled filed;
  filed.set_demand_type(complaint::v1::DEMAND_TYPE_COMPLAINT);
  filed.set_category(complaint::v1::CATEGORY_NOISE);
  filed.mutable_place()->set_building("communities/bench/buildings/b1");
  filed.mutable_text()->set_subject("communities/bench/persons/p-bench");
  filed.mutable_text()->set_content("楼上夜里装修，声音很大，影响老人和孩子休息，请帮忙协调。");
  filed.set_complainant("communities/bench/persons/p-bench");
  filed.set_first_receiver("communities/bench/bodies/rc");
  filed.set_sla_policy("policies/complaint-sla@1");
  *filed.mutable_intake_due() = wire::ToStamp(absl::Now() + absl::Hours(24));
  log::v1::Record record;
  record.set_stream(absl::StrFormat("communities/bench/complaints/n%012d", number));
  record.set_type(filed.GetTypeName());
  record.set_payload(filed.SerializeAsString());
  record.set_event_id(absl::StrFormat("%016d", number));
  record.set_community("communities/bench");
  *record.mutable_occurred_at() = wire::ToStamp(absl::Now());
  record.mutable_actor()->set_kind(log::v1::Actor::KIND_PERSON);
  record.mutable_actor()->set_subject("communities/bench/persons/p-bench");
  record.set_request_id(absl::StrFormat("00000000-0000-7000-8000-%012d", number));
  return record;
}

eventstore::Append FiledAppend(std::uint64_t number) {
  eventstore::Append append;
  log::v1::Record record = FiledRecord(number);
  append.subject = record.stream();
  append.request = {"persons/p-bench", record.request_id(), std::string(32, 'd')};
  append.writes.push_back({record.stream(), eventstore::NoStream(), {}});
  append.writes[0].records.push_back(std::move(record));
  return append;
}

std::unique_ptr<eventstore::EventStore> Open(const std::string& path) {
  eventstore::RocksOptions options;
  options.path = path;
  options.create_if_missing = true;
  auto log = eventstore::OpenRocksCommitLog(options);
  if (!log.ok()) std::fprintf(stderr, "%s\n", std::string(log.status().message()).c_str());
  if (!log.ok()) std::exit(1);
  auto store = eventstore::EventStore::Open(*std::move(log), {});
  if (!store.ok()) std::fprintf(stderr, "%s\n", std::string(store.status().message()).c_str());
  if (!store.ok()) std::exit(1);
  return *std::move(store);
}

std::vector<eventstore::Append> FiledAppends(std::uint64_t& number, int batch) {
  std::vector<eventstore::Append> appends;
  for (int i = 0; i < batch; ++i) appends.push_back(FiledAppend(number++));
  return appends;
}

// Hands in the appends at once and waits for all of them.
void AppendBatch(eventstore::EventStore& store, std::vector<eventstore::Append> appends) {
  absl::BlockingCounter left(static_cast<int>(appends.size()));
  for (eventstore::Append& append : appends) {
    store.Append(std::move(append), [&left](const AppendResult& result) {
      if (result.kind != AppendResult::Kind::kCommitted) std::abort();
      left.DecrementCount();
    });
  }
  left.Wait();
}

// Events a second of a plain file, with the bytes that the log would write.
double FileFloor(const std::string& path, int batch, int rounds) {
  const std::string bytes = FiledRecord(1).SerializeAsString();
  std::string group;
  for (int i = 0; i < batch; ++i) group += bytes;
  const std::string file = path + ".floor";
  const int descriptor = ::open(file.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  const auto begun = Steady::now();
  for (int i = 0; i < rounds; ++i) {
    if (::write(descriptor, group.data(), group.size()) < 0 || ::fdatasync(descriptor) != 0)
      std::abort();
  }
  const double rate = batch * rounds / SecondsSince(begun);
  ::close(descriptor);
  std::filesystem::remove(file);
  return rate;
}

void Appends(const std::string& path) {
  const auto store = Open(path);
  std::uint64_t number = store->head().position + 1;
  for (const auto& [batch, rounds] :
       {std::pair(1, 2000), std::pair(32, 500), std::pair(512, 100)}) {
    for (int turn = 0; turn < 3; ++turn) {
      const double floor = FileFloor(path, batch, rounds);
      // Made before the clock runs, like the bytes of the plain file.
      std::vector<std::vector<eventstore::Append>> batches;
      for (int i = 0; i < rounds; ++i) batches.push_back(FiledAppends(number, batch));
      const auto begun = Steady::now();
      for (auto& appends : batches) AppendBatch(*store, std::move(appends));
      const double rate = batch * rounds / SecondsSince(begun);
      std::printf(
          "{\"bench\": \"append\", \"batch\": %d, \"events_per_second\": %.0f, \"file_floor\": "
          "%.0f, "
          "\"ratio\": %.3f}\n",
          batch, rate, floor, rate / floor);
    }
  }
}

void Fill(const std::string& path, std::uint64_t events) {
  const auto store = Open(path);
  std::uint64_t number = store->head().position + 1;
  const auto begun = Steady::now();
  const std::uint64_t before = number;
  while (number <= events) AppendBatch(*store, FiledAppends(number, 1000));
  std::printf("{\"bench\": \"fill\", \"events\": %llu, \"events_per_second\": %.0f}\n",
              static_cast<unsigned long long>(store->head().position),
              static_cast<double>(number - before) / SecondsSince(begun));
}

void TimeOpen(const std::string& path) {
  const auto begun = Steady::now();
  const auto store = Open(path);
  std::printf("{\"bench\": \"open\", \"events\": %llu, \"milliseconds\": %.1f}\n",
              static_cast<unsigned long long>(store->head().position), SecondsSince(begun) * 1000);
}

}  // namespace
}  // namespace sanzhang::bench

int main(int argc, char** argv) {
  CLI::App app("Measures the log.");
  app.require_subcommand(1);
  std::string path;
  std::uint64_t events = 1'000'000;
  app.add_subcommand("appends")->add_option("--path", path)->required();
  CLI::App* fill = app.add_subcommand("fill");
  fill->add_option("--path", path)->required();
  fill->add_option("--events", events);
  app.add_subcommand("open")->add_option("--path", path)->required();
  CLI11_PARSE(app, argc, argv);
  if (app.got_subcommand("appends")) sanzhang::bench::Appends(path);
  if (app.got_subcommand("fill")) sanzhang::bench::Fill(path, events);
  if (app.got_subcommand("open")) sanzhang::bench::TimeOpen(path);
}
