// Erasures as they run: rules, runner, companion, index and a real keyring over a log in memory.
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "eventstore/event_store.h"
#include "eventstore/memory_commit_log.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/wire/refusal.h"
#include "proto/wire/time.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "services/keyring/subject_keyring.h"
#include "services/keyring/text_cipher.h"
#include "services/policy/day_count.h"
#include "services/policy/policy_book.h"
#include "services/privacy/data_subject.h"
#include "services/privacy/ledger.h"
#include "services/privacy/privacy_companion.h"
#include "services/privacy/privacy_index.h"
#include "services/privacy/privacy_service.h"
#include "services/privacy/subject_request.h"
#include "services/runtime/command_runner.h"
#include "tests/services/runtime/watched_store.h"
#include "tests/support/fake_directory.h"
#include "tests/support/temp_dir.h"
#include "tests/support/text_proto.h"

namespace sanzhang::privacy {
namespace {

using keyring::SubjectState;

constexpr char kCommunity[] = "communities/c1";
constexpr char kZhang[] = "communities/c1/persons/zhang";
constexpr char kWang[] = "communities/c1/persons/wang";
constexpr char kRequest[] = "name: 'communities/c1/subjectRequests/r1' ";

std::vector<std::string> steps;
std::function<void()> when_recorded = [] {};

class LivePrivacy : public testing::Test {
 protected:
  LivePrivacy() {
    steps.clear();
    when_recorded = [] {};
    policies_ =
        *policy::PolicyBook::Load(std::filesystem::path(SANZHANG_SOURCE_DIR) / "deploy/policy");
    eventstore::EventStore::Options options;
    options.now = [this] { return now_; };
    options.derive = DeriveIndex;
    store_ = std::make_unique<toy::WatchedStore>(
        *eventstore::EventStore::Open(eventstore::MakeMemoryCommitLog(), options));
    keyring_ = *keyring::SubjectKeyring::Open(dir_.File("persons"));
    companion_ = std::make_unique<PrivacyCompanion>(*store_, *keyring_, [](std::string_view step) {
      steps.emplace_back(step);
      if (step == "recorded") when_recorded();
    });
    runtime::CommandRunner::Options runner_options;
    runner_options.now = options.now;
    runner_ = std::make_unique<runtime::CommandRunner>(
        runtime::CommandRunner::Parts{*store_, directory_, *policies_, *authenticator_, *sealer_,
                                      nullptr, PeerKinds()},
        std::move(runner_options));
    for (const char* officer : {"dpo", "dpo2"}) {
      directory_.Grant(kCommunity, absl::StrCat("persons/", officer),
                       {.role = type::v1::ROLE_PRIVACY_OFFICER});
    }
    for (const char* person : {"zhang", "wang", "dpo", "dpo2"}) {
      directory_.known.persons[absl::StrCat(kCommunity, "/persons/", person)].known = true;
    }
  }

  std::string NextId() {
    char id[40];
    std::snprintf(id, sizeof id, "00000000-0000-4000-8000-%012d", ++requests_);
    return id;
  }

  template <class A, class Request, class Response>
  std::string Do(const std::string& who, const std::string& text,
                 runtime::Companion* companion = nullptr, std::string id = "") {
    Request request = support::Text<Request>(text);
    request.set_request_id(id.empty() ? NextId() : id);
    runtime::Call call;
    call.metadata["sanzhang-person"] = who;
    absl::Status status;
    absl::Notification done;
    runner_->Run(
        runtime::CommandTypeOf<A, Request, Response>(), request, std::move(call),
        [&](absl::StatusOr<runtime::Answer> given) {
          status = given.status();
          done.Notify();
        },
        companion);
    done.WaitForNotification();
    refused_ = status;
    return status.ok()
               ? "ok"
               : type::v1::ErrorReason_Name(wire::ReasonOf(status)).substr(sizeof "ERROR_REASON");
  }

