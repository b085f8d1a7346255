// 6.1 (8): the convener's term ends while its vote is open. Over the runtime, with the register's
// own directory: from that instant on its members have no power, and the sub-district goes on.
#include <memory>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"
#include "proto/wire/refusal.h"
#include "services/ballotbox/ballot_box.h"
#include "services/keyring/keyring.h"
#include "services/policy/own_policy.h"
#include "services/policy/policy_book.h"
#include "services/registry/registry_electorates.h"
#include "services/resolution/ballot.h"
#include "services/resolution/companions.h"
#include "services/resolution/resolution.h"
#include "services/resolution/roll.h"
#include "services/resolution/voter.h"
#include "tests/services/registry/live_register.h"
#include "tests/services/registry/rules_table.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::resolution {
namespace {

constexpr char kVote[] = "communities/c1/resolutions/r1";
constexpr char kTermEnds[] = "2026-06-01T00:00:00+08:00";

// The residents' committee, whose term ends with May, asks the residents p3 and p4. p1 sits in it,
// p2 in the sub-district's office.
class ConvenerTerm : public testing::Test {
 protected:
  ConvenerTerm() : electorates_(live_.store()) {
    policies_ = policy::PolicyBook::Load(SANZHANG_SOURCE_DIR "/deploy/policy").value();
    keys_ = keyring::Keyring::Open(folder_.File("keys")).value();
    box_ = ballotbox::BallotBox::Open(folder_.File("box.sqlite")).value();
    companions_ = MakeCompanions({live_.store(), electorates_, *keys_, *box_});
    runner_ = std::make_unique<runtime::CommandRunner>(
        runtime::CommandRunner::Parts{live_.store(),
                                      live_.directory(),
                                      *policies_,
                                      *authenticator_,
                                      *sealer_,
                                      nullptr,
                                      {{"policies", &runtime::AggregateTypeOf<policy::OwnPolicy>()},
                                       {"resolutions", &runtime::AggregateTypeOf<Resolution>()},
                                       {"voters", &runtime::AggregateTypeOf<Voter>()},
                                       {"ballots", &runtime::AggregateTypeOf<Ballot>()}}},
        runtime::CommandRunner::Options{.now = [this] { return live_.now(); }});
    live_.Settle();
    const std::string parent = "parent: 'communities/c1' ";
    live_.Set("StartTerm", parent +
                               "term_id: 't1' body: '~bodies/rc' begins { seconds: 1777564800 } "
                               "ends { seconds: 1780243200 }");
    live_.Set("SeatMember", parent +
                                "membership_id: 'm1' body: '~bodies/rc' person: '~persons/p1' "
                                "office: OFFICE_CHAIR term: '~terms/t1'");
    live_.Set("SeatMember", parent +
                                "membership_id: 'm2' body: '~bodies/gov' person: '~persons/p2' "
                                "office: OFFICE_STAFF");
    for (const char* id : {"p3", "p4"}) {
      const std::string name = absl::StrCat("name: '~persons/", id, "' ");
      live_.Set("EnrollResident", name + "place { dwelling: '~dwellings/d1' }");
      live_.Set("ConfirmResident", name);
      live_.Set("RecordMajority", name + "majority: MAJORITY_ADULT");
    }
  }

  template <class A, class Request, class Response>
  std::string Do(std::string_view who, std::string_view text,
                 runtime::Companion* companion = nullptr) {
    Request request = support::Text<Request>(registry::Expand(text));
    request.set_request_id(
        absl::StrCat("00000000-0000-4000-9000-", absl::Dec(++requests_, absl::kZeroPad12)));
    runtime::Call call;
    call.metadata[who == "timekeeper" ? "sanzhang-service" : "sanzhang-person"] = std::string(who);
    call.metadata["sanzhang-timer-secret"] = "secret";
    absl::Status said = absl::UnknownError("not answered");
    absl::Notification done;
    runner_->Run(
        runtime::CommandTypeOf<A, Request, Response>(), request, std::move(call),
        [&](const absl::StatusOr<runtime::Answer>& answer) {
          said = answer.status();
          done.Notify();
        },
        companion);
    done.WaitForNotification();
    if (said.ok()) return "OK";
    return type::v1::ErrorReason_Name(wire::ReasonOf(said)).substr(sizeof "ERROR_REASON");
  }
#define SANZHANG_VOTE(Rpc, companion)                                             \
  std::string Rpc(std::string_view who, std::string_view more = "") {             \
    return Do<Resolution, v1::Rpc##Request, v1::Rpc##Response>(                   \
        who, absl::StrCat("name: '", kVote, "' ", std::string(more)), companion); \
  }
  SANZHANG_VOTE(NoticeVote, nullptr)
  SANZHANG_VOTE(FreezeElectorate, companions_.freeze.get())
  SANZHANG_VOTE(OpenVote, companions_.open.get())
  SANZHANG_VOTE(ExtendVote, nullptr)
  SANZHANG_VOTE(CloseVote, companions_.close.get())
  SANZHANG_VOTE(ComputeTally, companions_.count.get())
#undef SANZHANG_VOTE

