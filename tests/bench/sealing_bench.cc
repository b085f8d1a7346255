// What sealing costs a command: the same commands through the runtime into a log on disk, with
// words as they are, sealed for subjects that have keys, and each for a subject that gets its first
// key; in turns. One line of JSON per figure.
//
//   sealing_bench --path=DIR
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "eventstore/event_store.h"
#include "eventstore/rocks_commit_log.h"
#include "services/keyring/subject_keyring.h"
#include "services/keyring/text_cipher.h"
#include "services/opening/subject_sealer.h"
#include "services/runtime/command_runner.h"
#include "tests/services/runtime/toy.h"
#include "tests/support/fake_directory.h"
#include "tests/support/random_uuid.h"

namespace sanzhang::bench {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int kTurns = 5;
constexpr int kThreads = 2;  // That send commands, as those of gRPC do.
constexpr std::size_t kKnownSubjects = 1000;
constexpr char kWords[] = "楼上夜里装修，声音很大，影响老人和孩子休息，请帮忙协调。";

template <class T>
T Must(absl::StatusOr<T> value) {
  if (value.ok()) return *std::move(value);
  std::fprintf(stderr, "%s\n", value.status().ToString().c_str());
  std::exit(1);
}

enum class Words { kPlain, kKnownSubject, kNewSubject };
constexpr std::pair<Words, const char*> kWays[] = {
    {Words::kPlain, "plain"}, {Words::kKnownSubject, "sealed"}, {Words::kNewSubject, "first key"}};

class Bench {
 public:
  explicit Bench(const std::filesystem::path& folder)
      : keyring_(Must(keyring::SubjectKeyring::Open(folder / "persons"))),
        sealed_(*keyring_),
        plain_(runtime::MakePlainSealer()),
        authenticator_(runtime::MakeDevelopmentAuthenticator()) {
    auto log =
        Must(eventstore::OpenRocksCommitLog({.path = folder / "log", .create_if_missing = true}));
    store_ = Must(eventstore::EventStore::Open(std::move(log), {}));
    runtime::Standing resident;
    resident.role = type::v1::ROLE_RESIDENT;
    directory_.Grant("communities/c1", "persons/p-res", resident);
    for (const auto& [words, _] : kWays) {
      const runtime::Sealer& sealer =
          words == Words::kPlain ? *plain_ : static_cast<const runtime::Sealer&>(sealed_);
      runners_[words] = std::make_unique<runtime::CommandRunner>(
          runtime::CommandRunner::Parts{*store_, directory_, policies_, *authenticator_, sealer});
    }
    for (std::size_t i = 0; i < kKnownSubjects; ++i) Must(keyring_->KeyFor(Subject(i)));
  }

  // Commands a second.
  double Run(Words words, int commands, int in_flight) {
    const auto begun = Steady::now();
    std::vector<std::thread> threads;
    const int senders = std::min(kThreads, in_flight);
    for (int i = 0; i < senders; ++i) {
      threads.emplace_back([&] { Send(words, commands / senders, in_flight / senders); });
    }
    for (std::thread& thread : threads) thread.join();
    return commands / std::chrono::duration<double>(Steady::now() - begun).count();
  }

  // One text sealed, and opened again, without the rest of a command.
  void Alone() {
    constexpr int kTexts = 20'000;
    const keyring::SubjectKey key = Must(keyring_->KeyFor(Subject(0)));
    const std::string subject = Subject(0);
    const keyring::TextPlace place{.community = "communities/c1",
                                   .stream = "communities/c1/things/t1",
                                   .event_id = "0123456789abcdef",
                                   .type = "sanzhang.toy.v1.ThingMade",
                                   .field = "text",
                                   .subject = subject};
    auto begun = Steady::now();
    std::vector<type::v1::SealedText> sealed;
    for (int i = 0; i < kTexts; ++i) sealed.push_back(keyring::SealText(key, place, kWords));
    const double seal_us = MicrosecondsSince(begun) / kTexts;
    begun = Steady::now();
    for (const auto& text : sealed) {
      if (keyring::OpenText(key, place, text) != kWords) std::exit(1);
    }
    absl::PrintF("{\"seal_us\": %.2f, \"open_us\": %.2f}\n", seal_us,
                 MicrosecondsSince(begun) / kTexts);
  }

