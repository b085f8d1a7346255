// What stands beside the decider of a command that needs more than its streams: a register read in
// bulk, a key that must be durable before the first fact under it, a store that is not the log.
//
//   admitted -> Gather -> decide -> append -> Settle -> answer
//
// Most commands have none. A companion has one thread of its own, on which both are called, so that
// it may wait and its calls never overlap.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "sanzhang/log/v1/record.pb.h"
#include "services/runtime/decider.h"
#include "services/runtime/worker.h"

namespace sanzhang::runtime {

// What is known when the caller has been admitted.
struct Gathering {
  const google::protobuf::Message& request;
  const void* state;  // Of the decider's aggregate.
  const Context& context;
  // Makes the record of a fact that is to be appended apart, with the command's origin.
  std::function<absl::StatusOr<log::v1::Record>(std::string_view stream,
                                                google::protobuf::Message& fact)>
      record;
  // The decision rests on that stream as it was at that revision (0: not there): if it has moved
  // when the command is appended, the command is decided anew. Bounded by what an append takes.
  std::function<void(std::string_view stream, std::uint64_t revision)> rest_on;
};

// What became of the command.
enum class Settled {
  kCommitted,     // Its facts are in the log.
  kNotCommitted,  // They are not: refused, only validated, or an earlier request was answered
                  // again.
  kUnknown,       // The store stopped: a restart tells.
};

class Companion {
 public:
  virtual ~Companion() = default;

  // Before each decision; what it returns is Facts::gathered. An error refuses the command, and
  // Settle is not called for that attempt. A decision that is made anew gathers anew: what was done
  // before must be found in place.
  virtual absl::StatusOr<std::shared_ptr<const void>> Gather(const Gathering& gathering) = 0;

  // Once, if the last attempt gathered. `gathered` is what that attempt got.
  virtual void Settle(const std::shared_ptr<const void>& gathered, Settled settled) {
    static_cast<void>(gathered);
    static_cast<void>(settled);
  }

  Worker& worker() { return worker_; }

 private:
  Worker worker_;
};

}  // namespace sanzhang::runtime
