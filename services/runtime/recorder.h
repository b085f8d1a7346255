// Makes the records of one command: all say the same about how they came to be, each has a fact.
//
// Errors: the sealer's; TOO_LARGE {bytes, bytes_max}: the record would not fit the log.
// Threads: one at a time.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "sanzhang/log/v1/record.pb.h"
#include "services/runtime/ids.h"
#include "services/runtime/sealing.h"

namespace sanzhang::runtime {

class Recorder {
 public:
  // `envelope`: what all records say. `subject`: whose the personal text is that names nobody.
  // Neither `sealer` nor `ids` is owned.
  Recorder(log::v1::Record envelope, std::string subject, const Sealer& sealer, Ids& ids);

  // Seals the fact and makes a record of it.
  absl::StatusOr<log::v1::Record> Record(std::string_view stream, google::protobuf::Message& fact);

 private:
  const log::v1::Record envelope_;
  const std::string subject_;
  const Sealer& sealer_;
  Ids& ids_;
};

}  // namespace sanzhang::runtime
