#include "services/runtime/principal.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/wire/refusal.h"

namespace sanzhang::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(DevelopmentAuthenticator, KnowsPersonsAndServices) {
  const auto authenticator = MakeDevelopmentAuthenticator("secret");
  const auto person = authenticator->Authenticate({{"sanzhang-person", "p-zhang"}});
  ASSERT_TRUE(person.ok()) << person.status();
  EXPECT_EQ(person->key(), "persons/p-zhang");
  EXPECT_EQ(person->SubjectIn("communities/c1"), "communities/c1/persons/p-zhang");
  EXPECT_THAT(person->installation_roles, IsEmpty());

  const auto service = authenticator->Authenticate({{"sanzhang-service", "operator"}});
  ASSERT_TRUE(service.ok()) << service.status();
  EXPECT_EQ(service->key(), "services/operator");
  EXPECT_EQ(service->SubjectIn("communities/c1"), "services/operator");
  EXPECT_THAT(service->installation_roles,
              ElementsAre(type::v1::ROLE_OPERATOR, type::v1::ROLE_AUDITOR));
  EXPECT_EQ(service->kind, log::v1::Actor::KIND_SERVICE);
}

TEST(DevelopmentAuthenticator, GivesPersonsNoRolesOfServices) {
  const auto person =
      MakeDevelopmentAuthenticator()->Authenticate({{"sanzhang-person", "operator"}});
  ASSERT_TRUE(person.ok());
  EXPECT_THAT(person->installation_roles, IsEmpty());
}

TEST(DevelopmentAuthenticator, RefusesWhomItDoesNotKnow) {
  const auto authenticator = MakeDevelopmentAuthenticator("secret");
  const std::vector<Metadata> unknown = {
      {},
      {{"sanzhang-person", ""}},
      {{"sanzhang-person", "P Zhang"}},
      {{"sanzhang-person", "../admin"}},
      {{"sanzhang-person", "p1"}, {"sanzhang-service", "hotline"}},
      {{"sanzhang-service", "timekeeper"}},
      {{"sanzhang-service", "timekeeper"}, {"sanzhang-timer-secret", "secreT"}},
      {{"sanzhang-service", "timekeeper"}, {"sanzhang-timer-secret", "secret2"}},
  };
  for (const Metadata& metadata : unknown) {
    const auto principal = authenticator->Authenticate(metadata);
    EXPECT_EQ(wire::ReasonOf(principal.status()), type::v1::ERROR_REASON_UNAUTHENTICATED);
  }
}

TEST(DevelopmentAuthenticator, KnowsItsTimekeeperByTheSecretOnly) {
  const Metadata metadata = {{"sanzhang-service", "timekeeper"},
                             {"sanzhang-timer-secret", "secret"}};
  const auto timekeeper = MakeDevelopmentAuthenticator("secret")->Authenticate(metadata);
  ASSERT_TRUE(timekeeper.ok()) << timekeeper.status();
  EXPECT_EQ(timekeeper->kind, log::v1::Actor::KIND_SYSTEM_TIMER);
  EXPECT_THAT(timekeeper->installation_roles, ElementsAre(type::v1::ROLE_TIMER));
  EXPECT_FALSE(MakeDevelopmentAuthenticator()->Authenticate(metadata).ok());
  EXPECT_FALSE(
      MakeDevelopmentAuthenticator("")
          ->Authenticate({{"sanzhang-service", "timekeeper"}, {"sanzhang-timer-secret", ""}})
          .ok());
}

}  // namespace
}  // namespace sanzhang::runtime
