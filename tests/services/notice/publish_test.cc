// What is published, by whom, and for how long.
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "proto/wire/time.h"
#include "tests/services/notice/scene.h"
#include "tests/support/text_proto.h"

namespace sanzhang::notice::scene {
namespace {

using v1::NoticeEvent;

std::string Publish(std::string_view kind, std::string_view more = "") {
  return absl::StrCat("PublishNotice { kind: PUBLICATION_KIND_", std::string(kind),
                      " content { title: 't' body: 'b' } masked: true ", std::string(more), " }");
}

std::string Until(const google::protobuf::Timestamp& stamp) { return Show(wire::ToTime(stamp)); }

TEST(PublishNotice, SaysWhatIsAskedOfIt) {
  const auto event = Only(Try(Story{}, "owners", kPublish, "06-01 10:00:00"));
  const v1::NoticePublished& published = event.published();
  EXPECT_EQ(published.version(), 1);
  EXPECT_EQ(published.publisher(), "communities/c/bodies/oc");
  EXPECT_EQ(published.audience(), policy::v1::AUDIENCE_OWNERS);
  EXPECT_EQ(published.place().property_area(), "a1");
  EXPECT_EQ(published.duty().rule(), "policies/publication-vote-notice@1");
  EXPECT_EQ(published.duty().law_ref(), "物业管理条例第十四条");
  EXPECT_EQ(published.duty().days_min(), 15);
  // G11: notice on 1 June, 15 clear days, the meeting on 17 June at the earliest.
  EXPECT_EQ(Until(published.duty().min_until()), "06-17 00:00:00");
  EXPECT_EQ(Until(published.duty().objections_until()), "06-17 00:00:00");
  EXPECT_EQ(Until(published.duty().earliest_event()), "06-17 00:00:00");
  EXPECT_FALSE(published.duty().has_publish_due());
}

TEST(PublishNotice, PinsTheRuleItRestsOn) {
  const auto decision = Try(Story{}, "owners", kPublish, "06-01 10:00:00");
  EXPECT_EQ(std::get<runtime::Decided<NoticeEvent>>(decision).policy_refs,
            std::vector<std::string>{"policies/publication-vote-notice@1"});
}

struct PeriodCase {
  std::string name;
  std::string who;
  std::string command;
  std::string when;
  std::string min_until;
  std::string objections_until;
  std::string earliest_event = "";
  std::string publish_due = "";
};

class PeriodTest : public testing::TestWithParam<PeriodCase> {};

TEST_P(PeriodTest, IsCountedAsTheLawCounts) {
  const PeriodCase& c = GetParam();
  const auto event = Only(Try(Story{}, c.who, c.command, c.when));
  const v1::Duty& duty = event.published().duty();
  EXPECT_EQ(Until(duty.min_until()), c.min_until);
  EXPECT_EQ(Until(duty.objections_until()), c.objections_until);
  EXPECT_EQ(duty.has_earliest_event() ? Until(duty.earliest_event()) : "", c.earliest_event);
  EXPECT_EQ(duty.has_publish_due() ? Until(duty.publish_due()) : "", c.publish_due);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, PeriodTest,
    testing::ValuesIn(std::vector<PeriodCase>{
        {"AffairsOfResidentsFifteenDays", "committee", Publish("RESIDENTS_AFFAIRS"),
         "03-02 10:00:00", "03-18 00:00:00", "03-18 00:00:00"},
        {"TheLastDayIsNoHoliday", "committee", Publish("RESIDENTS_AFFAIRS"), "02-03 10:00:00",
         "02-25 00:00:00", "02-25 00:00:00"},
        {"AMakeUpDayIsAWorkingDay", "committee", Publish("RESIDENTS_AFFAIRS"), "01-30 10:00:00",
         "02-15 00:00:00", "02-15 00:00:00"},
        {"PublishedInTheLastMinuteOfADay", "committee", Publish("RESIDENTS_AFFAIRS"),
         "03-02 23:59:59.999999", "03-18 00:00:00", "03-18 00:00:00"},
        {"ObjectionsToTheListOfVotersForFiveDays", "committee", Publish("VOTER_LIST"),
         "03-02 10:00:00", "03-24 00:00:00", "03-10 00:00:00", "03-24 00:00:00"},
        {"AResultWithinThreeDays", "owners",
         Publish("RESULT", "place { property_area: 'a1' } fact_at { seconds: 1772416800 }"),
         "03-04 10:00:00", "03-20 00:00:00", "03-20 00:00:00", "", "03-06 00:00:00"},
    }),
    [](const auto& info) { return info.param.name; });

struct RefusalCase {
  std::string name;
  std::string who;
  std::string command;
  std::string then;
  std::string when = "06-01 10:00:00";
};

class RefusedPublication : public testing::TestWithParam<RefusalCase> {};

TEST_P(RefusedPublication, SaysWhy) {
  const RefusalCase& c = GetParam();
  EXPECT_EQ(support::Show(Try(Story{}, c.who, c.command, c.when)), c.then);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, RefusedPublication,
    testing::ValuesIn(std::vector<RefusalCase>{
        {"NothingIsSaid", "committee",
         "PublishNotice { kind: PUBLICATION_KIND_RESIDENTS_AFFAIRS content { title: 't' } }",
         "ERROR_REASON_INVALID_REQUEST {field=content.body}"},
        {"HalfAHash", "committee",
         "PublishNotice { kind: PUBLICATION_KIND_RESIDENTS_AFFAIRS content { title: 't' "
         "attachments { sha256: 'short' } } }",
         "ERROR_REASON_INVALID_REQUEST {field=content.attachments}"},
        {"UnknownPlace", "committee", Publish("RESIDENTS_AFFAIRS", "place { property_area: 'a7' }"),
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=a7}"},
        {"RetiredPlace", "committee", Publish("RESIDENTS_AFFAIRS", "place { property_area: 'a9' }"),
         "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=a9}"},
        {"PartsThatDoNotBelongTogether", "committee",
         Publish("RESIDENTS_AFFAIRS", "place { property_area: 'a9' building: 'b1' }"),
         "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=a9}"},
        {"AnotherBodysName", "committee", Publish("RESIDENTS_AFFAIRS", "publisher: '@oc'"),
         "ERROR_REASON_PERMISSION_DENIED"},
        {"AnImporterSaysForWhom", "importer", Publish("RESIDENTS_AFFAIRS"),
         "ERROR_REASON_INVALID_REQUEST {field=publisher}"},
        {"AnImporterKnowsTheBody", "importer", Publish("RESIDENTS_AFFAIRS", "publisher: '@x'"),
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=communities/c/bodies/x}"},
        {"BeforeTheLaw", "committee", Publish("RESIDENTS_AFFAIRS"),
         "ERROR_REASON_PUBLICATION_RULE_MISSING {kind=PUBLICATION_KIND_RESIDENTS_AFFAIRS}",
         "2025-12-31 23:59:59"},
        {"NotTheCommitteesToPublish", "party", Publish("RESIDENTS_AFFAIRS"),
         "ERROR_REASON_NOT_ITS_PUBLISHER {policy=policies/publication-residents-affairs@1}"},
        {"NamesMustBeMasked", "committee",
         "PublishNotice { kind: PUBLICATION_KIND_VOTER_LIST content { title: 't' body: 'b' } }",
         "ERROR_REASON_MASKING_REQUIRED {policy=policies/publication-voter-list@1}"},
        {"ForFewerThanTheRuleSays", "committee",
         Publish("RESIDENTS_AFFAIRS", "audience: AUDIENCE_OWNERS"),
         "ERROR_REASON_INVALID_REQUEST {field=audience}"},
        {"ToldBeforeItHappened", "committee",
         Publish("RESIDENTS_AFFAIRS", "fact_at { seconds: 4000000000 }"),
         "ERROR_REASON_INVALID_REQUEST {field=fact_at}"},
        {"OutsideItsArea", "owners", Publish("FUND"), "ERROR_REASON_PERMISSION_DENIED"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(PublishNotice, MayReachMoreThanTheRuleAsks) {
  const auto event =
      Only(Try(Story{}, "committee", Publish("RESIDENTS_AFFAIRS", "audience: AUDIENCE_ALL"),
               "06-01 10:00:00"));
  EXPECT_EQ(event.published().audience(), policy::v1::AUDIENCE_ALL);
}

TEST(PublishNotice, AnImporterBringsInWhatABodyPublished) {
  const auto event = Only(
      Try(Story{}, "importer", Publish("RESIDENTS_AFFAIRS", "publisher: '@oc'"), "03-02 10:00:00"));
  EXPECT_EQ(event.published().publisher(), "communities/c/bodies/oc");
}

// Any program can make the hash again from what events.proto says.
TEST(PublishNotice, HashesItsContent) {
  v1::Content content;
  content.set_title("two\nlines");
  content.set_body("words\nand more");
  content.add_attachments()->set_sha256(std::string(32, '\xAB'));
  // printf 'sanzhang notice 1\ntwo lines\nabab...\n\nwords\nand more' | sha256sum
  EXPECT_EQ(absl::BytesToHexString(ContentSha256(content)),
            "d1e36d7fd25c49267f4bf74de0e38f0671f1c63d37990650e570cc1a891bda18");
}

TEST(CorrectNotice, IsANewVersionWithANewPeriodAndTheOldHash) {
  const Notice::State before = Fold(Published());
  const auto event =
      Only(Try(Published(), "owners",
               "CorrectNotice { content { title: 't' body: 'c' } reason: 'r' }", "06-10 10:00:00"));
  const v1::NoticeCorrected& corrected = event.corrected();
  EXPECT_EQ(corrected.version(), 2);
  EXPECT_EQ(corrected.replaces_sha256(), before.content_sha256);
  EXPECT_NE(corrected.content_sha256(), before.content_sha256);
  EXPECT_EQ(Until(corrected.duty().min_until()), "06-26 00:00:00");
}

TEST(CorrectNotice, TheSameContentIsNoCorrection) {
  const std::string same = "CorrectNotice { content { title: 't' body: 'b' } reason: 'r' }";
  EXPECT_EQ(Word(Try(Published(), "owners", same, "06-10 10:00:00")), "=");
  EXPECT_EQ(Word(Try(TakenDown(), "owners", same, "06-10 10:00:00")), "NOTICE_TAKEN_DOWN");
}

TEST(CorrectNotice, OfOneThatIsDownPutsItUpAgain) {
  const Story story =
      TakenDown() + Step{"owners", "06-08 10:00:00",
                         "CorrectNotice { content { title: 't' body: 'c' } reason: 'r' }"};
  EXPECT_TRUE(Fold(story).is_up());
}

// domain reference 6.1 (14).
TEST(TakeDownNotice, EarlyMeansThatThePeriodStartsAgain) {
  const auto down =
      Only(Try(Published(), "owners", "TakeDownNotice { reason: 'r' }", "06-17 00:00:00"));
  EXPECT_TRUE(down.taken_down().early());  // The last moment still belongs to the period.
  const auto again = Only(Try(TakenDown(), "owners", "RepublishNotice", "06-08 10:00:00"));
  EXPECT_EQ(again.published().version(), 2);
  EXPECT_FALSE(again.published().has_content());
  EXPECT_EQ(again.published().content_sha256(), Fold(Published()).content_sha256);
  EXPECT_EQ(Until(again.published().duty().min_until()), "06-24 00:00:00");
}

TEST(TakeDownNotice, AfterThePeriodTheDutyIsMet) {
  const auto down =
      Only(Try(Published(), "owners", "TakeDownNotice { reason: 'r' }", "06-17 00:00:00.000001"));
  EXPECT_FALSE(down.taken_down().early());
}

TEST(NotePeriodElapsed, IsNotedOnceThePeriodIsOver) {
  const std::string note = "NotePeriodElapsed { min_until { seconds: 1781625600 } }";
  EXPECT_EQ(support::Show(Try(Published(), "timer", note, "06-17 00:00:00")),
            "ERROR_REASON_CLOCK_NOT_DUE {due=2026-06-17T00:00:00+08:00}");
  EXPECT_EQ(support::Show(Try(Objected(), "timer", note, "06-17 00:00:00.000001")),
            "period_elapsed { version: 1 min_until { seconds: 1781625600 } objections_open: 1 }; ");
}

TEST(NotePeriodElapsed, NeverNotesThePeriodOfAnEarlierVersion) {
  const Story story =
      Published() + Step{"owners", "06-10 10:00:00",
                         "CorrectNotice { content { title: 't' body: 'c' } reason: 'r' }"};
  EXPECT_EQ(Word(Try(story, "timer", "NotePeriodElapsed { min_until { seconds: 1781625600 } }",
                     "06-17 00:00:01")),
            "CLOCK_NOT_DUE");
}

// A chief acts for the committee in a building, not for it on its board; others are none of its.
TEST(Publisher, IsTheBodyWithItsSeats) {
  const Story story = {{"committee", "06-01 10:00:00", Publish("RESIDENTS_AFFAIRS")}};
  const std::string take = "TakeDownNotice { reason: 'r' }";
  EXPECT_EQ(Word(Try(story, "committee2", take, "06-02 10:00:00")), "ok");
  EXPECT_EQ(Word(Try(story, "chief", take, "06-02 10:00:00")), "PERMISSION_DENIED");
  EXPECT_EQ(Word(Try(story, "owners", take, "06-02 10:00:00")), "PERMISSION_DENIED");
}

// A community that asks for more than the law: its own rule counts from its first day, and pins.
TEST(OwnRule, StandsInThePlaceOfTheShippedOne) {
  runtime::OwnPolicy own;
  auto rule = std::make_shared<policy::v1::PublicationRule>(
      *dynamic_cast<const policy::v1::PublicationRule*>(
          Shipped().Shipped("publication-vote-notice", At("06-01 10:00:00"))));
  rule->set_days_min(20);
  own.versions[1].policy = rule;
  own.versions[1].from = At("06-02 00:00:00");
  const Notice::State none;
  const auto before = Only(Try(none, "owners", kPublish, "06-01 23:59:59", &own));
  EXPECT_EQ(before.published().duty().rule(), "policies/publication-vote-notice@1");
  const auto after = Only(Try(none, "owners", kPublish, "06-02 00:00:00", &own));
  EXPECT_EQ(after.published().duty().rule(), "communities/c/policies/publication-vote-notice@1");
  EXPECT_EQ(after.published().duty().days_min(), 20);
}

}  // namespace
}  // namespace sanzhang::notice::scene
