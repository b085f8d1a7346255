// One command at a time: what is refused and in which order, what is recorded, what is answered.
#include "services/runtime/command_runner.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/wire/time.h"
#include "sanzhang/type/v1/claim.pb.h"
#include "tests/services/runtime/toy_runtime.h"

namespace sanzhang::toy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

v1::MakeThingRequest Make(std::string_view text, int request_id = 1) {
  auto request = support::Text<v1::MakeThingRequest>(text);
  if (request.parent().empty()) request.set_parent(kCommunity);
  if (request.value().empty()) request.set_value("first");
  request.set_request_id(RequestId(request_id));
  return request;
}

v1::ChangeThingRequest Change(std::string_view text, int request_id = 1) {
  auto request = support::Text<v1::ChangeThingRequest>(text);
  if (request.name().empty()) request.set_name("communities/c1/things/t1");
  request.set_request_id(RequestId(request_id));
  return request;
}

std::vector<std::string> Types(const ToyRuntime& toy) {
  std::vector<std::string> types;
  for (const auto& record : toy.Records()) types.push_back(record.type());
  return types;
}

// Each row cures the defect of the one above, and still has all those below: so the order is
// proved.
struct Row {
  std::string name;
  std::string who;
  std::string request;  // ChangeThingRequest of t1, which is at revision 1 and p-res's.
  std::string then;
};
class Refusals : public ::testing::TestWithParam<Row> {};

TEST_P(Refusals, InOrder) {
  ToyRuntime toy;
  toy.Make("t1");
  toy.Make("t2", "tag: 'taken'");  // Request id 900002.
  toy.directory.known.persons["communities/c1/persons/p-wit"] = {.known = true};
  const auto before = toy.Records().size();

  auto request = support::Text<v1::ChangeThingRequest>(GetParam().request);
  EXPECT_EQ(Why(toy.Run(GetParam().who, request).status()), GetParam().then);
  // The change, and its claim.
  EXPECT_THAT(toy.Records(), SizeIs(before + (GetParam().then == "OK" ? 2 : 0)));
}

constexpr char kT1[] = "name: 'communities/c1/things/t1' ";
constexpr char kUsed[] = "request_id: '00000000-0000-4000-8000-000000900002' ";
constexpr char kUnused[] = "request_id: '00000000-0000-4000-8000-000000000009' ";
constexpr char kFuture[] =
    "channel: CHANNEL_PAPER witness: 'communities/c1/persons/p-wit' "
    "occurred_at { seconds: 4000000000 }";
constexpr char kUnwitnessed[] = "channel: CHANNEL_PAPER occurred_at { seconds: 1 }";
constexpr char kStranger[] =
    "channel: CHANNEL_PAPER witness: 'communities/c1/persons/p-who' occurred_at { seconds: 1 }";
constexpr char kWitnessed[] =
    "channel: CHANNEL_PAPER witness: 'communities/c1/persons/p-wit' occurred_at { seconds: 1 }";

std::string With(std::string_view id, std::string_view origin, std::string_view rest) {
  return std::string(kT1) + std::string(id) + "origin { " + std::string(origin) + " } " +
         std::string(rest);
}
constexpr char kAllWrong[] = "etag: 'r7' like: 'communities/c1/things/none' tag: 'taken'";

