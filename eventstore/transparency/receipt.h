// Receipts (C2SP tlog-proof): that a record is in the log, in one text that is checked with nothing
// but the log's public key.
//
// `extra` is a log.v1.ReceiptExtra: the record's bytes, or the hash of its leaf. It is not signed;
// what it says is proven by the path from it to the root.
// Threads: everything may be called from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/transparency/merkle.h"
#include "eventstore/transparency/policy.h"
#include "sanzhang/log/v1/record.pb.h"

namespace sanzhang::transparency {

struct TlogProof {
  std::string extra = {};
  std::uint64_t index = 0;  // Of the leaf, from 0.
  Proof path = {};
  std::string checkpoint = {};  // The signed note.

  std::string Encode() const;
  // Whether it is a receipt, whole or not, by its first line.
  static bool Begins(std::string_view text);
  // INVALID_ARGUMENT, saying why. Nothing is verified.
  static absl::StatusOr<TlogProof> Parse(std::string_view text);
};

// `extra` of a receipt.
std::string ExtraOfRecord(std::string_view record);
std::string ExtraOfLeaf(const Hash& leaf);

struct Proven {
  Policy::Verdict verdict;
  std::uint64_t position = 0;
  Hash leaf = {};
  std::optional<log::v1::Record> record;  // Nothing: the receipt has the leaf's hash only.
};

// DATA_LOSS: what is said is not proven. NOT_FOUND: nobody whom the policy trusts has signed it.
// INVALID_ARGUMENT: not a receipt.
absl::StatusOr<Proven> VerifyReceipt(std::string_view text, const Policy& policy);

}  // namespace sanzhang::transparency
