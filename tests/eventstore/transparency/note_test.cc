// Signed notes and checkpoints: the published vectors, and that nothing else is taken.
#include "eventstore/transparency/note.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "eventstore/transparency/checkpoint.h"

namespace sanzhang::transparency {
namespace {

// The example of C2SP signed-note.
constexpr char kFooKey[] = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
constexpr char kFooNote[] =
    "This is an example message.\n\n"
    "— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    "\n";
// The example of Go's note package.
constexpr char kPeterKey[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr char kPeterSigningKey[] =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr char kPeterNote[] =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

TEST(Note, TheFormatsExampleIsVerified) {
  const auto key = VerifierKey::Parse(kFooKey);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->name, "example.com/foo");
  EXPECT_EQ(key->id, 0x530d903au);
  EXPECT_EQ(key->Encode(), kFooKey);
  const auto note = SignedNote::Parse(kFooNote);
  ASSERT_TRUE(note.ok()) << note.status();
  EXPECT_EQ(note->text, "This is an example message.\n");
  EXPECT_TRUE(VerifyNote(*note, *key).ok());
  EXPECT_EQ(note->Encode(), kFooNote);
}

TEST(Note, GosExampleIsSignedWithTheSameBytes) {
  const auto key = SigningKey::Parse(kPeterSigningKey);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->Encode(), kPeterSigningKey);
  EXPECT_EQ(key->verifier().Encode(), kPeterKey);
  const std::string text = SignedNote::Parse(kPeterNote)->text;
  EXPECT_EQ(SignNote(text, *key).Encode(), kPeterNote);
}

TEST(Note, EachChangeIsSeen) {
  const auto key = VerifierKey::Parse(kFooKey);
  const std::string note = kFooNote;
  for (std::size_t i = 0; i < note.size(); ++i) {
    std::string changed = note;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto parsed = SignedNote::Parse(changed);
    EXPECT_FALSE(parsed.ok() && VerifyNote(*parsed, *key).ok()) << i;
  }
}

TEST(Note, OnlyTheKeyCounts) {
  const auto note = SignedNote::Parse(kFooNote);
  EXPECT_TRUE(absl::IsNotFound(VerifyNote(*note, *VerifierKey::Parse(kPeterKey))));
  SignedNote wrong = *note;
  wrong.text = "This is another message.\n";
  EXPECT_TRUE(absl::IsDataLoss(VerifyNote(wrong, *VerifierKey::Parse(kFooKey))));
}

// Nor because the same key has signed rightly beside it.
TEST(Note, AWrongSignatureIsNeverPassedOver) {
  const auto key = VerifierKey::Parse(kFooKey);
  SignedNote note = *SignedNote::Parse(kFooNote);
  note.signatures.push_back(note.signatures[0]);
  EXPECT_TRUE(VerifyNote(note, *key).ok()) << "twice the same";
  note.signatures[1].bytes.back() ^= 1;
  EXPECT_TRUE(absl::IsDataLoss(VerifyNote(note, *key)));
  std::swap(note.signatures[0], note.signatures[1]);
  EXPECT_TRUE(absl::IsDataLoss(VerifyNote(note, *key)));
  note.signatures[0].id ^= 1;
  EXPECT_TRUE(VerifyNote(note, *key).ok()) << "another key's says nothing";
  note.signatures[0].id ^= 1;
  note.signatures[0].name += "2";
  EXPECT_TRUE(VerifyNote(note, *key).ok());
}

TEST(Note, WhatIsMalformedIsNotTaken) {
  const std::string line = std::string(kFooNote).substr(std::string(kFooNote).find("— "));
  for (const std::string& note : std::vector<std::string>{
           std::string(),
           std::string("text\n"),
           std::string("text\n\n"),
           "text\n" + line,
           "\n" + line.substr(0, line.size() - 1),
           "text\n\n" + line + "more\n",
           "text\r\n\n" + line,
           "te\txt\n\n" + line,
           "te\xffxt\n\n" + line,
           "text\n\n— name\n",
           "text\n\n— na+me AAAAAAA=\n",
           "text\n\n— name AAAA\n",
           "text\n\n— name !!!!\n",
           "text\n\n- name AAAAAAA=\n",
           "text\n\n— na\xe2\x80\x83me AAAAAAA=\n",
       }) {
    EXPECT_FALSE(SignedNote::Parse(note).ok()) << note;
  }
  std::string many = "text\n\n";
  for (int i = 0; i < 16; ++i) many += line;
  EXPECT_TRUE(SignedNote::Parse(many).ok()) << "the format asks for 16 at least";
  for (int i = 0; i < 64; ++i) many += line;
  EXPECT_FALSE(SignedNote::Parse(many).ok());
}

TEST(Note, KeysThatDoNotGoTogetherAreNotTaken) {
  const std::string key = kFooKey;
  for (const std::string& wrong : std::vector<std::string>{
           std::string(), std::string("name"), absl::StrReplaceAll(key, {{"foo", "bar"}}),
           absl::StrReplaceAll(key, {{"530d", "530e"}}),
           absl::StrReplaceAll(key, {{"AeK", "AeL"}}) + "A",
           absl::StrReplaceAll(key, {{"+Aek", "+Auk"}}),
           absl::StrReplaceAll(key, {{"example", "exa mple"}}), key + "\n",
           key.substr(0, key.size() - 4)}) {
    EXPECT_FALSE(VerifierKey::Parse(wrong).ok()) << wrong;
    EXPECT_FALSE(SigningKey::Parse(wrong).ok()) << wrong;
  }
  const std::string signing = kPeterSigningKey;
  EXPECT_FALSE(SigningKey::Parse(absl::StrReplaceAll(signing, {{"c74f", "c74e"}})).ok());
  EXPECT_FALSE(SigningKey::Parse(absl::StrReplaceAll(signing, {{"Peter", "Petra"}})).ok());
  for (const char* name : {"", "a b", "a+b", "a\nb", "\xff"}) {
    EXPECT_FALSE(SigningKey::Make(name, KeyKind::kEd25519).ok()) << name;
  }
}

TEST(Checkpoint, TheFormatsExampleIsRead) {
  const std::string text =
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const auto checkpoint = Checkpoint::Parse(text);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(checkpoint->head.size, 20852163u);
  EXPECT_EQ(checkpoint->Text(), text);
  EXPECT_EQ(*Checkpoint::Parse(text + "an extension\n"), *checkpoint);
}

TEST(Checkpoint, WhatIsMalformedIsNotTaken) {
  const std::string root = ToBase64(EmptyRoot());
  for (const std::string& text : std::vector<std::string>{
           std::string(), "o\n1\n" + root, "o\n01\n" + root + "\n", "o\n-1\n" + root + "\n",
           "o\n+1\n" + root + "\n", "\n1\n" + root + "\n", "o\n1\nAAAA\n", "o\n1\n\n" + root + "\n",
           "o\n1 \n" + root + "\n", "o\n18446744073709551616\n" + root + "\n",
           "o\n1\n" + root + "\n\n"}) {
    EXPECT_FALSE(Checkpoint::Parse(text).ok()) << text;
  }
}

TEST(Checkpoint, IsOpenedForItsOwnLogOnly) {
  const auto key = SigningKey::Make("example.cn/log", KeyKind::kEd25519);
  const SignedNote note = SignCheckpoint({"example.cn/log", {5, LeafHash("")}}, *key);
  EXPECT_EQ(OpenCheckpoint(note, key->verifier())->head.size, 5u);
  const SignedNote other = SignCheckpoint({"example.cn/other", {5, LeafHash("")}}, *key);
  EXPECT_TRUE(absl::IsDataLoss(OpenCheckpoint(other, key->verifier()).status()));
}

TEST(Cosignature, SaysWhenOfWhichCheckpoint) {
  const auto log = SigningKey::Make("example.cn/log", KeyKind::kEd25519);
  const auto witness = SigningKey::Make("witness.example/w1", KeyKind::kCosignature);
  SignedNote note = SignCheckpoint({"example.cn/log", {5, LeafHash("")}}, *log);
  EXPECT_TRUE(absl::IsNotFound(VerifyCosignature(note, witness->verifier()).status()));
  note.signatures.push_back(Cosign(note.text, *witness, 1'679'315'147));
  EXPECT_EQ(*VerifyCosignature(note, witness->verifier()), 1'679'315'147);
  EXPECT_TRUE(VerifyNote(note, log->verifier()).ok());
  EXPECT_EQ(SignedNote::Parse(note.Encode())->signatures, note.signatures);
  note.signatures.push_back(Cosign(note.text, *witness, 1'679'315'140));
  EXPECT_EQ(*VerifyCosignature(note, witness->verifier()), 1'679'315'147) << "the latest";
  note.signatures.back().bytes[7] ^= 1;  // The time.
  EXPECT_TRUE(absl::IsDataLoss(VerifyCosignature(note, witness->verifier()).status()))
      << "never passed over for the right one beside it";
}

// The message that is signed, as tlog-cosignature shows it.
TEST(Cosignature, SignsTheHeaderAndTheTime) {
  const auto witness = SigningKey::Make("witness.example/w1", KeyKind::kCosignature);
  const NoteSignature signature = Cosign("o\n1\nx\n", *witness, 77);
  EXPECT_TRUE(witness->verifier().Verifies("cosignature/v1\ntime 77\no\n1\nx\n",
                                           signature.bytes.substr(8)));
}

}  // namespace
}  // namespace sanzhang::transparency
