#include "services/runtime/sealing.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/wire/refusal.h"
#include "services/runtime/recorder.h"
#include "services/runtime/request_check.h"
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
    where_ = absl::StrCat(std::string(where.community), " ", std::string(where.stream), " ",
                          std::string(where.event_id), " ", std::string(where.type));
    return absl::OkStatus();
  }
  std::string TagOf(std::string_view words) const override { return std::string(words); }

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
  EXPECT_EQ(witness.where_, "communities/c1 communities/c1/things/t1 id a.Fact");
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

// What a seal is bound to is what the record says of itself, or nothing would open it.
TEST(Recorder, SealsForTheVeryRecord) {
  log::v1::Record envelope;
  envelope.set_community("communities/c1");
  envelope.set_stream("communities/c1/things/other");
  Ids ids(absl::Now);
  const Witness witness;
  auto fact = support::Text<toy::v1::ThingMade>("text { content: 'words' }");
  const auto record =
      Recorder(envelope, "author", witness, ids).Record("communities/c1/things/t1", fact);
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_THAT(witness.seen, ElementsAre("text of author: words"));
  EXPECT_NE(record->event_id(), "");
  EXPECT_EQ(witness.where_, "communities/c1 communities/c1/things/t1 " + record->event_id() +
                                " sanzhang.toy.v1.ThingMade");
  EXPECT_EQ(record->stream(), "communities/c1/things/t1");
  toy::v1::ThingMade stored;
  ASSERT_TRUE(stored.ParseFromString(record->payload()));
  EXPECT_EQ(stored.text().content(), "sealed");
}

TEST(Recorder, RecordsNothingThatCantBeSealed) {
  Ids ids(absl::Now);
  const Witness witness;
  auto fact = support::Text<toy::v1::ThingMade>("text { content: 'refuse' }");
  EXPECT_TRUE(absl::IsUnavailable(
      Recorder({}, "author", witness, ids).Record("communities/c1/things/t1", fact).status()));
}

// Whoever has the disk must not be able to try words against what is stored of a request.
TEST(DigestOf, TellsWordsApartByTheSealersTagAlone) {
  const Witness witness;
  const auto request = support::Text<toy::v1::MakeThingRequest>(
      "value: 'v' text { content: '138' } notes { text { content: 'ab' } }");
  const std::string digest = DigestOf(request, witness);
  auto other = request;
  other.mutable_text()->set_content("139");
  EXPECT_EQ(DigestOf(other, witness).substr(0, 32), digest.substr(0, 32));
  EXPECT_NE(DigestOf(other, witness), digest);
  other = request;
  other.mutable_text()->set_content("13");
  other.mutable_notes(0)->mutable_text()->set_content("8ab");
  EXPECT_NE(DigestOf(other, witness), digest);
  other = request;
  other.mutable_text()->set_subject("p2");
  EXPECT_NE(DigestOf(other, witness).substr(0, 32), digest.substr(0, 32));
  // The same words in another request are tagged with another digest before them.
  other = request;
  other.set_value("w");
  EXPECT_NE(DigestOf(other, witness).substr(32), digest.substr(32));
  other.clear_text();
  other.clear_notes();
  EXPECT_EQ(DigestOf(other, witness).size(), 32u) << "no words, no tag";
}

TEST(CheckRequest, TakesNoTextThatComesSealed) {
  auto request = support::Text<toy::v1::MakeThingRequest>(R"(
      parent: 'communities/c1' request_id: '00000000-0000-4000-8000-000000000001' value: 'v'
      text { content: 'open' } notes { code: 'a' replies { text { content: 'open' } } })");
  EXPECT_TRUE(CheckRequest(request).ok());
  request.mutable_notes(0)->mutable_replies(0)->mutable_text()->mutable_sealed();
  const absl::Status refused = CheckRequest(request);
  EXPECT_EQ(wire::ReasonOf(refused), type::v1::ERROR_REASON_INVALID_REQUEST);
  EXPECT_THAT(std::string(refused.ToString()), ::testing::HasSubstr("notes[0].replies[0].text"));
}

TEST(PlainSealer, KeepsTheWords) {
  auto fact = support::Text<toy::v1::ThingMade>("text { content: 'words' }");
  ASSERT_TRUE(SealFact(kWhere, "author", *MakePlainSealer(), fact).ok());
  EXPECT_EQ(fact.text().content(), "words");
  EXPECT_EQ(fact.text().subject(), "author");
}

}  // namespace
}  // namespace sanzhang::runtime
