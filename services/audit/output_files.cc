#include "services/audit/output_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/audit/hasher.h"

namespace sanzhang::audit {
namespace {

constexpr std::size_t kPieceBytes = 256 << 10;
constexpr std::size_t kWaitingBytesMax = 8 << 20;

absl::Status SystemError(const std::string& path, const char* what) {
  const int error = errno;
  const std::string text = absl::StrCat(path, ": ", what, ": ", std::strerror(error));
  const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
  return full ? absl::ResourceExhaustedError(text) : absl::UnavailableError(text);
}

absl::Status SyncFolder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return SystemError(folder, "can't be opened");
  const bool synced = ::fsync(fd) == 0;
  absl::Status status = synced ? absl::OkStatus() : SystemError(folder, "can't be synced");
  ::close(fd);
  return status;
}

absl::Status WriteAll(int fd, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError(path, "can't be written");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return absl::OkStatus();
}

// Hands at most `size` bytes to `each`; answers how many there were.
template <class Each>
absl::StatusOr<std::uint64_t> ReadAll(int fd, const std::string& path, std::uint64_t size,
                                      const Each& each) {
  std::string block(1 << 20, '\0');
  std::uint64_t done = 0;
  while (done < size) {
    const ssize_t read =
        ::read(fd, block.data(), std::min<std::uint64_t>(block.size(), size - done));
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return SystemError(path, "can't be read");
    if (read == 0) break;
    each(std::string_view(block.data(), static_cast<std::size_t>(read)));
    done += static_cast<std::uint64_t>(read);
  }
  return done;
}

}  // namespace

class OutputFiles::File {
 public:
  File(std::string name, std::string path) : name_(std::move(name)), path_(std::move(path)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }

  // Keeps the first `size` bytes of what is there.
  absl::Status Open(std::uint64_t size) {
    fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (fd_ < 0) return SystemError(path_, "can't be opened");
    const auto read =
        ReadAll(fd_, path_, size, [this](std::string_view bytes) { hash_.Add(bytes); });
    if (!read.ok()) return read.status();
    if (*read < size) {
      return absl::DataLossError(
          absl::StrCat(path_, ": holds ", *read, " bytes where ", size, " were written"));
    }
    if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) return SystemError(path_, "can't be cut");
    size_ = size;
    return absl::OkStatus();
  }

  absl::Status Write(std::string_view bytes) {
    if (absl::Status written = WriteAll(fd_, path_, bytes); !written.ok()) return written;
    hash_.Add(bytes);
    size_ += bytes.size();
    dirty_ = true;
    return absl::OkStatus();
  }

  absl::Status Sync() {
    if (!dirty_) return absl::OkStatus();
    dirty_ = false;
    return ::fsync(fd_) == 0 ? absl::OkStatus() : SystemError(path_, "can't be synced");
  }

  const std::string& name() const { return name_; }
  std::uint64_t size() const { return size_; }
  FinishedFile Finish() { return {name_, size_, hash_.Hex()}; }

 private:
  const std::string name_;
  const std::string path_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
  bool dirty_ = true;
  Hasher hash_;
};

OutputFiles::OutputFiles(std::string folder) : folder_(std::move(folder)) {}

absl::StatusOr<std::unique_ptr<OutputFiles>> OutputFiles::Open(const std::string& folder,
                                                               const FileSizes& sizes) {
  auto files = std::unique_ptr<OutputFiles>(new OutputFiles(folder));
  for (const auto& [name, size] : sizes) {
    auto file = std::make_unique<File>(name, absl::StrCat(folder, "/", name));
    if (absl::Status opened = file->Open(size); !opened.ok()) return opened;
    files->files_.push_back(std::move(file));
    files->buffers_.emplace_back();
  }
  files->writer_ = std::thread([raw = files.get()] { raw->Work(); });
  return files;
}

OutputFiles::~OutputFiles() {
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
  }
  if (writer_.joinable()) writer_.join();
}

absl::StatusOr<std::size_t> OutputFiles::Add(const std::string& name) {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    if (files_[i]->name() == name) return i;
  }
  auto file = std::make_unique<File>(name, absl::StrCat(folder_, "/", name));
  if (absl::Status opened = file->Open(0); !opened.ok()) return opened;
  // The writer looks at files that it was given pieces of: it must be idle while the list grows.
  if (absl::Status drained = Drain(); !drained.ok()) return drained;
  files_.push_back(std::move(file));
  buffers_.emplace_back();
  return files_.size() - 1;
}

