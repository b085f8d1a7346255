// What stands beside the rules of personal data (runtime/companion.h): what keeps data from being
// erased, found in the log; the words that a correction names; and the keyring, which does what the
// log says.
//
//   ProposeErasure, ApproveErasure  all complaints and votes with something of the person's; the
//                                   decision rests on their streams
//   CorrectPersonalData             the words in the fact
//   ApproveErasure                  once THE LEDGER says so, the person's key is destroyed
//   RestrictProcessing, LiftRestriction   the same for the restriction
//
// The log comes first: a process that is killed between the fact and the key does the rest when it
// starts (ledger.h). If the keyring fails there, it refuses everything until the process ends, and
// the restart obeys.
// Errors: TOO_MANY {items_max} for more cases than limits.h allows; the store's.
// Threads: as a companion. The store and the keyring must outlive it.
#pragma once

#include <memory>
#include <string_view>

#include "eventstore/event_store.h"
#include "services/keyring/subject_keyring.h"
#include "services/privacy/gathered.h"
#include "services/runtime/companion.h"
#include "services/runtime/state_cache.h"
#include "services/runtime/stream_loader.h"

namespace sanzhang::privacy {

class PrivacyCompanion final : public runtime::Companion {
 public:
  // Called after each step of carrying out what the log says, with its name. For tests.
  using AtStep = void (*)(std::string_view step);

  PrivacyCompanion(const eventstore::EventStore& store, keyring::SubjectKeyring& keyring,
                   AtStep at_step = nullptr);

  absl::StatusOr<std::shared_ptr<const void>> Gather(const runtime::Gathering& gathering) override;
  void Settle(const std::shared_ptr<const void>& gathered, runtime::Settled settled) override;

 private:
  absl::Status FindHolds(std::string_view person, const runtime::Gathering& gathering,
                         Gathered& gathered);
  absl::Status AddComplaint(const std::string& name, int retention_years,
                            const runtime::Gathering& gathering, Gathered& gathered);
  absl::Status AddVote(const std::string& name, const runtime::Gathering& gathering,
                       Gathered& gathered);
  absl::Status FindWords(std::string_view person, const v1::FactField& words, Gathered& gathered);

  const eventstore::EventStore& store_;
  keyring::SubjectKeyring& keyring_;
  const AtStep at_step_;
  runtime::StateCache cache_;
  runtime::StreamLoader loader_;
};

}  // namespace sanzhang::privacy
