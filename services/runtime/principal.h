// Who is behind a call. Says who, never what they may do: that comes from the Directory.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "sanzhang/log/v1/record.pb.h"
#include "sanzhang/type/v1/access.pb.h"

namespace sanzhang::runtime {

// A call's initial metadata: keys in lower case, the last value of each.
using Metadata = std::map<std::string, std::string, std::less<>>;

// The value of a key; empty if it is not there.
std::string_view ValueOf(const Metadata& metadata, std::string_view key);

struct Principal {
  log::v1::Actor::Kind kind = log::v1::Actor::KIND_UNSPECIFIED;
  // A person's id (`p-zhang`: the person `communities/{c}/persons/p-zhang` in each community), or a
  // service's (`hotline`).
  std::string id;
  // Roles that the installation grants in every community: OPERATOR, AUDITOR, TIMER.
  std::vector<type::v1::Role> installation_roles;

  // For idempotency and audit: `persons/p-zhang`, `services/hotline`.
  std::string key() const;
  // As the actor of records: `communities/c1/persons/p-zhang`, `services/hotline`.
  std::string SubjectIn(std::string_view community) const;
};

// The one seam for identity. UNAUTHENTICATED if nobody is known.
// Threads: may be called from any thread.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  virtual absl::StatusOr<Principal> Authenticate(const Metadata& metadata) const = 0;
};

// Development mode: believes the metadata `sanzhang-person: p-zhang` or `sanzhang-service:
// hotline`, not both. Anyone can be anyone: for loopback only. Installation roles by service id:
// operator OPERATOR and AUDITOR, projector AUDITOR, auditor AUDITOR, timekeeper TIMER. Only the
// process itself is the timekeeper: the metadata `sanzhang-timer-secret` must be `timer_secret`; if
// that is empty, nobody is.
std::unique_ptr<Authenticator> MakeDevelopmentAuthenticator(std::string timer_secret = {});

}  // namespace sanzhang::runtime
