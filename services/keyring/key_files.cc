#include "services/keyring/key_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"

namespace sanzhang::keyring {
namespace {

absl::Status Failed(const std::string& what) {
  return absl::FailedPreconditionError(absl::StrCat(what, ": ", std::strerror(errno)));
}

// Closes when it goes.
class File {
 public:
  File(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool ok() const { return fd_ >= 0; }
  bool Write(std::string_view text) const {
    return ::write(fd_, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && Sync();
  }
  std::string Read(std::size_t bytes_max) const {
    std::string text(bytes_max, '\0');
    const ssize_t read = ::read(fd_, text.data(), text.size());
    text.resize(read < 0 ? 0 : static_cast<std::size_t>(read));
    return text;
  }
  bool Sync() const { return ::fsync(fd_) == 0; }
  std::size_t Size() const {
    struct stat about = {};
    return ::fstat(fd_, &about) == 0 ? static_cast<std::size_t>(about.st_size) : 0;
  }

 private:
  const int fd_;
};

}  // namespace

absl::Status MakeKeyFolder(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return Failed(folder);
  return absl::OkStatus();
}

absl::Status WriteKeyFile(const std::string& path, std::string_view bytes) {
  const std::string part = path + ".part";
  {
    const File file(part, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.ok() || !file.Write(bytes)) return Failed(part);
  }
  if (::rename(part.c_str(), path.c_str()) != 0) return Failed(path);
  return SyncFolder(std::filesystem::path(path).parent_path());
}

absl::StatusOr<std::optional<std::string>> ReadKeyFile(const std::string& path, std::size_t bytes) {
  const File file(path, O_RDONLY);
  if (!file.ok()) {
    if (errno == ENOENT) return std::optional<std::string>();
    return Failed(path);
  }
  std::string text = file.Read(bytes + 1);
  if (text.size() != bytes) return absl::DataLossError(absl::StrCat(path, ": no key"));
  return text;
}

absl::Status OverwriteKeyFile(const std::string& path) {
  const File file(path, O_WRONLY);
  if (!file.ok()) return errno == ENOENT ? absl::OkStatus() : Failed(path);
  return file.Write(std::string(file.Size(), '\0')) ? absl::OkStatus() : Failed(path);
}

absl::Status RemoveFile(const std::string& path) {
  return ::unlink(path.c_str()) == 0 || errno == ENOENT ? absl::OkStatus() : Failed(path);
}

absl::Status SyncFile(const std::string& path) {
  const File file(path, O_RDONLY);
  return file.ok() && file.Sync() ? absl::OkStatus() : Failed(path);
}

absl::Status SyncFolder(const std::string& folder) {
  const File file(folder, O_RDONLY | O_DIRECTORY);
  return file.ok() && file.Sync() ? absl::OkStatus() : Failed(folder);
}

}  // namespace sanzhang::keyring
