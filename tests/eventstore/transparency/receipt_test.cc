// Receipts: that each proves its record, and that none proves anything else.
#include "eventstore/transparency/receipt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "tests/eventstore/transparency/naive_tree.h"

namespace sanzhang::transparency {
namespace {

class ReceiptTest : public testing::Test {
 protected:
  static constexpr std::uint64_t kSize = 11;

  ReceiptTest() {
    for (std::uint64_t position = 1; position <= kSize; ++position) {
      tree_.Add(LeafHash(RecordAt(position)));
    }
  }
  static std::string RecordAt(std::uint64_t position) {
    log::v1::Record record;
    record.set_position(position);
    record.set_stream(absl::StrCat("communities/c1/complaints/k", position));
    record.set_type("test.Happened");
    return record.SerializeAsString();
  }
  TlogProof ProofOf(std::uint64_t position) const {
    TlogProof proof;
    proof.extra = ExtraOfRecord(RecordAt(position));
    proof.index = position - 1;
    proof.path = *InclusionProof(tree_, position - 1, kSize);
    proof.checkpoint =
        SignCheckpoint({"example.cn/log", {kSize, *RootOf(tree_, kSize)}}, key_).Encode();
    return proof;
  }

  NaiveTree tree_;
  const SigningKey key_ = *SigningKey::Make("example.cn/log", KeyKind::kEd25519);
  const Policy policy_ = Policy::OfLog(key_.verifier());
};

TEST_F(ReceiptTest, ProvesItsRecord) {
  for (std::uint64_t position = 1; position <= kSize; ++position) {
    const auto proven = VerifyReceipt(ProofOf(position).Encode(), policy_);
    ASSERT_TRUE(proven.ok()) << proven.status();
    EXPECT_EQ(proven->position, position);
    EXPECT_EQ(proven->record->SerializeAsString(), RecordAt(position));
    EXPECT_EQ(proven->verdict.checkpoint.head.size, kSize);
  }
}

TEST_F(ReceiptTest, ProvesALeafWithoutItsRecord) {
  TlogProof proof = ProofOf(4);
  proof.extra = ExtraOfLeaf(LeafHash(RecordAt(4)));
  const auto proven = VerifyReceipt(proof.Encode(), policy_);
  ASSERT_TRUE(proven.ok()) << proven.status();
  EXPECT_FALSE(proven->record.has_value());
  proof.extra = ExtraOfLeaf(LeafHash(RecordAt(5)));
  EXPECT_TRUE(absl::IsDataLoss(VerifyReceipt(proof.Encode(), policy_).status()));
}

TEST_F(ReceiptTest, IsTheFormatsText) {
  const std::string text = ProofOf(2).Encode();
  EXPECT_TRUE(text.starts_with("c2sp.org/tlog-proof@v1\nextra "));
  EXPECT_NE(text.find("\nindex 1\n"), std::string::npos);
  EXPECT_NE(text.find("\n\nexample.cn/log\n11\n"), std::string::npos);
  EXPECT_EQ(TlogProof::Parse(text)->Encode(), text);
  TlogProof bare = ProofOf(2);
  bare.extra.clear();
  EXPECT_EQ(bare.Encode().find("extra"), std::string::npos);
  EXPECT_EQ(TlogProof::Parse(bare.Encode())->Encode(), bare.Encode());
}

TEST_F(ReceiptTest, AnotherRecordIsNotProven) {
  log::v1::Record record;
  record.ParseFromString(RecordAt(3));
  record.set_payload("another");
  TlogProof proof = ProofOf(3);
  proof.extra = ExtraOfRecord(record.SerializeAsString());
  EXPECT_THAT(std::string(VerifyReceipt(proof.Encode(), policy_).status().message()),
              testing::HasSubstr("position 3"));
  TlogProof elsewhere = ProofOf(3);
  elsewhere.index = 3;
  EXPECT_FALSE(VerifyReceipt(elsewhere.Encode(), policy_).ok());
}

// Whoever changes a bit of it has no receipt, or one that says the same.
TEST_F(ReceiptTest, NoBitCanBeChanged) {
  const std::string text = ProofOf(7).Encode();
  for (std::size_t i = 0; i < text.size() * 8; ++i) {
    std::string changed = text;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    const auto proven = VerifyReceipt(changed, policy_);
    if (!proven.ok()) continue;
    EXPECT_EQ(proven->record->SerializeAsString(), RecordAt(7)) << i;
    EXPECT_EQ(proven->position, 7u) << i;
  }
}

TEST_F(ReceiptTest, RandomTextIsNoReceiptAndDoesNoHarm) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  const std::string text = ProofOf(7).Encode();
  for (int i = 0; i < 3000; ++i) {
    std::string changed = text;
    for (unsigned k = 0; k < 1 + random() % 6; ++k) {
      const std::size_t at = random() % changed.size();
      switch (random() % 3) {
        case 0:
          changed.erase(at, random() % 40);
          break;
        case 1:
          changed.insert(at, text.substr(random() % text.size(), random() % 40));
          break;
        default:
          changed[at] = static_cast<char>(random());
      }
    }
    const auto proven = VerifyReceipt(changed, policy_);
    if (!proven.ok()) continue;
    EXPECT_EQ(proven->record->SerializeAsString(), RecordAt(7));
  }
}

}  // namespace
}  // namespace sanzhang::transparency
