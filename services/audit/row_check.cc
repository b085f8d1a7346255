#include "services/audit/row_check.h"

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "eventstore/key_codec.h"

namespace sanzhang::audit {
namespace {

using eventstore::RowKind;

absl::Status At(std::uint64_t position, std::string_view what) {
  return absl::DataLossError(absl::StrCat("position ", position, ": ", std::string(what)));
}

// Whose request a record came from, as the log's requests are kept; empty: that is not told.
std::string PrincipalOf(const log::v1::Record& record) {
  const std::string& subject = record.actor().subject();
  switch (record.actor().kind()) {
    case log::v1::Actor::KIND_PERSON:
      return absl::StrCat("persons/", subject.substr(subject.rfind('/') + 1));
    case log::v1::Actor::KIND_SERVICE:
    case log::v1::Actor::KIND_SYSTEM_TIMER:
      return subject;
    default:
      return "";
  }
}

}  // namespace

absl::Status RowCheck::Look(const log::v1::Record& record) const {
  const auto position =
      log_.Get(RowKind::kStream, eventstore::StreamKey(record.stream(), record.revision()));
  if (!position.ok()) return position.status();
  if (*position != eventstore::EncodeNumber(record.position())) {
    return At(record.position(),
              absl::StrCat("the index of ", record.stream(), " does not say that its revision ",
                           record.revision(), " is here"));
  }
  const std::string principal = record.request_id().empty() ? "" : PrincipalOf(record);
  if (principal.empty()) return absl::OkStatus();
  const auto bytes =
      log_.Get(RowKind::kRequest, eventstore::RequestRowKey(principal, record.request_id()));
  if (!bytes.ok()) return bytes.status();
  eventstore::RequestRow row;
  if (!bytes->has_value() || !DecodeRequestRow(**bytes, row) ||
      row.receipt.position < record.position()) {
    return At(record.position(), "the index of requests does not have the one that it came from");
  }
  return absl::OkStatus();
}

absl::Status RowCheck::Finish(std::uint64_t records, const Revisions& revisions) const {
  std::uint64_t rows = 0;
  absl::Status scanned = log_.Scan(RowKind::kStream, "", "", eventstore::Direction::kForwards,
                                   [&](std::string_view, std::string_view) {
                                     ++rows;
                                     return true;
                                   });
  if (!scanned.ok()) return scanned;
  if (rows != records) {
    return absl::DataLossError(
        absl::StrCat("the index of streams has ", rows, " entries for ", records, " records"));
  }
  std::uint64_t heads = 0;
  std::string wrong;
  scanned =
      log_.Scan(RowKind::kHead, "", "", eventstore::Direction::kForwards,
                [&](std::string_view stream, std::string_view value) {
                  ++heads;
                  std::uint64_t revision = 0;
                  const auto found = revisions.find(std::string(stream));
                  if (found == revisions.end() || !eventstore::DecodeNumber(value, revision) ||
                      revision != found->second) {
                    wrong = stream;
                  }
                  return wrong.empty();
                });
  if (!scanned.ok()) return scanned;
  if (!wrong.empty()) {
    return absl::DataLossError(absl::StrCat("the index of heads is wrong of ", wrong));
  }
  if (heads == revisions.size()) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("the index of heads has ", heads, " streams, the log ", revisions.size()));
}

}  // namespace sanzhang::audit
