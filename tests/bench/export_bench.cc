// An export of a large log, beside a plain loop that copies the same records into a file: one line
// of JSON a turn.
//
//   export_bench [--events=1000000] [--turns=3] [--folder=LOG] [--format=ndjson]
//
// The loop reads from the same copy of a data folder, and writes each record's bytes and its length
// through a buffer; both end with a sync. The log is made if the folder has none.
#include <sys/resource.h>
#include <time.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "eventstore/record.h"
#include "eventstore/rocks_commit_log.h"
#include "google/protobuf/timestamp.pb.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "services/audit/export_job.h"
#include "services/audit/output_files.h"
#include "services/audit/record_source.h"
#include "services/audit/schema.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::bench {
namespace {

using Steady = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr std::uint64_t kBatchRecords = 1000;

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

template <class T>
T Take(absl::StatusOr<T> value) {
  Check(value.status());
  return *std::move(value);
}

log::v1::Record RecordAt(std::uint64_t position) {
  complaint::v1::ComplaintFiled filed;
  filed.set_category(static_cast<complaint::v1::Category>(1 + position % 9));
  filed.set_complainant(absl::StrCat("communities/bench/persons/p", position % 5000));
  filed.mutable_place()->set_building(absl::StrCat("communities/bench/buildings/b", position % 40));
  filed.mutable_place()->set_grid("communities/bench/grids/g1");
  filed.mutable_text()->set_subject(filed.complainant());
  filed.mutable_text()->mutable_sealed()->set_ciphertext(
      std::string(80, static_cast<char>(position)));
  filed.set_sla_policy("policies/complaint-sla@1");
  log::v1::Record record;
  record.set_stream(absl::StrCat("communities/bench/complaints/k", position));
  record.set_type(filed.GetTypeName());
  record.set_payload(filed.SerializeAsString());
  record.set_event_id(absl::StrFormat("%016d", position));
  record.set_community("communities/bench");
  record.mutable_actor()->set_kind(log::v1::Actor::KIND_PERSON);
  record.mutable_actor()->set_subject(filed.complainant());
  record.mutable_actor()->set_role(type::v1::ROLE_RESIDENT);
  record.set_channel(type::v1::CHANNEL_APP);
  record.set_request_id(absl::StrFormat("0190a1b2-c3d4-7000-8000-%012d", position));
  record.add_policy_refs("policies/complaint-sla@1");
  return record;
}

void Fill(const std::string& folder, std::uint64_t events) {
  fs::create_directories(folder);
  const auto log = Take(eventstore::OpenRocksCommitLog(
      {.path = (fs::path(folder) / "log").string(), .create_if_missing = true}));
  while (log->end() < events) {
    eventstore::CommitBatch batch{.first_position = log->end() + 1};
    for (std::uint64_t i = 0; i < kBatchRecords; ++i) {
      const std::uint64_t position = batch.first_position + i;
      log::v1::Record record = RecordAt(position);
      const eventstore::RecordBody body = eventstore::SerialiseBody(record);
      const auto now = eventstore::StampTime(
          absl::FromUnixMicros(1'700'000'000'000'000 + static_cast<std::int64_t>(position) * 1000));
      batch.records.push_back(eventstore::Join(eventstore::StampOf(body, position, 1, now), body));
    }
    Check(log->Append(batch));
  }
}

// Events a second.
double Copy(const std::string& folder, const std::string& to, std::uint64_t events) {
  fs::create_directories(to);
  const auto begun = Steady::now();
  const auto source = Take(audit::OpenDataFolder(folder));
  const auto files = Take(audit::OutputFiles::Open(to, {}));
  const std::size_t file = Take(files->Add("copy"));
  Check(source->Read({.last = events}, [&](std::uint64_t, std::string_view bytes) {
    const auto length = static_cast<std::uint32_t>(bytes.size());
    Check(files->Append(file, {reinterpret_cast<const char*>(&length), sizeof length}));
    Check(files->Append(file, bytes));
    return true;
  }));
  Check(files->Sync().status());
  return static_cast<double>(events) / std::chrono::duration<double>(Steady::now() - begun).count();
}

double Export(const std::string& folder, const std::string& to, const std::string& format,
              const audit::Schema& schema, std::uint64_t events) {
  const auto begun = Steady::now();
  const auto source = Take(audit::OpenDataFolder(folder));
  audit::ExportOptions options;
  options.folder = to;
  options.format = format == "csv"      ? audit::ExportOptions::Format::kCsv
                   : format == "sqlite" ? audit::ExportOptions::Format::kSqlite
                                        : audit::ExportOptions::Format::kNdjson;
  options.range.last = events;
  options.tool = "bench";
  const auto result = Take(audit::RunExport(*source, schema, options));
  return static_cast<double>(result.records) /
         std::chrono::duration<double>(Steady::now() - begun).count();
}

// Of this thread, and of the whole process. On a busy machine they say more than the clock.
double CpuSeconds(clockid_t of) {
  timespec now = {};
  clock_gettime(of, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

long PeakMiB() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

int Run(std::uint64_t events, int turns, std::string folder, const std::string& format) {
  const support::TempDir dir;
  if (folder.empty()) folder = dir.File("data");
  Fill(folder, events);
  std::ifstream in(SANZHANG_DESCRIPTOR_SET, std::ios::binary);
  const std::string descriptors(std::istreambuf_iterator<char>(in), {});
  const auto schema = Take(audit::Schema::Make(descriptors));
  for (int turn = 0; turn < turns; ++turn) {
    const std::string copy = dir.File(absl::StrCat("copy", turn));
    const std::string out = dir.File(absl::StrCat("out", turn));
    const double copied = Copy(folder, copy, events);
    const long copied_mib = PeakMiB();
    const double thread_begun = CpuSeconds(CLOCK_THREAD_CPUTIME_ID);
    const double process_begun = CpuSeconds(CLOCK_PROCESS_CPUTIME_ID);
    const double exported = Export(folder, out, format, *schema, events);
    const double thread_s = CpuSeconds(CLOCK_THREAD_CPUTIME_ID) - thread_begun;
    const double process_s = CpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - process_begun;
    std::uintmax_t bytes = 0;
    for (const auto& entry : fs::directory_iterator(out)) bytes += entry.file_size();
    std::printf(
        "{\"events\":%llu,\"format\":\"%s\",\"copy_per_s\":%.0f,\"export_per_s\":%.0f,"
        "\"ratio\":%.2f,\"reader_cpu_s\":%.2f,\"cpu_s\":%.2f,\"bytes\":%llu,\"peak_mib_after_"
        "copy\":%ld,\"peak_mib\":%ld}\n",
        static_cast<unsigned long long>(events), format.c_str(), copied, exported,
        exported / copied, thread_s, process_s, static_cast<unsigned long long>(bytes), copied_mib,
        PeakMiB());
    std::fflush(stdout);
    fs::remove_all(copy);
    fs::remove_all(out);
  }
  return 0;
}

}  // namespace
}  // namespace sanzhang::bench

int main(int argc, char** argv) {
  CLI::App program("An export beside a plain copy");
  std::uint64_t events = 1'000'000;
  int turns = 3;
  std::string folder;
  std::string format = "ndjson";
  program.add_option("--events", events);
  program.add_option("--turns", turns);
  program.add_option("--folder", folder);
  program.add_option("--format", format);
  CLI11_PARSE(program, argc, argv);
  return sanzhang::bench::Run(events, turns, folder, format);
}
