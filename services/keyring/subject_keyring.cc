#include "services/keyring/subject_keyring.h"

#include <sodium.h>

#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "proto/wire/refusal.h"
#include "services/keyring/key_files.h"
#include "services/keyring/subject_cache.h"
#include "services/keyring/subject_store.h"

namespace sanzhang::keyring {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStorePrefix = "persons.";
constexpr std::string_view kStoreSuffix = ".sqlite";
constexpr std::string_view kKeyPrefix = "epoch.";
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kTagIdBytes = 8;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// BLAKE2b, keyed.
std::string Keyed(const SecretKey& key, std::string_view text, std::size_t bytes) {
  std::string hash(bytes, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), bytes, Bytes(text), text.size(),
                     Bytes(key.view()), SecretKey::kBytes);
  return hash;
}

// Which epoch a file belongs to; 0: none.
std::uint64_t EpochOf(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return 0;
  name.remove_prefix(prefix.size());
  std::uint64_t epoch = 0;
  const std::string digits(name.substr(0, name.find('.')));
  return absl::SimpleAtoi(digits, &epoch) ? epoch : 0;
}

class SubjectKeyringImpl : public SubjectKeyring {
 public:
  SubjectKeyringImpl(std::string folder, Options options)
      : folder_(std::move(folder)), options_(options), cache_(options.keys_cached_max) {}

  absl::Status Init() {
    absl::MutexLock lock(&store_mutex_);
    if (absl::Status made = MakeKeyFolder(folder_); !made.ok()) return made;
    std::uint64_t newest = 0;
    std::uint64_t newest_key = 0;
    for (const std::string& name : Files()) {
      if (name.ends_with(kStoreSuffix)) newest = std::max(newest, EpochOf(name, kStorePrefix));
      newest_key = std::max(newest_key, EpochOf(name, kKeyPrefix));
    }
    if (newest == 0 && newest_key > 1) {
      return absl::DataLossError(absl::StrCat(folder_, ": the keys of persons are gone"));
    }
    if (newest == 0) {
      if (absl::Status begun = BeginEpoch(1, nullptr); !begun.ok()) return begun;
      newest = 1;
    }
    if (absl::Status opened = OpenEpoch(newest); !opened.ok()) return opened;
    if (absl::Status gone = RemoveOthers(); !gone.ok()) return gone;
    const absl::StatusOr<bool> due = store_->DueToBeRewritten();
    if (!due.ok()) return due.status();
    return *due ? Rewrite() : absl::OkStatus();
  }

  absl::StatusOr<SubjectKey> KeyFor(std::string_view subject) override {
    absl::StatusOr<SubjectKey> key = Find(subject);
    if (key.ok() && key->state == SubjectState::kAbsent) {
      if (absl::Status made = MakeTogether(subject); !made.ok()) return made;
      key = Find(subject);
    }
    if (key.ok() && key->state == SubjectState::kRestricted) {
      return SubjectKey{.state = SubjectState::kRestricted, .version = 0, .key = {}};
    }
    return key;
  }

  absl::StatusOr<SubjectKey> Find(std::string_view subject) override {
    if (std::optional<SubjectKey> known = cache_.Find(subject)) return *std::move(known);
    absl::MutexLock lock(&store_mutex_);
    if (absl::Status good = Good(subject); !good.ok()) return good;
    absl::StatusOr<SubjectKey> key = store_->Find(subject);
    if (!key.ok()) return Failed(key.status());
    if (key->version != 0) cache_.Put(subject, *key);
    return key;
  }

  absl::StatusOr<SubjectState> StateOf(std::string_view subject) override {
    const absl::StatusOr<SubjectKey> key = Find(subject);
    if (!key.ok()) return key.status();
    return key->state;
  }

  absl::Status Destroy(std::span<const std::string> subjects) override {
    absl::MutexLock lock(&store_mutex_);
    return DestroyLocked(subjects);
  }

  absl::Status Restrict(std::string_view subject) override { return Set(subject, true); }
  absl::Status Lift(std::string_view subject) override { return Set(subject, false); }

  absl::Status Obey(const SubjectLedger& ledger) override {
    if (absl::Status destroyed = Destroy(ledger.destroyed); !destroyed.ok()) return destroyed;
    absl::StatusOr<std::vector<std::string>> restricted = Restricted();
    if (!restricted.ok()) return restricted.status();
    std::map<std::string_view, bool> wanted;
    for (const std::string& subject : *restricted) wanted[subject] = false;
    for (const std::string& subject : ledger.restricted) wanted[subject] = true;
    for (const auto& [subject, restrict] : wanted) {
      // What was destroyed since it was restricted is more than restricted.
      absl::Status set = Set(subject, restrict);
      if (!set.ok() && !absl::IsFailedPrecondition(set)) return set;
    }
    return absl::OkStatus();
  }

