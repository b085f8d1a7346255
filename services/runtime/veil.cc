#include "services/runtime/veil.h"

#include "services/runtime/request_check.h"

namespace sanzhang::runtime {

eventstore::RequestKey VeiledKey(const eventstore::RequestKey& key) {
  return {.principal = "veiled",
          .request_id = Fingerprint(key.principal + "\n" + key.request_id),
          .digest = key.digest};
}

void Veil(log::v1::Record& envelope) {
  const log::v1::Actor seen = envelope.actor();
  envelope.clear_actor();
  envelope.mutable_actor()->set_kind(seen.kind());
  envelope.mutable_actor()->set_role(seen.role());
  envelope.clear_request_id();
  envelope.clear_correlation_id();
  envelope.clear_causation_id();
  envelope.clear_trace_parent();
}

}  // namespace sanzhang::runtime
