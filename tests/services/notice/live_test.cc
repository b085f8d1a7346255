// Notices and a community's own policies through the whole way of a command, over a log in memory:
// a rule that was put in force is what the next notice rests on.
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "eventstore/event_store.h"
#include "eventstore/memory_commit_log.h"
#include "gtest/gtest.h"
#include "proto/wire/refusal.h"
#include "services/notice/notice.h"
#include "services/policy/own_policy.h"
#include "services/policy/policy_book.h"
#include "services/runtime/command_runner.h"
#include "tests/support/fake_directory.h"
#include "tests/support/text_proto.h"

namespace sanzhang::notice {
namespace {

constexpr char kCommunity[] = "communities/c1";

class LiveNoticesTest : public testing::Test {
 protected:
  LiveNoticesTest() {
    auto book =
        policy::PolicyBook::Load(std::filesystem::path(SANZHANG_SOURCE_DIR) / "deploy/policy");
    EXPECT_TRUE(book.ok()) << book.status();
    policies_ = *std::move(book);
    eventstore::EventStore::Options store_options;
    store_options.now = [this] { return absl::FromUnixMicros(now_us_); };
    auto store = eventstore::EventStore::Open(eventstore::MakeMemoryCommitLog(), store_options);
    EXPECT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    runtime::CommandRunner::Options options;
    options.now = store_options.now;
    runner_ = std::make_unique<runtime::CommandRunner>(
        runtime::CommandRunner::Parts{
            *store_,
            directory_,
            *policies_,
            *authenticator_,
            *sealer_,
            nullptr,
            {{"policies", &runtime::AggregateTypeOf<policy::OwnPolicy>()}}},
        std::move(options));
    for (const char* who : {"persons/p-li", "persons/p-wang"}) {
      directory_.Grant(
          kCommunity, who,
          {.role = type::v1::ROLE_RESIDENTS_COMMITTEE, .body = "communities/c1/bodies/rc"});
    }
    directory_.Grant(kCommunity, "persons/p-zhao", {.role = type::v1::ROLE_RESIDENT});
  }

  void GoTo(int month, int day) {
    now_us_ = absl::ToUnixMicros(
        absl::FromCivil(absl::CivilSecond(2026, month, day, 10), policy::Shanghai()));
  }

  template <class A, class Request, class Response>
  absl::StatusOr<runtime::Answer> Run(std::string_view who, std::string_view text) {
    Request request = support::Text<Request>(text);
    request.set_request_id(
        absl::StrCat("00000000-0000-4000-8000-00000000000", absl::Hex(++requests_)));
    runtime::Call call;
    call.metadata["sanzhang-person"] = std::string(who);
    absl::StatusOr<runtime::Answer> answer = absl::UnknownError("not answered");
    absl::Notification done;
    runner_->Run(runtime::CommandTypeOf<A, Request, Response>(), request, std::move(call),
                 [&](absl::StatusOr<runtime::Answer> given) {
                   answer = std::move(given);
                   done.Notify();
                 });
    done.WaitForNotification();
    return answer;
  }

  absl::Status Publish(std::string_view id) {
    return Run<Notice, v1::PublishNoticeRequest, v1::PublishNoticeResponse>(
               "p-li", absl::StrCat("parent: 'communities/c1' notice_id: '", std::string(id),
                                    "' kind: PUBLICATION_KIND_RESIDENTS_AFFAIRS masked: true "
                                    "content { title: 't' body: 'b' }"))
        .status();
  }

  // The only fact of a notice, and the policies that its record names.
  log::v1::Record RecordOf(const std::string& stream) {
    const auto page = store_->ReadStream(stream, 1, eventstore::Direction::kForwards, {});
    EXPECT_TRUE(page.ok()) << page.status();
    log::v1::Record record;
    EXPECT_TRUE(record.ParseFromString(page->records.at(0).bytes));
    return record;
  }

  std::atomic<std::int64_t> now_us_ = 0;
  int requests_ = 0;
  support::FakeDirectory directory_;
  std::unique_ptr<policy::PolicyBook> policies_;
  std::unique_ptr<runtime::Authenticator> authenticator_ =
      runtime::MakeDevelopmentAuthenticator("secret");
  std::unique_ptr<runtime::Sealer> sealer_ = runtime::MakePlainSealer();
  std::unique_ptr<eventstore::EventStore> store_;
  std::unique_ptr<runtime::CommandRunner> runner_;
};

TEST_F(LiveNoticesTest, ANoticeRestsOnTheRuleInForceAtItsMoment) {
  GoTo(6, 1);
  ASSERT_TRUE(Publish("n1").ok());
  EXPECT_EQ(RecordOf("communities/c1/notices/n1").policy_refs(0),
            "policies/publication-residents-affairs@1");

  const auto proposed =
      Run<policy::OwnPolicy, policy::v1::ProposePolicyRequest, policy::v1::ProposePolicyResponse>(
          "p-li",
          "parent: 'communities/c1' policy_id: 'publication-residents-affairs' reason: 'r' body { "
          "publication_rule { citations: 'c' kind: PUBLICATION_KIND_RESIDENTS_AFFAIRS law_ref: 'l' "
          "days_min: 30 days_basis: BASIS_DECISION answer_within { days: 3 } audience: "
          "AUDIENCE_RESIDENTS publishers: ROLE_RESIDENTS_COMMITTEE } }");
  ASSERT_TRUE(proposed.ok()) << proposed.status();
  EXPECT_EQ(proposed->name, "communities/c1/policies/publication-residents-affairs");
  const auto put = Run<policy::OwnPolicy, policy::v1::PutPolicyInForceRequest,
                       policy::v1::PutPolicyInForceResponse>(
      "p-wang",
      "name: 'communities/c1/policies/publication-residents-affairs' version: 1 effective_from: "
      "'2026-06-02'");
  ASSERT_TRUE(put.ok()) << put.status();

  ASSERT_TRUE(Publish("n2").ok());  // The day before it comes into force.
  EXPECT_EQ(RecordOf("communities/c1/notices/n2").policy_refs(0),
            "policies/publication-residents-affairs@1");
  GoTo(6, 2);
  ASSERT_TRUE(Publish("n3").ok());
  const log::v1::Record third = RecordOf("communities/c1/notices/n3");
  EXPECT_EQ(third.policy_refs(0), "communities/c1/policies/publication-residents-affairs@1");
  v1::NoticePublished published;
  ASSERT_TRUE(published.ParseFromString(third.payload()));
  EXPECT_EQ(published.duty().days_min(), 30);
}

TEST_F(LiveNoticesTest, AResidentReadsAndObjects) {
  GoTo(6, 1);
  ASSERT_TRUE(Publish("n1").ok());
  const absl::Status published_by_resident =
      Run<Notice, v1::PublishNoticeRequest, v1::PublishNoticeResponse>(
          "p-zhao",
          "parent: 'communities/c1' kind: PUBLICATION_KIND_RESIDENTS_AFFAIRS content { title: 't' "
          "body: 'b' }")
          .status();
  EXPECT_EQ(wire::ReasonOf(published_by_resident), type::v1::ERROR_REASON_PERMISSION_DENIED);
  const auto objected = Run<Notice, v1::ObjectToNoticeRequest, v1::ObjectToNoticeResponse>(
      "p-zhao", "name: 'communities/c1/notices/n1' grounds { content: 'g' }");
  EXPECT_TRUE(objected.ok()) << objected.status();
}

}  // namespace
}  // namespace sanzhang::notice
