// Seals personal texts on their way into the log, each under its subject's key.
//
// A subject that is no person of the register, as the rating whose rater is hidden or the complaint
// that a service brought in, has a key like any other: its words can be forgotten by themselves.
// A text without words is left as it is, and needs no key.
// Refusals: SUBJECT_ERASED {subject}; PROCESSING_RESTRICTED {subject}; RESOURCE_NOT_FOUND
// {resource}: the subject is of another community; KEYRING_UNAVAILABLE.
// Threads: any. Waits for the disk when a subject gets its first key.
#pragma once

#include <string>
#include <string_view>

#include "services/keyring/subject_keyring.h"
#include "services/runtime/sealing.h"

namespace sanzhang::opening {

class SubjectSealer : public runtime::Sealer {
 public:
  // Not owned.
  explicit SubjectSealer(keyring::SubjectKeyring& keyring) : keyring_(keyring) {}

  absl::Status Seal(const runtime::Standpoint& where, type::v1::PersonalText& text) const override;
  std::string TagOf(std::string_view words) const override;

 private:
  keyring::SubjectKeyring& keyring_;
};

}  // namespace sanzhang::opening
