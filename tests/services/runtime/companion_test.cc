// Commands with a companion, and what nobody may learn from what is kept.
#include "services/runtime/companion.h"

#include <sodium.h>

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/wire/refusal.h"
#include "services/runtime/request_check.h"
#include "services/runtime/sealing.h"
#include "tests/services/runtime/toy_runtime.h"

namespace sanzhang::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using toy::RequestId;
using toy::Why;
using toy::v1::ChangeThingRequest;

// Says what it is asked, and gathers what it is told.
class Diary : public Companion {
 public:
  absl::StatusOr<std::shared_ptr<const void>> Gather(const Gathering& gathering) override {
    const auto& thing = *static_cast<const toy::Thing::State*>(gathering.state);
    entries.push_back("gather for " + gathering.context.acting.subject + " at " + thing.value);
    if (before_deciding != nullptr) std::exchange(before_deciding, nullptr)();
    if (!refusal.ok()) return refusal;
    return std::make_shared<const std::string>("gathered");
  }
  void Settle(const std::shared_ptr<const void>& gathered, Settled settled) override {
    const char* const words[] = {"committed", "not committed", "unknown"};
    entries.push_back(*static_cast<const std::string*>(gathered.get()) + ": " +
                      words[static_cast<int>(settled)]);
  }

  std::vector<std::string> entries;
  std::function<void()> before_deciding;
  absl::Status refusal;
};

ChangeThingRequest Change(const std::string& name, int id) {
  ChangeThingRequest request;
  request.set_name(name);
  request.set_request_id(RequestId(id));
  request.set_value("asked");
  return request;
}

constexpr absl::Time kNever = absl::InfiniteFuture();
constexpr char kGather[] = "gather for communities/c1/persons/p-res at first";

TEST(Companion, GathersBeforeTheDecisionAndLearnsTheEnd) {
  toy::ToyRuntime run;
  const std::string name = run.Make("t1");
  Diary diary;
  const auto answer = run.Run("person p-res", Change(name, 1), kNever, &diary);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(diary.entries, ElementsAre(kGather, "gathered: committed"));
  toy::v1::ThingChanged changed;
  ASSERT_TRUE(changed.ParseFromString(run.Records().back().payload()));
  EXPECT_EQ(changed.value(), "gathered");
}

TEST(Companion, IsNotAskedForThoseWhoMayNot) {
  toy::ToyRuntime run;
  const std::string name = run.Make("t1");
  Diary diary;
  EXPECT_EQ(Why(run.Run("person p-stranger", Change(name, 1), kNever, &diary).status()),
            "PERMISSION_DENIED");
  EXPECT_THAT(diary.entries, IsEmpty());
}

TEST(Companion, IsNotAskedForWhatWasAnsweredBefore) {
  toy::ToyRuntime run;
  const std::string name = run.Make("t1");
  Diary diary;
  const auto first = run.Run("person p-res", Change(name, 1), kNever, &diary);
  const auto second = run.Run("person p-res", Change(name, 1), kNever, &diary);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(*first, *second);
  EXPECT_THAT(diary.entries, ElementsAre(kGather, "gathered: committed"));
}

TEST(Companion, ItsRefusalIsTheCommandsAndNothingIsSettled) {
  toy::ToyRuntime run;
  const std::string name = run.Make("t1");
  const std::size_t records = run.Records().size();
  Diary diary;
  diary.refusal = wire::Refuse(type::v1::ERROR_REASON_STATE_FORBIDS);
  EXPECT_EQ(Why(run.Run("person p-res", Change(name, 1), kNever, &diary).status()),
            "STATE_FORBIDS");
  EXPECT_THAT(diary.entries, ElementsAre(kGather));
  EXPECT_EQ(run.Records().size(), records);
}

TEST(Companion, LearnsThatACheckStoredNothing) {
  toy::ToyRuntime run;
  const std::string name = run.Make("t1");
  Diary diary;
  ChangeThingRequest request = Change(name, 1);
  request.set_validate_only(true);
  ASSERT_TRUE(run.Run("person p-res", request, kNever, &diary).ok());
  EXPECT_THAT(diary.entries, ElementsAre(kGather, "gathered: not committed"));
}

TEST(Companion, GathersAnewWhenTheStreamMoved) {
  toy::ToyRuntime run;
  const std::string name = run.Make("t1");
  Diary diary;
  diary.before_deciding = [&] {
    ChangeThingRequest other = Change(name, 2);
    other.set_value("moved");
    ASSERT_TRUE(run.Run("person p-res", other).ok());
  };
  ASSERT_TRUE(run.Run("person p-res", Change(name, 1), kNever, &diary).ok());
  EXPECT_THAT(diary.entries,
              ElementsAre(kGather, "gather for communities/c1/persons/p-res at moved",
                          "gathered: committed"));
}

TEST(Secret, IsNotInTheDigest) {
  ChangeThingRequest one = Change("communities/c1/things/t1", 1);
  ChangeThingRequest other = one;
  one.set_secret("for");
  other.set_secret("against");
  const auto sealer = MakePlainSealer();
  EXPECT_EQ(DigestOf(one, *sealer), DigestOf(other, *sealer));
  other.set_value("else");
  EXPECT_NE(DigestOf(one, *sealer), DigestOf(other, *sealer));
}

TEST(SealBox, OpensWithTheSecretKeyAloneAndHidesItsLength) {
  ASSERT_GE(sodium_init(), 0);
  std::string public_key(crypto_box_PUBLICKEYBYTES, '\0');
  std::string secret_key(crypto_box_SECRETKEYBYTES, '\0');
  const auto bytes = [](std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); };
  crypto_box_keypair(bytes(public_key), bytes(secret_key));
  std::size_t sealed_size = 0;
  for (const std::string words : {"", "for", "against, after long thought"}) {
    toy::v1::ThingChanged fact;
    fact.mutable_box()->set_open(words);
    fact.mutable_box()->set_sealed_to(public_key);
    ASSERT_TRUE(SealFact({}, "", *MakePlainSealer(), fact).ok());
    EXPECT_EQ(fact.box().open(), "");
    std::string sealed = fact.box().sealed();
    if (sealed_size == 0) sealed_size = sealed.size();
    EXPECT_EQ(sealed.size(), sealed_size);
    std::string opened(sealed.size() - crypto_box_SEALBYTES, '\0');
    ASSERT_EQ(crypto_box_seal_open(bytes(opened), bytes(sealed), sealed.size(), bytes(public_key),
                                   bytes(secret_key)),
              0);
    std::size_t size = 0;
    ASSERT_EQ(sodium_unpad(&size, bytes(opened), opened.size(), 256), 0);
    EXPECT_EQ(opened.substr(0, size), words);
  }
}

TEST(SealBox, WithoutAKeyNothingIsStored) {
  toy::v1::ThingChanged fact;
  fact.mutable_box()->set_open("for");
  EXPECT_EQ(SealFact({}, "", *MakePlainSealer(), fact).code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace sanzhang::runtime
