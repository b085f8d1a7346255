// Who may call an RPC: the rules that the protos state (type/v1/access.proto), matched against what
// a principal is. Nobody, unless a rule says so.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "google/protobuf/descriptor.h"
#include "sanzhang/type/v1/access.pb.h"
#include "sanzhang/type/v1/origin.pb.h"
#include "sanzhang/type/v1/place.pb.h"
#include "services/runtime/directory.h"

namespace sanzhang::runtime {

// An RPC of this program; lives for ever.
struct Method {
  std::string path;  // As gRPC has it: `/sanzhang.complaint.v1.ComplaintService/FileComplaint`.
  type::v1::AccessRule rule;
  bool stated = false;  // The proto states the rule; if not, it is one that admits nobody.
};

// All services of the product whose protos are linked.
std::vector<const google::protobuf::ServiceDescriptor*> LinkedServices();

// The RPC that takes this request: each RPC has a request of its own. For a message that no RPC
// takes, a method without a path that admits nobody.
const Method& MethodOf(const google::protobuf::Descriptor& request);

// By path; null: there is no such RPC.
const type::v1::AccessRule* RuleOf(std::string_view path);

// Whether the place lies within what a capacity covers: each part that `covers` sets must be the
// place's part.
bool Covers(const type::v1::Place& covers, const type::v1::Place& place);

// Whether the rule admits someone for what the installation made them, or for being known at all.
bool AdmitsPrincipal(const type::v1::AccessRule& rule, const Principal& principal);

// What a choice of capacity rests on, beside the rule and the standings.
struct Asked {
  const type::v1::Place& place;  // What the command is about.
  std::string_view acting_as;    // The capacity that the caller wants; empty: any.
  bool anywhere = false;         // The scope of a capacity does not matter.
  bool importing = false;        // Records with their true times: as IMPORTER only.
  // Whether a capacity (an empty one: the person alone) has the relation to the resource.
  absl::FunctionRef<bool(type::v1::Relation, const Standing&)> related;
};

// The capacity in which the rule admits the caller; null: in none. In this order: a relation of the
// person alone, unless a capacity was asked for; then the first standing whose role within its
// place or whose relation the rule names; then being known at all.
const GroundedStanding* ChooseCapacity(const type::v1::AccessRule& rule,
                                       const std::vector<GroundedStanding>& standings,
                                       const Asked& asked);

}  // namespace sanzhang::runtime
