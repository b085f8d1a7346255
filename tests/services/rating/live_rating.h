// Ratings and appraisals as they run: rules, runner, companions and keyring over a log in memory.
// What the log holds is read back as any reader of it would.
#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/synchronization/notification.h"
#include "eventstore/memory_commit_log.h"
#include "gtest/gtest.h"
#include "proto/wire/names.h"
#include "proto/wire/refusal.h"
#include "services/rating/notes.h"
#include "services/rating/rating.h"
#include "services/rating/rating_companion.h"
#include "services/rating/rating_index.h"
#include "services/rating/rating_service.h"
#include "services/rating/scheme.h"
#include "services/rating/service_rating.h"
#include "services/runtime/command_type.h"
#include "tests/support/fake_directory.h"
#include "tests/support/temp_dir.h"
#include "tests/support/text_proto.h"

namespace sanzhang::rating {

inline constexpr char kParent[] = "parent: 'communities/c1' ";
inline constexpr char kCampaign[] = "communities/c1/ratingCampaigns/g1";
inline constexpr int kPeople = 60;

inline std::string Expand(std::string_view text) {
  return absl::StrReplaceAll(absl::string_view(text.data(), text.size()),
                             {{"~", "communities/c1/"}});
}

class LiveRating {
 protected:
  LiveRating() {
    eventstore::EventStore::Options options;
    options.now = [this] { return now(); };
    options.derive = DeriveIndex;
    store_ = *eventstore::EventStore::Open(eventstore::MakeMemoryCommitLog(), options);
    keyring_ = *keyring::Keyring::Open(dir_.File("keys"));
    quick_ = std::make_unique<RatingCompanion>(*store_, *keyring_);
    bulk_ = std::make_unique<RatingCompanion>(*store_, *keyring_);
    runtime::CommandRunner::Parts parts{*store_, directory_, policies_, *authenticator_, *sealer_};
    parts.kinds = PeerKinds();
    runtime::CommandRunner::Options runner_options;
    runner_options.now = options.now;
    runner_ = std::make_unique<runtime::CommandRunner>(parts, std::move(runner_options));
    Settle();
  }

  absl::Time now() const { return absl::FromUnixSeconds(1777564800) + absl::Hours(hour_.load()); }
  std::string At(int hour) const {
    return absl::StrCat("{ seconds: ", 1777564800 + 3600 * hour, " }");
  }

  void Grant(const std::string& person, type::v1::Role role, const std::string& body = "") {
    runtime::Standing standing;
    standing.role = role;
    if (!body.empty()) {
      standing.body = "communities/c1/bodies/" + body;
      standing.membership = "communities/c1/memberships/" + person;
    }
    directory_.Grant("communities/c1", "persons/" + person, standing);
  }

  void Settle() {
    const auto body = [&](const std::string& id, type::v1::BodyKind kind) {
      directory_.known.bodies["communities/c1/bodies/" + id] = {
          .kind = kind, .active = true, .exists = true, .property_area = {}};
    };
    body("rc", type::v1::BODY_KIND_RESIDENTS_COMMITTEE);
    body("co", type::v1::BODY_KIND_PROPERTY_COMPANY);
    Grant("chair", type::v1::ROLE_RESIDENTS_COMMITTEE, "rc");
    Grant("sup", type::v1::ROLE_SUPERVISION_COMMITTEE, "sup");
    for (int i = 0; i < kPeople; ++i) {
      const std::string person = "p" + std::to_string(i);
      Grant(person, type::v1::ROLE_RESIDENT);
      runtime::PersonFacts& known = directory_.known.persons["communities/c1/persons/" + person];
      known.known = true;
      known.home.set_building(i % 3 == 0 ? "communities/c1/buildings/b1"
                                         : "communities/c1/buildings/b2");
      known.home.set_dwelling("communities/c1/dwellings/d" + std::to_string(i / 2));
    }
    for (const char* seat : {"m1", "m2"}) {
      directory_.known.memberships[std::string("communities/c1/memberships/") + seat] = {
          .body = "communities/c1/bodies/rc", .person = "communities/c1/persons/x", .active = true};
    }
  }

  std::string NextId() {
    char id[40];
    std::snprintf(id, sizeof id, "00000000-0000-4000-8000-%012d", ++requests_);
    return id;
  }

