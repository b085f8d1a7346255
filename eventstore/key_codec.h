// Keys and values of rows: see README.md. Keys sort as what they stand for: a name, a zero byte
// (which no name holds), and numbers in big-endian order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "eventstore/event_store.h"

namespace sanzhang::eventstore {

inline constexpr std::size_t kNumberBytes = 8;

std::string EncodeNumber(std::uint64_t number);
// False if it is not such a number.
bool DecodeNumber(std::string_view bytes, std::uint64_t& number);

// stream 0x00: what all keys of the stream's rows start with.
std::string StreamPrefix(std::string_view stream);
// stream 0x00 revision
std::string StreamKey(std::string_view stream, std::uint64_t revision);
bool DecodeStreamKey(std::string_view key, std::string_view& stream, std::uint64_t& revision);

// principal 0x00 request_id
std::string RequestRowKey(std::string_view principal, std::string_view request_id);

struct RequestRow {
  std::string digest = {};  // Empty after a rebuild: then any body matches.
  Receipt receipt = {};
  bool operator==(const RequestRow&) const = default;
};
std::string EncodeRequestRow(const RequestRow& row);
bool DecodeRequestRow(std::string_view bytes, RequestRow& row);
// Whether a request is the one that was seen under its id, as far as their digests tell.
bool SameBody(std::string_view seen, std::string_view asked);

// The first string after all that start with `prefix`; empty: there is none.
std::string EndOfPrefix(std::string_view prefix);

}  // namespace sanzhang::eventstore
