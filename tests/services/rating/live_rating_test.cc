#include "tests/services/rating/live_rating.h"

#include <set>
#include <thread>

#include "gmock/gmock.h"
#include "sanzhang/complaint/v1/events.pb.h"

namespace sanzhang::rating {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RatingTest : public testing::Test, protected LiveRating {};

TEST_F(RatingTest, FromAnnouncementToCorrection) {
  Campaign();
  const std::string name = absl::StrCat("name: '", kCampaign, "'");
  std::vector<std::string> ratings;
  for (int i = 0; i < 8; ++i) {
    const auto answer = Rate("p" + std::to_string(i), i < 6 ? 5 : 1);
    ASSERT_TRUE(answer.ok()) << answer.status();
    ratings.push_back(answer->name);
  }
  EXPECT_EQ(Why(Rate("p0", 1)), "RATING_EXISTS");
  EXPECT_EQ(Why(ReviseRating(
                "p0", absl::StrCat("name: '", ratings[0], "' scores { dimension: 'a' value: 4 }"))),
            "OK");
  EXPECT_EQ(Why(ReviseRating(
                "p1", absl::StrCat("name: '", ratings[0], "' scores { dimension: 'a' value: 1 }"))),
            "NOT_RATER");
  EXPECT_EQ(Why(WithdrawRating("p1", absl::StrCat("name: '", ratings[1], "'"))), "OK");
  EXPECT_EQ(Why(PublishRatingResult("chair", name)), "CAMPAIGN_NOT_CLOSED");
  EXPECT_EQ(Why(CloseCampaign("chair", name)), "CLOCK_NOT_DUE");
  hour_ = 9;
  EXPECT_EQ(Why(Rate("p9", 5)), "CAMPAIGN_NOT_OPEN");
  EXPECT_EQ(Why(CloseCampaign("chair", name)), "OK");
  EXPECT_EQ(Why(PublishRatingResult("chair", name)), "OK");
  // 4 + 4 x 5 + 2 x 1 = 26 of 7.
  v1::RatingResult result = Facts<v1::RatingResultPublished>().at(0).result();
  EXPECT_EQ(result.n(), 7);
  EXPECT_EQ(result.total_milli(), 3714);
  EXPECT_EQ(result.coverage_bp(), 1167);

  EXPECT_EQ(Why(ContestRatingResult("p0", name + " grounds: 'g'")), "OK");
  EXPECT_EQ(
      Why(VoidRating("sup", absl::StrCat(name, " rating: '", ratings[7],
                                         "' void_reason: VOID_REASON_COERCED evidence: 'e'"))),
      "OK");
  EXPECT_EQ(Why(RuleRatingContest("sup", name + " upheld: true reason: 'r'")), "OK");
  const v1::RatingResultCorrected corrected = Facts<v1::RatingResultCorrected>().at(0);
  EXPECT_EQ(corrected.result().total_milli(), 4167);  // 25 of 6.
  EXPECT_EQ(corrected.replaced().SerializeAsString(), result.SerializeAsString());
}

// Nobody who reads the log learns who rated, before or after the close; nor what, before it.
TEST_F(RatingTest, TheLogNamesNoRater) {
  Campaign();
  for (int i = 0; i < 12; ++i) ASSERT_EQ(Why(Rate("p" + std::to_string(i), 5)), "OK");
  std::map<std::string, std::set<std::string>> sealed;  // By score: all the same here.
  for (const log::v1::Record& record : Log()) {
    const std::string text = record.ShortDebugString() + record.payload();
    if (!record.stream().starts_with(std::string(kCampaign) + "/ratings/") &&
        !record.stream().starts_with("communities/c1/references/raters/")) {
      continue;
    }
    for (int i = 0; i < 12; ++i) {
      EXPECT_THAT(text, Not(HasSubstr("persons/p" + std::to_string(i))));
      EXPECT_THAT(text, Not(HasSubstr("dwellings/")));
    }
    EXPECT_EQ(record.request_id(), "");
    EXPECT_EQ(record.correlation_id(), "");
    EXPECT_EQ(record.actor().subject(), "");
    EXPECT_EQ(record.actor().role(), type::v1::ROLE_RESIDENT);
  }
  for (const v1::RatingSubmitted& submitted : Facts<v1::RatingSubmitted>()) {
    EXPECT_EQ(submitted.scores().open(), "");
    sealed["all"].insert(submitted.scores().sealed());
    EXPECT_EQ(submitted.scores().sealed().size(), 256u + 48u);
  }
  EXPECT_EQ(sealed["all"].size(), 12u);  // Equal scores are not equal bytes.
}

// After the close whoever may read the log counts again from it alone; the salt is gone.
TEST_F(RatingTest, AfterTheCloseTheLogAloneIsEnough) {
  Campaign();
  for (int i = 0; i < 9; ++i) ASSERT_EQ(Why(Rate("p" + std::to_string(i), 1 + i % 5)), "OK");
  EXPECT_EQ(Keys(), 1u);
  hour_ = 9;
  ASSERT_EQ(Why(CloseCampaign("chair", absl::StrCat("name: '", kCampaign, "'"))), "OK");
  EXPECT_EQ(Keys(), 0u);
  ASSERT_EQ(Why(PublishRatingResult("chair", absl::StrCat("name: '", kCampaign, "'"))), "OK");
  const std::string key = Facts<v1::RatingCampaignClosed>().at(0).score_secret_key();
  int sum = 0;
  for (const v1::RatingSubmitted& submitted : Facts<v1::RatingSubmitted>()) {
    v1::Scores scores;
    ASSERT_TRUE(scores.ParseFromString(*keyring::OpenBox(submitted.scores().sealed(), key)));
    sum += scores.scores(0).value();
  }
  EXPECT_EQ(Facts<v1::RatingResultPublished>().at(0).result().total_milli(),
            Rounded(1000 * sum, 9));
}

TEST_F(RatingTest, ALostKeyIsSaidAndNotMadeAnew) {
  Campaign();
  ASSERT_EQ(Why(Rate("p0", 5)), "OK");
  ASSERT_TRUE(keyring_->Destroy(kCampaign).ok());
  EXPECT_EQ(Why(Rate("p1", 5)), "KEY_LOST");
  hour_ = 9;
  EXPECT_EQ(Why(CloseCampaign("chair", absl::StrCat("name: '", kCampaign, "'"))), "KEY_LOST");
  EXPECT_EQ(Keys(), 0u);
}

TEST_F(RatingTest, ARepeatedRequestIsAnsweredAsBefore) {
  Campaign();
  const std::string id = NextId();
  const auto first = Rate("p0", 5, id);
  ASSERT_TRUE(first.ok());
  const std::size_t records = Log().size();
  const auto again = Rate("p0", 1, id);  // The score is no part of what makes a request the same.
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, *first);
  EXPECT_EQ(Log().size(), records);
  // Another's request of the same id is another request.
  EXPECT_EQ(Why(Rate("p1", 5, id)), "OK");
  // Nothing that is stored beside the log finds it by who asked.
  const auto receipt = store_->FindRequest(
      {.principal = "persons/p0", .request_id = id, .digest = std::string(32, 'x')});
  ASSERT_TRUE(receipt.ok());
  EXPECT_FALSE(receipt->has_value());
}

