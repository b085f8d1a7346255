#include "eventstore/wal_scan.h"

#include <algorithm>
#include <utility>

#include "rocksdb/file_checksum.h"

namespace sanzhang::eventstore {
namespace {

constexpr std::size_t kHeaderBytes = 7;
constexpr std::size_t kTypeOffset = 6;  // Where the checksum begins to cover.
constexpr std::size_t kRecycledHeaderBytes = 11;

// The types, without regard to whether the file is a recycled one.
enum Part : std::uint8_t { kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };
constexpr std::uint8_t kRecycled = 4;  // What a recycled file's types are greater by.

std::uint32_t Fixed(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t number = 0;
  for (std::size_t i = count; i-- > 0;) {
    number = number << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  }
  return number;
}

// Checksums are stored so that a checksum of bytes that hold checksums is still a good one.
std::uint32_t Unmask(std::uint32_t masked) {
  const std::uint32_t rotated = masked - 0xa282ead8u;
  return rotated >> 17 | rotated << 15;
}

}  // namespace

// What stands at some place: a fragment, or what is wrong.
struct WalScanner::Fragment {
  std::uint8_t part = 0;
  std::size_t bytes = 0;        // With its header.
  const char* fault = nullptr;  // Null: it is whole.
  bool at_end = false;          // The fault is only that the file ends.

  bool begins_group() const { return fault == nullptr && part <= kFirst; }
};

WalScanner::WalScanner(std::uint64_t number)
    : number_(static_cast<std::uint32_t>(number)),
      checksums_(rocksdb::GetFileChecksumGenCrc32cFactory()) {}

WalScanner::~WalScanner() = default;

void WalScanner::Add(std::string_view block) {
  std::size_t at = 0;
  while (!failed_ && at < block.size()) {
    const std::size_t block_left = kWalBlockBytes - at;
    if (block_left < kHeaderBytes) break;
    const Fragment fragment = Parse(block.substr(at), block_left);
    const std::uint64_t offset = block_offset_ + at;
    if (fragment.fault == nullptr) {
      Take(fragment, offset);
      at += fragment.bytes;
    } else {
      Fail(fragment.at_end ? WalScan::End::kIncomplete : WalScan::End::kBad,
           group_begin_.value_or(offset), fragment.fault);
      ++at;
    }
  }
  if (failed_ && !scan_.later_group.has_value()) SearchLater(block, at);
  block_offset_ += block.size();
}

WalScan WalScanner::Finish() {
  if (!failed_ && group_begin_.has_value()) {
    Fail(WalScan::End::kIncomplete, *group_begin_, "a group without its end");
  }
  if (!failed_) scan_.offset = block_offset_;
  if (scan_.later_group.has_value()) scan_.end = WalScan::End::kBad;
  return std::move(scan_);
}

WalScanner::Fragment WalScanner::Parse(std::string_view bytes, std::size_t block_left) const {
  if (bytes.size() < kHeaderBytes) return {.fault = "a header without its end", .at_end = true};
  const std::size_t length = Fixed(bytes, 4, 2);
  const std::uint8_t type = static_cast<std::uint8_t>(bytes[kTypeOffset]);
  if (type < kFull || type > kLast + kRecycled) return {.fault = "no fragment of that type"};
  const bool recycled = type > kLast;
  const std::size_t header = recycled ? kRecycledHeaderBytes : kHeaderBytes;
  if (header + length > block_left) return {.fault = "a length that leaves the block"};
  if (header + length > bytes.size())
    return {.fault = "a fragment without its end", .at_end = true};
  if (!HasChecksum(bytes.substr(kTypeOffset, header + length - kTypeOffset), Fixed(bytes, 0, 4))) {
    return {.fault = "a wrong checksum"};
  }
  if (recycled && Fixed(bytes, kHeaderBytes, 4) != number_) return {.fault = "another log's bytes"};
  return {.part = static_cast<std::uint8_t>(recycled ? type - kRecycled : type),
          .bytes = header + length};
}

bool WalScanner::HasChecksum(std::string_view covered, std::uint32_t masked) const {
  const auto generator = checksums_->CreateFileChecksumGenerator({});
  generator->Update(covered.data(), covered.size());
  generator->Finalize();
  const std::string sum = generator->GetChecksum();  // 4 bytes, big-endian.
  const std::string little(sum.rbegin(), sum.rend());
  return Fixed(little, 0, 4) == Unmask(masked);
}

void WalScanner::Take(const Fragment& fragment, std::uint64_t offset) {
  const bool begins = fragment.begins_group();
  if (begins == group_begin_.has_value()) {
    Fail(WalScan::End::kBad, group_begin_.value_or(offset),
         begins ? "a group without its end" : "a group without its beginning");
    if (begins) scan_.later_group = offset;
    return;
  }
  if (begins) group_begin_ = offset;
  if (fragment.part == kFull || fragment.part == kLast) {
    ++scan_.groups;
    group_begin_.reset();
  }
}

void WalScanner::Fail(WalScan::End end, std::uint64_t offset, std::string fault) {
  failed_ = true;
  scan_.end = end;
  scan_.offset = offset;
  scan_.fault = std::move(fault);
}

// Fragments of the group that is bad may be whole; they prove nothing, and are stepped over.
void WalScanner::SearchLater(std::string_view block, std::size_t from) {
  for (std::size_t at = from; at + kHeaderBytes <= block.size();) {
    const Fragment fragment = Parse(block.substr(at), kWalBlockBytes - at);
    if (fragment.begins_group()) {
      scan_.later_group = block_offset_ + at;
      return;
    }
    at += fragment.fault == nullptr ? fragment.bytes : 1;
  }
}

}  // namespace sanzhang::eventstore
