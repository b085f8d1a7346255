#include "services/audit/pseudonyms.h"

#include <functional>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "openssl/evp.h"
#include "openssl/hmac.h"
#include "services/audit/pseudonym_rules.h"
#include "services/audit/wire_walk.h"

namespace sanzhang::audit {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kRestricted[] = "sanzhang.privacy.v1.SubjectProcessingRestricted";
constexpr char kLifted[] = "sanzhang.privacy.v1.RestrictionLifted";
constexpr char kErased[] = "sanzhang.privacy.v1.SubjectKeyDestroyed";
constexpr std::size_t kPseudonymDigits = 20;
constexpr std::int64_t kHourSeconds = 3600;

// Collections whose names tell nobody: what bodies and votes are called is public.
const std::set<std::string_view>& PublicCollections() {
  static const auto& collections = *new std::set<std::string_view>{
      "bodies", "policies", "ratingCampaigns", "ratingSchemes", "resolutions", "services", "terms"};
  return collections;
}

bool IsGroup(std::string_view collection) {
  return collection == "buildings" || collection == "grids" || collection == "propertyAreas";
}

bool IsInBuilding(std::string_view collection) {
  return collection == "dwellings" || collection == "entrances";
}

// `buildings` of `communities/c1/buildings/b1`; empty for longer and shorter names.
std::string_view CollectionOf(std::string_view name) {
  if (!name.starts_with("communities/")) return {};
  const std::size_t begin = name.find('/', 12);
  if (begin == std::string_view::npos) return {};
  const std::size_t end = name.find('/', begin + 1);
  if (end == std::string_view::npos || name.find('/', end + 1) != std::string_view::npos) return {};
  return name.substr(begin + 1, end - begin - 1);
}

std::string_view CommunityOf(std::string_view name) { return name.substr(0, name.find('/', 12)); }

bool IsTime(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         field.message_type()->full_name() == "google.protobuf.Timestamp";
}

// Every string of the message and of those in it.
void VisitTexts(const Message& message, const std::function<void(const std::string&)>& visit) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        VisitTexts(field->is_repeated() ? reflection->GetRepeatedMessage(message, field, i)
                                        : reflection->GetMessage(message, field),
                   visit);
      } else if (field->type() == FieldDescriptor::TYPE_STRING) {
        visit(field->is_repeated() ? reflection->GetRepeatedString(message, field, i)
                                   : reflection->GetString(message, field));
      }
    }
  }
}

// Whose rights the fact is about: the first field of each that changes what is shown of a person.
std::string SubjectOf(const log::v1::Record& record) {
  const std::string& type = record.type();
  if (type != kRestricted && type != kLifted && type != kErased) return "";
  std::string subject;
  WireWalk walk(record.payload());
  while (walk.Next()) {
    if (walk.number() == 1 && walk.type() == WireWalk::kBytes) subject = walk.bytes();
  }
  return subject;
}

void CutToHour(google::protobuf::Timestamp& time) {
  const std::int64_t rest = (time.seconds() % kHourSeconds + kHourSeconds) % kHourSeconds;
  time.set_seconds(time.seconds() - rest);
  time.clear_nanos();
}

}  // namespace

Pseudonyms::Pseudonyms(const Schema& schema, std::string salt)
    : schema_(schema), salt_(std::move(salt)) {
  for (const PseudonymRow& row : PseudonymRows()) {
    const auto* type =
        schema.pool().FindMessageTypeByName(absl::StrCat("sanzhang.", std::string(row.message)));
    if (type == nullptr) continue;
    for (std::string field : std::vector<std::string>(
             absl::StrSplit(std::string(row.let_in), ' ', absl::SkipEmpty()))) {
      const bool names = field.back() == '@';
      if (names) field.pop_back();
      rules_[type->FindFieldByName(field)] = names ? Rule::kNames : Rule::kLetIn;
    }
  }
}

