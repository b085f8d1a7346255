#include "tests/support/fault_fs.h"

#include <algorithm>
#include <random>
#include <utility>

#include "rocksdb/env.h"

namespace sanzhang::support {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

namespace {

std::string FolderOf(const std::string& path) { return path.substr(0, path.rfind('/')); }

}  // namespace

class FaultFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultFile(FaultFs& fs, std::string path, std::unique_ptr<rocksdb::FSWritableFile> file)
      : FSWritableFileOwnerWrapper(std::move(file)), fs_(fs), path_(std::move(path)) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    if (IOStatus fault = fs_.Count("append", path_); !fault.ok()) return fault;
    Grown(data.size());
    return FSWritableFileOwnerWrapper::Append(data, options, debug);
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& info, IODebugContext* debug) override {
    if (IOStatus fault = fs_.Count("append", path_); !fault.ok()) return fault;
    Grown(data.size());
    return FSWritableFileOwnerWrapper::Append(data, options, info, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return Synced([&] { return FSWritableFileOwnerWrapper::Sync(options, debug); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Synced([&] { return FSWritableFileOwnerWrapper::Fsync(options, debug); });
  }
  // A hint to the kernel only; nothing may rest on it.
  IOStatus RangeSync(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }

 private:
  void Grown(std::size_t bytes) {
    absl::MutexLock lock(&fs_.mutex_);
    fs_.files_[path_].size += bytes;
  }

  // Nothing here asks the real disk to sync: what is synced is a matter of the model.
  template <class RealSync>
  IOStatus Synced(const RealSync&) {
    const IOStatus fault = fs_.Count("sync", path_);
    fs_.Synced(path_, fault.ok());
    return fault;
  }

  FaultFs& fs_;
  const std::string path_;
};

class FaultFolder final : public rocksdb::FSDirectory {
 public:
  FaultFolder(FaultFs& fs, std::string path, std::unique_ptr<rocksdb::FSDirectory> folder)
      : fs_(fs), path_(std::move(path)), folder_(std::move(folder)) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    if (IOStatus fault = fs_.Count("sync of a folder", path_); !fault.ok()) return fault;
    fs_.FolderSynced(path_);
    return IOStatus::OK();
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions&) override {
    return Fsync(options, debug);
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    return folder_->Close(options, debug);
  }
  std::size_t GetUniqueId(char* id, std::size_t max_size) const override {
    return folder_->GetUniqueId(id, max_size);
  }

 private:
  FaultFs& fs_;
  const std::string path_;
  const std::unique_ptr<rocksdb::FSDirectory> folder_;
};

void FaultFs::FailAt(std::uint64_t n) {
  absl::MutexLock lock(&mutex_);
  fail_in_ = n;
  has_failed_ = false;
}

bool FaultFs::has_failed() const {
  absl::MutexLock lock(&mutex_);
  return has_failed_;
}

void FaultFs::FailFiles(std::string suffix) {
  absl::MutexLock lock(&mutex_);
  failing_suffix_ = std::move(suffix);
}

void FaultFs::IgnoreSyncsOf(std::string suffix) {
  absl::MutexLock lock(&mutex_);
  unsynced_suffix_ = std::move(suffix);
}

void FaultFs::SetFreeSpace(std::uint64_t bytes) {
  absl::MutexLock lock(&mutex_);
  free_space_bytes_ = bytes;
}

void FaultFs::Crash() {
  absl::MutexLock lock(&mutex_);
  crashed_ = true;
}

IOStatus FaultFs::Count(std::string_view what, std::string_view path) {
  absl::MutexLock lock(&mutex_);
  if (crashed_) return IOStatus::IOError("the machine has crashed");
  const bool fails_always = !failing_suffix_.empty() && path.ends_with(failing_suffix_);
  const bool fails_now = fail_in_ > 0 && --fail_in_ == 0;
  if (!fails_always && !fails_now) return IOStatus::OK();
  has_failed_ = true;
  return IOStatus::IOError("injected fault: " + std::string(what));
}

void FaultFs::Synced(const std::string& path, bool ok) {
  absl::MutexLock lock(&mutex_);
  File& file = files_[path];
  file.sync_failed = file.sync_failed || !ok;
  const bool ignored = !unsynced_suffix_.empty() && path.ends_with(unsynced_suffix_);
  if (!file.sync_failed && !ignored) file.synced = file.size;
}

void FaultFs::FolderSynced(const std::string& folder) {
  absl::MutexLock lock(&mutex_);
  std::erase_if(unsynced_names_, [&](const auto& name) { return FolderOf(name.to) == folder; });
}

IOStatus FaultFs::NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                  std::unique_ptr<rocksdb::FSWritableFile>* file,
                                  IODebugContext* debug) {
  if (IOStatus fault = Count("creation", path); !fault.ok()) return fault;
  const bool is_new = !target()->FileExists(path, IOOptions(), debug).ok();
  IOStatus status = target()->NewWritableFile(path, options, file, debug);
  if (!status.ok()) return status;
  *file = std::make_unique<FaultFile>(*this, path, std::move(*file));
  absl::MutexLock lock(&mutex_);
  files_[path] = {};
  if (is_new) unsynced_names_.push_back({"", path, false, ""});
  return status;
}

