#include "eventstore/transparency/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace sanzhang::transparency {
namespace {

absl::Status Failed(const std::string& path) {
  return absl::UnavailableError(absl::StrCat(path, ": ", std::strerror(errno)));
}

// Closes when it goes.
class File {
 public:
  File(const std::string& path, int flags, unsigned mode = 0)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool ok() const { return fd_ >= 0; }
  int fd() const { return fd_; }

 private:
  const int fd_;
};

bool WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

}  // namespace

absl::Status PutFile(const std::string& path, std::string_view bytes, Durable durable,
                     unsigned mode) {
  const std::string part = path + ".part";
  {
    const File file(part, O_WRONLY | O_CREAT | O_TRUNC, mode);
    if (!file.ok() || !WriteAll(file.fd(), bytes)) return Failed(part);
    if (durable == Durable::kYes && ::fsync(file.fd()) != 0) return Failed(part);
  }
  if (::rename(part.c_str(), path.c_str()) != 0) return Failed(path);
  return durable == Durable::kYes ? SyncPath(FolderOf(path)) : absl::OkStatus();
}

absl::StatusOr<std::optional<std::string>> GetFile(const std::string& path, std::size_t bytes_max) {
  const File file(path, O_RDONLY);
  if (!file.ok()) {
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<std::string>();
    return Failed(path);
  }
  std::string bytes(bytes_max + 1, '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t read = ::read(file.fd(), bytes.data() + size, bytes.size() - size);
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return Failed(path);
    if (read == 0) break;
    size += static_cast<std::size_t>(read);
  }
  if (size > bytes_max) return absl::UnavailableError(absl::StrCat(path, ": too large"));
  bytes.resize(size);
  return bytes;
}

absl::Status MakeFolder(const std::string& path, unsigned mode) {
  if (::mkdir(path.c_str(), mode) == 0 || errno == EEXIST) return absl::OkStatus();
  if (errno != ENOENT || path.find('/') == std::string::npos) return Failed(path);
  if (absl::Status above = MakeFolder(FolderOf(path), mode); !above.ok()) return above;
  return ::mkdir(path.c_str(), mode) == 0 || errno == EEXIST ? absl::OkStatus() : Failed(path);
}

absl::Status SyncPath(const std::string& path) {
  const File file(path, O_RDONLY);
  return file.ok() && ::fsync(file.fd()) == 0 ? absl::OkStatus() : Failed(path);
}

}  // namespace sanzhang::transparency
