#include "services/opening/subject_sealer.h"

#include "proto/wire/refusal.h"
#include "services/keyring/text_cipher.h"
#include "tests/services/opening/fixture.h"

namespace sanzhang::opening {
namespace {

using enum type::v1::ErrorReason;
using keyring::SubjectState;

TEST_F(OpeningTest, SealsWordsUnderTheirSubjectsKey) {
  type::v1::PersonalText text = Text(kLi, "吵");
  ASSERT_TRUE(sealer_.Seal(Where(), text).ok());
  EXPECT_EQ(text.content(), "");
  EXPECT_EQ(text.subject(), kLi);
  EXPECT_EQ(text.sealed().key_version(), 1u);
  const keyring::TextPlace place{.community = "communities/c1",
                                 .stream = "communities/c1/complaints/k1",
                                 .event_id = "e-1",
                                 .type = "sanzhang.complaint.v1.ComplaintFiled",
                                 .field = "text",
                                 .subject = kLi};
  EXPECT_EQ(keyring::OpenText(*keyring_->Find(kLi), place, text.sealed()), "吵");
  type::v1::PersonalText other = Text(kWu, "吵");
  ASSERT_TRUE(sealer_.Seal(Where(), other).ok());
  EXPECT_NE(other.sealed().commitment(), text.sealed().commitment()) << "two subjects, two keys";
}

TEST_F(OpeningTest, NeedsNoKeyWhereThereAreNoWords) {
  type::v1::PersonalText text = Text(kLi, "");
  ASSERT_TRUE(sealer_.Seal(Where(), text).ok());
  EXPECT_FALSE(text.has_sealed());
  EXPECT_EQ(*keyring_->StateOf(kLi), SubjectState::kAbsent);
}

TEST_F(OpeningTest, SealsForWhatIsNoPersonToo) {
  type::v1::PersonalText text = Text("communities/c1/ratings/r1", "谢谢");
  ASSERT_TRUE(sealer_.Seal(Where(), text).ok());
  EXPECT_TRUE(text.has_sealed());
}

TEST_F(OpeningTest, RefusesToSeal) {
  const auto refusal = [this](std::string_view subject) {
    type::v1::PersonalText text = Text(subject, "words");
    const absl::Status status = sealer_.Seal(Where(), text);
    EXPECT_EQ(text.content(), "words");
    return wire::ReasonOf(status);
  };
  EXPECT_EQ(refusal("communities/c2/persons/p-li"), ERROR_REASON_RESOURCE_NOT_FOUND);
  EXPECT_EQ(refusal(""), ERROR_REASON_RESOURCE_NOT_FOUND);
  ASSERT_TRUE(keyring_->Restrict(kLi).ok());
  EXPECT_EQ(refusal(kLi), ERROR_REASON_PROCESSING_RESTRICTED);
  const std::vector<std::string> gone = {kLi};
  ASSERT_TRUE(keyring_->Destroy(gone).ok());
  EXPECT_EQ(refusal(kLi), ERROR_REASON_SUBJECT_ERASED);
  type::v1::PersonalText sealed = Text(kWu, "words");
  ASSERT_TRUE(sealer_.Seal(Where(), sealed).ok());
  EXPECT_EQ(wire::ReasonOf(sealer_.Seal(Where(), sealed)), ERROR_REASON_INTERNAL);
}

TEST_F(OpeningTest, TagsWithAKeyThatGoesWithTheFirstErasure) {
  const std::string tag = sealer_.TagOf("138");
  EXPECT_EQ(tag.size(), 24u);
  EXPECT_EQ(sealer_.TagOf("138"), tag);
  const std::vector<std::string> gone = {kLi};
  ASSERT_TRUE(keyring_->Destroy(gone).ok());
  EXPECT_NE(sealer_.TagOf("138").substr(0, 8), tag.substr(0, 8));
}

}  // namespace
}  // namespace sanzhang::opening
