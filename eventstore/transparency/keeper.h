// Keeps the tree: follows the log behind the acknowledgement, reads the bytes of each record again
// from the store, grows the tree, writes tiles, has the head signed, and publishes it.
//
// Guarantees
//   Re-read   What is hashed is what a reader gets, not what the committer had in memory.
//   Paced     At rest a record is signed at once, under load every kSignPauseMs.
//   Bounded   Memory does not grow with the log; a start reads what was signed since the last
//             multiple of kTailRecords, and the whole log only if tiles are lost.
// Fail-stop   If the log is not what was signed, nothing is signed any more and `on_stopped` is
//             called once, to end the process. An error of the file system below the tree only
//             delays: the log goes on, and what is signed stands still.
// Layout      `checkpoint` and `tile/...` below `folder`, as tlog-tiles has them. All of it can be
//             made again from the log.
// Threads     All methods from any thread, but Close not from a callback.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "eventstore/event_store.h"
#include "eventstore/transparency/signer.h"
#include "eventstore/transparency/tile_store.h"
#include "eventstore/transparency/tile_tree.h"

namespace sanzhang::transparency {

// A signed checkpoint.
struct Published {
  SignedNote note = {};
  TreeHead head = {};
};

class TreeKeeper {
 public:
  struct Options {
    std::string folder;
    absl::Duration sign_pause = absl::Milliseconds(kSignPauseMs);
    // The log is not what was signed. Called once, from any thread; must not block.
    std::function<void(const absl::Status&)> on_stopped = {};
    // What an operator should know: tiles are made again, a file can't be written.
    std::function<void(std::string_view)> on_note = {};
    // A new checkpoint was published. Called on the keeper's thread; must not block.
    std::function<void()> on_published = {};
  };
  // Checks that the log still holds what was signed, then begins. Both must outlive it. DATA_LOSS,
  // with the position where it is known: the log is not what was signed. Else what store and file
  // system say.
  static absl::StatusOr<std::unique_ptr<TreeKeeper>> Open(eventstore::EventStore& store,
                                                          TreeSigner& signer, Options options);
  ~TreeKeeper() { Close(); }
  TreeKeeper(const TreeKeeper&) = delete;
  TreeKeeper& operator=(const TreeKeeper&) = delete;

  // Null before the first.
  std::shared_ptr<const Published> published() const;
  // The last one that witnesses have cosigned; null: none.
  std::shared_ptr<const Published> cosigned() const;
  // Adds what witnesses have said of the checkpoint of that size, if it is the published one or
  // newer than the cosigned one.
  void AddCosignatures(const Published& of, const std::vector<NoteSignature>& signatures);

  // Of the published tree and smaller ones.
  const TileReader& tiles() const { return tiles_; }
  const VerifierKey& verifier() const { return signer_.verifier(); }

  // OK, or why it has stopped.
  absl::Status health() const;
  // Records in the tree, signed or not.
  std::uint64_t size() const;
  // For how long some record has waited to be signed.
  absl::Duration behind() const;

  // Signs what is not signed yet, for a few seconds at most, so that what a clean stop leaves can
  // be proven whole. To be called before the store is closed.
  void Close();

 private:
  TreeKeeper(eventstore::EventStore& store, TreeSigner& signer, Options options)
      : store_(store), signer_(signer), options_(std::move(options)), tiles_(options_.folder) {}

  absl::Status Start();
  // The tree as it was signed, from tiles and the tail of the log. NOT_FOUND: tiles are missing or
  // do not lead to the signed root.
  absl::Status LoadTail(const TreeHead& last);
  // The same from the whole log.
  absl::Status Rebuild(const TreeHead& last);
  absl::Status WrongRoot(const TreeHead& last, std::uint64_t first_wrong) const;
  void Run();
  // Whether there is something to do; false: closing.
  bool AwaitRecords();
  void Pause(absl::Duration duration);
  absl::Status Round();
  // Adds the records from the tree's end up to that position.
  absl::Status Grow(std::uint64_t to);
  absl::Status PutTiles();
  absl::Status SignAndPublish();
  absl::Status Publish(SignedNote note, const TreeHead& head);
  void Stop(const absl::Status& why);
  void Note(std::string_view what) const {
    if (options_.on_note) options_.on_note(what);
  }

  eventstore::EventStore& store_;
  TreeSigner& signer_;
  const Options options_;
  TileStore tiles_;

  // Of the keeper's thread.
  TileTree tree_;
  std::vector<Tile> unwritten_;
  std::uint64_t synced_ = 0;  // Tiles of the leaves before are on disk for good.

  mutable absl::Mutex mutex_;
  absl::CondVar changed_;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status stopped_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t size_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Time waiting_since_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const Published> published_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const Published> cosigned_ ABSL_GUARDED_BY(mutex_);
  absl::Mutex file_mutex_;  // Who writes the checkpoint's file.
  std::thread thread_;
};

}  // namespace sanzhang::transparency