  std::string Receive(const std::string& kind, const std::string& more = "") {
    return Do<SubjectRequest, v1::ReceiveSubjectRequestRequest, v1::ReceiveSubjectRequestResponse>(
        "zhang", absl::StrCat("parent: 'communities/c1' subject_request_id: 'r1' kind: "
                              "SUBJECT_REQUEST_KIND_",
                              kind, " subject: '", kZhang, "' ", more));
  }
  std::string Verify() {
    return Do<SubjectRequest, v1::VerifySubjectRequestRequest, v1::VerifySubjectRequestResponse>(
        "dpo", absl::StrCat(kRequest, "identity_level: IDENTITY_LEVEL_REAL_NAME evidence: 'e'"));
  }
  std::string Propose() {
    return Do<SubjectRequest, v1::ProposeErasureRequest, v1::ProposeErasureResponse>(
        "dpo", absl::StrCat(kRequest, "ground: 3 reason: 'r'"), companion_.get());
  }
  std::string Approve(std::string id = "") {
    return Do<SubjectRequest, v1::ApproveErasureRequest, v1::ApproveErasureResponse>(
        "dpo2", kRequest, companion_.get(), id);
  }
  std::string Restrict() {
    return Do<SubjectRequest, v1::RestrictProcessingRequest, v1::RestrictProcessingResponse>(
        "dpo", absl::StrCat(kRequest, "reason: 'r'"), companion_.get());
  }
  std::string Lift() {
    return Do<DataSubject, v1::LiftRestrictionRequest, v1::LiftRestrictionResponse>(
        "dpo", "name: 'communities/c1/dataSubjects/zhang' reason: 'r'", companion_.get());
  }
  void AskForErasure() {
    ASSERT_EQ(Receive("ERASURE"), "ok");
    ASSERT_EQ(Verify(), "ok");
  }

  // A fact of another context, as it stands in the log.
  template <class Fact>
  void Happens(const std::string& stream, const std::string& text) {
    eventstore::Append append;
    auto& write = append.writes.emplace_back();
    write.stream = stream;
    write.expected = eventstore::AnyRevision();
    log::v1::Record& record = write.records.emplace_back();
    record.set_event_id(absl::StrCat("event-", ++events_));
    record.set_type(Fact::descriptor()->full_name());
    record.set_stream(stream);
    record.set_community(kCommunity);
    *record.mutable_occurred_at() = wire::ToStamp(now_);
    support::Text<Fact>(text).SerializeToString(record.mutable_payload());
    absl::Notification done;
    eventstore::AppendResult answered;
    store_->Append(std::move(append), [&](eventstore::AppendResult result) {
      answered = std::move(result);
      done.Notify();
    });
    done.WaitForNotification();
    ASSERT_EQ(answered.kind, eventstore::AppendResult::Kind::kCommitted) << answered.message;
  }
  void Files(const std::string& id, const std::string& more = "") {
    Happens<complaint::v1::ComplaintFiled>(absl::StrCat(kCommunity, "/complaints/", id),
                                           absl::StrCat("complainant: '", kZhang, "' ", more));
  }
  void Closes(const std::string& id) {
    Happens<complaint::v1::ComplaintClosed>(absl::StrCat(kCommunity, "/complaints/", id), "");
  }

  std::string holds() const { return wire::MetadataOf(refused_, "holds"); }
  SubjectState key(const char* person = kZhang) { return *keyring_->StateOf(person); }

