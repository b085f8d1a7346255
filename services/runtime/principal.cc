#include "services/runtime/principal.h"

#include <utility>

#include "proto/wire/names.h"
#include "proto/wire/refusal.h"

namespace sanzhang::runtime {
namespace {

using type::v1::ERROR_REASON_UNAUTHENTICATED;

// Takes as long wherever the first difference is.
bool SameSecret(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<unsigned char>(difference | (a[i] ^ b[i]));
  }
  return difference == 0;
}

std::vector<type::v1::Role> InstallationRolesOf(std::string_view service) {
  if (service == "operator") return {type::v1::ROLE_OPERATOR, type::v1::ROLE_AUDITOR};
  if (service == "projector" || service == "auditor") return {type::v1::ROLE_AUDITOR};
  return {};
}

class DevelopmentAuthenticator : public Authenticator {
 public:
  explicit DevelopmentAuthenticator(std::string timer_secret)
      : timer_secret_(std::move(timer_secret)) {}

  absl::StatusOr<Principal> Authenticate(const Metadata& metadata) const override {
    const std::string_view person = ValueOf(metadata, "sanzhang-person");
    const std::string_view service = ValueOf(metadata, "sanzhang-service");
    if (person.empty() == service.empty()) {
      return wire::Refuse(ERROR_REASON_UNAUTHENTICATED, {},
                          "send metadata sanzhang-person or sanzhang-service, one of them");
    }
    const std::string_view id = person.empty() ? service : person;
    if (!wire::IsId(id)) {
      return wire::Refuse(ERROR_REASON_UNAUTHENTICATED, {}, "the id of the caller is not an id");
    }
    if (service == "timekeeper") return Timekeeper(metadata);
    if (service.empty()) return Principal{log::v1::Actor::KIND_PERSON, std::string(person), {}};
    return Principal{log::v1::Actor::KIND_SERVICE, std::string(service),
                     InstallationRolesOf(service)};
  }

 private:
  absl::StatusOr<Principal> Timekeeper(const Metadata& metadata) const {
    const std::string_view secret = ValueOf(metadata, "sanzhang-timer-secret");
    if (timer_secret_.empty() || !SameSecret(secret, timer_secret_)) {
      return wire::Refuse(ERROR_REASON_UNAUTHENTICATED, {}, "only the server is the timekeeper");
    }
    return Principal{log::v1::Actor::KIND_SYSTEM_TIMER, "timekeeper", {type::v1::ROLE_TIMER}};
  }

  const std::string timer_secret_;
};

}  // namespace

std::string_view ValueOf(const Metadata& metadata, std::string_view key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? std::string_view() : found->second;
}

std::string Principal::key() const {
  return (kind == log::v1::Actor::KIND_PERSON ? "persons/" : "services/") + id;
}

std::string Principal::SubjectIn(std::string_view community) const {
  return kind == log::v1::Actor::KIND_PERSON ? wire::Child(community, "persons", id) : key();
}

std::unique_ptr<Authenticator> MakeDevelopmentAuthenticator(std::string timer_secret) {
  return std::make_unique<DevelopmentAuthenticator>(std::move(timer_secret));
}

}  // namespace sanzhang::runtime
