#include "services/audit/row_check.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "eventstore/key_codec.h"
#include "proto/wire/sha256.h"

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

RowCheck::Digest RowCheck::DigestOf(std::string_view text) {
  const std::string whole = wire::Sha256(text);
  Digest digest;
  std::copy_n(whole.begin(), digest.size(), digest.begin());
  return digest;
}

absl::Status RowCheck::Look(const log::v1::Record& record) {
  if (derive_) {
    for (const eventstore::IndexEntry& entry : derive_(record)) {
      index_[DigestOf(entry.key)] = {DigestOf(entry.value), record.position()};
    }
  }
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

absl::Status RowCheck::Finish(std::uint64_t records, const Revisions& revisions) {
  absl::Status checked = CheckStreams(records);
  if (checked.ok()) checked = CheckHeads(revisions);
  if (checked.ok() && derive_) checked = CheckIndex();
  return checked;
}

absl::Status RowCheck::CheckStreams(std::uint64_t records) const {
  std::uint64_t rows = 0;
  const absl::Status scanned = log_.Scan(RowKind::kStream, "", "", eventstore::Direction::kForwards,
                                         [&](std::string_view, std::string_view) {
                                           ++rows;
                                           return true;
                                         });
  if (!scanned.ok() || rows == records) return scanned;
  return absl::DataLossError(
      absl::StrCat("the index of streams has ", rows, " entries for ", records, " records"));
}

absl::Status RowCheck::CheckHeads(const Revisions& revisions) const {
  std::uint64_t heads = 0;
  std::string wrong;
  const absl::Status scanned =
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

absl::Status RowCheck::CheckIndex() {
  std::string wrong;
  const absl::Status scanned =
      log_.Scan(RowKind::kIndex, "", "", eventstore::Direction::kForwards,
                [&](std::string_view key, std::string_view value) {
                  const auto found = index_.find(DigestOf(key));
                  if (found == index_.end() || found->second.value != DigestOf(value)) {
                    wrong = key;
                    return false;
                  }
                  index_.erase(found);
                  return true;
                });
  if (!scanned.ok()) return scanned;
  if (!wrong.empty()) {
    return absl::DataLossError(absl::StrCat("the index of what records say is wrong at ",
                                            absl::CHexEscape(wrong),
                                            ": no record brings this entry"));
  }
  if (index_.empty()) return absl::OkStatus();
  const auto first = std::min_element(
      index_.begin(), index_.end(),
      [](const auto& a, const auto& b) { return a.second.position < b.second.position; });
  return At(first->second.position, "the index of what records say lacks an entry that it brings");
}

}  // namespace sanzhang::audit
