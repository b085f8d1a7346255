#include "services/ballotbox/tally_keys.h"

#include <fstream>
#include <sstream>
#include <string>

#include "gtest/gtest.h"
#include "sanzhang/type/v1/sealed_box.pb.h"
#include "services/runtime/sealing.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::ballotbox {
namespace {

constexpr char kVote[] = "communities/c1/resolutions/r1";

std::string Sealed(const std::string& words, const std::string& public_key) {
  type::v1::SealedBox box;
  box.set_open(words);
  box.set_sealed_to(public_key);
  EXPECT_TRUE(runtime::SealBox(box).ok());
  return box.sealed();
}

TEST(TallyKeys, OneKeyForEachVoteOverRestarts) {
  const support::TempDir folder;
  std::string first;
  {
    auto keys = TallyKeys::Open(folder.path());
    ASSERT_TRUE(keys.ok()) << keys.status();
    first = keys->PublicKey(kVote).value();
    EXPECT_EQ(first.size(), 32u);
    EXPECT_NE(keys->PublicKey("communities/c1/resolutions/r2").value(), first);
  }
  auto keys = TallyKeys::Open(folder.path());
  ASSERT_TRUE(keys.ok());
  EXPECT_EQ(keys->PublicKey(kVote).value(), first);
}

TEST(TallyKeys, OpensWhatTheRuntimeSealed) {
  const support::TempDir folder;
  auto keys = TallyKeys::Open(folder.path());
  ASSERT_TRUE(keys.ok());
  const std::string sealed = Sealed("for", keys->PublicKey(kVote).value());
  const std::string secret = keys->SecretKey(kVote).value();
  EXPECT_EQ(OpenSealed(sealed, secret).value(), "for");

  std::string damaged = sealed;
  damaged[40] = static_cast<char>(damaged[40] ^ 1);
  EXPECT_EQ(OpenSealed(damaged, secret).status().code(), absl::StatusCode::kDataLoss);
  const std::string other = (keys->PublicKey("communities/c1/resolutions/r2").value(),
                             keys->SecretKey("communities/c1/resolutions/r2").value());
  EXPECT_EQ(OpenSealed(sealed, other).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(OpenSealed("short", secret).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(OpenSealed(sealed, "no key").status().code(), absl::StatusCode::kDataLoss);
}

TEST(TallyKeys, WhatIsDestroyedIsGone) {
  const support::TempDir folder;
  auto keys = TallyKeys::Open(folder.path());
  ASSERT_TRUE(keys.ok());
  const std::string first = keys->PublicKey(kVote).value();
  ASSERT_TRUE(keys->Destroy(kVote).ok());
  EXPECT_EQ(keys->SecretKey(kVote).status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(keys->Destroy(kVote).ok());
}

TEST(TallyKeys, ADamagedKeyIsNotTakenForNone) {
  const support::TempDir folder;
  auto keys = TallyKeys::Open(folder.path());
  ASSERT_TRUE(keys.ok());
  ASSERT_TRUE(keys->PublicKey(kVote).ok());
  for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
    std::filesystem::resize_file(file.path(), 31);
  }
  EXPECT_EQ(keys->SecretKey(kVote).status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(keys->PublicKey(kVote).status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace sanzhang::ballotbox
