// Opens sealed words for a viewer who may see them, as the query that asks has decided.
//
//   destroyed                    ERASED
//   restricted, viewer another   RESTRICTED
//   its key away, or damaged     UNREADABLE, and `on_unreadable` hears of it
//   else                         SHOWN
//
// Guarantees
//   Recorded   Words of others are handed out when PersonalTextsOpened is in the log, for the same
//              viewer, subject and method once a day (looks.h); one's own words need no record.
//   All        Everything is answered or nothing.
// Errors: KEYRING_UNAVAILABLE; the store's, as runtime/answers.h has them.
// Threads: all methods may be called from any thread; `done` from the caller's or the store's.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "eventstore/event_store.h"
#include "sanzhang/opening/v1/opening_service.pb.h"
#include "services/keyring/subject_keyring.h"
#include "services/opening/looks.h"
#include "services/runtime/ids.h"

namespace sanzhang::opening {

class Opener {
 public:
  struct Options {
    std::function<absl::Time()> now = absl::Now;  // The store's clock.
    std::size_t looks_max = kLooksMax;
    std::function<void(const type::v1::SealedPassage&)> on_unreadable =
        [](const type::v1::SealedPassage&) {};
  };
  using Done = std::function<void(absl::StatusOr<opening::v1::OpenTextsResponse>)>;

  // Not owned; both must outlive it, and all that is under way.
  Opener(eventstore::EventStore& store, keyring::SubjectKeyring& keyring, Options options);

  // `request` is not used after the call returns.
  void Open(const opening::v1::OpenTextsRequest& request, absl::Time deadline, Done done);

 private:
  absl::StatusOr<views::v1::Words> OpenOne(const type::v1::SealedPassage& passage, bool own);
  std::vector<eventstore::StreamWrite> Records(
      const opening::v1::OpenTextsRequest& request,
      const std::vector<const type::v1::SealedPassage*>& looked_at);

  eventstore::EventStore& store_;
  keyring::SubjectKeyring& keyring_;
  const Options options_;
  runtime::Ids ids_;
  Looks looks_;
};

}  // namespace sanzhang::opening
