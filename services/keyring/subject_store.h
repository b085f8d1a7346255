// One epoch's file of wrapped data keys: a row for each subject, its key sealed under the epoch's.
//
// Nothing in the file can be used without the epoch's key. What is committed is on disk.
// Errors: UNAVAILABLE for what SQLite says; DATA_LOSS: a file, or a row, that is no good or belongs
// to another key. FAILED_PRECONDITION: another process has the file. Threads: one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/keyring/subject_keyring.h"

struct sqlite3;

namespace sanzhang::keyring {

class SubjectStore {
 public:
  // Makes a file that is not there yet, for filling: on disk only after Close and a sync of the
  // file.
  static absl::StatusOr<std::unique_ptr<SubjectStore>> Create(const std::string& path,
                                                              const SecretKey& epoch_key);
  // Opens one that is there, and keeps other processes out.
  static absl::StatusOr<std::unique_ptr<SubjectStore>> Open(const std::string& path,
                                                            const SecretKey& epoch_key);
  ~SubjectStore();
  SubjectStore(const SubjectStore&) = delete;
  SubjectStore& operator=(const SubjectStore&) = delete;

  // kAbsent if there is no row.
  absl::StatusOr<SubjectKey> Find(std::string_view subject);
  // Each subject that has no row gets a key; all with one sync.
  absl::Status Make(std::span<const std::string> subjects);
  // A subject that has no row gets one without a key. Destroyed stays destroyed.
  absl::Status SetRestricted(std::string_view subject, bool restricted);
  // Their keys go, and the store is due to be rewritten. False: all were destroyed before.
  absl::StatusOr<bool> Destroy(std::span<const std::string> subjects);
  absl::StatusOr<bool> DueToBeRewritten();

  // Adds all rows of another store, wrapped anew.
  absl::Status Fill(SubjectStore& from);
  absl::StatusOr<std::vector<std::string>> Restricted();

 private:
  SubjectStore(sqlite3* db, const SecretKey& epoch_key) : db_(db), epoch_key_(epoch_key) {}
  absl::Status Put(std::string_view subject, const SubjectKey& key);
  absl::Status Together(const std::function<absl::Status()>& changes);

  sqlite3* const db_;
  const SecretKey epoch_key_;
};

}  // namespace sanzhang::keyring
