#include "services/keyring/keyring.h"

#include <filesystem>
#include <fstream>

#include "gtest/gtest.h"
#include "services/runtime/sealing.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::keyring {
namespace {

constexpr char kResource[] = "communities/c1/ratingCampaigns/g1";

std::unique_ptr<Keyring> OpenAt(const std::string& folder) {
  auto keyring = Keyring::Open(folder);
  EXPECT_TRUE(keyring.ok()) << keyring.status();
  return *std::move(keyring);
}

std::size_t FilesIn(const std::string& folder) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files += entry.is_regular_file();
  }
  return files;
}

TEST(Keyring, KeepsWhatItMade) {
  const support::TempDir dir;
  const std::string folder = dir.File("keys");
  KeySet made;
  {
    const auto keyring = OpenAt(folder);
    EXPECT_EQ(*keyring->Find(kResource), std::nullopt);
    made = *keyring->Make(kResource);
    EXPECT_EQ(*keyring->Make(kResource), made);
    EXPECT_EQ(**keyring->Find(kResource), made);
    EXPECT_NE(keyring->Make("another")->salt, made.salt);
  }
  EXPECT_EQ(made.public_key, PublicKeyOf(made.secret_key));
  EXPECT_EQ(made.salt.size(), 32u);
  const auto again = OpenAt(folder);
  EXPECT_EQ(**again->Find(kResource), made);
  EXPECT_EQ(FilesIn(folder), 2u);
}

TEST(Keyring, ForgetsForGood) {
  const support::TempDir dir;
  const std::string folder = dir.File("keys");
  const auto keyring = OpenAt(folder);
  const KeySet made = *keyring->Make(kResource);
  ASSERT_TRUE(keyring->Destroy(kResource).ok());
  EXPECT_EQ(*keyring->Find(kResource), std::nullopt);
  EXPECT_EQ(FilesIn(folder), 0u);
  EXPECT_TRUE(keyring->Destroy(kResource).ok());
  EXPECT_NE(keyring->Make(kResource)->salt, made.salt);
}

TEST(Keyring, SaysThatAFileIsNoKey) {
  const support::TempDir dir;
  const std::string folder = dir.File("keys");
  OpenAt(folder)->Make(kResource).IgnoreError();
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ofstream(entry.path(), std::ios::trunc) << "short";
  }
  EXPECT_EQ(OpenAt(folder)->Find(kResource).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(OpenAt(folder)->Make(kResource).status().code(), absl::StatusCode::kDataLoss);
}

TEST(Keyring, NeedsAFolder) {
  const support::TempDir dir;
  EXPECT_EQ(Keyring::Open(dir.File("none/keys")).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

// What the sealing seam seals, and nothing else.
TEST(OpenBox, OpensWhatWasSealedToTheKey) {
  const support::TempDir dir;
  const auto keyring = OpenAt(dir.File("keys"));
  const KeySet keys = *keyring->Make(kResource);
  for (const std::size_t size : {0u, 1u, 255u, 256u, 700u}) {
    type::v1::SealedBox box;
    box.set_open(std::string(size, 'x'));
    box.set_sealed_to(keys.public_key);
    ASSERT_TRUE(runtime::SealBox(box).ok());
    EXPECT_TRUE(box.open().empty());
    EXPECT_EQ(OpenBox(box.sealed(), keys.secret_key), std::string(size, 'x'));
    EXPECT_EQ(OpenBox(box.sealed(), keyring->Make("another")->secret_key), std::nullopt);
    box.mutable_sealed()->back() ^= 1;
    EXPECT_EQ(OpenBox(box.sealed(), keys.secret_key), std::nullopt);
  }
  EXPECT_EQ(OpenBox("", keys.secret_key), std::nullopt);
  EXPECT_EQ(OpenBox(std::string(400, 'x'), "no key"), std::nullopt);
}

TEST(Pseudonym, IsOnePerSaltAndPerson) {
  const std::string salt(32, 's');
  const std::string other(32, 't');
  EXPECT_EQ(Pseudonym(salt, "p1"), Pseudonym(salt, "p1"));
  EXPECT_NE(Pseudonym(salt, "p1"), Pseudonym(salt, "p2"));
  EXPECT_NE(Pseudonym(salt, "p1"), Pseudonym(other, "p1"));
  EXPECT_EQ(Pseudonym(salt, "p1").size(), 32u);
}

}  // namespace
}  // namespace sanzhang::keyring
