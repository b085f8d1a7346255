// Keys that a resource needs for a while and the log must not hold: one file each, in a folder of
// their own, gone for good when they have done their work.
//
// A key set is two independent random secrets: a key pair that others seal to, and a salt that
// pseudonyms are made with.
//
// Guarantees
//   Durable    A key that Make has returned is on disk, its folder entry too.
//   Once       Make returns the key that is there, if there is one.
//   Destroyed  After Destroy the file is overwritten and removed, as far as the disk obeys. Backups
//              of the folder must not outlive the campaigns whose keys they hold.
// Whoever reads the folder and the log together can open what is sealed: keep it as the log is
// kept, and out of the log's backups.
// Errors: the file system's, as FAILED_PRECONDITION; DATA_LOSS for a file that is not a key's.
// Threads: all methods may be called from any thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace sanzhang::keyring {

struct KeySet {
  std::string public_key;  // X25519, 32 bytes.
  std::string secret_key;  // Its other half, 32 bytes.
  std::string salt;        // 32 bytes.
  bool operator==(const KeySet&) const = default;
};

class Keyring {
 public:
  // The folder is made if it is not there; readable by this user only.
  static absl::StatusOr<std::unique_ptr<Keyring>> Open(std::string folder);

  // That of the resource, made now if there is none.
  absl::StatusOr<KeySet> Make(std::string_view resource);
  // That of the resource, if there is one.
  absl::StatusOr<std::optional<KeySet>> Find(std::string_view resource) const;
  // Nothing to destroy is no error.
  absl::Status Destroy(std::string_view resource);

 private:
  explicit Keyring(std::string folder) : folder_(std::move(folder)) {}
  std::string PathOf(std::string_view resource) const;
  absl::StatusOr<std::optional<KeySet>> Load(std::string_view resource) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string folder_;
  mutable absl::Mutex mutex_;
  // Those in use: a rating costs no read of a file.
  mutable std::map<std::string, KeySet, std::less<>> keys_ ABSL_GUARDED_BY(mutex_);
};

// A pseudonym of `who` under the salt: the first 128 bits of a keyed BLAKE2b, in hexadecimal.
std::string Pseudonym(std::string_view salt, std::string_view who);

// What type.v1.SealedBox holds, padding taken off. Nothing: not sealed to this key, or damaged.
std::optional<std::string> OpenBox(std::string_view sealed, std::string_view secret_key);

// The public half of a secret key; empty if it is not one.
std::string PublicKeyOf(std::string_view secret_key);

}  // namespace sanzhang::keyring
