// One key sealed under another: XChaCha20-Poly1305 under a random nonce, bound to whose it is.
#pragma once

#include <string>
#include <string_view>

#include "services/keyring/subject_keyring.h"

namespace sanzhang::keyring {

// 72 bytes: the nonce, the key, the tag.
std::string Wrap(const SecretKey& under, std::string_view whose, const SecretKey& key);

// False: not wrapped under that key, not for that name, or damaged; `key` is as it was.
bool Unwrap(const SecretKey& under, std::string_view whose, std::string_view wrapped,
            SecretKey& key);

}  // namespace sanzhang::keyring
