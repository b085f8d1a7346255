// The only hand that signs: holds the log's key and what it has signed last, and refuses whatever
// does not go on from that.
//
// Key and last state lie in a folder of their own, outside the data folder and its backups, so that
// an older data folder that was put back is not signed as if nothing had been:
//   log.key      the signing key, as Go's note package writes it; mode 0600. Made once.
//   log.signed   origin, size and root that were signed last.
// The last checkpoint that was published in the data folder counts too: nothing is signed that does
// not go on from both.
//
// Guarantees
//   Append only  A tree that is smaller, or does not go on from the last one, is never signed, by
//                this process or a later one.
//   Durable      What is signed is on disk before it is signed.
// Errors         See the methods. Threads: Sign one at a time, all else from any thread.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "eventstore/transparency/checkpoint.h"
#include "eventstore/transparency/merkle.h"
#include "eventstore/transparency/note.h"

namespace sanzhang::transparency {

// The file of the published checkpoint, in the folder of the tiles.
inline constexpr char kCheckpointFile[] = "checkpoint";

// The public key of the log whose folder of keys this is; nothing is made or changed. NOT_FOUND;
// DATA_LOSS; UNAVAILABLE.
absl::StatusOr<VerifierKey> VerifierIn(const std::string& keys);

class TreeSigner {
 public:
  struct Options {
    std::string keys;  // Folder; made if it is not there.
    std::string tree;  // Folder of tiles and published checkpoint.
    // What the log is called in its checkpoints, as in `example.cn/sanzhang`. Empty: what it is
    // called already; for a new key, a name by chance.
    std::string origin = {};
  };
  // NOT_FOUND: something was signed here, but the key is gone; a new key would be a new log.
  // INVALID_ARGUMENT: the key has another name than `origin`, or none can have that one.
  // DATA_LOSS: key or state are damaged, or belong to two logs. UNAVAILABLE: the file system.
  static absl::StatusOr<std::unique_ptr<TreeSigner>> Open(const Options& options);

  const VerifierKey& verifier() const { return key_.verifier(); }
  // Whether Open has made the key.
  bool key_is_new() const { return key_is_new_; }
  // What was signed last, or would have been had the process not ended; size 0: nothing yet.
  TreeHead last() const;

  // Signs that the tree has this head. `tree` is asked for what proves it. DATA_LOSS: it does not
  // go on from what was signed; from then on everything is refused. UNAVAILABLE, or what `tree`
  // says: nothing was signed, and it may be tried again.
  absl::StatusOr<SignedNote> Sign(const TreeHead& next, const HashSource& tree);

 private:
  // What was signed, by state and by published checkpoint.
  struct Signed {
    TreeHead last = {};     // The larger one.
    TreeHead earlier = {};  // The other.
  };
  static absl::StatusOr<Signed> ReadSigned(const Options& options, const VerifierKey& key);

  TreeSigner(SigningKey key, std::string state_file, const Signed& before, bool key_is_new)
      : key_(std::move(key)),
        state_file_(std::move(state_file)),
        key_is_new_(key_is_new),
        earlier_(before.earlier),
        last_(before.last) {}
  absl::Status Check(const TreeHead& next, const HashSource& tree) const;

  const SigningKey key_;
  const std::string state_file_;
  const bool key_is_new_;
  const TreeHead earlier_;
  absl::Status stopped_;  // Of the thread that signs.
  mutable absl::Mutex mutex_;
  TreeHead last_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sanzhang::transparency
