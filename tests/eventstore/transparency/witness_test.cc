// The witness: the table of its answers, in the order of the format's checks, and what it
// remembers.
#include "eventstore/transparency/witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "tests/eventstore/transparency/naive_tree.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::transparency {
namespace {

class WitnessTest : public testing::Test {
 protected:
  WitnessTest() { Open(); }

  void Open() {
    Witness::Options options;
    options.folder = dir_.File("seen");
    options.logs = {log_.verifier()};
    options.now = [] { return absl::FromUnixSeconds(1000); };
    auto witness = Witness::Open(key_, options);
    ASSERT_TRUE(witness.ok()) << witness.status();
    witness_ = *std::move(witness);
  }
  static NaiveTree Fork(std::uint64_t size) {
    NaiveTree tree;
    for (std::uint64_t i = 0; i < size; ++i) tree.Add(LeafHash(absl::StrCat("fork ", i)));
    return tree;
  }
  SignedNote NoteOf(const NaiveTree& tree, const SigningKey& key, std::string origin = "") const {
    return SignCheckpoint(
        {origin.empty() ? key.verifier().name : origin, {tree.size(), tree.Root(0, tree.size())}},
        key);
  }
  std::string RequestOf(std::uint64_t old_size, const NaiveTree& tree) const {
    AddCheckpoint add{old_size, {}, NoteOf(tree, log_).Encode()};
    if (old_size > 0 && old_size <= tree.size()) {
      add.proof = *ConsistencyProof(tree, old_size, tree.size());
    }
    return add.Encode();
  }

  support::TempDir dir_;
  const SigningKey log_ = *SigningKey::Make("example.cn/log", KeyKind::kEd25519);
  const SigningKey key_ = *SigningKey::Make("witness.example", KeyKind::kCosignature);
  std::unique_ptr<Witness> witness_;
};

TEST_F(WitnessTest, CosignsWhatGoesOn) {
  std::uint64_t old_size = 0;
  for (const std::uint64_t size : {3, 3, 7, 300, 301}) {
    const NaiveTree tree = NaiveTreeOf(size);
    const Witness::Answer answer = witness_->Add(RequestOf(old_size, tree));
    ASSERT_EQ(answer.code, 200) << answer.body;
    SignedNote note = NoteOf(tree, log_);
    note.signatures = *ParseSignatures(answer.body);
    EXPECT_EQ(*VerifyCosignature(note, key_.verifier()), 1000);
    old_size = size;
  }
}

TEST_F(WitnessTest, RefusesAsTheFormatSays) {
  const NaiveTree five = NaiveTreeOf(5);
  const NaiveTree nine = NaiveTreeOf(9);
  ASSERT_EQ(witness_->Add(RequestOf(0, five)).code, 200);
  const SigningKey other = *SigningKey::Make("example.cn/other", KeyKind::kEd25519);
  const SigningKey forged = *SigningKey::Make("example.cn/log", KeyKind::kEd25519);
  AddCheckpoint unknown{0, {}, NoteOf(nine, other).Encode()};
  AddCheckpoint unsigned_{5, {}, NoteOf(nine, forged).Encode()};
  SignedNote spoilt = NoteOf(nine, log_);
  spoilt.signatures[0].bytes.back() ^= 1;
  AddCheckpoint wrongly_signed{5, {}, spoilt.Encode()};
  AddCheckpoint unproven{5, {}, NoteOf(nine, log_).Encode()};
  AddCheckpoint wrongly{5, *ConsistencyProof(nine, 4, 9), NoteOf(nine, log_).Encode()};
  struct Case {
    std::string name;
    std::string body;
    int code;
    std::string says;
  };
  const std::vector<Case> cases = {
      {"nothing", "", 400, "missing"},
      {"no old size", "\n" + NoteOf(nine, log_).Encode(), 400, "old size"},
      {"leading zero", "old 05\n\n" + NoteOf(nine, log_).Encode(), 400, "old size"},
      {"no hash", "old 5\nxyz\n\n" + NoteOf(nine, log_).Encode(), 400, "hash"},
      {"no checkpoint", "old 5\n\nnonsense\n", 400, ""},
      {"no tree", "old 5\n\n" + SignNote("a\nb\n", log_).Encode(), 400, "checkpoint"},
      {"another log", unknown.Encode(), 404, "not known"},
      {"another key", unsigned_.Encode(), 403, "not signed"},
      {"wrong signature", wrongly_signed.Encode(), 403, "not signed"},
      {"older than old", RequestOf(10, nine), 400, "larger"},
      {"behind", RequestOf(0, nine), 409, "5\n"},
      {"ahead", RequestOf(7, nine), 409, "5\n"},
      {"smaller", RequestOf(0, NaiveTreeOf(4)), 409, "5\n"},
      {"another of one size", RequestOf(5, Fork(5)), 409, "5\n"},
      {"no proof", unproven.Encode(), 422, "short"},
      {"wrong proof", wrongly.Encode(), 422, ""},
      {"fork", RequestOf(5, Fork(9)), 422, "not part of"},
  };
  for (const Case& refused : cases) {
    const Witness::Answer answer = witness_->Add(refused.body);
    EXPECT_EQ(answer.code, refused.code) << refused.name << ": " << answer.body;
    EXPECT_THAT(answer.body, testing::HasSubstr(refused.says)) << refused.name;
    EXPECT_EQ(answer.content_type == "text/x.tlog.size", refused.code == 409) << refused.name;
  }
  EXPECT_EQ(witness_->Add(RequestOf(5, nine)).code, 200) << "none of it has changed what it saw";
}

TEST_F(WitnessTest, RemembersAcrossAnEnd) {
  ASSERT_EQ(witness_->Add(RequestOf(0, NaiveTreeOf(5))).code, 200);
  Open();
  EXPECT_EQ(witness_->Add(RequestOf(0, Fork(9))).code, 409);
  EXPECT_EQ(witness_->Add(RequestOf(5, Fork(9))).code, 422);
  EXPECT_EQ(witness_->Add(RequestOf(5, NaiveTreeOf(9))).code, 200);
}

// What can't be kept is not cosigned: else the next process would take a fork.
TEST_F(WitnessTest, KeepsBeforeItAnswers) {
  ASSERT_EQ(witness_->Add(RequestOf(0, NaiveTreeOf(5))).code, 200);
  std::filesystem::rename(dir_.File("seen"), dir_.File("away"));
  EXPECT_EQ(witness_->Add(RequestOf(5, NaiveTreeOf(9))).code, 500);
  std::filesystem::rename(dir_.File("away"), dir_.File("seen"));
  EXPECT_EQ(witness_->Add(RequestOf(9, NaiveTreeOf(9))).code, 409) << "nor remembered";
  EXPECT_EQ(witness_->Add(RequestOf(5, NaiveTreeOf(9))).code, 200);
}

TEST_F(WitnessTest, WhatItSawIsNotForgottenByDamage) {
  ASSERT_EQ(witness_->Add(RequestOf(0, NaiveTreeOf(5))).code, 200);
  for (const auto& entry : std::filesystem::directory_iterator(dir_.File("seen"))) {
    std::ofstream(entry.path()) << "";
  }
  Witness::Options options;
  options.folder = dir_.File("seen");
  options.logs = {log_.verifier()};
  EXPECT_TRUE(absl::IsDataLoss(Witness::Open(key_, options).status()));
}

TEST_F(WitnessTest, ItsKeyIsAWitnesss) {
  EXPECT_TRUE(absl::IsInvalidArgument(Witness::Open(log_, {dir_.File("x"), {}}).status()));
}

}  // namespace
}  // namespace sanzhang::transparency
