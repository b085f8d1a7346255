// Walks over protobuf's wire format, field by field, without a copy.
#pragma once

#include <cstdint>
#include <string_view>

namespace sanzhang::audit {

class WireWalk {
 public:
  enum Type : std::uint32_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

  explicit WireWalk(std::string_view bytes) : rest_(bytes) {}

  // Goes to the next field; false at the end, and if the bytes are not a message: see ok().
  bool Next() {
    if (rest_.empty() || !ok_) return false;
    const std::uint64_t tag = Varint(kShortBytesMax);
    number_ = static_cast<std::uint32_t>(tag >> 3);
    type_ = static_cast<std::uint32_t>(tag & 7);
    if (number_ == 0 || tag >> 32 != 0) ok_ = false;
    switch (type_) {
      case kVarint:
        varint_ = Varint(kVarintBytesMax);
        break;
      case kBytes:
        bytes_ = Take(Varint(kShortBytesMax));
        break;
      case kFixed64:
        bytes_ = Take(8);
        break;
      case kFixed32:
        bytes_ = Take(4);
        break;
      default:
        ok_ = false;
    }
    return ok_;
  }

  bool ok() const { return ok_; }
  std::uint32_t number() const { return number_; }
  std::uint32_t type() const { return type_; }
  std::uint64_t varint() const { return varint_; }
  std::string_view bytes() const { return bytes_; }
  // Where the next field begins.
  const char* at() const { return rest_.data(); }

  // One number of a packed field; false at the end.
  bool NextPacked(std::uint64_t& value) {
    if (rest_.empty() || !ok_) return false;
    value = Varint(kVarintBytesMax);
    return ok_;
  }

 private:
  static constexpr unsigned kVarintBytesMax = 10;
  static constexpr unsigned kShortBytesMax = 5;  // Of a tag or a length; protobuf reads no more.

  std::uint64_t Varint(unsigned bytes_max) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 7 * bytes_max && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }

  std::string_view Take(std::uint64_t bytes) {
    if (!ok_ || bytes > rest_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return taken;
  }

  std::string_view rest_;
  std::string_view bytes_;
  std::uint64_t varint_ = 0;
  std::uint32_t number_ = 0;
  std::uint32_t type_ = 0;
  bool ok_ = true;
};

}  // namespace sanzhang::audit
