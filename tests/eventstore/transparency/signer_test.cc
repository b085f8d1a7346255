// The signer: keys, what it remembers, and what it refuses.
#include "eventstore/transparency/signer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "eventstore/transparency/files.h"
#include "tests/eventstore/transparency/naive_tree.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::transparency {
namespace {

class SignerTest : public testing::Test {
 protected:
  SignerTest() { std::filesystem::create_directories(dir_.File("tree")); }

  absl::StatusOr<std::unique_ptr<TreeSigner>> Open(std::string origin = "") {
    return TreeSigner::Open(
        {.keys = dir_.File("keys"), .tree = dir_.File("tree"), .origin = origin});
  }
  static TreeHead HeadOf(const NaiveTree& tree) { return {tree.size(), tree.Root(0, tree.size())}; }
  // Signs, and publishes what was signed.
  void SignAndPublish(TreeSigner& signer, const NaiveTree& tree) {
    const auto note = signer.Sign(HeadOf(tree), tree);
    ASSERT_TRUE(note.ok()) << note.status();
    ASSERT_TRUE(PutFile(dir_.File("tree/checkpoint"), note->Encode(), Durable::kNo).ok());
  }

  support::TempDir dir_;
};

TEST_F(SignerTest, MakesItsKeyOnceForItsUserAlone) {
  auto signer = Open();
  ASSERT_TRUE(signer.ok()) << signer.status();
  EXPECT_TRUE((*signer)->key_is_new());
  struct stat status;
  ASSERT_EQ(stat(dir_.File("keys/log.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const VerifierKey key = (*signer)->verifier();
  signer = Open();
  EXPECT_FALSE((*signer)->key_is_new());
  EXPECT_EQ((*signer)->verifier(), key);
}

TEST_F(SignerTest, IsCalledAsItWasAtFirst) {
  EXPECT_EQ((*Open("example.cn/sanzhang"))->verifier().name, "example.cn/sanzhang");
  EXPECT_EQ((*Open())->verifier().name, "example.cn/sanzhang");
  EXPECT_TRUE(absl::IsInvalidArgument(Open("example.cn/other").status()));
}

TEST_F(SignerTest, ANameThatIsNoneMakesNoKey) {
  EXPECT_TRUE(absl::IsInvalidArgument(Open("a+b").status()));
  EXPECT_FALSE(std::filesystem::exists(dir_.File("keys/log.key")));
}

TEST_F(SignerTest, GoesOnFromWhatItSigned) {
  auto signer = Open();
  SignAndPublish(**signer, NaiveTreeOf(5));
  SignAndPublish(**signer, NaiveTreeOf(5));
  SignAndPublish(**signer, NaiveTreeOf(700));
  signer = Open();
  EXPECT_EQ((*signer)->last(), HeadOf(NaiveTreeOf(700)));
  SignAndPublish(**signer, NaiveTreeOf(701));
}

struct Refused {
  std::string name;
  std::uint64_t before;
  NaiveTree tree;
};

NaiveTree Forked(std::uint64_t size, std::uint64_t at) {
  NaiveTree tree;
  for (std::uint64_t i = 0; i < size; ++i)
    tree.Add(LeafHash(absl::StrCat(i == at ? "fork " : "leaf ", i)));
  return tree;
}

TEST_F(SignerTest, RefusesSmallerAndForkedTreesForGood) {
  const std::vector<Refused> cases = {
      {"smaller", 300, NaiveTreeOf(299)},           {"empty", 300, NaiveTree()},
      {"forked at first", 300, Forked(301, 0)},     {"forked at last", 300, Forked(400, 299)},
      {"another of one size", 300, Forked(300, 7)},
  };
  for (const Refused& refused : cases) {
    SCOPED_TRACE(refused.name);
    std::filesystem::remove_all(dir_.File("keys"));
    std::filesystem::remove_all(dir_.File("tree/checkpoint"));
    auto signer = Open();
    SignAndPublish(**signer, NaiveTreeOf(refused.before));
    EXPECT_TRUE(absl::IsDataLoss((*signer)->Sign(HeadOf(refused.tree), refused.tree).status()));
    EXPECT_EQ((*signer)->last(), HeadOf(NaiveTreeOf(refused.before)));
    const NaiveTree good = NaiveTreeOf(500);
    EXPECT_TRUE(absl::IsDataLoss((*signer)->Sign(HeadOf(good), good).status())) << "it has stopped";
    signer = Open();
    EXPECT_TRUE(absl::IsDataLoss((*signer)->Sign(HeadOf(refused.tree), refused.tree).status()))
        << "nor does a later one";
  }
}

TEST_F(SignerTest, DoesNotSignAHeadThatTheTilesDoNotHave) {
  auto signer = Open();
  EXPECT_FALSE((*signer)->Sign({5, LeafHash("")}, NaiveTreeOf(5)).ok());
  EXPECT_EQ((*signer)->last().size, 0u);
}

// An older data folder does not take its signer back with it.
TEST_F(SignerTest, RemembersOutsideTheDataFolder) {
  auto signer = Open();
  SignAndPublish(**signer, NaiveTreeOf(10));
  std::filesystem::copy(dir_.File("tree/checkpoint"), dir_.File("older"));
  SignAndPublish(**signer, NaiveTreeOf(20));
  std::filesystem::copy(dir_.File("older"), dir_.File("tree/checkpoint"),
                        std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ((*Open())->last().size, 20u);
}

// Who has the key can sign another history, and put it in place. State and checkpoint then differ.
TEST_F(SignerTest, ASecondHistoryIsNotGoneOnWith) {
  auto signer = Open();
  SignAndPublish(**signer, NaiveTreeOf(300));
  const auto text = GetFile(dir_.File("keys/log.key"), 1000);
  const auto key = SigningKey::Parse((*text)->substr(0, (*text)->find('\n')));
  for (const std::uint64_t size : {299, 300, 301}) {
    const NaiveTree forked = Forked(size, 50);
    const SignedNote note = SignCheckpoint({key->verifier().name, HeadOf(forked)}, *key);
    ASSERT_TRUE(PutFile(dir_.File("tree/checkpoint"), note.Encode(), Durable::kNo).ok());
    signer = Open();
    if (signer.ok()) {
      const NaiveTree longer = Forked(400, 50);
      EXPECT_TRUE(absl::IsDataLoss((*signer)->Sign(HeadOf(longer), longer).status())) << size;
      const NaiveTree good = NaiveTreeOf(400);
      EXPECT_TRUE(absl::IsDataLoss((*signer)->Sign(HeadOf(good), good).status())) << size;
    } else {
      EXPECT_TRUE(absl::IsDataLoss(signer.status())) << size;
    }
  }
}

// Nor do older keys.
TEST_F(SignerTest, RemembersWhatWasPublished) {
  auto signer = Open();
  SignAndPublish(**signer, NaiveTreeOf(10));
  std::filesystem::copy(dir_.File("keys"), dir_.File("older"));
  SignAndPublish(**signer, NaiveTreeOf(20));
  std::filesystem::remove_all(dir_.File("keys"));
  std::filesystem::rename(dir_.File("older"), dir_.File("keys"));
  EXPECT_EQ((*Open())->last().size, 20u);
}

TEST_F(SignerTest, ALostKeyIsNotMadeAnew) {
  auto signer = Open();
  SignAndPublish(**signer, NaiveTreeOf(10));
  std::filesystem::remove(dir_.File("keys/log.key"));
  EXPECT_THAT(std::string(Open().status().message()), testing::HasSubstr("log.key: the key"));
  std::filesystem::remove(dir_.File("tree/checkpoint"));
  EXPECT_TRUE(absl::IsNotFound(Open().status())) << "its state is still there";
  std::filesystem::remove_all(dir_.File("keys"));
  EXPECT_TRUE((*Open())->key_is_new()) << "all of it was taken away: a new log";
}

TEST_F(SignerTest, KeysOfAnotherLogAreRefused) {
  auto signer = Open();
  SignAndPublish(**signer, NaiveTreeOf(10));
  std::filesystem::rename(dir_.File("keys"), dir_.File("mine"));
  std::filesystem::rename(dir_.File("tree/checkpoint"), dir_.File("checkpoint"));
  ASSERT_TRUE(Open().ok());
  std::filesystem::rename(dir_.File("checkpoint"), dir_.File("tree/checkpoint"));
  EXPECT_TRUE(absl::IsDataLoss(Open().status()));
}

TEST_F(SignerTest, DamageIsNotTakenForNothing) {
  auto signer = Open();
  SignAndPublish(**signer, NaiveTreeOf(10));
  for (const char* file : {"keys/log.signed", "keys/log.key"}) {
    const std::string path = dir_.File(file);
    const std::uintmax_t size = std::filesystem::file_size(path);
    std::string bytes(size, '\0');
    std::ifstream(path, std::ios::binary).read(bytes.data(), static_cast<std::streamsize>(size));
    for (const std::string& damaged : {std::string(), bytes.substr(0, size / 2), "x" + bytes}) {
      std::ofstream(path, std::ios::binary) << damaged;
      EXPECT_TRUE(absl::IsDataLoss(Open().status())) << file << ": " << damaged;
    }
    std::ofstream(path, std::ios::binary) << bytes;
  }
  EXPECT_EQ((*Open())->last().size, 10u);
  std::ofstream(dir_.File("tree/checkpoint"), std::ios::binary)
      << "";  // As a power cut may leave it.
  EXPECT_EQ((*Open())->last().size, 10u);
}

// A crash after the state was written and before the signature is out: the next process signs the
// same, and nothing else.
TEST_F(SignerTest, SignsAgainWhatItHadBegun) {
  auto signer = Open();
  const NaiveTree tree = NaiveTreeOf(12);
  const auto lost = (*signer)->Sign(HeadOf(tree), tree);
  signer = Open();
  EXPECT_EQ((*signer)->last().size, 12u);
  EXPECT_EQ((*signer)->Sign(HeadOf(tree), tree)->Encode(), lost->Encode());
  const NaiveTree forked = Forked(12, 3);
  EXPECT_TRUE(absl::IsDataLoss((*signer)->Sign(HeadOf(forked), forked).status()));
}

}  // namespace
}  // namespace sanzhang::transparency
