// The keys that personal texts are sealed under: one data key for each subject, in a store of its
// own beside the log. Who destroys a subject's key has forgotten the subject's words everywhere at
// once: in the log, in views, in replicas, and in backups once the backups of this folder have
// died.
//
// A subject is the full name of a resource, mostly of a person, as in `communities/c1/persons/p1`.
//
//   absent      no key was made yet
//   live        seals and opens
//   restricted  the key is kept and nothing is done with it (PIPL Art. 47)
//   destroyed   for ever: no key is made again
//
// The folder holds `persons.{epoch}.sqlite`, data keys wrapped under the epoch's key, and
// `epoch.{epoch}.key`, that key. Destroying ends the epoch: the store is rewritten under a new key
// and the old one is overwritten and removed, so that no old page, journal or copy of the store can
// be unwrapped any more.
//
// Guarantees
//   Durable    A key that KeyFor returns, and its folder entry, were on disk before.
//   Once       KeyFor returns the key that is there, if there is one.
//   Destroyed  When Destroy returns OK the keys are gone from the folder and from memory. Killed at
//              any point it has not happened, or Open completes it.
//   Obeyed     After Obey the states are the ledger's, whatever old copy the folder was.
// Restore the folder only together with Obey, before anything is served.
// Errors: KEYRING_UNAVAILABLE when the file system or the store fails, then until the process ends;
// from Open DATA_LOSS for a folder that is damaged or lacks the epoch's key.
// Threads: all methods may be called from any thread; those that make keys share one sync.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace sanzhang::keyring {

enum class SubjectState { kAbsent, kLive, kRestricted, kDestroyed };

// 32 bytes that are wiped when they go.
class SecretKey {
 public:
  static constexpr std::size_t kBytes = 32;

  SecretKey() = default;
  explicit SecretKey(std::string_view bytes);  // Exactly kBytes.
  ~SecretKey();
  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;

  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }
  unsigned char* data() { return bytes_.data(); }

 private:
  std::array<unsigned char, kBytes> bytes_ = {};
};

// A subject's state, and the key if there is one that may be used for that.
struct SubjectKey {
  SubjectState state = SubjectState::kAbsent;
  std::uint32_t version = 0;  // From 1; 0: no key.
  SecretKey key;
};

// What the log says of its subjects; those it does not name are neither.
struct SubjectLedger {
  std::vector<std::string> destroyed;
  std::vector<std::string> restricted;
};

class SubjectKeyring {
 public:
  struct Options {
    // Keys that are kept unwrapped, in locked memory.
    std::size_t keys_cached_max = 4096;
    // Called at each step of what must survive a kill, with the step's name. For tests.
    void (*at_step)(std::string_view step) = nullptr;
  };

  // The folder is made if it is not there; readable by this user only. Completes a destruction that
  // was begun. FAILED_PRECONDITION: another process has it.
  static absl::StatusOr<std::unique_ptr<SubjectKeyring>> Open(std::string folder);
  static absl::StatusOr<std::unique_ptr<SubjectKeyring>> Open(std::string folder, Options options);
  virtual ~SubjectKeyring() = default;

  // For sealing: the subject's key, made now if it is absent. No key if restricted or destroyed.
  virtual absl::StatusOr<SubjectKey> KeyFor(std::string_view subject) = 0;
  // For opening: the key, also of a restricted subject. No key if absent or destroyed.
  virtual absl::StatusOr<SubjectKey> Find(std::string_view subject) = 0;
  virtual absl::StatusOr<SubjectState> StateOf(std::string_view subject) = 0;

  // Those that are absent are destroyed too: nothing will ever be sealed for them. Those that are
  // destroyed stay so. One rewriting of the store, however many they are; none if all are.
  virtual absl::Status Destroy(std::span<const std::string> subjects) = 0;
  // FAILED_PRECONDITION: destroyed. Already so is no error; an absent subject gets no key.
  virtual absl::Status Restrict(std::string_view subject) = 0;
  virtual absl::Status Lift(std::string_view subject) = 0;
  // At start and after a restore, before anything is sealed or opened: destroys, restricts and
  // lifts what the log says. Nothing that is destroyed returns, named or not.
  virtual absl::Status Obey(const SubjectLedger& ledger) = 0;

  // A digest of text that nobody can recompute once any key was destroyed: keyed with a key of the
  // epoch. `key_id` names that key; digests under another id can't be compared.
  struct Tag {
    std::string key_id;  // 8 bytes.
    std::string digest;  // 16 bytes.
  };
  virtual Tag TagOf(std::string_view text) = 0;

  // For metrics: which epoch it is, from 1.
  virtual std::uint64_t epoch() const = 0;
};

}  // namespace sanzhang::keyring
