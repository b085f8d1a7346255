#include "services/runtime/sealing.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/runtime/toy.pb.h"
#include "tests/support/text_proto.h"

namespace sanzhang::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Says what it was given, and leaves a mark.
class Witness : public Sealer {
 public:
  absl::Status Seal(const Standpoint& where, type::v1::PersonalText& text) const override {
    seen.push_back(
        absl::StrCat(std::string(where.field), " of ", text.subject(), ": ", text.content()));
    if (text.content() == "refuse") return absl::UnavailableError("no key");
    text.set_content("sealed");
    where_ = std::string(where.stream) + " " + std::string(where.type);
    return absl::OkStatus();
  }

  mutable std::vector<std::string> seen;
  mutable std::string where_;
};

constexpr Standpoint kWhere = {"communities/c1", "communities/c1/things/t1", "id", "a.Fact", ""};

TEST(SealFact, FindsPersonalTextAtEveryDepth) {
  auto fact = support::Text<toy::v1::ThingMade>(R"(
      value: 'plain'
      text { subject: 'p1' content: 'top' }
      notes { code: 'a' text { content: 'one' } }
      notes { code: 'b' }
      notes {
        replies { text { subject: 'p2' content: 'two' } replies { text { content: 'three' } } }
      }
      named_notes { key: 'k' value { text { content: 'four' } } })");
  const Witness witness;
  ASSERT_TRUE(SealFact(kWhere, "author", witness, fact).ok());
  EXPECT_THAT(witness.seen, ElementsAre("text of p1: top", "notes[0].text of author: one",
                                        "notes[2].replies[0].text of p2: two",
                                        "notes[2].replies[0].replies[0].text of author: three",
                                        "named_notes[0].value.text of author: four"));
  EXPECT_EQ(fact.notes(2).replies(0).replies(0).text().content(), "sealed");
  EXPECT_EQ(fact.notes(2).replies(0).replies(0).text().subject(), "author");
  EXPECT_EQ(fact.named_notes().at("k").text().content(), "sealed");
  EXPECT_EQ(fact.value(), "plain");
  EXPECT_EQ(witness.where_, "communities/c1/things/t1 a.Fact");
}

TEST(SealFact, LeavesFactsWithoutPersonalTextAlone) {
  auto fact = support::Text<toy::v1::ThingChanged>("value: 'x'");
  const Witness witness;
  ASSERT_TRUE(SealFact(kWhere, "author", witness, fact).ok());
  EXPECT_THAT(witness.seen, IsEmpty());
}

TEST(SealFact, StopsWhereTheSealerDoes) {
  auto fact = support::Text<toy::v1::ThingMade>(
      "text { content: 'refuse' } notes { text { content: 'next' } }");
  const Witness witness;
  EXPECT_TRUE(absl::IsUnavailable(SealFact(kWhere, "author", witness, fact)));
  EXPECT_THAT(witness.seen, ElementsAre("text of author: refuse"));
}

TEST(PlainSealer, KeepsTheWords) {
  auto fact = support::Text<toy::v1::ThingMade>("text { content: 'words' }");
  ASSERT_TRUE(SealFact(kWhere, "author", *MakePlainSealer(), fact).ok());
  EXPECT_EQ(fact.text().content(), "words");
  EXPECT_EQ(fact.text().subject(), "author");
}

}  // namespace
}  // namespace sanzhang::runtime