INSTANTIATE_TEST_SUITE_P(
    Precedence, Refusals,
    ::testing::ValuesIn(std::vector<Row>{
        {"Nobody", "", "tag: 'NOT AN ID'", "UNAUTHENTICATED"},
        {"Malformed", "service other", "tag: 'NOT AN ID'", "INVALID_REQUEST"},
        {"NotItsTime", "service other", With(kUsed, kUnwitnessed, kAllWrong),
         "OCCURRED_AT_INVALID"},
        {"Future", "service other", With(kUsed, kFuture, kAllWrong), "OCCURRED_AT_INVALID"},
        {"Reused", "person p-res", With(kUsed, kStranger, kAllWrong),
         "REQUEST_ID_REUSED request_id=00000000-0000-4000-8000-000000900002"},
        {"NotAllowed", "service other", With(kUnused, kStranger, kAllWrong), "PERMISSION_DENIED"},
        {"NoWitness", "person p-res", With(kUnused, kStranger, kAllWrong),
         "RESOURCE_NOT_FOUND resource=communities/c1/persons/p-who"},
        {"Stale", "person p-res", With(kUnused, kWitnessed, kAllWrong),
         "REVISION_CONFLICT expected_etag=r7 current_etag=r1"},
        {"Rule", "person p-res",
         With(kUnused, kWitnessed, "etag: 'r1' like: 'communities/c1/things/none' tag: 'taken'"),
         "RESOURCE_NOT_FOUND resource=communities/c1/things/none"},
        {"Claim", "person p-res",
         With(kUnused, kWitnessed, "etag: 'r1' like: 'communities/c1/things/t2' tag: 'taken'"),
         "EXTERNAL_REF_TAKEN resource=communities/c1/things/t2"},
        {"Nothing", "person p-res",
         With(kUnused, kWitnessed, "etag: 'r1' value: 'second' tag: 'free'"), "OK"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(CommandRunner, RefusesARequestThatIsTooLarge) {
  ToyRuntime toy;
  auto request = Make("");
  request.set_value(std::string(runtime::kRequestBytesMax, 'x'));
  EXPECT_EQ(Why(toy.Run("person p-res", request).status()), "TOO_LARGE bytes_max=49152");
}

TEST(CommandRunner, RefusesARecordThatIsTooLarge) {
  ToyRuntime toy;
  auto request = Make("times: 2");
  request.set_value(std::string(40'000, 'x'));
  EXPECT_EQ(Why(toy.Run("person p-res", request).status()), "TOO_LARGE bytes_max=61440");
  EXPECT_THAT(toy.Records(), IsEmpty());
}

TEST(CommandRunner, NamesEveryViolation) {
  ToyRuntime toy;
  auto request = Change("tag: 'NOT AN ID' like: 'communities/c2/things/x'");
  request.set_request_id("not a uuid");
  const absl::Status status = toy.Run("person p-res", request).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("request_id"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("tag"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("lies outside communities/c1"));
}

TEST(CommandRunner, DeniesWhetherOrNotTheThingExists) {
  ToyRuntime toy;
  toy.Make("t1");
  for (const char* name :
       {"communities/c1/things/t1", "communities/c1/things/none", "communities/c9/things/t1"}) {
    auto request = Change("value: 'x'");
    request.set_name(name);
    EXPECT_EQ(Why(toy.Run("person p-other", request).status()), "PERMISSION_DENIED") << name;
  }
}

TEST(CommandRunner, DeniesEveryoneWhereNoRuleIsStated) {
  ToyRuntime toy;
  v1::ForgetThingRequest request;
  request.set_name(toy.Make("t1"));
  request.set_request_id(RequestId(1));
  for (const char* who : {"person p-res", "person p-rc", "service operator", "service importer"}) {
    EXPECT_EQ(Why(toy.Run(who, request).status()), "PERMISSION_DENIED") << who;
  }
}

TEST(CommandRunner, HoldsAStandingToItsPlace) {
  ToyRuntime toy;
  type::v1::Place covers;
  covers.set_building("communities/c1/buildings/b1");
  toy.Grant("persons/p-chief", type::v1::ROLE_BUILDING_CHIEF, "m-1", "", covers);
  EXPECT_EQ(
      Why(toy.Run("person p-chief", Make("building: 'communities/c1/buildings/b1'")).status()),
      "OK");
  EXPECT_EQ(
      Why(toy.Run("person p-chief", Make("building: 'communities/c1/buildings/b2'")).status()),
      "REQUEST_ID_REUSED request_id=" + RequestId(1));
  EXPECT_EQ(
      Why(toy.Run("person p-chief", Make("building: 'communities/c1/buildings/b2'", 2)).status()),
      "PERMISSION_DENIED");
  EXPECT_EQ(Why(toy.Run("person p-chief", Make("", 3)).status()), "PERMISSION_DENIED");
}

TEST(CommandRunner, LetsTheInstallationsRolesIntoCommunitiesThatExist) {
  ToyRuntime toy;
  EXPECT_EQ(Why(toy.Run("service operator", Make("")).status()),
            "RESOURCE_NOT_FOUND resource=communities/c1");
  toy.Touch(kCommunity);
  EXPECT_EQ(Why(toy.Run("service operator", Make("")).status()), "OK");
  EXPECT_EQ(toy.Records().back().actor().role(), type::v1::ROLE_OPERATOR);
  EXPECT_EQ(toy.Records().back().actor().subject(), "services/operator");
}

TEST(CommandRunner, RecordsHowTheFactCameToBe) {
  ToyRuntime toy;
  toy.directory.known.persons["communities/c1/persons/p-old"] = {.known = true};
  toy.metadata["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  toy.metadata["sanzhang-correlation-id"] = "case 7";  // Not plain: ignored.
  toy.metadata["sanzhang-causation-id"] = "event-6";
  const auto answer = toy.Run("person p-res", Make(R"(
      thing_id: 't1' text { content: 'words' }
      origin { on_behalf_of: 'communities/c1/persons/p-old' identity_level: IDENTITY_LEVEL_PHONE })"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(*answer, (runtime::Answer{"communities/c1/things/t1", "r1", 1}));

  ASSERT_THAT(toy.Records(), SizeIs(1));
  const log::v1::Record record = toy.Records()[0];
  EXPECT_EQ(record.stream(), "communities/c1/things/t1");
  EXPECT_EQ(record.type(), "sanzhang.toy.v1.ThingMade");
  EXPECT_EQ(record.community(), kCommunity);
  EXPECT_EQ(record.event_id().size(), 16u);
  EXPECT_EQ(wire::ToTime(record.occurred_at()), toy.now());
  EXPECT_EQ(support::Show(record.actor()),
            R"(kind: KIND_PERSON subject: "communities/c1/persons/p-res" role: ROLE_RESIDENT )"
            R"(on_behalf_of: "communities/c1/persons/p-old")");
  EXPECT_EQ(record.channel(), type::v1::CHANNEL_API);
  EXPECT_EQ(record.identity_level(), type::v1::IDENTITY_LEVEL_PHONE);
  EXPECT_EQ(record.request_id(), RequestId(1));
  EXPECT_EQ(record.correlation_id(), "");
  EXPECT_EQ(record.causation_id(), "event-6");
  EXPECT_EQ(record.trace_parent(), toy.metadata["traceparent"]);
  EXPECT_THAT(record.policy_refs(), ElementsAre("policies/toy@1"));
  v1::ThingMade made;
  ASSERT_TRUE(made.ParseFromString(record.payload()));
  EXPECT_EQ(made.text().subject(), "communities/c1/persons/p-old");
}

TEST(CommandRunner, TakesTheTrueTimeOfImportedRecords) {
  ToyRuntime toy;
  constexpr char kImport[] =
      "origin { channel: CHANNEL_IMPORT occurred_at { seconds: 1000000000 } }";
  EXPECT_EQ(Why(toy.Run("person p-res", Make(kImport)).status()), "PERMISSION_DENIED");
  ASSERT_EQ(Why(toy.Run("service importer", Make(kImport)).status()), "OK");
  const log::v1::Record record = toy.Records()[0];
  EXPECT_EQ(wire::ToTime(record.occurred_at()), absl::FromUnixSeconds(1'000'000'000));
  EXPECT_EQ(record.actor().kind(), log::v1::Actor::KIND_IMPORT);
  EXPECT_EQ(record.actor().role(), type::v1::ROLE_IMPORTER);
  EXPECT_EQ(record.channel(), type::v1::CHANNEL_IMPORT);
}

TEST(CommandRunner, ActsInTheCapacityAskedFor) {
  ToyRuntime toy;
  toy.Make("t1", "body: 'communities/c1/bodies/b-2'");
  toy.Grant("persons/p-rc", type::v1::ROLE_PROPERTY_STAFF, "m-2", "b-2");
  const auto role_after = [&](std::string_view text, int id) {
    const absl::Status status = toy.Run("person p-rc", Change(text, id)).status();
    return status.ok() ? type::v1::Role_Name(toy.Records().back().actor().role()) : Why(status);
  };
  // The first capacity that the rule accepts; then one that it accepts by a relation.
  EXPECT_EQ(role_after("value: 'a'", 1), "ROLE_RESIDENTS_COMMITTEE");
  EXPECT_EQ(role_after("value: 'b' origin { acting_as: 'communities/c1/memberships/m-2' }", 2),
            "ROLE_PROPERTY_STAFF");
  EXPECT_EQ(role_after("value: 'c' origin { acting_as: 'communities/c1/memberships/m-3' }", 3),
            "PERMISSION_DENIED");
}

TEST(CommandRunner, KnowsAnOwnerWithoutAnyCapacity) {
  ToyRuntime toy;
  toy.Make("t1");
  toy.directory.Revoke(kCommunity, "persons/p-res");
  ASSERT_EQ(Why(toy.Run("person p-res", Change("value: 'x'")).status()), "OK");
  EXPECT_EQ(toy.Records().back().actor().role(), type::v1::ROLE_UNSPECIFIED);
}

TEST(CommandRunner, MakesANameWhereNoneIsGiven) {
  ToyRuntime toy;
  const auto first = toy.Run("person p-res", Make("", 1));
  const auto second = toy.Run("person p-res", Make("", 2));
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_TRUE(wire::MatchesPattern(first->name, "communities/*/things/*"));
  EXPECT_LT(first->name, second->name);
}

TEST(CommandRunner, ValidatesOnly) {
  ToyRuntime toy;
  const auto made = toy.Run("person p-res", Make("thing_id: 't1' validate_only: true"));
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(*made, (runtime::Answer{"communities/c1/things/t1", "", 0}));
  const auto fresh = toy.Run("person p-res", Make("validate_only: true"));
  ASSERT_TRUE(fresh.ok()) << fresh.status();
  EXPECT_EQ(*fresh, (runtime::Answer{"", "", 0}));  // A name that will never be is not given out.
  EXPECT_THAT(toy.Records(), IsEmpty());

  toy.Make("t1", "tag: 'a'");
  toy.Make("t2", "tag: 'b'");
  const auto changed = toy.Run("person p-rc", Change("value: 'x' validate_only: true"));
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(*changed, (runtime::Answer{"communities/c1/things/t1", "r1", 0}));
  // Every rule holds, those of the claims too.
  EXPECT_EQ(Why(toy.Run("person p-rc", Change("tag: 'b' value: 'x' validate_only: true")).status()),
            "EXTERNAL_REF_TAKEN resource=communities/c1/things/t2");
  // The same request id is free for the real thing.
  EXPECT_EQ(Why(toy.Run("person p-rc", Change("value: 'x'")).status()), "OK");
}

TEST(CommandRunner, HoldsTheClientToItsEtag) {
  ToyRuntime toy;
  toy.Make("t1");
  const auto second = toy.Run("person p-rc", Change("value: 'x' etag: 'r1'", 1));
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->etag, "r2");
  EXPECT_EQ(Why(toy.Run("person p-rc", Change("value: 'y' etag: 'r1'", 2)).status()),
            "REVISION_CONFLICT expected_etag=r1 current_etag=r2");
  EXPECT_EQ(Why(toy.Run("person p-rc", Change("value: 'y' etag: 'W/1'", 3)).status()),
            "REVISION_CONFLICT expected_etag=W/1 current_etag=r2");
  EXPECT_EQ(Why(toy.Run("person p-rc", Change("value: 'y' etag: 'r2'", 4)).status()), "OK");
}

TEST(CommandRunner, TakesAndGivesUpClaims) {
  ToyRuntime toy;
  const std::string claimed = type::v1::NameClaimed::descriptor()->full_name();
  const std::string released = type::v1::NameReleased::descriptor()->full_name();
  const std::string made = v1::ThingMade::descriptor()->full_name();
  const std::string changed = v1::ThingChanged::descriptor()->full_name();
  toy.Make("t1", "tag: 'a'");
  toy.Make("t2");
  EXPECT_EQ(
      Why(toy.Run("person p-rc", Change("name: 'communities/c1/things/t2' value: 'x' tag: 'a'", 1))
              .status()),
      "EXTERNAL_REF_TAKEN resource=communities/c1/things/t1");
  EXPECT_EQ(Why(toy.Run("person p-rc", Change("value: 'x' tag: 'b'", 2)).status()), "OK");
  EXPECT_EQ(
      Why(toy.Run("person p-rc", Change("name: 'communities/c1/things/t2' value: 'x' tag: 'a'", 3))
              .status()),
      "OK");
  EXPECT_THAT(Types(toy),
              ElementsAre(made, claimed, made, changed, released, claimed, changed, claimed));
  EXPECT_EQ(toy.Records()[4].stream(), "communities/c1/references/a");
  EXPECT_EQ(toy.Records()[4].revision(), 2u);
  EXPECT_EQ(toy.Records()[7].revision(), 3u);
}

TEST(CommandRunner, AnswersForTheResourceWhereverClaimsLandInTheLog) {
  ToyRuntime toy;
  const auto answer = toy.Run("person p-res", Make("thing_id: 't1' tag: 'a'"));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->etag, "r1");
  EXPECT_EQ(answer->position, toy.store->head().position);
}

TEST(CommandRunner, RefusesAfterItsDeadlineAndStoresNothing) {
  ToyRuntime toy;
  EXPECT_EQ(Why(toy.Run("person p-res", Make(""), absl::Now() - absl::Seconds(1)).status()),
            "QUEUE_DEADLINE");
  EXPECT_THAT(toy.Records(), IsEmpty());
}

TEST(CommandRunner, SaysThatTheLogIsDamaged) {
  ToyRuntime toy;
  toy.Touch("communities/c1/things/t1");  // A fact that a thing doesn't know.
  EXPECT_EQ(Why(toy.Run("person p-rc", Change("value: 'x'")).status()), "LOG_CORRUPT");
}

}  // namespace
}  // namespace sanzhang::toy