IOStatus FaultFs::ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                     std::unique_ptr<rocksdb::FSWritableFile>* file,
                                     IODebugContext* debug) {
  if (IOStatus fault = Count("reopening", path); !fault.ok()) return fault;
  IOStatus status = target()->ReopenWritableFile(path, options, file, debug);
  if (status.ok()) *file = std::make_unique<FaultFile>(*this, path, std::move(*file));
  return status;
}

IOStatus FaultFs::NewDirectory(const std::string& path, const IOOptions& options,
                               std::unique_ptr<rocksdb::FSDirectory>* folder,
                               IODebugContext* debug) {
  IOStatus status = target()->NewDirectory(path, options, folder, debug);
  if (status.ok()) *folder = std::make_unique<FaultFolder>(*this, path, std::move(*folder));
  return status;
}

IOStatus FaultFs::DeleteFile(const std::string& path, const IOOptions& options,
                             IODebugContext* debug) {
  if (IOStatus fault = Count("deletion", path); !fault.ok()) return fault;
  IOStatus status = target()->DeleteFile(path, options, debug);
  absl::MutexLock lock(&mutex_);
  files_.erase(path);
  std::erase_if(unsynced_names_, [&](const auto& name) { return name.to == path; });
  return status;
}

IOStatus FaultFs::RenameFile(const std::string& from, const std::string& to,
                             const IOOptions& options, IODebugContext* debug) {
  if (IOStatus fault = Count("renaming", to); !fault.ok()) return fault;
  NameChange rename{from, to, false, ""};
  rename.replaced =
      rocksdb::ReadFileToString(rocksdb::Env::Default(), to, &rename.old_content).ok();
  IOStatus status = target()->RenameFile(from, to, options, debug);
  if (!status.ok()) return status;
  absl::MutexLock lock(&mutex_);
  files_[to] = files_[from];
  files_.erase(from);
  unsynced_names_.push_back(std::move(rename));
  return status;
}

IOStatus FaultFs::GetFreeSpace(const std::string& path, const IOOptions& options,
                               std::uint64_t* bytes, IODebugContext* debug) {
  absl::MutexLock lock(&mutex_);
  if (free_space_bytes_ == 0) return target()->GetFreeSpace(path, options, bytes, debug);
  *bytes = free_space_bytes_;
  return IOStatus::OK();
}

namespace {

// Nothing, everything, or a part of what was not synced stays.
std::uint64_t Kept(std::mt19937_64& random, std::uint64_t unsynced) {
  switch (random() % 4) {
    case 0:
      return 0;
    case 1:
      return unsynced;
    default:
      return random() % (unsynced + 1);
  }
}

}  // namespace

void FaultFs::DropUnsynced(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  rocksdb::Env* env = rocksdb::Env::Default();
  absl::MutexLock lock(&mutex_);
  for (auto& [path, file] : files_) {
    if (file.synced >= file.size) continue;
    const std::uint64_t kept = file.synced + Kept(random, file.size - file.synced);
    std::string content;
    if (!rocksdb::ReadFileToString(env, path, &content).ok()) continue;
    content.resize(std::min<std::size_t>(content.size(), kept));
    rocksdb::WriteStringToFile(env, content, path).PermitUncheckedError();
  }
  for (std::uint64_t left = Kept(random, unsynced_names_.size()); unsynced_names_.size() > left;) {
    const NameChange& change = unsynced_names_.back();
    if (change.from.empty()) {
      env->DeleteFile(change.to).PermitUncheckedError();
    } else {
      env->RenameFile(change.to, change.from).PermitUncheckedError();
    }
    if (change.replaced) {
      rocksdb::WriteStringToFile(env, change.old_content, change.to).PermitUncheckedError();
    }
    unsynced_names_.pop_back();
  }
  unsynced_names_.clear();
  files_.clear();
  fail_in_ = 0;
  failing_suffix_.clear();
  crashed_ = false;
}

}  // namespace sanzhang::support
