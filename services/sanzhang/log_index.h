// What the contexts look up in the log: which index entries a record brings, for who writes the
// log and for who checks what was written.
//
// Threads: any.
#pragma once

#include <vector>

#include "eventstore/event_store.h"
#include "sanzhang/log/v1/record.pb.h"
#include "services/registry/register_watch.h"

namespace sanzhang::app {

// A pure function of the record. `watch`, if there is one, takes note of it.
std::vector<eventstore::IndexEntry> IndexOf(const log::v1::Record& record,
                                            registry::RegisterWatch* watch = nullptr);

}  // namespace sanzhang::app
