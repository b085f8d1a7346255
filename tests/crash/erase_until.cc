// Erases a person's data in a data folder, and is killed at one of the steps:
//
//   erase_until LOG KEYS STEP    the step that is the last, from 1; 0: none
//
// What stands in the folder already is not done again. The log and the keyring are real, and so are
// the rules; who is who comes from a fake directory.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "eventstore/event_store.h"
#include "eventstore/rocks_commit_log.h"
#include "proto/wire/refusal.h"
#include "services/keyring/subject_keyring.h"
#include "services/policy/policy_book.h"
#include "services/privacy/privacy_companion.h"
#include "services/privacy/privacy_index.h"
#include "services/privacy/privacy_service.h"
#include "services/privacy/subject_request.h"
#include "services/runtime/command_runner.h"
#include "tests/services/runtime/watched_store.h"
#include "tests/support/fake_directory.h"
#include "tests/support/random_uuid.h"
#include "tests/support/text_proto.h"

namespace sanzhang {
namespace {

namespace v1 = privacy::v1;

constexpr char kCommunity[] = "communities/c1";
constexpr char kRequest[] = "communities/c1/subjectRequests/r1";
constexpr char kPerson[] = "communities/c1/persons/zhang";
constexpr char kOther[] = "communities/c1/persons/wang";

bool counting = false;
int steps_left = 0;

void CountDown(std::string_view step) {
  if (!counting) return;
  std::printf("%.*s\n", static_cast<int>(step.size()), step.data());
  std::fflush(stdout);
  if (--steps_left == 0) std::raise(SIGKILL);
}

[[noreturn]] void Fail(std::string_view what, const absl::Status& status) {
  std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(what.size()), what.data(),
               status.ToString().c_str());
  std::exit(1);
}

template <class T>
T Must(std::string_view what, absl::StatusOr<T> value) {
  if (!value.ok()) Fail(what, value.status());
  return *std::move(value);
}

class Erasing {
 public:
  Erasing(const std::string& log, const std::string& keys) {
    policies_ = Must("policies", policy::PolicyBook::Load(SANZHANG_SOURCE_DIR "/deploy/policy"));
    eventstore::EventStore::Options options;
    options.derive = privacy::DeriveIndex;
    auto rocks =
        Must("log", eventstore::OpenRocksCommitLog({.path = log, .create_if_missing = true}));
    store_ = std::make_unique<toy::WatchedStore>(
        Must("store", eventstore::EventStore::Open(std::move(rocks), options)));
    store_->answer = [](const eventstore::Append&) {
      CountDown("about to append");
      return std::nullopt;
    };
    keyring_ = Must(
        "keys", keyring::SubjectKeyring::Open(keys, {.keys_cached_max = 8, .at_step = CountDown}));
    companion_ = std::make_unique<privacy::PrivacyCompanion>(*store_, *keyring_, CountDown);
    runner_ = std::make_unique<runtime::CommandRunner>(runtime::CommandRunner::Parts{
        *store_, directory_, *policies_, *authenticator_, *sealer_, nullptr, privacy::PeerKinds()});
    for (const char* officer : {"dpo", "dpo2"}) {
      directory_.Grant(kCommunity, absl::StrCat("persons/", officer),
                       {.role = type::v1::ROLE_PRIVACY_OFFICER});
      directory_.known.persons[absl::StrCat(kCommunity, "/persons/", officer)].known = true;
    }
    directory_.known.persons[kPerson].known = true;
  }

  void Prepare() {
    for (const char* person : {kPerson, kOther}) Must("a key", keyring_->KeyFor(person));
    if (*store_->RevisionOf(kRequest) != 0) return;
    Do<v1::ReceiveSubjectRequestRequest, v1::ReceiveSubjectRequestResponse>(
        "zhang", absl::StrCat("parent: 'communities/c1' subject_request_id: 'r1' kind: "
                              "SUBJECT_REQUEST_KIND_ERASURE subject: '",
                              kPerson, "'"));
    Do<v1::VerifySubjectRequestRequest, v1::VerifySubjectRequestResponse>(
        "dpo", "identity_level: IDENTITY_LEVEL_REAL_NAME evidence: 'e'");
    Do<v1::ProposeErasureRequest, v1::ProposeErasureResponse>("dpo", "ground: 3 reason: 'r'");
  }

  // One that was approved before it was killed is not approved again.
  void Approve(int step) {
    steps_left = step;
    counting = true;
    Do<v1::ApproveErasureRequest, v1::ApproveErasureResponse>(
        "dpo2", "", type::v1::ERROR_REASON_SUBJECT_REQUEST_ENDED);
  }

 private:
  using Reason = type::v1::ErrorReason;

  template <class Request, class Response>
  void Do(const std::string& who, const std::string& text,
          Reason or_else = type::v1::ERROR_REASON_UNSPECIFIED) {
    Request request = support::Text<Request>(text);
    if constexpr (requires { request.set_name(""); }) request.set_name(kRequest);
    request.set_request_id(support::RandomUuid(random_));
    runtime::Call call;
    call.metadata["sanzhang-person"] = who;
    absl::Status answered;
    absl::Notification done;
    runner_->Run(
        runtime::CommandTypeOf<privacy::SubjectRequest, Request, Response>(), request,
        std::move(call),
        [&](absl::StatusOr<runtime::Answer> answer) {
          answered = answer.status();
          done.Notify();
        },
        companion_.get());
    done.WaitForNotification();
    if (answered.ok() || wire::ReasonOf(answered) == or_else) return;
    Fail(Request::descriptor()->name(), answered);
  }

  std::mt19937_64 random_{std::random_device()()};
  support::FakeDirectory directory_;
  std::unique_ptr<policy::PolicyBook> policies_;
  const std::unique_ptr<runtime::Authenticator> authenticator_ =
      runtime::MakeDevelopmentAuthenticator("secret");
  const std::unique_ptr<runtime::Sealer> sealer_ = runtime::MakePlainSealer();
  std::unique_ptr<toy::WatchedStore> store_;
  std::unique_ptr<keyring::SubjectKeyring> keyring_;
  std::unique_ptr<privacy::PrivacyCompanion> companion_;
  std::unique_ptr<runtime::CommandRunner> runner_;
};

}  // namespace
}  // namespace sanzhang

int main(int argc, char** argv) {
  int step = 0;
  if (argc != 4 || !absl::SimpleAtoi(argv[3], &step)) return 2;
  sanzhang::Erasing erasing(argv[1], argv[2]);
  erasing.Prepare();
  erasing.Approve(step);
  return 0;
}
