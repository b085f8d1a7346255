// Reads a write-ahead log of RocksDB as it lies on disk, without RocksDB, and says how it ends.
//
// RocksDB decides by itself what to drop of a damaged log, and of some damage it drops what was
// acknowledged without a word: a length that points beyond the file, a type that looks recycled, a
// header of zeros. This reader drops nothing. It also looks behind the first bad place, byte by
// byte: a synced batch is one group, the next is written only after the last was synced, so a whole
// group's beginning behind a bad place proves that what is damaged was acknowledged.
//
// The format: blocks of 32 KiB, filled with fragments, each whole within its block:
//   crc32c, masked (4 bytes) · length of the payload (2) · type (1) · payload
//   types: 1 full, 2 first, 3 middle, 4 last; 5 to 8 the same of a recycled file, with the log's
//   number (4) before the payload. The checksum covers all from the type on. All little-endian.
// A block's last bytes, too few for a header, mean nothing.
//
// A payload that holds a fragment's bytes, right behind the place where a write was torn, is taken
// for a group: the answer is then damage where there is none, never the other way round.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rocksdb {
class FileChecksumGenFactory;
}

namespace sanzhang::eventstore {

inline constexpr std::size_t kWalBlockBytes = 32 * 1024;

struct WalScan {
  enum class End {
    kWhole,       // With a group's last byte.
    kIncomplete,  // Within a group: the file ends before it does.
    kBad,         // With bytes that are no group.
  };
  End end = End::kWhole;
  std::uint64_t groups = 0;  // Before the first that is not whole.
  std::uint64_t offset = 0;  // Where that begins; of a whole log, its size.
  std::string fault = {};    // What is wrong there.
  // Where a later group begins: what is bad was acknowledged.
  std::optional<std::uint64_t> later_group = {};
};

class WalScanner {
 public:
  // `number`: of the log, as in its file's name.
  explicit WalScanner(std::uint64_t number);
  ~WalScanner();

  // The next block; only the last may be shorter than kWalBlockBytes.
  void Add(std::string_view block);
  // After the last block.
  WalScan Finish();

 private:
  struct Fragment;
  Fragment Parse(std::string_view bytes, std::size_t block_left) const;
  bool HasChecksum(std::string_view covered, std::uint32_t masked) const;
  void Take(const Fragment& fragment, std::uint64_t offset);
  void Fail(WalScan::End end, std::uint64_t offset, std::string fault);
  void SearchLater(std::string_view block, std::size_t from);

  const std::uint32_t number_;
  const std::shared_ptr<rocksdb::FileChecksumGenFactory> checksums_;
  WalScan scan_;
  std::uint64_t block_offset_ = 0;
  std::optional<std::uint64_t> group_begin_;  // Of a group whose last fragment is still to come.
  bool failed_ = false;
};

}  // namespace sanzhang::eventstore
