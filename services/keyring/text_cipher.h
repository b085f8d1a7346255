// How a personal text is sealed, as type/v1/personal_text.proto says.
//
// A sealed text opens under the key that it was sealed with, in the place that it was sealed for,
// and nowhere else. Pure but for the random nonce. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sanzhang/type/v1/personal_text.pb.h"
#include "services/keyring/subject_keyring.h"

namespace sanzhang::keyring {

// What a seal is bound to.
struct TextPlace {
  std::string_view community;
  std::string_view stream;
  std::string_view event_id;
  std::string_view type;   // Full name of the fact.
  std::string_view field;  // Path in it.
  std::string_view subject;
};

// `key` has a key.
type::v1::SealedText SealText(const SubjectKey& key, const TextPlace& place,
                              std::string_view words);

// Nothing: not sealed under that key, not for that place, damaged, or in a way that is not known.
std::optional<std::string> OpenText(const SubjectKey& key, const TextPlace& place,
                                    const type::v1::SealedText& sealed);

}  // namespace sanzhang::keyring
