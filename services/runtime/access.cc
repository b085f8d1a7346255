#include "services/runtime/access.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor_database.h"
#include "google/protobuf/util/message_differencer.h"

namespace sanzhang::runtime {
namespace {

namespace pb = google::protobuf;

// All methods of the linked services, by path and by request.
struct Methods {
  absl::flat_hash_map<std::string, const Method*> by_path;
  absl::flat_hash_map<const pb::Descriptor*, const Method*> by_request;
};

Methods ReadMethods() {
  Methods methods;
  for (const pb::ServiceDescriptor* service : LinkedServices()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const pb::MethodDescriptor& rpc = *service->method(i);
      const auto* method = new Method{
          .path = "/" + service->full_name() + "/" + rpc.name(),
          .rule = rpc.options().GetExtension(type::v1::access),
          .stated = rpc.options().HasExtension(type::v1::access),
      };
      methods.by_path[method->path] = method;
      methods.by_request[rpc.input_type()] = method;
    }
  }
  return methods;
}

const Methods& AllMethods() {
  static const auto* const methods = new Methods(ReadMethods());
  return *methods;
}

bool NamesRole(const type::v1::AccessRule& rule, type::v1::Role role) {
  return std::find(rule.roles().begin(), rule.roles().end(), role) != rule.roles().end();
}

bool HasRelation(const type::v1::AccessRule& rule, const Standing& standing, const Asked& asked) {
  return std::any_of(rule.relations().begin(), rule.relations().end(), [&](int relation) {
    return asked.related(static_cast<type::v1::Relation>(relation), standing);
  });
}

bool Admits(const type::v1::AccessRule& rule, const Standing& standing, const Asked& asked) {
  return (NamesRole(rule, standing.role) &&
          (asked.anywhere || Covers(standing.covers, asked.place))) ||
         HasRelation(rule, standing, asked);
}

// The person alone.
const GroundedStanding& NoCapacity() {
  static const auto* const none = new GroundedStanding();
  return *none;
}

}  // namespace

bool Standing::operator==(const Standing& other) const {
  return role == other.role && membership == other.membership && body == other.body &&
         pb::util::MessageDifferencer::Equals(covers, other.covers);
}

std::vector<const pb::ServiceDescriptor*> LinkedServices() {
  // The pool builds its files when they are asked for; only its database knows all of their names.
  std::vector<std::string> names;
  pb::DescriptorPool::internal_generated_database()->FindAllFileNames(&names);
  std::sort(names.begin(), names.end());
  std::vector<const pb::ServiceDescriptor*> services;
  for (const std::string& name : names) {
    const pb::FileDescriptor* file = pb::DescriptorPool::generated_pool()->FindFileByName(name);
    if (!file->package().starts_with("sanzhang.")) continue;
    for (int i = 0; i < file->service_count(); ++i) services.push_back(file->service(i));
  }
  return services;
}

const Method& MethodOf(const pb::Descriptor& request) {
  static const auto* const nobody = new Method();
  const auto found = AllMethods().by_request.find(&request);
  return found == AllMethods().by_request.end() ? *nobody : *found->second;
}

const type::v1::AccessRule* RuleOf(std::string_view path) {
  const auto found = AllMethods().by_path.find(absl::string_view(path.data(), path.size()));
  return found == AllMethods().by_path.end() ? nullptr : &found->second->rule;
}

bool Covers(const type::v1::Place& covers, const type::v1::Place& place) {
  const auto within = [](const std::string& part, const std::string& of) {
    return part.empty() || part == of;
  };
  return within(covers.property_area(), place.property_area()) &&
         within(covers.grid(), place.grid()) && within(covers.building(), place.building()) &&
         within(covers.entrance(), place.entrance()) && within(covers.dwelling(), place.dwelling());
}

bool AdmitsPrincipal(const type::v1::AccessRule& rule, const Principal& principal) {
  if (rule.authenticated()) return true;
  const auto& roles = principal.installation_roles;
  return std::any_of(roles.begin(), roles.end(),
                     [&](type::v1::Role role) { return NamesRole(rule, role); });
}

const GroundedStanding* ChooseCapacity(const type::v1::AccessRule& rule,
                                       const std::vector<GroundedStanding>& standings,
                                       const Asked& asked) {
  const bool any = asked.acting_as.empty() && !asked.importing;
  if (any && HasRelation(rule, NoCapacity().standing, asked)) return &NoCapacity();
  for (const GroundedStanding& candidate : standings) {
    const Standing& standing = candidate.standing;
    if (asked.importing && standing.role != type::v1::ROLE_IMPORTER) continue;
    if (!asked.acting_as.empty() && standing.membership != asked.acting_as) continue;
    if (Admits(rule, standing, asked)) return &candidate;
  }
  return any && rule.authenticated() ? &NoCapacity() : nullptr;
}

}  // namespace sanzhang::runtime
