// A witness (C2SP tlog-witness): remembers of each log it knows the largest tree it has seen, and
// cosigns only what goes on from that. So a log can't show two histories to two readers who both
// ask for its word.
//
// Guarantees
//   Durable     What it cosigns is on disk before it answers.
//   Append only A fork, or a tree that is smaller, is never cosigned, by this process or a later.
// Threads: all methods from any thread; checkpoints are taken one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "eventstore/transparency/checkpoint.h"
#include "eventstore/transparency/merkle.h"
#include "eventstore/transparency/note.h"

namespace sanzhang::transparency {

// What a log sends to `add-checkpoint`.
struct AddCheckpoint {
  std::uint64_t old_size = 0;   // Of the tree that the witness has cosigned last.
  Proof proof = {};             // From that tree to the checkpoint's.
  std::string checkpoint = {};  // A signed note.

  std::string Encode() const;
  // INVALID_ARGUMENT, saying why.
  static absl::StatusOr<AddCheckpoint> Parse(std::string_view body);
};

class Witness {
 public:
  struct Options {
    std::string folder;             // Of what it has seen; made if it is not there.
    std::vector<VerifierKey> logs;  // Those that it knows, by their names. Two keys may have one.
    std::function<absl::Time()> now = absl::Now;
  };
  // INVALID_ARGUMENT: not a witness's key, or not a log's. DATA_LOSS: what it had seen can't be
  // read.
  static absl::StatusOr<std::unique_ptr<Witness>> Open(SigningKey key, Options options);

  // As HTTP has it.
  struct Answer {
    int code = 0;
    std::string content_type = {};
    std::string body = {};
  };
  Answer Add(std::string_view body);

  const VerifierKey& verifier() const { return key_.verifier(); }

 private:
  Witness(SigningKey key, Options options) : key_(std::move(key)), options_(std::move(options)) {}
  std::string FileOf(const std::string& origin) const;
  // A signed checkpoint of a log that it knows, or the answer that refuses it.
  absl::StatusOr<Checkpoint> Known(const SignedNote& note, Answer& refusal) const;

  const SigningKey key_;
  const Options options_;
  absl::Mutex mutex_;
  std::map<std::string, TreeHead> seen_ ABSL_GUARDED_BY(mutex_);  // By origin.
};

}  // namespace sanzhang::transparency