std::string Pseudonyms::Hash(std::string_view kind, std::string_view name) const {
  const std::string text = absl::StrCat(std::string(kind), "\n", std::string(name));
  std::string mac(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  HMAC(EVP_sha256(), salt_.data(), static_cast<int>(salt_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(mac.data()), &size);
  return absl::BytesToHexString(mac).substr(0, kPseudonymDigits);
}

std::string Pseudonyms::NameFor(std::string_view name) const {
  const std::vector<std::string> parts =
      absl::StrSplit(absl::string_view(name.data(), name.size()), '/');
  if (parts[0] != "communities") {
    const bool ours =
        parts[0] == "services" || parts[0] == "policies" || parts[0] == "subdistricts";
    return ours ? std::string(name) : std::string();
  }
  if (parts.size() < 2 || parts.size() % 2 != 0) {
    // As in `references/raters/autumn/…`: whatever it is, it is told from others and no more.
    return parts.size() < 3
               ? std::string()
               : absl::StrCat("communities/", parts[1], "/", parts[2], "/", Hash(parts[2], name));
  }
  std::string prefix = absl::StrCat("communities/", parts[1]);
  std::string renamed = prefix;
  for (std::size_t i = 2; i < parts.size(); i += 2) {
    const std::string& collection = parts[i];
    absl::StrAppend(&prefix, "/", collection, "/", parts[i + 1]);
    if (collection == "references") {
      return absl::StrCat(renamed, "/references/", Hash(collection, name));
    }
    if (IsInBuilding(collection)) {
      const auto building = building_of_.find(prefix);
      return building == building_of_.end() ? std::string() : NameFor(building->second);
    }
    if (IsGroup(collection)) {
      const auto group = group_names_.find(prefix);
      return group == group_names_.end() ? std::string() : group->second;
    }
    if (PublicCollections().contains(collection)) {
      absl::StrAppend(&renamed, "/", collection, "/", parts[i + 1]);
    } else if (erased_.contains(prefix)) {
      absl::StrAppend(&renamed, "/", collection, "/erased");
    } else {
      // A voter and its ballots are one.
      const std::string& kind = collection == "ballots" ? "voters" : collection;
      const std::string of = absl::StrCat(
          prefix.substr(0, prefix.size() - collection.size() - parts[i + 1].size() - 2), "/",
          parts[i + 1]);
      absl::StrAppend(&renamed, "/", collection, "/", Hash(kind, of));
    }
  }
  return renamed;
}

std::unique_ptr<Message> Pseudonyms::FactOf(const log::v1::Record& record) {
  const MessagePlan* plan = schema_.PlanOf(record.type());
  if (plan == nullptr) return nullptr;
  std::unique_ptr<Message> fact(factory_.GetPrototype(plan->type)->New());
  return fact->ParseFromString(record.payload()) ? std::move(fact) : nullptr;
}

absl::Status Pseudonyms::Survey(RecordSource& source, std::uint64_t last) {
  const auto each = [&](void (Pseudonyms::*look)(const log::v1::Record&)) {
    absl::Status found;
    const absl::Status read =
        source.Read({.last = last}, [&](std::uint64_t position, std::string_view bytes) {
          log::v1::Record record;
          if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
            found = absl::DataLossError(absl::StrCat("the record at ", position, " can't be read"));
            return false;
          }
          (this->*look)(record);
          return true;
        });
    return found.ok() ? read : found;
  };
  if (last == 0) return absl::OkStatus();
  absl::Status status = each(&Pseudonyms::Look);
  if (status.ok() && !restricted_.empty()) status = each(&Pseudonyms::FindRestrictedCases);
  if (status.ok()) MergeSmallGroups();
  return status;
}

void Pseudonyms::LookAtRights(const log::v1::Record& record) {
  const std::string subject = SubjectOf(record);
  if (subject.empty()) return;
  if (record.type() == kRestricted) restricted_.insert(subject);
  if (record.type() == kLifted) restricted_.erase(subject);
  if (record.type() == kErased) erased_.insert(subject);
}

// Which persons the fact, and the stream that it stands in, put into which places.
void Pseudonyms::Look(const log::v1::Record& record) {
  LookAtRights(record);
  std::vector<std::string> places;
  Persons persons;
  const auto see = [&](const std::string& name) {
    const std::string_view collection = CollectionOf(name);
    if (collection == "persons") persons.insert(std::hash<std::string>()(name));
    if (IsGroup(collection) || IsInBuilding(collection)) places.push_back(name);
  };
  see(record.stream());
  if (const auto fact = FactOf(record); fact != nullptr) VisitTexts(*fact, see);
  const std::string_view own = CollectionOf(record.stream());
  for (const std::string& name : places) {
    if (IsInBuilding(own) && CollectionOf(name) == "buildings" &&
        std::string_view(record.type()).ends_with("Registered")) {
      building_of_.emplace(record.stream(), name);
    }
  }
  for (const std::string& name : places) {
    const auto building = building_of_.find(name);
    const bool inside = IsInBuilding(CollectionOf(name));
    if (inside && building == building_of_.end()) continue;
    groups_[inside ? building->second : name].insert(persons.begin(), persons.end());
  }
}

bool Pseudonyms::NamesRestricted(const log::v1::Record& record) {
  if (restricted_.empty()) return false;
  if (restricted_cases_.contains(record.stream())) return true;
  bool found = false;
  const auto see = [&](const std::string& name) { found = found || restricted_.contains(name); };
  see(record.stream());
  see(SubjectOf(record));
  see(record.actor().subject());
  see(record.actor().on_behalf_of());
  if (const auto fact = FactOf(record); fact != nullptr) VisitTexts(*fact, see);
  return found;
}

void Pseudonyms::FindRestrictedCases(const log::v1::Record& record) {
  if (CollectionOf(record.stream()) == "complaints" && NamesRestricted(record)) {
    restricted_cases_.insert(record.stream());
  }
}

void Pseudonyms::MergeSmallGroups() {
  std::map<std::string, Persons> merged;  // By the name of `other`.
  const auto other_of = [](const std::string& name) {
    return absl::StrCat(std::string(CommunityOf(name)), "/", std::string(CollectionOf(name)),
                        "/other");
  };
  for (const auto& [name, persons] : groups_) {
    if (persons.size() >= kGroupPersonsMin) {
      group_names_[name] = name;
    } else {
      merged[other_of(name)].insert(persons.begin(), persons.end());
    }
  }
  for (const auto& [name, persons] : groups_) {
    if (persons.size() >= kGroupPersonsMin) continue;
    const std::string other = other_of(name);
    if (merged[other].size() >= kGroupPersonsMin) group_names_[name] = other;
  }
  groups_.clear();
}

void Pseudonyms::Scrub(Message& message) const {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const auto rule = rules_.find(field);
    if (rule == rules_.end()) {
      reflection->ClearField(&message, field);
      continue;
    }
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Message& inner =
            *(field->is_repeated() ? reflection->MutableRepeatedMessage(&message, field, i)
                                   : reflection->MutableMessage(&message, field));
        if (!IsTime(*field)) {
          Scrub(inner);
          continue;
        }
        google::protobuf::Timestamp time;
        time.ParseFromString(inner.SerializeAsString());
        CutToHour(time);
        inner.ParseFromString(time.SerializeAsString());
      } else if (rule->second == Rule::kNames && field->is_repeated()) {
        const std::string name = NameFor(reflection->GetRepeatedString(message, field, i));
        reflection->SetRepeatedString(&message, field, i, name);
      } else if (rule->second == Rule::kNames) {
        reflection->SetString(&message, field, NameFor(reflection->GetString(message, field)));
      }
    }
  }
  message.GetReflection()->MutableUnknownFields(&message)->Clear();
}