  absl::Time now_ = absl::FromCivil(absl::CivilSecond(2026, 3, 2, 10), policy::Shanghai());
  int requests_ = 0;
  int events_ = 0;
  absl::Status refused_;
  support::TempDir dir_;
  support::FakeDirectory directory_;
  std::unique_ptr<policy::PolicyBook> policies_;
  std::unique_ptr<runtime::Authenticator> authenticator_ =
      runtime::MakeDevelopmentAuthenticator("secret");
  std::unique_ptr<runtime::Sealer> sealer_ = runtime::MakePlainSealer();
  std::unique_ptr<toy::WatchedStore> store_;
  std::unique_ptr<keyring::SubjectKeyring> keyring_;
  std::unique_ptr<PrivacyCompanion> companion_;
  std::unique_ptr<runtime::CommandRunner> runner_;
};

TEST_F(LivePrivacy, TheFactComesFirstThenTheKeyGoes) {
  ASSERT_TRUE(keyring_->KeyFor(kZhang).ok());
  ASSERT_TRUE(keyring_->KeyFor(kWang).ok());
  AskForErasure();
  ASSERT_EQ(Propose(), "ok");
  EXPECT_EQ(key(), SubjectState::kLive);
  bool in_the_ledger = false;
  SubjectState then = SubjectState::kAbsent;
  when_recorded = [&] {
    in_the_ledger = ReadLedger(*store_)->destroyed == std::vector<std::string>{kZhang};
    then = key();
  };
  const std::string id = NextId();
  ASSERT_EQ(Approve(id), "ok");
  EXPECT_TRUE(in_the_ledger);
  EXPECT_EQ(then, SubjectState::kLive);
  EXPECT_THAT(steps, testing::ElementsAre("recorded", "obeyed"));
  EXPECT_EQ(key(), SubjectState::kDestroyed);
  EXPECT_EQ(key(kWang), SubjectState::kLive);
  // The same request again is the same answer, and nothing is done twice.
  EXPECT_EQ(Approve(id), "ok");
  EXPECT_THAT(steps, testing::ElementsAre("recorded", "obeyed"));
}

TEST_F(LivePrivacy, WhatIsOnlyValidatedOrRefusedLeavesTheKey) {
  ASSERT_TRUE(keyring_->KeyFor(kZhang).ok());
  AskForErasure();
  EXPECT_EQ(Approve(), "ERASURE_NOT_PROPOSED");
  ASSERT_EQ(Propose(), "ok");
  const std::string validated =
      Do<SubjectRequest, v1::ApproveErasureRequest, v1::ApproveErasureResponse>(
          "dpo2", absl::StrCat(kRequest, "validate_only: true"), companion_.get());
  EXPECT_EQ(validated, "ok");
  const std::string alone =
      Do<SubjectRequest, v1::ApproveErasureRequest, v1::ApproveErasureResponse>("dpo", kRequest,
                                                                                companion_.get());
  EXPECT_EQ(alone, "SAME_OFFICER");
  EXPECT_EQ(key(), SubjectState::kLive);
  EXPECT_TRUE(steps.empty());
  EXPECT_TRUE(ReadLedger(*store_)->destroyed.empty());
}

TEST_F(LivePrivacy, AnotherRequestOfTheKindWaits) {
  ASSERT_EQ(Receive("ACCESS"), "ok");
  const auto again = [&] {
    return Do<SubjectRequest, v1::ReceiveSubjectRequestRequest, v1::ReceiveSubjectRequestResponse>(
        "zhang", absl::StrCat("parent: 'communities/c1' subject_request_id: 'r2' kind: "
                              "SUBJECT_REQUEST_KIND_ACCESS subject: '",
                              kZhang, "'"));
  };
  EXPECT_EQ(again(), "SUBJECT_REQUEST_OPEN");
  EXPECT_EQ(wire::MetadataOf(refused_, "resource"), "communities/c1/subjectRequests/r1");
  const std::string withdrawn =
      Do<SubjectRequest, v1::WithdrawSubjectRequestRequest, v1::WithdrawSubjectRequestResponse>(
          "zhang", kRequest);
  EXPECT_EQ(withdrawn, "ok");
  EXPECT_EQ(again(), "ok");
}

TEST_F(LivePrivacy, EverythingThatHoldsIsFound) {
  Files("mine");
  Files("closed");
  Closes("closed");
  // Words of hers in the complaint of another, and her place in a roll.
  Happens<complaint::v1::ComplaintProgressNoted>(
      "communities/c1/complaints/neighbours",
      absl::StrCat("note { subject: '", kZhang, "' content: 'n' }"));
  Happens<complaint::v1::ComplaintFiled>(
      "communities/c1/complaints/neighbours",
      absl::StrCat("complainant: '", kWang, "' text { subject: '", kWang, "' content: 't' }"));
  Happens<resolution::v1::ElectorateFrozen>("communities/c1/resolutions/v1", "");
  Happens<resolution::v1::VoterEnrolled>(
      "communities/c1/resolutions/v1/voters/x",
      absl::StrCat("entry { persons: '", kWang, "' persons: '", kZhang, "' }"));
  // Not hers.
  Happens<complaint::v1::ComplaintFiled>("communities/c1/complaints/other",
                                         absl::StrCat("complainant: '", kWang, "'"));
  AskForErasure();
  EXPECT_EQ(Propose(), "ERASURE_ON_HOLD");
  EXPECT_EQ(holds(),
            "OPEN_VOTE communities/c1/resolutions/v1\n"
            "OPEN_COMPLAINT communities/c1/complaints/neighbours\n"
            "OPEN_COMPLAINT communities/c1/complaints/mine\n"
            "RETENTION communities/c1/complaints/closed until 2029-03-03T00:00:00+08:00");
}

TEST_F(LivePrivacy, WhatHasEndedHoldsNoMore) {
  Files("mine");
  Closes("mine");
  now_ = absl::FromCivil(absl::CivilSecond(2029, 3, 3, 0), policy::Shanghai());
  AskForErasure();
  EXPECT_EQ(Propose(), "ok");
  EXPECT_EQ(Approve(), "ok");
}

TEST_F(LivePrivacy, ACaseThatIsOpenedInTheMidstHolds) {
  Files("mine");
  Closes("mine");
  now_ = absl::FromCivil(absl::CivilSecond(2029, 3, 3, 0), policy::Shanghai());
  ASSERT_TRUE(keyring_->KeyFor(kZhang).ok());
  AskForErasure();
  ASSERT_EQ(Propose(), "ok");
  // Between the look and the append the complaint is opened again: the append fails, and the
  // decision is made anew on what is now true.
  bool meddled = false;
  store_->answer =
      [&](const eventstore::Append& append) -> std::optional<eventstore::AppendResult> {
    const bool approval = !append.writes.empty() &&
                          append.writes.front().stream == "communities/c1/subjectRequests/r1";
    if (approval && !std::exchange(meddled, true)) {
      Happens<complaint::v1::ComplaintReopened>("communities/c1/complaints/mine", "");
    }
    return std::nullopt;
  };
  EXPECT_EQ(Approve(), "ERASURE_ON_HOLD");
  EXPECT_TRUE(meddled);
  EXPECT_EQ(key(), SubjectState::kLive);
}

TEST_F(LivePrivacy, ARestrictionIsTheKeyringsToo) {
  ASSERT_TRUE(keyring_->KeyFor(kZhang).ok());
  ASSERT_EQ(Receive("RESTRICTION"), "ok");
  ASSERT_EQ(Verify(), "ok");
  ASSERT_EQ(Restrict(), "ok");
  EXPECT_EQ(key(), SubjectState::kRestricted);
  EXPECT_EQ(ReadLedger(*store_)->restricted, std::vector<std::string>{kZhang});
  ASSERT_EQ(Lift(), "ok");
  EXPECT_EQ(key(), SubjectState::kLive);
  EXPECT_TRUE(ReadLedger(*store_)->restricted.empty());
}

TEST_F(LivePrivacy, AnErasureEndsARestrictionInTheLedger) {
  AskForErasure();
  ASSERT_EQ(Restrict(), "ok");
  ASSERT_EQ(Propose(), "ok");
  ASSERT_EQ(Approve(), "ok");
  const auto ledger = ReadLedger(*store_);
  ASSERT_TRUE(ledger.ok());
  EXPECT_EQ(ledger->destroyed, std::vector<std::string>{kZhang});
  EXPECT_TRUE(ledger->restricted.empty());
}

TEST_F(LivePrivacy, ACorrectionNamesWordsThatAreThere) {
  Files("mine", absl::StrCat("text { subject: '", kZhang, "' content: 't' }"));
  Happens<complaint::v1::ComplaintProgressNoted>(
      "communities/c1/complaints/mine",
      absl::StrCat("note { subject: '", kWang, "' content: 'n' }"));
  ASSERT_EQ(
      Receive("CORRECTION",
              "concerns { stream: 'communities/c1/complaints/mine' event_id: '6576656e742d31' "
              "field: 'text' }"),
      "ok");
  ASSERT_EQ(Verify(), "ok");
  const auto correct = [&](const std::string& event, const std::string& field,
                           const std::string& stream = "communities/c1/complaints/mine") {
    return Do<SubjectRequest, v1::CorrectPersonalDataRequest, v1::CorrectPersonalDataResponse>(
        "dpo",
        absl::StrCat(kRequest, "corrects { stream: '", stream, "' event_id: '",
                     absl::BytesToHexString(event), "' field: '", field,
                     "' } text { content: 'w' }"),
        companion_.get());
  };
  EXPECT_EQ(correct("event-1", "contact"), "TEXT_NOT_FOUND");
  EXPECT_EQ(correct("event-2", "note"), "TEXT_NOT_FOUND");  // Another's.
  EXPECT_EQ(correct("event-9", "text"), "TEXT_NOT_FOUND");
  EXPECT_EQ(correct("event-1", "text", "communities/c1/complaints/none"), "TEXT_NOT_FOUND");
  EXPECT_EQ(correct("event-1", "text"), "ok");
}

// domain reference 6.1 (13): a complaint against a neighbour.
TEST_F(LivePrivacy, OfTwoPersonsInOneFactOnlyOneGoes) {
  const std::string stream = "communities/c1/complaints/noise";
  const std::string type = complaint::v1::ComplaintFiled::descriptor()->full_name();
  const auto place = [&](const char* field, const char* person) {
    return keyring::TextPlace{kCommunity, stream, "event-1", type, field, person};
  };
  const auto hers = keyring::SealText(*keyring_->KeyFor(kZhang), place("text", kZhang), "loud");
  const auto his = keyring::SealText(*keyring_->KeyFor(kWang), place("contact", kWang), "13800");
  const auto opened = [&](const char* field, const char* person, const auto& sealed) {
    const auto key = keyring_->Find(person);
    EXPECT_TRUE(key.ok()) << key.status();
    return key->version == 0 ? std::nullopt : keyring::OpenText(*key, place(field, person), sealed);
  };
  EXPECT_EQ(opened("text", kZhang, hers), "loud");
  EXPECT_EQ(opened("contact", kWang, his), "13800");
  AskForErasure();
  ASSERT_EQ(Propose(), "ok");
  ASSERT_EQ(Approve(), "ok");
  EXPECT_EQ(opened("text", kZhang, hers), std::nullopt);
  EXPECT_EQ(opened("contact", kWang, his), "13800");
  // No key is made for her again.
  EXPECT_EQ(keyring_->KeyFor(kZhang)->version, 0u);
}

TEST_F(LivePrivacy, TheLedgerIsObeyedByAnOldCopyOfTheKeys) {
  ASSERT_TRUE(keyring_->KeyFor(kZhang).ok());
  ASSERT_TRUE(keyring_->KeyFor(kWang).ok());
  std::filesystem::copy(dir_.File("persons"), dir_.File("old"),
                        std::filesystem::copy_options::recursive);
  AskForErasure();
  ASSERT_EQ(Propose(), "ok");
  ASSERT_EQ(Approve(), "ok");
  const auto old = *keyring::SubjectKeyring::Open(dir_.File("old"));
  EXPECT_EQ(*old->StateOf(kZhang), SubjectState::kLive);
  ASSERT_TRUE(old->Obey(*ReadLedger(*store_)).ok());
  EXPECT_EQ(*old->StateOf(kZhang), SubjectState::kDestroyed);
  EXPECT_EQ(*old->StateOf(kWang), SubjectState::kLive);
}

}  // namespace
}  // namespace sanzhang::privacy