  Tag TagOf(std::string_view text) override {
    absl::MutexLock lock(&tag_mutex_);
    return {tag_id_, Keyed(tag_key_, text, kTagBytes)};
  }

  std::uint64_t epoch() const override {
    absl::MutexLock lock(&store_mutex_);
    return epoch_;
  }

 private:
  // Those who want a new key while one is being made wait for the next batch.
  struct Batch {
    std::vector<std::string> subjects;
    bool done = false;
    absl::Status made;
  };

  std::string StorePath(std::uint64_t epoch) const {
    return absl::StrCat(folder_, "/", std::string(kStorePrefix), epoch, std::string(kStoreSuffix));
  }
  std::string KeyPath(std::uint64_t epoch) const {
    return absl::StrCat(folder_, "/", std::string(kKeyPrefix), epoch, ".key");
  }
  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder_, error)) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  void Step(std::string_view step) const {
    if (options_.at_step != nullptr) options_.at_step(step);
  }

  absl::Status Good(std::string_view subject) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(store_mutex_) {
    if (subject.empty()) return absl::InternalError("a key for nobody");
    return broken_;
  }

  // Nothing is done with files that have failed once, until the process ends.
  absl::Status Failed(const absl::Status& why) ABSL_EXCLUSIVE_LOCKS_REQUIRED(store_mutex_) {
    broken_ =
        wire::Refuse(type::v1::ERROR_REASON_KEYRING_UNAVAILABLE, {}, std::string(why.message()));
    cache_.Clear();
    return broken_;
  }

  absl::Status MakeTogether(std::string_view subject) {
    std::shared_ptr<Batch> mine;
    {
      absl::MutexLock lock(&batch_mutex_);
      if (next_ == nullptr) next_ = std::make_shared<Batch>();
      mine = next_;
      mine->subjects.emplace_back(subject);
    }
    // Whoever has the store first makes the keys of all who have come by then.
    absl::MutexLock lock(&store_mutex_);
    if (mine->done) return mine->made;
    {
      absl::MutexLock batch_lock(&batch_mutex_);
      next_ = nullptr;
    }
    mine->made = Good(subject);
    if (mine->made.ok()) {
      mine->made = store_->Make(mine->subjects);
      if (!mine->made.ok()) mine->made = Failed(mine->made);
    }
    mine->done = true;
    return mine->made;
  }

  absl::Status Set(std::string_view subject, bool restricted) {
    absl::MutexLock lock(&store_mutex_);
    if (absl::Status good = Good(subject); !good.ok()) return good;
    absl::Status set = store_->SetRestricted(subject, restricted);
    if (!set.ok() && !absl::IsFailedPrecondition(set)) return Failed(set);
    cache_.Drop(subject);
    return set;
  }

  absl::StatusOr<std::vector<std::string>> Restricted() {
    absl::MutexLock lock(&store_mutex_);
    if (!broken_.ok()) return broken_;
    absl::StatusOr<std::vector<std::string>> restricted = store_->Restricted();
    if (!restricted.ok()) return Failed(restricted.status());
    return restricted;
  }

  absl::Status DestroyLocked(std::span<const std::string> subjects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(store_mutex_) {
    if (!broken_.ok()) return broken_;
    const absl::StatusOr<bool> changed = store_->Destroy(subjects);
    if (!changed.ok()) return Failed(changed.status());
    for (const std::string& subject : subjects) cache_.Drop(subject);
    if (!*changed) return absl::OkStatus();
    Step("tombstones are on disk");
    absl::Status rewritten = Rewrite();
    return rewritten.ok() ? rewritten : Failed(rewritten);
  }

  // The keys that are left go to a new epoch; the old one ends.
  absl::Status Rewrite() ABSL_EXCLUSIVE_LOCKS_REQUIRED(store_mutex_) {
    const std::uint64_t next = epoch_ + 1;
    if (absl::Status begun = BeginEpoch(next, store_.get()); !begun.ok()) return begun;
    store_.reset();
    if (absl::Status opened = OpenEpoch(next); !opened.ok()) return opened;
    return RemoveOthers();
  }

  // Makes key and store of an epoch. The epoch has begun when its store stands under its name.
  absl::Status BeginEpoch(std::uint64_t epoch, SubjectStore* from) {
    SecretKey key;
    randombytes_buf(key.data(), SecretKey::kBytes);
    if (absl::Status written = WriteKeyFile(KeyPath(epoch), key.view()); !written.ok()) {
      return written;
    }
    Step("the new key is on disk");
    const std::string part = StorePath(epoch) + ".part";
    if (absl::Status gone = RemoveFile(part); !gone.ok()) return gone;
    {
      auto store = SubjectStore::Create(part, key);
      if (!store.ok()) return store.status();
      if (from != nullptr) {
        if (absl::Status filled = (*store)->Fill(*from); !filled.ok()) return filled;
      }
    }
    if (absl::Status synced = SyncFile(part); !synced.ok()) return synced;
    Step("the new store is on disk");
    std::error_code error;
    fs::rename(part, StorePath(epoch), error);
    if (error) return absl::FailedPreconditionError(absl::StrCat(part, ": ", error.message()));
    if (absl::Status synced = SyncFolder(folder_); !synced.ok()) return synced;
    Step("the new store is in place");
    return absl::OkStatus();
  }

  absl::Status OpenEpoch(std::uint64_t epoch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(store_mutex_) {
    auto bytes = ReadKeyFile(KeyPath(epoch), SecretKey::kBytes);
    if (!bytes.ok()) return bytes.status();
    if (!bytes->has_value()) {
      return absl::DataLossError(absl::StrCat(KeyPath(epoch), ": the epoch's key is gone"));
    }
    const SecretKey key(**bytes);
    sodium_memzero((*bytes)->data(), (*bytes)->size());
    auto store = SubjectStore::Open(StorePath(epoch), key);
    if (!store.ok()) return store.status();
    store_ = *std::move(store);
    epoch_ = epoch;
    absl::MutexLock lock(&tag_mutex_);
    tag_key_ = SecretKey(Keyed(key, "sanzhang tag key 1", SecretKey::kBytes));
    tag_id_ = Keyed(key, "sanzhang tag id 1", kTagIdBytes);
    return absl::OkStatus();
  }

  // Ends all epochs but the one that is: the keys first.
  absl::Status RemoveOthers() ABSL_EXCLUSIVE_LOCKS_REQUIRED(store_mutex_) {
    bool removed = false;
    const std::string own_key = fs::path(KeyPath(epoch_)).filename();
    const std::string own_store = fs::path(StorePath(epoch_)).filename();
    for (const std::string& name : Files()) {
      if (EpochOf(name, kKeyPrefix) == 0 || name == own_key) continue;
      const std::string path = absl::StrCat(folder_, "/", name);
      if (absl::Status gone = OverwriteKeyFile(path); !gone.ok()) return gone;
      Step("the old key is overwritten");
      if (absl::Status gone = RemoveFile(path); !gone.ok()) return gone;
      Step("the old key is removed");
      removed = true;
    }
    for (const std::string& name : Files()) {
      if (EpochOf(name, kStorePrefix) == 0) continue;
      if (absl::StartsWith(name, own_store) && !absl::EndsWith(name, ".part")) continue;
      if (absl::Status gone = RemoveFile(absl::StrCat(folder_, "/", name)); !gone.ok()) return gone;
      Step("a file of the old store is removed");
      removed = true;
    }
    return removed ? SyncFolder(folder_) : absl::OkStatus();
  }

  const std::string folder_;
  const Options options_;
  SubjectCache cache_;

  absl::Mutex batch_mutex_ ABSL_ACQUIRED_AFTER(store_mutex_);
  std::shared_ptr<Batch> next_ ABSL_GUARDED_BY(batch_mutex_);

  mutable absl::Mutex store_mutex_;
  std::unique_ptr<SubjectStore> store_ ABSL_GUARDED_BY(store_mutex_);
  std::uint64_t epoch_ ABSL_GUARDED_BY(store_mutex_) = 0;
  absl::Status broken_ ABSL_GUARDED_BY(store_mutex_);

  absl::Mutex tag_mutex_;
  SecretKey tag_key_ ABSL_GUARDED_BY(tag_mutex_);
  std::string tag_id_ ABSL_GUARDED_BY(tag_mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<SubjectKeyring>> SubjectKeyring::Open(std::string folder) {
  return Open(std::move(folder), Options());
}

absl::StatusOr<std::unique_ptr<SubjectKeyring>> SubjectKeyring::Open(std::string folder,
                                                                     Options options) {
  if (sodium_init() < 0) return absl::FailedPreconditionError("no source of randomness");
  auto keyring = std::make_unique<SubjectKeyringImpl>(std::move(folder), options);
  if (absl::Status ready = keyring->Init(); !ready.ok()) return ready;
  return keyring;
}

}  // namespace sanzhang::keyring