absl::Status OutputFiles::Append(std::size_t file, std::string_view bytes) {
  std::string& buffer = buffers_[file];
  buffer.append(bytes);
  if (buffer.size() < kPieceBytes) return absl::OkStatus();
  Post({file, std::exchange(buffer, {})});
  buffer.reserve(kPieceBytes + kPieceBytes / 4);
  absl::MutexLock lock(&mutex_);
  return status_;
}

void OutputFiles::Post(Piece piece) {
  absl::MutexLock lock(&mutex_);
  const auto has_room = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return waiting_bytes_ < kWaitingBytesMax || !status_.ok();
  };
  mutex_.Await(absl::Condition(&has_room));
  waiting_bytes_ += piece.bytes.size();
  queue_.push_back(std::move(piece));
}

void OutputFiles::Work() {
  std::vector<Piece> pieces;
  while (true) {
    bool failed = false;
    {
      absl::MutexLock lock(&mutex_);
      const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return !queue_.empty() || ending_;
      };
      mutex_.Await(absl::Condition(&has_work));
      if (queue_.empty()) return;
      pieces.swap(queue_);
      failed = !status_.ok();
    }
    absl::Status status;
    std::size_t bytes = 0;
    for (const Piece& piece : pieces) {
      if (status.ok() && !failed) status = files_[piece.file]->Write(piece.bytes);
      bytes += piece.bytes.size();
    }
    pieces.clear();
    absl::MutexLock lock(&mutex_);
    status_.Update(status);
    waiting_bytes_ -= bytes;
  }
}

absl::Status OutputFiles::Drain() {
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    if (!buffers_[i].empty()) Post({i, std::exchange(buffers_[i], {})});
  }
  absl::MutexLock lock(&mutex_);
  const auto idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return waiting_bytes_ == 0; };
  mutex_.Await(absl::Condition(&idle));
  return status_;
}

absl::StatusOr<FileSizes> OutputFiles::Sync() {
  absl::Status status = Drain();
  FileSizes sizes;
  for (const auto& file : files_) {
    if (status.ok()) status = file->Sync();
    sizes[file->name()] = file->size();
  }
  if (status.ok()) status = SyncFolder(folder_);
  if (!status.ok()) {
    absl::MutexLock lock(&mutex_);
    status_.Update(status);
    return status;
  }
  return sizes;
}

absl::StatusOr<std::vector<FinishedFile>> OutputFiles::Finish() {
  if (const auto synced = Sync(); !synced.ok()) return synced.status();
  std::vector<FinishedFile> finished;
  for (const auto& file : files_) finished.push_back(file->Finish());
  std::sort(finished.begin(), finished.end(),
            [](const FinishedFile& a, const FinishedFile& b) { return a.name < b.name; });
  return finished;
}

absl::Status ReplaceFile(const std::string& folder, const std::string& name,
                         std::string_view text) {
  const std::string draft = absl::StrCat(folder, "/", name, kDraftSuffix);
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (fd < 0) return SystemError(draft, "can't be opened");
  absl::Status status = WriteAll(fd, draft, text);
  if (status.ok() && ::fsync(fd) != 0) status = SystemError(draft, "can't be synced");
  ::close(fd);
  const std::string path = absl::StrCat(folder, "/", name);
  if (status.ok() && ::rename(draft.c_str(), path.c_str()) != 0) {
    status = SystemError(path, "can't be replaced");
  }
  return status.ok() ? SyncFolder(folder) : status;
}

absl::Status RemoveFile(const std::string& folder, const std::string& name) {
  const std::string path = absl::StrCat(folder, "/", name);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return SystemError(path, "can't be removed");
  return SyncFolder(folder);
}

absl::StatusOr<std::string> ReadFile(const std::string& folder, const std::string& name) {
  const std::string path = absl::StrCat(folder, "/", name);
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return errno == ENOENT ? absl::NotFoundError(absl::StrCat(path, ": is not there"))
                           : SystemError(path, "can't be opened");
  }
  std::string text;
  const auto read =
      ReadAll(fd, path, UINT64_MAX, [&text](std::string_view bytes) { text.append(bytes); });
  ::close(fd);
  if (!read.ok()) return read.status();
  return text;
}

absl::StatusOr<FinishedFile> HashFile(const std::string& folder, const std::string& name) {
  const std::string path = absl::StrCat(folder, "/", name);
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return SystemError(path, "can't be opened");
  Hasher hash;
  const auto read =
      ReadAll(fd, path, UINT64_MAX, [&hash](std::string_view bytes) { hash.Add(bytes); });
  ::close(fd);
  if (!read.ok()) return read.status();
  return FinishedFile{name, *read, hash.Hex()};
}

}  // namespace sanzhang::audit
