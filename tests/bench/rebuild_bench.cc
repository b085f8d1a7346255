// Building a view from zero, beside the same SQL run by hand on the same records; what the bases of
// its past cost meanwhile; and what a question about the past takes, beside a plain one: lines of
// JSON, each turn.
//
//   rebuild_bench [--complaints=40000] [--turns=3]
//
// By hand: records read from the same store in the same process, parsed, applied in transactions of
// 2,000 events. The projector does the same over gRPC in process, with checkpoint, order and type
// checks.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/str_format.h"
#include "absl/synchronization/blocking_counter.h"
#include "eventstore/event_store.h"
#include "eventstore/memory_commit_log.h"
#include "grpcpp/grpcpp.h"
#include "projections/engine/database.h"
#include "projections/engine/projector.h"
#include "projections/residents_committee/residents_committee_views.h"
#include "proto/wire/time.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "services/log/log_service.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::bench {
namespace {

using Steady = std::chrono::steady_clock;
constexpr char kCommunity[] = "communities/bench";
constexpr std::uint64_t kTransactionEvents = 2000;

double SecondsSince(Steady::time_point begun) {
  return std::chrono::duration<double>(Steady::now() - begun).count();
}

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

log::v1::Record RecordOf(const std::string& stream, const google::protobuf::Message& fact,
                         absl::Time at) {
  log::v1::Record record;
  record.set_stream(stream);
  record.set_type(fact.GetTypeName());
  record.set_payload(fact.SerializeAsString());
  record.set_event_id(std::string(16, 'e'));
  record.set_community(kCommunity);
  *record.mutable_occurred_at() = wire::ToStamp(at);
  record.mutable_actor()->set_kind(log::v1::Actor::KIND_PERSON);
  record.mutable_actor()->set_subject(std::string(kCommunity) + "/persons/p-bench");
  record.mutable_actor()->set_body(std::string(kCommunity) + "/bodies/rc");
  return record;
}

// A complaint's whole story: filed, accepted, assigned, acknowledged, answered, closed.
eventstore::Append StoryOf(int number) {
  const absl::Time filed_at = absl::FromUnixSeconds(1'700'000'000 + number * 60);
  const std::string stream = absl::StrFormat("%s/complaints/n%08d", kCommunity, number);
  const std::string body = std::string(kCommunity) + "/bodies/rc";
  complaint::v1::ComplaintFiled filed;
  filed.set_category(static_cast<complaint::v1::Category>(1 + number % 10));
  filed.mutable_place()->set_building(absl::StrFormat("%s/buildings/b%d", kCommunity, number % 50));
  filed.mutable_text()->set_content("楼上夜里装修，声音很大，影响老人和孩子休息，请帮忙协调。");
  filed.set_complainant(std::string(kCommunity) + "/persons/p-bench");
  filed.set_first_receiver(body);
  *filed.mutable_intake_due() = wire::ToStamp(filed_at + absl::Hours(24));
  complaint::v1::ComplaintAccepted accepted;
  accepted.set_level(complaint::v1::LEVEL_COMMUNITY);
  accepted.set_responsible_body(body);
  *accepted.mutable_ack_due() = wire::ToStamp(filed_at + absl::Hours(48));
  *accepted.mutable_answer_due() = wire::ToStamp(filed_at + absl::Hours(168));
  complaint::v1::ComplaintAssigned assigned;
  assigned.set_assignee_body(body);
  assigned.set_hop(1);
  complaint::v1::ComplaintAcknowledged acknowledged;
  acknowledged.set_body(body);
  complaint::v1::ComplaintAnswered answered;
  answered.set_outcome(complaint::v1::OUTCOME_SOLVED);
  answered.set_body(body);
  complaint::v1::ComplaintClosed closed;
  closed.set_mode(complaint::v1::CLOSE_MODE_NO_REPLY);
  closed.set_outcome(complaint::v1::OUTCOME_SOLVED);
  closed.set_confirmation(complaint::v1::CONFIRMATION_NO_REPLY);
  eventstore::Append append;
  append.subject = stream;
  append.writes.push_back({stream, eventstore::NoStream(), {}});
  absl::Time at = filed_at;
  for (const google::protobuf::Message* fact :
       std::initializer_list<const google::protobuf::Message*>{&filed, &accepted, &assigned,
                                                               &acknowledged, &answered, &closed}) {
    append.writes[0].records.push_back(RecordOf(stream, *fact, at));
    at += absl::Hours(5);
  }
  return append;
}

void Fill(eventstore::EventStore& store, int complaints) {
  for (int done = 0; done < complaints;) {
    const int batch = std::min(500, complaints - done);
    absl::BlockingCounter left(batch);
    for (int i = 0; i < batch; ++i) {
      store.Append(StoryOf(done++), [&left](const eventstore::AppendResult& result) {
        if (result.kind != eventstore::AppendResult::Kind::kCommitted) std::abort();
        left.DecrementCount();
      });
    }
    left.Wait();
  }
}

double ByHand(const eventstore::EventStore& store) {
  const support::TempDir folder;
  const auto projection = projections::MakeResidentsCommitteeViews();
  auto database =
      projections::Database::Open(folder.File("by-hand.sqlite"), 1, projection->schema(), 1);
  Check(database.status());
  const std::uint64_t end = store.head().position;
  const auto begun = Steady::now();
  for (std::uint64_t next = 1; next <= end;) {
    eventstore::PageLimits limits;
    limits.records_max = kTransactionEvents;
    const auto page = store.ReadLog(next, eventstore::Direction::kForwards, {}, limits);
    Check(page.status());
    Check((*database)->Write([&](projections::Rows& rows, projections::Checkpoint& reached) {
      log::v1::Record record;
      for (const auto& stored : page->records) {
        if (!record.ParseFromString(stored.bytes)) return absl::DataLossError("unreadable");
        if (const absl::Status status = projection->Apply({record}, rows); !status.ok())
          return status;
      }
      reached.position = record.position();
      return absl::OkStatus();
    }));
    next = page->next_position;
  }
  return static_cast<double>(end) / SecondsSince(begun);
}

// The first page of a view, as a query reads it.
double ReadPage(absl::StatusOr<projections::Snapshot> snapshot) {
  const auto begun = Steady::now();
  Check(snapshot.status());
  Check(snapshot->rows().Query("SELECT * FROM complaint ORDER BY name LIMIT 50", {},
                               [](const projections::Row&) {}));
  return SecondsSince(begun);
}

// What it takes to have the rows of a moment, and to read a page of them.
double AskAsOf(projections::Projector& view, std::uint64_t position) {
  const auto begun = Steady::now();
  absl::BlockingCounter made(1);
  projections::PastViews::File file;
  view.past().Get(position, [&](absl::StatusOr<projections::PastViews::File> got) {
    Check(got.status());
    file = *std::move(got);
    made.DecrementCount();
  });
  made.Wait();
  ReadPage(projections::PastViews::Read(file));
  return SecondsSince(begun);
}

void MeasureAsOf(projections::Projector& view, std::uint64_t end) {
  double plain = 0;
  for (int i = 0; i < 100; ++i) {
    const auto begun = Steady::now();
    ReadPage(view.Read());
    plain += SecondsSince(begun) / 100;
  }
  const double recent = AskAsOf(view, end - 100);
  const double again = AskAsOf(view, end - 100);
  const double distant = AskAsOf(view, end / 3);
  std::printf(
      "{\"bench\": \"as_of\", \"events\": %llu, \"plain_us\": %.0f, \"recent_ms\": %.1f, "
      "\"again_us\": %.0f, \"distant_ms\": %.1f}\n",
      static_cast<unsigned long long>(end), plain * 1e6, recent * 1e3, again * 1e6, distant * 1e3);
}

double ByProjector(const std::shared_ptr<grpc::Channel>& channel, std::uint64_t end, bool bases) {
  const support::TempDir folder;
  projections::Projector::Options options;
  options.folder = folder.path();
  options.log = channel;
  if (!bases) options.past.base_events_min = end + 1;
  auto projector =
      projections::Projector::Open(projections::MakeResidentsCommitteeViews(), options);
  Check(projector.status());
  const auto begun = Steady::now();
  (*projector)->Start();
  Check((*projector)->WaitFor(end, absl::Now() + absl::Minutes(10)));
  const double rate = static_cast<double>(end) / SecondsSince(begun);
  if (bases) MeasureAsOf(**projector, end);
  (*projector)->Stop();
  return rate;
}

void Run(int complaints, int turns) {
  auto store = eventstore::EventStore::Open(eventstore::MakeMemoryCommitLog(), {});
  Check(store.status());
  Fill(**store, complaints);
  log::LogService service(**store, [](const auto&, const auto&) { return absl::OkStatus(); });
  grpc::ServerBuilder builder;
  builder.SetMaxSendMessageSize(8 << 20);
  builder.RegisterService(&service.service());
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  const auto channel = server->InProcessChannel({});
  for (int turn = 0; turn < turns; ++turn) {
    const double by_hand = ByHand(**store);
    const double without = ByProjector(channel, (*store)->head().position, false);
    const double rate = ByProjector(channel, (*store)->head().position, true);
    std::printf(
        "{\"bench\": \"rebuild\", \"events_per_second\": %.0f, \"by_hand\": %.0f, \"ratio\": "
        "%.3f, \"without_bases\": %.0f}\n",
        rate, by_hand, rate / by_hand, without);
  }
  service.Drain();
  server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(5));
}

}  // namespace
}  // namespace sanzhang::bench

int main(int argc, char** argv) {
  CLI::App app("Builds a view from zero, measures.");
  int complaints = 40'000;
  int turns = 3;
  app.add_option("--complaints", complaints)->check(CLI::Range(1, 1'000'000));
  app.add_option("--turns", turns)->check(CLI::Range(1, 100));
  CLI11_PARSE(app, argc, argv);
  sanzhang::bench::Run(complaints, turns);
}