  template <class A, class Request, class Response>
  absl::StatusOr<runtime::Answer> Do(const std::string& who, std::string_view text,
                                     runtime::Companion* companion, std::string id = {}) {
    Request request = support::Text<Request>(Expand(text));
    request.set_request_id(id.empty() ? NextId() : id);
    runtime::Call call;
    call.metadata["sanzhang-person"] = who;
    call.metadata["sanzhang-correlation-id"] = "correlates-" + who;
    absl::StatusOr<runtime::Answer> answered = absl::UnknownError("not answered");
    absl::Notification done;
    runner_->Run(
        runtime::CommandTypeOf<A, Request, Response>(), request, std::move(call),
        [&](absl::StatusOr<runtime::Answer> answer) {
          answered = std::move(answer);
          done.Notify();
        },
        companion);
    done.WaitForNotification();
    return answered;
  }
#define SANZHANG_DO(A, Rpc, companion)                                                      \
  absl::StatusOr<runtime::Answer> Rpc(const std::string& who, std::string_view text,        \
                                      std::string id = {}) {                                \
    return Do<A, v1::Rpc##Request, v1::Rpc##Response>(who, text, companion, std::move(id)); \
  }
  SANZHANG_DO(RatingScheme, DefineRatingScheme, nullptr)
  SANZHANG_DO(RatingScheme, AdoptRatingScheme, nullptr)
  SANZHANG_DO(RatingCampaign, AnnounceCampaign, nullptr)
  SANZHANG_DO(RatingCampaign, OpenCampaign, quick_.get())
  SANZHANG_DO(RatingCampaign, CloseCampaign, quick_.get())
  SANZHANG_DO(RatingCampaign, VoidRating, nullptr)
  SANZHANG_DO(RatingCampaign, PublishRatingResult, bulk_.get())
  SANZHANG_DO(RatingCampaign, ContestRatingResult, nullptr)
  SANZHANG_DO(RatingCampaign, RuleRatingContest, bulk_.get())
  SANZHANG_DO(Rating, SubmitRating, quick_.get())
  SANZHANG_DO(Rating, ReviseRating, quick_.get())
  SANZHANG_DO(Rating, WithdrawRating, quick_.get())
  SANZHANG_DO(ServiceRating, RateService, quick_.get())
  SANZHANG_DO(Appraisal, AnnounceAppraisal, nullptr)
  SANZHANG_DO(Appraisal, OpenAppraisal, quick_.get())
  SANZHANG_DO(Appraiser, GradeMembers, nullptr)
  SANZHANG_DO(Appraisal, CloseAppraisal, bulk_.get())
  SANZHANG_DO(Appraisal, PublishAppraisal, bulk_.get())
#undef SANZHANG_DO

  static std::string Why(const absl::StatusOr<runtime::Answer>& answer) {
    if (answer.ok()) return "OK";
    const type::v1::ErrorReason reason = wire::ReasonOf(answer.status());
    if (reason == type::v1::ERROR_REASON_UNSPECIFIED) return answer.status().ToString();
    return type::v1::ErrorReason_Name(reason).substr(sizeof "ERROR_REASON");
  }

  void Campaign(const std::string& eligibility = "RESIDENT") {
    ASSERT_EQ(
        Why(DefineRatingScheme(
            "chair", absl::StrCat(kParent,
                                  "rating_scheme_id: 's1' display_name: 'S' basis: 'b' terms { "
                                  "target_kind: TARGET_KIND_PROPERTY_COMPANY eligibility: "
                                  "ELIGIBILITY_",
                                  eligibility,
                                  " revision_allowed: true dimensions { code: 'a' "
                                  "display_name: 'A' weight_bp: 10000 } }"))),
        "OK");
    ASSERT_EQ(Why(AdoptRatingScheme("chair", "name: '~ratingSchemes/s1' version: 1 decision: 'd'")),
              "OK");
    ASSERT_EQ(
        Why(AnnounceCampaign(
            "chair",
            absl::StrCat(kParent,
                         "rating_campaign_id: 'g1' scheme: '~ratingSchemes/s1' target: "
                         "'~bodies/co' period_begins ",
                         At(-99), " period_ends ", At(-1), " opens ", At(1), " closes ", At(9),
                         " electorate { building: '~buildings/b1' eligible: 20 } electorate { "
                         "building: '~buildings/b2' eligible: 40 } electorate_ref: 'e'"))),
        "OK");
    hour_ = 1;
    ASSERT_EQ(Why(OpenCampaign("chair", absl::StrCat("name: '", kCampaign, "'"))), "OK");
  }

  absl::StatusOr<runtime::Answer> Rate(const std::string& who, int score, std::string id = {}) {
    return SubmitRating(who,
                        absl::StrCat("parent: '", kCampaign, "' scores { dimension: 'a' value: ",
                                     score, " } comment { content: 'word' }"),
                        std::move(id));
  }

  // All records, as a reader of the log gets them.
  std::vector<log::v1::Record> Log() {
    std::vector<log::v1::Record> records;
    const auto page =
        store_->ReadLog(1, eventstore::Direction::kForwards, {}, {.records_max = 10'000});
    for (const eventstore::Stored& stored : page->records) {
      records.emplace_back().ParseFromString(stored.bytes);
    }
    return records;
  }

  template <class Fact>
  std::vector<Fact> Facts() {
    std::vector<Fact> facts;
    for (const log::v1::Record& record : Log()) {
      if (record.type() != Fact::descriptor()->full_name()) continue;
      facts.emplace_back().ParseFromString(record.payload());
    }
    return facts;
  }

  std::size_t Keys() const {
    std::size_t keys = 0;
    for (const auto& entry : std::filesystem::directory_iterator(dir_.File("keys"))) {
      keys += entry.is_regular_file();
    }
    return keys;
  }

  std::atomic<int> hour_ = 0;
  int requests_ = 0;
  const support::TempDir dir_;
  support::FakeDirectory directory_;
  support::FakePolicies policies_;
  const std::unique_ptr<runtime::Authenticator> authenticator_ =
      runtime::MakeDevelopmentAuthenticator();
  const std::unique_ptr<runtime::Sealer> sealer_ = runtime::MakePlainSealer();
  std::unique_ptr<eventstore::EventStore> store_;
  std::unique_ptr<keyring::Keyring> keyring_;
  std::unique_ptr<RatingCompanion> quick_;
  std::unique_ptr<RatingCompanion> bulk_;
  std::unique_ptr<runtime::CommandRunner> runner_;
};

}  // namespace sanzhang::rating
