#include "projections/engine/page_token.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "absl/strings/str_cat.h"
#include "projections/engine/limits.h"
#include "proto/wire/refusal.h"

namespace sanzhang::projections {
namespace {

constexpr char kKeyFile[] = "page_token.key";
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr int kBase64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

const unsigned char* Data(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Data(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// Plain text: expiry, position, then each value as its kind, its length and its bytes.
void PutNumber(std::string& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
}

void PutLiteral(std::string& out, const Literal& literal) {
  out.push_back(static_cast<char>(literal.index()));
  if (const auto* number = std::get_if<std::int64_t>(&literal)) {
    PutNumber(out, static_cast<std::uint64_t>(*number));
  } else if (const auto* text = std::get_if<std::string>(&literal)) {
    PutNumber(out, text->size());
    out += *text;
  }
}

std::optional<std::uint64_t> TakeNumber(std::string_view& in) {
  if (in.size() < 8) return std::nullopt;
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i)
    number = number << 8 | static_cast<unsigned char>(in[static_cast<std::size_t>(i)]);
  in.remove_prefix(8);
  return number;
}

std::optional<Literal> TakeLiteral(std::string_view& in) {
  const char kind = in.front();
  in.remove_prefix(1);
  if (kind == 0) return Literal(Null{});
  const std::optional<std::uint64_t> number = TakeNumber(in);
  if (!number.has_value()) return std::nullopt;
  if (kind == 1) return Literal(static_cast<std::int64_t>(*number));
  if (kind != 2 || *number > in.size()) return std::nullopt;
  std::string text(in.substr(0, *number));
  in.remove_prefix(*number);
  return Literal(std::move(text));
}

absl::Status FileError(const std::filesystem::path& path) {
  return absl::InternalError(absl::StrCat(path.string(), ": ", std::strerror(errno)));
}

// A descriptor that is closed.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

// Whether there is one.
template <class Key>
absl::StatusOr<bool> ReadKey(const std::filesystem::path& path, Key& key) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0 && errno == ENOENT) return false;
  if (file.get() < 0) return FileError(path);
  const ssize_t bytes = read(file.get(), key.data(), key.size());
  if (bytes == static_cast<ssize_t>(key.size())) return true;
  return absl::InternalError(
      absl::StrCat(path.string(), " is not a key; without it a new one is made"));
}

template <class Key>
absl::Status WriteKey(const std::filesystem::path& path, const Key& key) {
  const File file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (file.get() < 0) return FileError(path);
  if (write(file.get(), key.data(), key.size()) != static_cast<ssize_t>(key.size()) ||
      fsync(file.get()) != 0) {
    return FileError(path);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PageTokens> PageTokens::Open(const std::filesystem::path& folder) {
  if (sodium_init() < 0) return absl::InternalError("no random numbers");
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::filesystem::path path = folder / kKeyFile;
  Key key;
  absl::StatusOr<bool> found = ReadKey(path, key);
  if (!found.ok()) return found.status();
  if (*found) return PageTokens(key);
  // It gets its name when it is whole; if another process was quicker, that one's key counts.
  randombytes_buf(key.data(), key.size());
  const std::filesystem::path made = path.string() + "." + std::to_string(getpid());
  absl::Status status = WriteKey(made, key);
  if (status.ok() && link(made.c_str(), path.c_str()) != 0 && errno != EEXIST)
    status = FileError(path);
  unlink(made.c_str());
  if (!status.ok()) return status;
  found = ReadKey(path, key);
  if (!found.ok()) return found.status();
  return PageTokens(key);
}

std::string PageTokens::Seal(const PageEnd& end, std::string_view fingerprint,
                             absl::Time now) const {
  std::string plain;
  PutNumber(plain, static_cast<std::uint64_t>(absl::ToUnixMicros(now + kPageTokenLife)));
  PutNumber(plain, end.as_of_position);
  for (const Literal& value : end.values) PutLiteral(plain, value);
  std::string sealed(kNonceBytes + plain.size() + kTagBytes, '\0');
  randombytes_buf(sealed.data(), kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(Data(sealed) + kNonceBytes, nullptr, Data(plain),
                                             plain.size(), Data(fingerprint), fingerprint.size(),
                                             nullptr, Data(sealed), key_.data());
  std::string token(sodium_base64_encoded_len(sealed.size(), kBase64), '\0');
  sodium_bin2base64(token.data(), token.size(), Data(sealed), sealed.size(), kBase64);
  token.pop_back();  // The terminating zero.
  return token;
}

absl::StatusOr<PageEnd> PageTokens::Unseal(std::string_view token, std::string_view fingerprint,
                                           absl::Time now) const {
  const absl::Status invalid = wire::Refuse(type::v1::ERROR_REASON_PAGE_TOKEN_INVALID);
  if (token.size() > kPageTokenBytesMax) return invalid;
  std::string sealed(token.size(), '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(Data(sealed), sealed.size(), token.data(), token.size(), nullptr, &size,
                        &end, kBase64) != 0 ||
      end != token.data() + token.size() || size < kNonceBytes + kTagBytes) {
    return invalid;
  }
  std::string plain(size - kNonceBytes - kTagBytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          Data(plain), nullptr, nullptr, Data(sealed) + kNonceBytes, size - kNonceBytes,
          Data(fingerprint), fingerprint.size(), Data(sealed), key_.data()) != 0) {
    return invalid;
  }
  std::string_view rest = plain;
  const std::optional<std::uint64_t> expires = TakeNumber(rest);
  const std::optional<std::uint64_t> position = TakeNumber(rest);
  if (!expires.has_value() || !position.has_value()) return invalid;
  if (absl::FromUnixMicros(static_cast<std::int64_t>(*expires)) <= now) return invalid;
  PageEnd page{.as_of_position = *position};
  while (!rest.empty()) {
    std::optional<Literal> value = TakeLiteral(rest);
    if (!value.has_value()) return invalid;
    page.values.push_back(*std::move(value));
  }
  return page;
}

}  // namespace sanzhang::projections
