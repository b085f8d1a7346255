// What an export knows of the facts: their descriptors and their plans, all from one descriptor
// set, which is shipped with what is written by it.
//
// Threads: any, once made. All that it hands out lives as long as it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "services/audit/json_plan.h"

namespace sanzhang::audit {

class Schema {
 public:
  // `descriptor_set`: a serialised FileDescriptorSet with all imports; kept, so it must outlive it.
  // INVALID_ARGUMENT if it can't be read.
  static absl::StatusOr<std::unique_ptr<Schema>> Make(std::string_view descriptor_set);

  const google::protobuf::DescriptorPool& pool() const { return pool_; }
  // The messages that can be a record's payload, by their full names in byte order: the members of
  // the only oneof of each `…Event`, and the claims of names.
  const std::vector<const google::protobuf::Descriptor*>& facts() const { return facts_; }
  // Null: no fact of this schema.
  const MessagePlan* PlanOf(std::string_view fact) const { return plans_->Find(fact); }
  // Of sanzhang.log.v1.Record.
  const MessagePlan& record_plan() const { return *record_plan_; }
  std::string_view descriptor_set() const { return descriptor_set_; }

 private:
  std::string_view descriptor_set_;
  google::protobuf::DescriptorPool pool_;
  std::vector<const google::protobuf::Descriptor*> facts_;
  std::unique_ptr<JsonPlans> plans_;
  std::unique_ptr<JsonPlans> record_plans_;
  const MessagePlan* record_plan_ = nullptr;
};

// `complaint.ComplaintFiled` of `sanzhang.complaint.v1.ComplaintFiled`; another name as it is.
std::string ShortNameOf(std::string_view fact);

}  // namespace sanzhang::audit
