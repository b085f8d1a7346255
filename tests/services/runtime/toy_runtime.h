// A whole runtime over a log in memory, with a clock that tests set.
#pragma once

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "eventstore/event_store.h"
#include "eventstore/memory_commit_log.h"
#include "proto/wire/refusal.h"
#include "services/runtime/command_runner.h"
#include "tests/services/runtime/toy.h"
#include "tests/services/runtime/watched_store.h"
#include "tests/support/fake_directory.h"
#include "tests/support/text_proto.h"

namespace sanzhang::toy {

inline constexpr char kCommunity[] = "communities/c1";

// `00000000-0000-4000-8000-0000000000NN`
inline std::string RequestId(int number) {
  char id[40];
  std::snprintf(id, sizeof id, "00000000-0000-4000-8000-%012d", number);
  return id;
}

// The reason and its metadata, as in `EXTERNAL_REF_TAKEN {resource=communities/c1/things/t1}`; the
// name of the code for a status without a reason.
inline std::string Why(const absl::Status& status) {
  if (status.ok()) return "OK";
  const type::v1::ErrorReason reason = wire::ReasonOf(status);
  if (reason == type::v1::ERROR_REASON_UNSPECIFIED) return std::string(status.ToString());
  std::string why = type::v1::ErrorReason_Name(reason).substr(sizeof "ERROR_REASON");
  for (const char* key : {"resource", "request_id", "expected_etag", "current_etag", "bytes_max"}) {
    const std::string value = wire::MetadataOf(status, key);
    if (!value.empty()) why += " " + std::string(key) + "=" + value;
  }
  return why;
}

class ToyRuntime {
 public:
  using MakeThing = v1::MakeThingRequest;
  using ChangeThing = v1::ChangeThingRequest;

  explicit ToyRuntime(runtime::CommandRunner::Options options = {},
                      eventstore::EventStore::Options store_options = {},
                      runtime::Observer* observer = nullptr) {
    store_options.now = [this] { return now(); };
    options.now = store_options.now;
    auto opened = eventstore::EventStore::Open(eventstore::MakeMemoryCommitLog(), store_options);
    if (!opened.ok()) std::abort();
    store = std::make_unique<WatchedStore>(*std::move(opened));
    authenticator = runtime::MakeDevelopmentAuthenticator("secret");
    sealer = runtime::MakePlainSealer();
    runner = std::make_unique<runtime::CommandRunner>(
        runtime::CommandRunner::Parts{*store, directory, policies, *authenticator, *sealer,
                                      observer},
        std::move(options));
    Grant("persons/p-res", type::v1::ROLE_RESIDENT);
    Grant("persons/p-rc", type::v1::ROLE_RESIDENTS_COMMITTEE, "m-rc", "b-rc");
    Grant("services/importer", type::v1::ROLE_IMPORTER);
  }

  void Grant(std::string_view who, type::v1::Role role, std::string_view membership = {},
             std::string_view body = {}, type::v1::Place covers = {},
             std::vector<eventstore::Condition> grounds = {}) {
    runtime::Standing standing;
    standing.role = role;
    if (!membership.empty())
      standing.membership = wire::Child(kCommunity, "memberships", membership);
    if (!body.empty()) standing.body = wire::Child(kCommunity, "bodies", body);
    standing.covers = std::move(covers);
    directory.Grant(kCommunity, who, standing, std::move(grounds));
  }

  // `who`: `person p-res`, `service importer`; empty: nobody.
  template <class Request>
  void Start(std::string_view who, const Request& request, runtime::CommandRunner::Done done,
             absl::Time deadline = absl::InfiniteFuture(),
             runtime::Companion* companion = nullptr) {
    runtime::Call call;
    call.deadline = deadline;
    call.metadata = metadata;
    if (const auto space = who.find(' '); space != std::string_view::npos) {
      call.metadata["sanzhang-" + std::string(who.substr(0, space))] = who.substr(space + 1);
    }
    runner->Run(TypeOf(request), request, std::move(call), std::move(done), companion);
  }

  template <class Request>
  absl::StatusOr<runtime::Answer> Run(std::string_view who, const Request& request,
                                      absl::Time deadline = absl::InfiniteFuture(),
                                      runtime::Companion* companion = nullptr) {
    absl::StatusOr<runtime::Answer> answered = absl::UnknownError("not answered");
    absl::Notification done;
    Start(
        who, request,
        [&](absl::StatusOr<runtime::Answer> answer) {
          answered = std::move(answer);
          done.Notify();
        },
        deadline, companion);
    if (!done.WaitForNotificationWithTimeout(absl::Seconds(60))) std::abort();
    return answered;
  }

  // A thing of p-res's.
  std::string Make(std::string_view id, std::string_view more = {}) {
    MakeThing request = support::Text<MakeThing>(more);
    request.set_parent(kCommunity);
    request.set_thing_id(std::string(id));
    if (request.value().empty()) request.set_value("first");
    request.set_request_id(RequestId(900'000 + ++made_));
    const auto answer = Run("person p-res", request);
    if (!answer.ok()) {
      std::fprintf(stderr, "%s\n", answer.status().ToString().c_str());
      std::abort();
    }
    return answer->name;
  }

  // All records of the log.
  std::vector<log::v1::Record> Records() const {
    auto page = store->ReadLog(1, eventstore::Direction::kForwards, {}, {});
    std::vector<log::v1::Record> records;
    for (const auto& stored : page->records) records.emplace_back().ParseFromString(stored.bytes);
    return records;
  }

  // Appends a record to a stream that no thing knows, as other commands would.
  void Touch(const std::string& stream) {
    eventstore::Append append;
    auto& write = append.writes.emplace_back();
    write.stream = stream;
    log::v1::Record& record = write.records.emplace_back();
    record.set_stream(stream);
    record.set_community(kCommunity);
    record.set_type("sanzhang.toy.v1.Touched");
    absl::Notification done;
    store->Append(std::move(append), [&](eventstore::AppendResult) { done.Notify(); });
    done.WaitForNotification();
  }

  absl::Time now() const { return absl::FromUnixMicros(now_us); }

  std::atomic<std::int64_t> now_us = absl::ToUnixMicros(
      absl::FromCivil(absl::CivilSecond(2026, 3, 2, 9, 0, 0), absl::UTCTimeZone()));
  runtime::Metadata metadata;  // Beside the caller.
  support::FakeDirectory directory;
  support::FakePolicies policies;
  std::unique_ptr<runtime::Authenticator> authenticator;
  std::unique_ptr<runtime::Sealer> sealer;
  std::unique_ptr<WatchedStore> store;
  std::unique_ptr<runtime::CommandRunner> runner;

 private:
  static const runtime::CommandType& TypeOf(const v1::MakeThingRequest&) {
    return runtime::CommandTypeOf<Thing, v1::MakeThingRequest, v1::MakeThingResponse>();
  }
  static const runtime::CommandType& TypeOf(const v1::ChangeThingRequest&) {
    return runtime::CommandTypeOf<Thing, v1::ChangeThingRequest, v1::ChangeThingResponse>();
  }
  static const runtime::CommandType& TypeOf(const v1::ForgetThingRequest&) {
    return runtime::CommandTypeOf<Thing, v1::ForgetThingRequest, v1::ForgetThingResponse>();
  }

  int made_ = 0;
};

}  // namespace sanzhang::toy
