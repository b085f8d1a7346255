#include "projections/engine/page_token.h"

#include <sys/stat.h>

#include <fstream>

#include "gmock/gmock.h"
#include "projections/engine/limits.h"
#include "proto/wire/refusal.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::projections {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

class PageTokenTest : public testing::Test {
 protected:
  static void ExpectInvalid(const absl::StatusOr<PageEnd>& end) {
    EXPECT_EQ(wire::ReasonOf(end.status()), type::v1::ERROR_REASON_PAGE_TOKEN_INVALID);
  }

  support::TempDir dir_;
  const PageTokens tokens_ = *PageTokens::Open(dir_.path());
  const PageEnd end_{.as_of_position = 42,
                     .values = {Null{}, std::int64_t{-5}, std::string("网\0x", 5), std::string()}};
};

TEST_F(PageTokenTest, OpensToWhatWasSealed) {
  const std::string token = tokens_.Seal(end_, "print", kNow);
  EXPECT_EQ(
      token.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"),
      std::string::npos);
  const absl::StatusOr<PageEnd> end = tokens_.Unseal(token, "print", kNow);
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->as_of_position, 42u);
  ASSERT_EQ(end->values.size(), 4u);
  EXPECT_TRUE(std::holds_alternative<Null>(end->values[0]));
  EXPECT_EQ(std::get<std::int64_t>(end->values[1]), -5);
  EXPECT_EQ(std::get<std::string>(end->values[2]), std::string("网\0x", 5));
  EXPECT_EQ(std::get<std::string>(end->values[3]), "");
  EXPECT_NE(token, tokens_.Seal(end_, "print", kNow));  // Tells nothing, not even sameness.
}

TEST_F(PageTokenTest, OpensForNothingElse) {
  ExpectInvalid(tokens_.Unseal(tokens_.Seal(end_, "print", kNow), "other", kNow));
  ExpectInvalid(tokens_.Unseal("", "print", kNow));
  ExpectInvalid(tokens_.Unseal("abc", "print", kNow));
  ExpectInvalid(tokens_.Unseal(std::string(kPageTokenBytesMax + 1, 'a'), "print", kNow));
}

TEST_F(PageTokenTest, NoByteCanBeChangedAddedOrTaken) {
  const std::string token = tokens_.Seal(end_, "print", kNow);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    ExpectInvalid(tokens_.Unseal(changed, "print", kNow));
    ExpectInvalid(tokens_.Unseal(token.substr(0, i), "print", kNow));
  }
  ExpectInvalid(tokens_.Unseal(token + "A", "print", kNow));
  ExpectInvalid(tokens_.Unseal(token + "=", "print", kNow));
  ExpectInvalid(tokens_.Unseal(token + "!", "print", kNow));
}

TEST_F(PageTokenTest, Expires) {
  const std::string token = tokens_.Seal(end_, "print", kNow);
  EXPECT_TRUE(tokens_.Unseal(token, "print", kNow + kPageTokenLife - absl::Seconds(1)).ok());
  ExpectInvalid(tokens_.Unseal(token, "print", kNow + kPageTokenLife));
}

TEST_F(PageTokenTest, TheKeySurvivesARestartAndIsNobodyElses) {
  const std::string token = tokens_.Seal(end_, "print", kNow);
  EXPECT_TRUE(PageTokens::Open(dir_.path())->Unseal(token, "print", kNow).ok());
  struct stat status {};
  ASSERT_EQ(stat(dir_.File("page_token.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const support::TempDir other;
  ExpectInvalid(PageTokens::Open(other.path())->Unseal(token, "print", kNow));
}

TEST_F(PageTokenTest, AKeyThatIsCutShortIsNotUsed) {
  std::ofstream(dir_.File("page_token.key"), std::ios::trunc) << "short";
  EXPECT_EQ(PageTokens::Open(dir_.path()).status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace sanzhang::projections
