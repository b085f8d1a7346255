#include "services/opening/subject_sealer.h"

#include <sodium.h>

#include "proto/wire/names.h"
#include "proto/wire/refusal.h"
#include "services/keyring/text_cipher.h"

namespace sanzhang::opening {

using enum type::v1::ErrorReason;

absl::Status SubjectSealer::Seal(const runtime::Standpoint& where,
                                 type::v1::PersonalText& text) const {
  if (text.has_sealed()) return wire::Refuse(ERROR_REASON_INTERNAL, {}, "sealed twice");
  if (text.content().empty()) return absl::OkStatus();
  if (wire::CommunityOf(text.subject()) != where.community) {
    return wire::Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", text.subject()}});
  }
  const absl::StatusOr<keyring::SubjectKey> key = keyring_.KeyFor(text.subject());
  if (!key.ok()) return key.status();
  if (key->state == keyring::SubjectState::kDestroyed) {
    return wire::Refuse(ERROR_REASON_SUBJECT_ERASED, {{"subject", text.subject()}});
  }
  if (key->state == keyring::SubjectState::kRestricted) {
    return wire::Refuse(ERROR_REASON_PROCESSING_RESTRICTED, {{"subject", text.subject()}});
  }
  *text.mutable_sealed() = keyring::SealText(*key,
                                             {.community = where.community,
                                              .stream = where.stream,
                                              .event_id = where.event_id,
                                              .type = where.type,
                                              .field = where.field,
                                              .subject = text.subject()},
                                             text.content());
  sodium_memzero(text.mutable_content()->data(), text.content().size());
  text.clear_content();
  return absl::OkStatus();
}

std::string SubjectSealer::TagOf(std::string_view words) const {
  const keyring::SubjectKeyring::Tag tag = keyring_.TagOf(words);
  return tag.key_id + tag.digest;
}

}  // namespace sanzhang::opening
