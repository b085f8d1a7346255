#include "tests/bench/freezing.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "proto/wire/refusal.h"
#include "proto/wire/time.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "services/ballotbox/ballot_box.h"
#include "services/keyring/keyring.h"
#include "services/policy/own_policy.h"
#include "services/policy/policy_book.h"
#include "services/registry/registry_electorates.h"
#include "services/resolution/companions.h"
#include "services/resolution/resolution.h"
#include "services/runtime/command_runner.h"
#include "tests/support/fake_directory.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::bench {
namespace {

using Steady = std::chrono::steady_clock;

double SecondsSince(Steady::time_point begun) {
  return std::chrono::duration<double>(Steady::now() - begun).count();
}

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

// Reads the records that the register's part of an owners' electorate is made of, and does nothing
// with them. Of a part of the community its owners are left out: they are few.
std::size_t ReadAlone(const eventstore::EventStore& store, const std::string& community,
                      bool whole) {
  std::size_t records = 0;
  for (const char* collection : {"/buildings/", "/entrances/", "/dwellings/", "/persons/"}) {
    if (!whole && std::string_view(collection) == "/persons/") continue;
    std::string next;
    do {
      const auto page = store.ReadStreams(community + collection, next, store.head().position,
                                          {.records_max = 10'000, .bytes_max = 4 << 20});
      Check(page.status());
      records += page->records.size();
      next = page->next;
    } while (!next.empty());
  }
  return records;
}

class Freezing {
 public:
  Freezing(eventstore::EventStore& store, const std::string& community)
      : store_(store), community_(community), electorates_(store) {
    auto policies = policy::PolicyBook::Load(SANZHANG_SOURCE_DIR "/deploy/policy");
    Check(policies.status());
    policies_ = *std::move(policies);
    keys_ = keyring::Keyring::Open(scratch_.File("keys")).value();
    box_ = ballotbox::BallotBox::Open(scratch_.File("box.sqlite")).value();
    companions_ = resolution::MakeCompanions({store_, electorates_, *keys_, *box_});
    runner_ = std::make_unique<runtime::CommandRunner>(runtime::CommandRunner::Parts{
        store_,
        directory_,
        *policies_,
        *authenticator_,
        *sealer_,
        nullptr,
        {{"policies", &runtime::AggregateTypeOf<policy::OwnPolicy>()}}});
  }

  void Electorate(const FreezingScope& scope) {
    auto begun = Steady::now();
    const std::size_t records = ReadAlone(store_, community_, scope.buildings.empty());
    const double alone = SecondsSince(begun);
    begun = Steady::now();
    const auto electorate =
        electorates_.OwnersOf({.community = community_, .buildings = scope.buildings}, {});
    const double seconds = SecondsSince(begun);
    Check(electorate.status());
    std::printf(
        "{\"bench\": \"electorate\", \"scope\": \"%s\", \"dwellings\": %zu, \"subjects\": %zu, "
        "\"area_dm2\": %lld, \"heads\": %lld, \"records\": %zu, \"seconds\": %.3f, "
        "\"reading_alone\": %.3f, \"ratio\": %.2f}\n",
        scope.label.c_str(), electorate->dwellings.size(), electorate->subjects.size(),
        static_cast<long long>(electorate->area_dm2), static_cast<long long>(electorate->heads),
        records, seconds, alone, seconds / alone);
    std::fflush(stdout);
  }

  // A vote that was announced is frozen as its convener's command would.
  void Command(const FreezingScope& scope) {
    const std::string vote =
        absl::StrCat(community_, "/resolutions/", absl::ToUnixMicros(absl::Now()));
    resolution::v1::MotionDrafted drafted;
    drafted.set_regime(resolution::v1::REGIME_OWNERS);
    drafted.set_matter(resolution::v1::MATTER_CODE_CC278_9);
    drafted.set_convener(community_ + "/bodies/oc");
    for (const std::string& building : scope.buildings) drafted.add_scope(building);
    drafted.add_items()->set_code("a");
    resolution::v1::VoteNoticed noticed;
    noticed.set_rule_set("policies/voting-owners-ordinary@1");
    noticed.set_mode(resolution::v1::VOTE_MODE_ELECTRONIC);
    *noticed.mutable_opens() = wire::ToStamp(absl::Now() + absl::Hours(24 * 20));
    *noticed.mutable_closes() = wire::ToStamp(absl::Now() + absl::Hours(24 * 30));
    Put(vote, drafted);
    Put(vote, noticed);
    const auto begun = Steady::now();
    const absl::Status said = Freeze(vote);
    const double seconds = SecondsSince(begun);
    const bool too_many = wire::ReasonOf(said) == type::v1::ERROR_REASON_TOO_MANY;
    if (!too_many) Check(said);
    std::printf("{\"bench\": \"freeze\", \"scope\": \"%s\", \"seconds\": %.3f, \"frozen\": %s}\n",
                scope.label.c_str(), seconds, too_many ? "false" : "true");
    std::fflush(stdout);
  }

 private:
  void Put(const std::string& stream, const google::protobuf::Message& fact) {
    log::v1::Record record;
    record.set_stream(stream);
    record.set_community(community_);
    record.set_type(fact.GetDescriptor()->full_name());
    record.set_payload(fact.SerializeAsString());
    *record.mutable_occurred_at() = wire::ToStamp(absl::Now());
    eventstore::Append append;
    append.writes.push_back({stream, eventstore::AnyRevision(), {record}});
    absl::Notification done;
    store_.Append(std::move(append), [&done](const eventstore::AppendResult& result) {
      if (result.kind != eventstore::AppendResult::Kind::kCommitted) {
        Check(absl::InternalError(result.message));
      }
      done.Notify();
    });
    done.WaitForNotification();
  }

  absl::Status Freeze(const std::string& vote) {
    resolution::v1::FreezeElectorateRequest request;
    request.set_name(vote);
    request.set_request_id(
        absl::StrCat("00000000-0000-4000-8000-", absl::Dec(++requests_, absl::kZeroPad12)));
    runtime::Call call;
    call.metadata["sanzhang-service"] = "timekeeper";
    call.metadata["sanzhang-timer-secret"] = "secret";
    call.deadline = absl::Now() + runtime::kDeadlineMax;
    absl::Status said;
    absl::Notification done;
    runner_->Run(
        runtime::CommandTypeOf<resolution::Resolution, resolution::v1::FreezeElectorateRequest,
                               resolution::v1::FreezeElectorateResponse>(),
        request, std::move(call),
        [&](const absl::StatusOr<runtime::Answer>& answer) {
          said = answer.status();
          done.Notify();
        },
        companions_.freeze.get());
    done.WaitForNotification();
    return said;
  }

  eventstore::EventStore& store_;
  const std::string community_;
  const registry::RegistryElectorates electorates_;
  const support::TempDir scratch_;
  support::FakeDirectory directory_;
  std::unique_ptr<policy::PolicyBook> policies_;
  const std::unique_ptr<runtime::Authenticator> authenticator_ =
      runtime::MakeDevelopmentAuthenticator("secret");
  const std::unique_ptr<runtime::Sealer> sealer_ = runtime::MakePlainSealer();
  std::unique_ptr<keyring::Keyring> keys_;
  std::unique_ptr<ballotbox::BallotBox> box_;
  resolution::Companions companions_;
  std::unique_ptr<runtime::CommandRunner> runner_;
  std::int64_t requests_ = 0;
};

}  // namespace

void MeasureFreezing(eventstore::EventStore& store, const std::string& community,
                     const std::vector<FreezingScope>& scopes, int turns) {
  Freezing freezing(store, community);
  for (int turn = 0; turn < turns; ++turn) {
    for (const FreezingScope& scope : scopes) {
      freezing.Electorate(scope);
      freezing.Command(scope);
    }
  }
}

}  // namespace sanzhang::bench
