// Hides who made a request, for commands whose records name nobody (decider.h, Veiled): in the
// record, and in what is stored beside it so that a repeat is known.
// Pure. Threads: any.
#pragma once

#include "eventstore/event_store.h"
#include "sanzhang/log/v1/record.pb.h"

namespace sanzhang::runtime {

// The key that the request's receipt is stored under. Whoever knows the request's id, which is
// random and stands nowhere else, finds it; nobody else can tell whose it is.
eventstore::RequestKey VeiledKey(const eventstore::RequestKey& key);

// Leaves the kind of actor and the role: all that such a record says of who acted.
void Veil(log::v1::Record& envelope);

}  // namespace sanzhang::runtime
