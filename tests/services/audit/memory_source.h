// Records in memory, as a source.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/wire/time.h"
#include "sanzhang/log/v1/record.pb.h"
#include "services/audit/record_source.h"

namespace sanzhang::audit {

class MemorySource : public RecordSource {
 public:
  // The next record; position and community are filled in.
  void Add(log::v1::Record record) {
    record.set_position(records_.size() + 1);
    record.set_community("communities/c1");
    records_.push_back(record.SerializeAsString());
  }
  std::vector<std::string>& records() { return records_; }
  void set_filtered() { filtered_ = true; }
  int reads() const { return reads_; }

  absl::Status Read(const RecordRange& range, Visitor visit) override {
    ++reads_;
    const std::uint64_t last = range.last == 0 ? records_.size() : range.last;
    if (last > records_.size()) return absl::OutOfRangeError("beyond the log");
    for (std::uint64_t position = range.first; position <= last; ++position) {
      if (!visit(position, records_[position - 1])) break;
    }
    return absl::OkStatus();
  }
  absl::StatusOr<std::uint64_t> End() override { return records_.size(); }
  absl::StatusOr<std::optional<std::string>> Checkpoint() override { return std::nullopt; }
  bool filtered() const override { return filtered_; }
  std::string Describe() const override { return "memory"; }

 private:
  std::vector<std::string> records_;
  bool filtered_ = false;
  int reads_ = 0;
};

}  // namespace sanzhang::audit
