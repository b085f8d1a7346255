// The register as it runs: rules, command runner and directory over a log in memory, with a clock
// that tests set. Commands are given by name and as text; `~` stands for `communities/c1/`.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eventstore/event_store.h"
#include "services/registry/register_watch.h"
#include "services/registry/registry_directory.h"
#include "services/runtime/command_runner.h"
#include "tests/support/fake_directory.h"

namespace sanzhang::registry {

struct LiveOptions {
  bool watched = true;  // The watch is told of the store's records.
  std::size_t remembered_max = kRememberedMax;
};

class LiveRegister {
 public:
  explicit LiveRegister(LiveOptions options = {});
  ~LiveRegister();

  // `who`: `service operator`, `person p1`. `rpc`: as in `SeatMember`. A request id is made up.
  absl::StatusOr<runtime::Answer> Do(std::string_view who, std::string_view rpc,
                                     std::string_view request);
  // The reason with the resource, as in `SEAT_TAKEN ~memberships/m1`; `OK`.
  std::string Try(std::string_view who, std::string_view rpc, std::string_view request);
  // As the operator; ends the test program if it is refused: the test itself is wrong.
  void Set(std::string_view rpc, std::string_view request);
  // A community, its committee and company, places, and people p1 to p9.
  void Settle();

  // What `who` is at `at`: one line per standing.
  std::vector<std::string> Standings(std::string_view who, std::string_view at = {});

  absl::Time now() const { return absl::FromUnixMicros(now_us_); }
  void set_now(std::string_view time);

  eventstore::EventStore& store();
  RegistryDirectory& directory() { return *directory_; }
  // How often the log was read since the last call of this: streams, index, revisions.
  std::size_t TakeReads();

 private:
  class CountedStore;

  std::atomic<std::int64_t> now_us_;
  RegisterWatch watch_;
  std::unique_ptr<CountedStore> store_;
  std::unique_ptr<RegistryDirectory> directory_;
  support::FakePolicies policies_;
  std::unique_ptr<runtime::Authenticator> authenticator_;
  std::unique_ptr<runtime::Sealer> sealer_;
  std::unique_ptr<runtime::CommandRunner> runner_;
  std::atomic<int> requests_ = 0;
};

// All commands of the register, by the names of their RPCs.
std::vector<std::string> AllCommands();

}  // namespace sanzhang::registry
