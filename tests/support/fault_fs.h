// A file system for RocksDB that fails and loses what was not synced, on purpose.
//
// It passes everything on to the operating system's, and remembers of each file how much of it was
// synced, and of each folder which names were. After a crash, DropUnsynced makes the files what a
// power cut may leave: of every unsynced tail and name something, chosen by a seed, is gone. What
// is modelled: appends to files, new names, renames. Deleting takes effect at once. Threads: all
// methods from any thread, but nothing may be open during DropUnsynced.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "rocksdb/file_system.h"

namespace sanzhang::support {

class FaultFs final : public rocksdb::FileSystemWrapper {
 public:
  FaultFs() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  static const char* kClassName() { return "FaultFs"; }
  const char* Name() const override { return kClassName(); }

  // From now on, the n-th operation that changes something (1: the next) fails once. A file whose
  // sync failed is never synced again, whatever it answers: the kernel has marked its pages clean.
  void FailAt(std::uint64_t n);
  // Whether an operation was failed since FailAt.
  bool has_failed() const;
  // Whatever changes a file whose name ends so fails.
  void FailFiles(std::string suffix);
  // Syncs of files whose names end so answer OK and do nothing: a disk that lies, or a store that
  // acknowledges before it syncs.
  void IgnoreSyncsOf(std::string suffix);
  // Answers of GetFreeSpace; 0: the truth.
  void SetFreeSpace(std::uint64_t bytes);
  // From now on everything fails that changes something, until DropUnsynced.
  void Crash();
  // Leaves what a power cut leaves, and works again.
  void DropUnsynced(std::uint64_t seed);

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* folder,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options,
                                 std::uint64_t* bytes, rocksdb::IODebugContext* debug) override;

 private:
  friend class FaultFile;
  friend class FaultFolder;

  struct File {
    std::uint64_t size = 0;
    std::uint64_t synced = 0;
    bool sync_failed = false;
  };
  // A new name, or a rename if `from` is not empty.
  struct NameChange {
    std::string from;
    std::string to;
    bool replaced = false;    // There was a file of that name,
    std::string old_content;  // and this was in it.
  };

  // Counts an operation; not OK if it is to fail.
  rocksdb::IOStatus Count(std::string_view what, std::string_view path);
  void Synced(const std::string& path, bool ok);
  void FolderSynced(const std::string& folder);

  mutable absl::Mutex mutex_;
  std::map<std::string, File> files_ ABSL_GUARDED_BY(mutex_);
  std::vector<NameChange> unsynced_names_ ABSL_GUARDED_BY(mutex_);  // In their order.
  std::uint64_t fail_in_ ABSL_GUARDED_BY(mutex_) = 0;
  bool has_failed_ ABSL_GUARDED_BY(mutex_) = false;
  std::string failing_suffix_ ABSL_GUARDED_BY(mutex_);
  std::string unsynced_suffix_ ABSL_GUARDED_BY(mutex_);
  bool crashed_ ABSL_GUARDED_BY(mutex_) = false;
  std::uint64_t free_space_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace sanzhang::support
