// THE LEDGER: whose keys the log says are destroyed, and whose data it says is restricted. Obeyed
// by the keyring before anything is served, whatever old copy it was restored from.
//
// Found through the log's index (privacy_index.h): what it costs is what was erased and restricted,
// not what the log holds. Errors: RESOURCE_EXHAUSTED beyond limits.h; LOG_CORRUPT; the store's.
#pragma once

#include "absl/status/statusor.h"
#include "eventstore/event_store.h"
#include "services/keyring/subject_keyring.h"

namespace sanzhang::privacy {

absl::StatusOr<keyring::SubjectLedger> ReadLedger(const eventstore::EventStore& store);

}  // namespace sanzhang::privacy