TEST_F(RatingTest, OneForEachHousehold) {
  Campaign("HOUSEHOLD_ONE");
  EXPECT_EQ(Why(Rate("p0", 5)), "OK");
  EXPECT_EQ(Why(Rate("p1", 1)), "RATING_EXISTS");  // Lives in d0 too.
  EXPECT_EQ(Why(Rate("p2", 5)), "OK");
}

// All rate at once, each twice: one of each counts, and nobody waits for another.
TEST_F(RatingTest, AllAtOnce) {
  Campaign();
  std::atomic<int> accepted = 0;
  std::atomic<int> told = 0;
  std::vector<std::string> ids;
  for (int i = 0; i < 2 * kPeople; ++i) ids.push_back(NextId());
  std::vector<std::thread> raters;
  for (int thread = 0; thread < 4; ++thread) {
    raters.emplace_back([&, thread] {
      for (int i = thread; i < 2 * kPeople; i += 4) {
        const std::string why = Why(Rate("p" + std::to_string(i % kPeople), 3, ids[i]));
        if (why == "OK") ++accepted;
        if (why == "RATING_EXISTS") ++told;
      }
    });
  }
  for (std::thread& rater : raters) rater.join();
  EXPECT_EQ(accepted, kPeople);
  EXPECT_EQ(told, kPeople);
  hour_ = 9;
  ASSERT_EQ(Why(CloseCampaign("chair", absl::StrCat("name: '", kCampaign, "'"))), "OK");
  ASSERT_EQ(Why(PublishRatingResult("chair", absl::StrCat("name: '", kCampaign, "'"))), "OK");
  const v1::RatingResult result = Facts<v1::RatingResultPublished>().at(0).result();
  EXPECT_EQ(result.n(), kPeople);
  EXPECT_EQ(result.buildings(0).raters(), 20);
  EXPECT_EQ(result.buildings(1).raters(), 40);
}

TEST_F(RatingTest, AServiceIsRatedByItsUserOnce) {
  complaint::v1::ComplaintFiled filed;
  filed.set_complainant("communities/c1/persons/p0");
  filed.set_first_receiver("communities/c1/bodies/rc");
  const auto put = [&](const google::protobuf::Message& fact, eventstore::Expectation expected) {
    log::v1::Record record;
    record.set_stream("communities/c1/complaints/k1");
    record.set_community("communities/c1");
    record.set_type(fact.GetDescriptor()->full_name());
    record.set_payload(fact.SerializeAsString());
    record.set_event_id(std::string(16, static_cast<char>('a' + requests_++)));
    eventstore::Append append;
    append.writes.push_back({record.stream(), expected, {record}});
    absl::Notification done;
    store_->Append(std::move(append), [&](eventstore::AppendResult result) {
      EXPECT_EQ(result.kind, eventstore::AppendResult::Kind::kCommitted) << result.message;
      done.Notify();
    });
    done.WaitForNotification();
  };
  const std::string ask = absl::StrCat(kParent, "service: '~complaints/k1' score: 4");
  EXPECT_EQ(Why(RateService("p0", ask)), "RESOURCE_NOT_FOUND");
  put(filed, eventstore::NoStream());
  EXPECT_EQ(Why(RateService("p1", ask)), "NOT_SERVICE_USER");
  EXPECT_EQ(Why(RateService("p0", ask)), "SERVICE_NOT_OVER");
  put(complaint::v1::ComplaintClosed(), std::uint64_t{1});
  EXPECT_EQ(Why(RateService("p0", ask)), "OK");
  EXPECT_EQ(Why(RateService("p0", ask)), "SERVICE_RATED_BEFORE");
}

}  // namespace
}  // namespace sanzhang::rating
