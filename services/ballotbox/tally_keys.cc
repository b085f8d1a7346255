#include "services/ballotbox/tally_keys.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace sanzhang::ballotbox {
namespace {

constexpr std::size_t kKeyBytes = crypto_box_SECRETKEYBYTES;
// As the runtime pads boxes (type/v1/sealed_box.proto).
constexpr std::size_t kPaddingBytes = 256;

unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

absl::Status Failed(std::string_view what, const std::filesystem::path& path) {
  return absl::InternalError(
      absl::StrCat(std::string(what), " ", path.string(), ": ", std::strerror(errno)));
}

class File {
 public:
  File(const std::filesystem::path& path, int flags) : fd_(open(path.c_str(), flags, 0600)) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

// Durable when it returns OK, the name too.
absl::Status WriteWhole(const std::filesystem::path& path, std::string_view bytes) {
  const File file(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW);
  if (file.fd() < 0) return Failed("can't make", path);
  if (write(file.fd(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) ||
      fsync(file.fd()) != 0) {
    return Failed("can't write", path);
  }
  return absl::OkStatus();
}

absl::Status SyncFolder(const std::filesystem::path& path) {
  const File folder(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder.fd() < 0 || fsync(folder.fd()) != 0) return Failed("can't sync", path);
  return absl::OkStatus();
}

std::string PublicOf(std::string_view secret) {
  std::string key(crypto_box_PUBLICKEYBYTES, '\0');
  crypto_scalarmult_base(Bytes(key), Bytes(secret));
  return key;
}

}  // namespace

absl::StatusOr<TallyKeys> TallyKeys::Open(const std::filesystem::path& folder) {
  if (sodium_init() < 0) return absl::InternalError("libsodium does not start");
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  }
  if (error) return absl::InternalError(absl::StrCat(folder.string(), ": ", error.message()));
  return TallyKeys(folder);
}

std::filesystem::path TallyKeys::PathOf(std::string_view resolution) const {
  // A resource name is a safe file name once its slashes are gone, and stays one that people can
  // read.
  std::string name(resolution);
  for (char& c : name) {
    if (c == '/') c = '~';
  }
  return folder_ / absl::StrCat(name, ".key");
}

absl::StatusOr<std::string> TallyKeys::PublicKey(std::string_view resolution) {
  absl::StatusOr<std::string> secret = SecretKey(resolution);
  if (absl::IsNotFound(secret.status())) {
    std::string key(kKeyBytes, '\0');
    randombytes_buf(key.data(), key.size());
    // Under its name only when it is whole: a crash leaves no half key.
    const std::filesystem::path path = PathOf(resolution);
    const std::filesystem::path fresh = path.string() + ".new";
    if (absl::Status written = WriteWhole(fresh, key); !written.ok()) return written;
    if (std::rename(fresh.c_str(), path.c_str()) != 0) return Failed("can't rename", fresh);
    if (absl::Status synced = SyncFolder(folder_); !synced.ok()) return synced;
    secret = std::move(key);
  }
  if (!secret.ok()) return secret.status();
  std::string key = PublicOf(*secret);
  sodium_memzero(secret->data(), secret->size());
  return key;
}

absl::StatusOr<std::string> TallyKeys::SecretKey(std::string_view resolution) const {
  const std::filesystem::path path = PathOf(resolution);
  const File file(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file.fd() < 0) {
    if (errno == ENOENT) {
      return absl::NotFoundError(absl::StrCat("no key of ", std::string(resolution)));
    }
    return Failed("can't open", path);
  }
  std::string key(kKeyBytes + 1, '\0');
  const ssize_t size = read(file.fd(), key.data(), key.size());
  if (size != static_cast<ssize_t>(kKeyBytes)) {
    return absl::InternalError(absl::StrCat(path.string(), " is not a key"));
  }
  key.resize(kKeyBytes);
  return key;
}

absl::Status TallyKeys::Destroy(std::string_view resolution) {
  const std::filesystem::path path = PathOf(resolution);
  {
    const File file(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file.fd() < 0) return errno == ENOENT ? absl::OkStatus() : Failed("can't open", path);
    const std::string zeros(kKeyBytes, '\0');
    if (write(file.fd(), zeros.data(), zeros.size()) != static_cast<ssize_t>(zeros.size()) ||
        fsync(file.fd()) != 0) {
      return Failed("can't overwrite", path);
    }
  }
  if (unlink(path.c_str()) != 0) return Failed("can't remove", path);
  return SyncFolder(folder_);
}

absl::StatusOr<std::string> OpenSealed(std::string_view sealed, std::string_view secret_key) {
  const absl::Status damaged = absl::DataLossError("sealed to another key, or damaged");
  if (secret_key.size() != kKeyBytes || sealed.size() < crypto_box_SEALBYTES + kPaddingBytes) {
    return damaged;
  }
  const std::string public_key = PublicOf(secret_key);
  std::string open(sealed.size() - crypto_box_SEALBYTES, '\0');
  std::size_t size = 0;
  if (crypto_box_seal_open(Bytes(open), Bytes(sealed), sealed.size(), Bytes(public_key),
                           Bytes(secret_key)) != 0 ||
      sodium_unpad(&size, Bytes(open), open.size(), kPaddingBytes) != 0) {
    return damaged;
  }
  open.resize(size);
  return open;
}

}  // namespace sanzhang::ballotbox
