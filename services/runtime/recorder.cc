#include "services/runtime/recorder.h"

#include <utility>

#include "eventstore/limits.h"
#include "proto/wire/refusal.h"

namespace sanzhang::runtime {

Recorder::Recorder(log::v1::Record envelope, std::string subject, const Sealer& sealer, Ids& ids)
    : envelope_(std::move(envelope)), subject_(std::move(subject)), sealer_(sealer), ids_(ids) {}

absl::StatusOr<log::v1::Record> Recorder::Record(std::string_view stream,
                                                 google::protobuf::Message& fact) {
  log::v1::Record record = envelope_;
  record.set_stream(std::string(stream));
  record.set_type(fact.GetDescriptor()->full_name());
  record.set_event_id(ids_.EventId());
  const Standpoint where{.community = record.community(),
                         .stream = record.stream(),
                         .event_id = record.event_id(),
                         .type = record.type(),
                         .field = {}};
  if (absl::Status sealed = SealFact(where, subject_, sealer_, fact); !sealed.ok()) return sealed;
  fact.SerializeToString(record.mutable_payload());
  const std::size_t bytes = record.ByteSizeLong() + eventstore::kStampBytesMax;
  if (bytes > eventstore::kRecordBytesMax) {
    return wire::Refuse(type::v1::ERROR_REASON_TOO_LARGE,
                        {{"bytes", std::to_string(bytes)},
                         {"bytes_max", std::to_string(eventstore::kRecordBytesMax)}});
  }
  return record;
}

}  // namespace sanzhang::runtime