  std::string Cast(std::string_view person) {
    const std::string voter = VoterId(kVote, absl::StrCat("persons/", std::string(person)));
    return Do<Ballot, v1::CastBallotRequest, v1::CastBallotResponse>(
        person, absl::StrCat("name: '", kVote, "/voters/", voter,
                             "' paper { choices { item: 'a' choice: CHOICE_FOR } }"));
  }

  // From 3 May to 5 June: the term ends in between.
  void OpenAVote() {
    const std::string ask =
        "parent: 'communities/c1' resolution_id: 'r1' regime: REGIME_POLL matter: MATTER_CODE_POLL "
        "title: 't' text: 't' convener: '~bodies/rc' items { code: 'a' text: 't' }";
    ASSERT_EQ((Do<Resolution, v1::DraftMotionRequest, v1::DraftMotionResponse>("p1", ask)), "OK");
    ASSERT_EQ(NoticeVote("p1",
                         "mode: VOTE_MODE_ELECTRONIC notice: '~notices/n1' opens { seconds: "
                         "1777737600 } closes { seconds: 1780588800 }"),
              "OK");
    ASSERT_EQ(FreezeElectorate("p1"), "OK");
    live_.set_now("2026-05-03T00:00:00+08:00");
    ASSERT_EQ(OpenVote("p1"), "OK");
    ASSERT_EQ(Cast("p3"), "OK");
  }

  const support::TempDir folder_;
  registry::LiveRegister live_;
  const registry::RegistryElectorates electorates_;
  std::unique_ptr<policy::PolicyBook> policies_;
  const std::unique_ptr<runtime::Authenticator> authenticator_ =
      runtime::MakeDevelopmentAuthenticator("secret");
  const std::unique_ptr<runtime::Sealer> sealer_ = runtime::MakePlainSealer();
  std::unique_ptr<keyring::Keyring> keys_;
  std::unique_ptr<ballotbox::BallotBox> box_;
  Companions companions_;
  std::unique_ptr<runtime::CommandRunner> runner_;
  int requests_ = 0;
};

constexpr char kLonger[] = "closes { seconds: 1780848000 } reason: 'r'";  // To 8 June.

TEST_F(ConvenerTerm, ItsLastMomentIsItsOwn) {
  OpenAVote();
  live_.set_now("2026-05-31T23:59:59+08:00");
  EXPECT_EQ(ExtendVote("p2", kLonger), "CONVENER_IN_OFFICE");
  EXPECT_EQ(ExtendVote("p1", kLonger), "OK");
}

TEST_F(ConvenerTerm, FromItsEndOnTheSubdistrictGoesOn) {
  OpenAVote();
  live_.set_now(kTermEnds);
  EXPECT_EQ(ExtendVote("p1", kLonger), "PERMISSION_DENIED");
  EXPECT_EQ(ExtendVote("p2", kLonger), "OK");
  EXPECT_EQ(Cast("p4"), "OK");  // Who votes feels nothing of it.
  live_.set_now("2026-06-08T00:00:00+08:00");
  EXPECT_EQ(CloseVote("timekeeper"), "OK");
  EXPECT_EQ(ComputeTally("timekeeper"), "OK");
}

// Nobody has to note that the term is over.
TEST_F(ConvenerTerm, ANewTermGivesTheCommitteeItsPowerBack) {
  OpenAVote();
  live_.set_now(kTermEnds);
  live_.Set("StartTerm",
            "parent: 'communities/c1' term_id: 't2' body: '~bodies/rc' begins { seconds: "
            "1780243200 } ends { seconds: 1811779200 }");
  EXPECT_EQ(ExtendVote("p1", kLonger), "PERMISSION_DENIED");  // The old seat is of the old term.
  EXPECT_EQ(ExtendVote("p2", kLonger), "CONVENER_IN_OFFICE");
  live_.Set("EndMember", "name: '~memberships/m1' reason: END_REASON_TERM");
  live_.Set("SeatMember",
            "parent: 'communities/c1' membership_id: 'm3' body: '~bodies/rc' person: "
            "'~persons/p5' office: OFFICE_CHAIR term: '~terms/t2'");
  EXPECT_EQ(ExtendVote("p5", kLonger), "OK");
}

}  // namespace
}  // namespace sanzhang::resolution