absl::StatusOr<std::string> Pseudonyms::Hide(std::string_view bytes, std::uint64_t number) {
  log::v1::Record record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError("the record can't be read");
  }
  if (NamesRestricted(record)) return std::string();
  // What is not named here is not taken over.
  log::v1::Record hidden;
  hidden.set_position(number);
  const std::string stream = NameFor(record.stream());
  const std::string_view own = CollectionOf(record.stream());
  hidden.set_stream(stream.empty() ? record.community() : stream);
  // Many streams have become one, of places.
  if (!IsInBuilding(own) && !IsGroup(own)) hidden.set_revision(record.revision());
  hidden.set_type(record.type());
  hidden.set_schema_version(record.schema_version());
  hidden.set_community(record.community());
  *hidden.mutable_occurred_at() = record.occurred_at();
  *hidden.mutable_recorded_at() = record.recorded_at();
  CutToHour(*hidden.mutable_occurred_at());
  CutToHour(*hidden.mutable_recorded_at());
  if (record.has_actor()) {
    log::v1::Actor& actor = *hidden.mutable_actor();
    actor.set_kind(record.actor().kind());
    actor.set_subject(NameFor(record.actor().subject()));
    actor.set_membership(NameFor(record.actor().membership()));
    actor.set_body(NameFor(record.actor().body()));
    actor.set_role(record.actor().role());
    actor.set_on_behalf_of(NameFor(record.actor().on_behalf_of()));
  }
  hidden.set_channel(record.channel());
  hidden.set_identity_level(record.identity_level());
  for (const std::string& ref : record.policy_refs()) hidden.add_policy_refs(NameFor(ref));
  if (const auto fact = FactOf(record); fact != nullptr) {
    Scrub(*fact);
    hidden.set_payload(fact->SerializeAsString());
  }
  return hidden.SerializeAsString();
}

}  // namespace sanzhang::audit
