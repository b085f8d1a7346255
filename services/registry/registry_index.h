// The register's index: from whom and what to the streams that say more. Derived from records, so
// that it can be rebuilt from the log; it tells where to look, never what is true.
//
//   {person}/holds/{memberships|chiefs}/{id}     the person was seated or recruited there
//   {person}/owns/dwellings/{id}                 the person was recorded as an owner of it
//   {body}/has/terms/{id}                      a term of the body began
//   {person}/kin/persons/{id}                    that one declared the person a near relative
//   {community}/kinds/{kind}/bodies/{id}         a body of that kind was prepared
//
// The value is the full name of the resource. Entries are never taken back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "eventstore/event_store.h"
#include "sanzhang/log/v1/record.pb.h"
#include "sanzhang/type/v1/body.pb.h"

namespace sanzhang::registry {

// Whether the record is one of the register's facts.
bool IsRegisterFact(const log::v1::Record& record);

// The entries that the record brings. A fact that can't be read brings none: folding its stream
// will say so.
std::vector<eventstore::IndexEntry> DeriveIndex(const log::v1::Record& record);

// Prefixes of keys.
std::string HeldBy(std::string_view person);
std::string OwnedBy(std::string_view person);
std::string KinOf(std::string_view person);
std::string TermsOf(std::string_view body);
std::string BodiesOf(std::string_view community, type::v1::BodyKind kind);

}  // namespace sanzhang::registry
