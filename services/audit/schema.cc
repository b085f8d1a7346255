#include "services/audit/schema.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.pb.h"

namespace sanzhang::audit {
namespace {

using google::protobuf::Descriptor;

constexpr std::string_view kPackage = "sanzhang.";
constexpr std::string_view kVersion = ".v1.";

// Facts of the runtime's, which no context wraps.
constexpr const char* kFactsAlone[] = {"sanzhang.type.v1.NameClaimed",
                                       "sanzhang.type.v1.NameReleased"};

// The facts that the message wraps; none: it is no such message.
void AddFacts(const Descriptor& message, std::vector<const Descriptor*>& facts) {
  const bool wraps = std::string_view(message.name()).ends_with("Event") &&
                     message.real_oneof_decl_count() == 1 &&
                     message.oneof_decl(0)->field_count() == message.field_count();
  if (!wraps) return;
  for (int i = 0; i < message.field_count(); ++i) facts.push_back(message.field(i)->message_type());
}

}  // namespace

absl::StatusOr<std::unique_ptr<Schema>> Schema::Make(std::string_view descriptor_set) {
  auto schema = std::make_unique<Schema>();
  schema->descriptor_set_ = descriptor_set;
  google::protobuf::FileDescriptorSet files;
  if (!files.ParseFromArray(descriptor_set.data(), static_cast<int>(descriptor_set.size()))) {
    return absl::InvalidArgumentError("the descriptor set can't be read");
  }
  for (const auto& file : files.file()) {
    const auto* built = schema->pool_.BuildFile(file);
    if (built == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("the descriptor set lacks what ", file.name(), " needs"));
    }
    if (!std::string_view(built->name()).ends_with("events.proto")) continue;
    for (int i = 0; i < built->message_type_count(); ++i) {
      AddFacts(*built->message_type(i), schema->facts_);
    }
  }
  for (const char* name : kFactsAlone) {
    const Descriptor* fact = schema->pool_.FindMessageTypeByName(name);
    if (fact != nullptr) schema->facts_.push_back(fact);
  }
  const auto by_name = [](const Descriptor* a, const Descriptor* b) {
    return a->full_name() < b->full_name();
  };
  std::sort(schema->facts_.begin(), schema->facts_.end(), by_name);
  const auto end = std::unique(schema->facts_.begin(), schema->facts_.end());
  schema->facts_.erase(end, schema->facts_.end());
  auto plans = JsonPlans::Make(schema->facts_);
  if (!plans.ok()) return plans.status();
  schema->plans_ = *std::move(plans);
  const Descriptor* record = schema->pool_.FindMessageTypeByName("sanzhang.log.v1.Record");
  if (record == nullptr) return absl::InvalidArgumentError("the descriptor set has no record");
  auto record_plans = JsonPlans::Make({record});
  if (!record_plans.ok()) return record_plans.status();
  schema->record_plans_ = *std::move(record_plans);
  schema->record_plan_ = schema->record_plans_->Find(record->full_name());
  return schema;
}

std::string ShortNameOf(std::string_view fact) {
  const std::size_t version = fact.find(kVersion);
  if (!fact.starts_with(kPackage) || version == std::string_view::npos) return std::string(fact);
  std::string name(fact.substr(kPackage.size(), version - kPackage.size()));
  name.push_back('.');
  return name.append(fact.substr(version + kVersion.size()));
}

}  // namespace sanzhang::audit
