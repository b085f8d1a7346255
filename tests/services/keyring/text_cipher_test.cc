#include "services/keyring/text_cipher.h"

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace sanzhang::keyring {
namespace {

constexpr char kWords[] = "电梯又坏了";
const TextPlace kPlace{
    "communities/c1", "communities/c1/complaints/k1", "e-1", "sanzhang.complaint.v1.ComplaintFiled",
    "text",           "communities/c1/persons/p1"};

SubjectKey KeyOf(char filled_with, std::uint32_t version = 1) {
  return {.state = SubjectState::kLive,
          .version = version,
          .key = SecretKey(std::string(SecretKey::kBytes, filled_with))};
}

TEST(TextCipher, OpensWhatItSealed) {
  for (const std::string& words : {std::string(), std::string(kWords), std::string(8000, 'x')}) {
    const type::v1::SealedText sealed = SealText(KeyOf('k'), kPlace, words);
    EXPECT_EQ(sealed.ciphertext().size(), words.size() + 16);
    EXPECT_EQ(OpenText(KeyOf('k'), kPlace, sealed), words);
  }
}

// Made apart, from what type/v1/personal_text.proto says: what is in a log opens for ever.
TEST(TextCipher, OpensWhatWasSealedByTheFormatsWords) {
  type::v1::SealedText sealed;
  sealed.set_algorithm(type::v1::SealedText::ALGORITHM_XCHACHA20_POLY1305_HKDF_SHA256);
  sealed.set_key_version(1);
  sealed.set_nonce(std::string(24, 'n'));
  sealed.set_commitment(
      absl::HexStringToBytes("cfb6625a33b6f5395ca83f719c981329be912539bf91ef44dd2e3453272d5403"));
  sealed.set_ciphertext(
      absl::HexStringToBytes("157c241a53bf2b3cab306c1828add32aefc06477b99ebb02595e177a0f2133"));
  EXPECT_EQ(OpenText(KeyOf('k'), kPlace, sealed), kWords);
}

TEST(TextCipher, SealsTheSameWordsEachTimeOtherwise) {
  const type::v1::SealedText one = SealText(KeyOf('k'), kPlace, kWords);
  const type::v1::SealedText other = SealText(KeyOf('k'), kPlace, kWords);
  EXPECT_NE(one.nonce(), other.nonce());
  EXPECT_NE(one.ciphertext(), other.ciphertext());
}

TEST(TextCipher, OpensInNoOtherPlace) {
  const type::v1::SealedText sealed = SealText(KeyOf('k'), kPlace, kWords);
  for (const auto part : {&TextPlace::community, &TextPlace::stream, &TextPlace::event_id,
                          &TextPlace::type, &TextPlace::field, &TextPlace::subject}) {
    TextPlace other = kPlace;
    other.*part = "another";
    EXPECT_EQ(OpenText(KeyOf('k'), other, sealed), std::nullopt);
  }
  // Lengths count: what is moved from one part to the next is another place.
  TextPlace shifted = kPlace;
  shifted.field = "textc";
  shifted.subject = kPlace.subject.substr(1);
  EXPECT_EQ(OpenText(KeyOf('k'), shifted, sealed), std::nullopt);
}

TEST(TextCipher, OpensUnderNoOtherKey) {
  const type::v1::SealedText sealed = SealText(KeyOf('k'), kPlace, kWords);
  EXPECT_EQ(OpenText(KeyOf('q'), kPlace, sealed), std::nullopt);
  EXPECT_EQ(OpenText(KeyOf('k', 2), kPlace, sealed), std::nullopt);
  EXPECT_EQ(OpenText(SubjectKey(), kPlace, sealed), std::nullopt);
}

TEST(TextCipher, OpensNothingThatWasChanged) {
  const type::v1::SealedText sealed = SealText(KeyOf('k'), kPlace, kWords);
  for (const auto change : std::initializer_list<void (*)(type::v1::SealedText&)>{
           [](auto& s) { s.mutable_ciphertext()->back() ^= 1; },
           [](auto& s) { s.mutable_ciphertext()->front() ^= 1; },
           [](auto& s) { s.mutable_nonce()->front() ^= 1; },
           [](auto& s) { s.mutable_nonce()->pop_back(); },
           [](auto& s) { s.mutable_nonce()->push_back('x'); },
           [](auto& s) { s.mutable_commitment()->pop_back(); },
           [](auto& s) { s.mutable_commitment()->push_back('x'); },
           [](auto& s) { s.set_key_version(2); },
           [](auto& s) { s.set_algorithm(type::v1::SealedText::ALGORITHM_UNSPECIFIED); },
           [](auto& s) { s.mutable_ciphertext()->resize(15); },
           [](auto& s) { s.Clear(); },
       }) {
    type::v1::SealedText changed = sealed;
    change(changed);
    EXPECT_EQ(OpenText(KeyOf('k'), kPlace, changed), std::nullopt) << changed.ShortDebugString();
  }
}

// The cipher itself does not notice: it is the commitment that is checked.
TEST(TextCipher, ChecksTheCommitment) {
  type::v1::SealedText sealed = SealText(KeyOf('k'), kPlace, kWords);
  sealed.mutable_commitment()->back() ^= 1;
  EXPECT_EQ(OpenText(KeyOf('k'), kPlace, sealed), std::nullopt);
}

}  // namespace
}  // namespace sanzhang::keyring
