#include "services/privacy/ledger.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/privacy/data_subject.h"
#include "services/privacy/limits.h"
#include "services/privacy/privacy_index.h"
#include "services/runtime/command_type.h"
#include "services/runtime/state_cache.h"
#include "services/runtime/stream_loader.h"

namespace sanzhang::privacy {
namespace {

constexpr std::size_t kStatesCachedMax = 16;

absl::StatusOr<std::vector<eventstore::IndexEntry>> Entries(const eventstore::EventStore& store,
                                                            std::string_view prefix) {
  auto entries = store.ReadIndex(prefix, kLedgerMax);
  if (entries.ok() && entries->size() >= kLedgerMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", kLedgerMax - 1, " persons under ", std::string(prefix)));
  }
  return entries;
}

}  // namespace

absl::StatusOr<keyring::SubjectLedger> ReadLedger(const eventstore::EventStore& store) {
  keyring::SubjectLedger ledger;
  const auto destroyed = Entries(store, kDestroyedPrefix);
  if (!destroyed.ok()) return destroyed.status();
  for (const eventstore::IndexEntry& entry : *destroyed) {
    ledger.destroyed.push_back(PersonOf(entry.value));
  }
  const auto restricted = Entries(store, kRestrictedPrefix);
  if (!restricted.ok()) return restricted.status();
  runtime::StateCache cache(kStatesCachedMax);
  const runtime::StreamLoader loader(store, cache);
  for (const eventstore::IndexEntry& entry : *restricted) {
    const auto folded = loader.Load(runtime::AggregateTypeOf<DataSubject>(), entry.value);
    if (!folded.ok()) return folded.status();
    const auto& state = *static_cast<const SubjectState*>(folded->state.get());
    if (state.restricted && !state.erased) ledger.restricted.push_back(PersonOf(entry.value));
  }
  return ledger;
}

}  // namespace sanzhang::privacy