  // One erasure: the store is rewritten whole.
  void Destroy() {
    const std::vector<std::string> gone = {Subject(0)};
    const auto begun = Steady::now();
    if (!keyring_->Destroy(gone).ok()) std::exit(1);
    absl::PrintF("{\"keys_max\": %d, \"destroy_ms\": %.0f}\n",
                 static_cast<int>(kKnownSubjects + next_), MicrosecondsSince(begun) / 1000);
  }

 private:
  static double MicrosecondsSince(Steady::time_point begun) {
    return std::chrono::duration<double, std::micro>(Steady::now() - begun).count();
  }

  static std::string Subject(std::size_t number) {
    return absl::StrCat("communities/c1/persons/p", number);
  }

  void Send(Words words, int commands, int in_flight) {
    std::mt19937_64 random(next_ + std::hash<std::thread::id>()(std::this_thread::get_id()));
    absl::Mutex mutex;
    int under_way = 0;
    const auto room = [&] { return under_way < in_flight; };
    const auto idle = [&] { return under_way == 0; };
    for (int i = 0; i < commands; ++i) {
      auto request = std::make_shared<toy::v1::MakeThingRequest>();
      request->set_parent("communities/c1");
      request->set_request_id(support::RandomUuid(random));
      request->set_value("v");
      const std::size_t number = ++next_;
      request->mutable_text()->set_subject(words == Words::kNewSubject
                                               ? Subject(kKnownSubjects + number)
                                               : Subject(number % kKnownSubjects));
      request->mutable_text()->set_content(kWords);
      mutex.LockWhen(absl::Condition(&room));
      ++under_way;
      mutex.Unlock();
      runtime::Call call;
      call.metadata["sanzhang-person"] = "p-res";
      runners_.at(words)->Run(runtime::CommandTypeOf<toy::Thing, toy::v1::MakeThingRequest,
                                                     toy::v1::MakeThingResponse>(),
                              *request, std::move(call),
                              [&, request](absl::StatusOr<runtime::Answer> answer) {
                                Must(std::move(answer));
                                absl::MutexLock lock(&mutex);
                                --under_way;
                              });
    }
    mutex.LockWhen(absl::Condition(&idle));
    mutex.Unlock();
  }

  const std::unique_ptr<keyring::SubjectKeyring> keyring_;
  const opening::SubjectSealer sealed_;
  const std::unique_ptr<runtime::Sealer> plain_;
  const std::unique_ptr<runtime::Authenticator> authenticator_;
  std::unique_ptr<eventstore::EventStore> store_;
  support::FakeDirectory directory_;
  support::FakePolicies policies_;
  std::map<Words, std::unique_ptr<runtime::CommandRunner>> runners_;
  std::atomic<std::size_t> next_ = 0;
};

int Main(int argc, char** argv) {
  CLI::App program("What sealing costs a command");
  std::string path;
  program.add_option("--path", path, "A folder that is not there yet")->required();
  CLI11_PARSE(program, argc, argv);
  std::filesystem::create_directories(path);
  Bench bench(path);
  for (const auto& [in_flight, commands] : std::map<int, int>{{1, 1000}, {64, 20000}}) {
    std::map<Words, std::vector<double>> rates;
    for (int turn = 0; turn <= kTurns; ++turn) {
      for (const auto& [words, _] : kWays) {
        const double rate = bench.Run(words, commands, in_flight);
        if (turn > 0) rates[words].push_back(rate);  // The first warms up.
      }
    }
    for (const auto& [words, name] : kWays) {
      std::sort(rates[words].begin(), rates[words].end());
      absl::PrintF("{\"words\": \"%s\", \"in_flight\": %d, \"commands_per_s\": %.0f}\n", name,
                   in_flight, rates[words][kTurns / 2]);
    }
  }
  bench.Alone();
  bench.Destroy();
  return 0;
}

}  // namespace
}  // namespace sanzhang::bench

int main(int argc, char** argv) { return sanzhang::bench::Main(argc, argv); }
