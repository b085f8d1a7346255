#include "eventstore/rocks_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rocksdb/env.h"

namespace sanzhang::eventstore {

absl::Status FromRocks(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const std::string text = status.ToString();
  if (status.IsCorruption() && text.find("checksum mismatch") != std::string::npos) {
    return absl::DataLossError(
        absl::StrCat("a file of the log is damaged, by the disk or on its way from it: what stands "
                     "in it is not what was written; take a backup or another copy, and look after "
                     "the disk (",
                     text, ")"));
  }
  if (status.IsCorruption()) return absl::DataLossError(text);
  if (status.IsIOError() || status.IsNoSpace()) return absl::UnavailableError(text);
  return absl::InternalError(text);
}

bool RocksFolder::has_db() const { return env_->FileExists(db_path() + "/CURRENT").ok(); }

absl::Status RocksFolder::MakeFolders() {
  for (const std::string& path : {path_, db_path()}) {
    if (const auto made = env_->CreateDirIfMissing(path); !made.ok()) return FromRocks(made);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::string>> RocksFolder::ReadIdentity() const {
  if (const auto exists = env_->FileExists(identity_path()); exists.IsNotFound()) {
    return std::nullopt;
  } else if (!exists.ok()) {
    return FromRocks(exists);
  }
  std::string identity;
  const auto read = rocksdb::ReadFileToString(env_, identity_path(), &identity);
  if (!read.ok()) return FromRocks(read);
  return identity;
}

absl::Status RocksFolder::WriteIdentity(const std::string& identity) {
  const std::string draft = identity_path() + ".new";
  auto status = rocksdb::WriteStringToFile(env_, identity, draft, /*should_sync=*/true);
  if (status.ok()) status = env_->RenameFile(draft, identity_path());
  return status.ok() ? Sync(path_) : FromRocks(status);
}

absl::StatusOr<std::shared_ptr<rocksdb::FileLock>> RocksFolder::Lock() {
  rocksdb::FileLock* lock = nullptr;
  const auto locked = env_->LockFile(lock_path(), &lock);
  if (!locked.ok()) {
    return absl::FailedPreconditionError("another process has the log open: " + locked.ToString());
  }
  return std::shared_ptr<rocksdb::FileLock>(lock, [env = env_](rocksdb::FileLock* held) {
    env->UnlockFile(held).PermitUncheckedError();
  });
}

absl::Status RocksFolder::CheckNotLocked() const {
  const int file = ::open(lock_path().c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return absl::OkStatus();  // A copy may lack it.
  struct flock lock = {};
  lock.l_type = F_RDLCK;  // What RocksDB holds stands against it.
  lock.l_whence = SEEK_SET;
  const bool held = ::fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  ::close(file);
  return held ? absl::FailedPreconditionError("another process has the log open")
              : absl::OkStatus();
}

absl::Status RocksFolder::SetAside(const std::string& file) {
  const std::string folder = path_ + "/set-aside";
  std::string bytes;
  rocksdb::Status status = rocksdb::ReadFileToString(env_, file, &bytes);
  if (status.ok()) status = env_->CreateDirIfMissing(folder);
  if (!status.ok()) return FromRocks(status);
  const std::string name = file.substr(file.rfind('/') + 1);
  std::string copy = absl::StrCat(folder, "/", name);
  for (int n = 2; env_->FileExists(copy).ok(); ++n) copy = absl::StrCat(folder, "/", name, ".", n);
  status = rocksdb::WriteStringToFile(env_, bytes, copy, /*should_sync=*/true);
  if (!status.ok()) return FromRocks(status);
  const absl::Status synced = Sync(folder);
  return synced.ok() ? Sync(path_) : synced;
}

absl::Status RocksFolder::Remove(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    const rocksdb::Status removed = env_->DeleteFile(file);
    if (!removed.ok() && !removed.IsNotFound() && !removed.IsPathNotFound()) {
      return FromRocks(removed);
    }
  }
  return Sync(db_path());
}

absl::Status RocksFolder::Sync(const std::string& folder) {
  std::unique_ptr<rocksdb::Directory> directory;
  rocksdb::Status status = env_->NewDirectory(folder, &directory);
  if (status.ok()) status = directory->Fsync();
  return FromRocks(status);
}

absl::Status RocksFolder::CheckFreeSpace(std::uint64_t bytes_min) const {
  std::uint64_t free_bytes = 0;
  if (const auto asked = env_->GetFreeSpace(path_, &free_bytes); !asked.ok()) {
    return FromRocks(asked);
  }
  if (free_bytes >= bytes_min) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("only ", free_bytes, " bytes are free for the log; it needs ", bytes_min));
}

absl::StatusOr<std::uint64_t> RocksFolder::RecoveryBytes() const {
  std::vector<rocksdb::Env::FileAttributes> files;
  if (const auto listed = env_->GetChildrenFileAttributes(db_path(), &files); !listed.ok()) {
    return FromRocks(listed);
  }
  std::uint64_t bytes = 0;
  for (const auto& file : files) {
    const std::string_view name = file.name;
    if (name.ends_with(".log") || name.starts_with("MANIFEST-")) bytes += file.size_bytes;
  }
  return bytes;
}

}  // namespace sanzhang::eventstore
