// Stories: every fact has its sentence, and what is told of clocks is right.
#include "services/audit/story.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "proto/wire/time.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/log/v1/record.pb.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "services/audit/story_table.h"
#include "services/audit/terms.h"
#include "tests/services/audit/memory_source.h"

namespace sanzhang::audit {
namespace {

namespace pb = google::protobuf;
using testing::HasSubstr;

// All facts of a file: the members of the oneofs of its `…Event` messages.
std::vector<const pb::Descriptor*> FactsOf(const pb::FileDescriptor& file) {
  std::vector<const pb::Descriptor*> facts;
  for (int i = 0; i < file.message_type_count(); ++i) {
    const pb::Descriptor& message = *file.message_type(i);
    if (!message.name().ends_with("Event") || message.oneof_decl_count() != 1) continue;
    for (int j = 0; j < message.field_count(); ++j) {
      facts.push_back(message.field(j)->message_type());
    }
  }
  return facts;
}

std::vector<const pb::Descriptor*> AllFacts() {
  std::vector<const pb::Descriptor*> all;
  for (const pb::FileDescriptor* file : {complaint::v1::ComplaintEvent::descriptor()->file(),
                                         resolution::v1::ResolutionEvent::descriptor()->file(),
                                         rating::v1::RatingEvent::descriptor()->file(),
                                         notice::v1::NoticeEvent::descriptor()->file()}) {
    for (const pb::Descriptor* fact : FactsOf(*file)) all.push_back(fact);
  }
  return all;
}

// Without the phrases of `{upheld?was|was not}`.
std::set<std::string> PlaceholdersOf(std::string_view sentence) {
  std::set<std::string> names;
  for (std::size_t at = sentence.find('{'); at != std::string_view::npos;
       at = sentence.find('{', at + 1)) {
    const std::string_view inside = sentence.substr(at + 1, sentence.find('}', at) - at - 1);
    names.emplace(inside.substr(0, inside.find('?')));
  }
  return names;
}

// The field that a placeholder stands for; null if there is none.
const pb::FieldDescriptor* FieldOf(const pb::Descriptor& fact, const std::string& path) {
  const pb::Descriptor* type = &fact;
  const pb::FieldDescriptor* field = nullptr;
  const std::vector<std::string> names = absl::StrSplit(path, '.');
  for (const std::string& name : names) {
    field = type == nullptr ? nullptr : type->FindFieldByName(name);
    if (field == nullptr) return nullptr;
    type = field->message_type();
  }
  return field;
}

bool IsStoryValue(const std::string& placeholder) {
  return absl::c_linear_search(kStoryValues, std::string_view(placeholder));
}

TEST(Story, EveryFactHasItsSentenceInBothLanguages) {
  std::set<std::string> types;
  for (const pb::Descriptor* fact : AllFacts()) {
    SCOPED_TRACE(fact->full_name());
    types.insert(fact->full_name());
    const FactSentence* sentence = SentenceOf(fact->full_name());
    ASSERT_NE(sentence, nullptr) << "a new fact: add a line to services/audit/story_*.cc";
    EXPECT_EQ(PlaceholdersOf(sentence->zh), PlaceholdersOf(sentence->en));
    for (const std::string& name : PlaceholdersOf(sentence->zh)) {
      EXPECT_TRUE(IsStoryValue(name) || FieldOf(*fact, name) != nullptr) << name;
    }
    for (const std::string_view text : {sentence->zh, sentence->en}) {
      EXPECT_EQ(std::count(text.begin(), text.end(), '['),
                std::count(text.begin(), text.end(), ']'));
    }
  }
  EXPECT_GT(types.size(), 100u);
  for (const auto& sentences : {ComplaintSentences(), ResolutionSentences(), RatingSentences()}) {
    for (const FactSentence& one : sentences) {
      EXPECT_TRUE(types.contains(absl::StrCat("sanzhang.", std::string(one.type)))) << one.type;
    }
  }
}

// A code that a story prints has its words, and a message one way of being told.
TEST(Story, EveryCodeThatASentencePrintsHasWords) {
  const std::set<const pb::EnumDescriptor*> translated(TranslatedEnums().begin(),
                                                       TranslatedEnums().end());
  std::set<const pb::EnumDescriptor*> printed;
  for (const pb::Descriptor* fact : AllFacts()) {
    for (const std::string& name : PlaceholdersOf(SentenceOf(fact->full_name())->zh)) {
      const pb::FieldDescriptor* field = FieldOf(*fact, name);
      if (field == nullptr) continue;
      if (field->enum_type() != nullptr) printed.insert(field->enum_type());
      if (field->message_type() != nullptr) {
        EXPECT_TRUE(absl::c_linear_search(
            std::vector<std::string>{"google.protobuf.Timestamp", "sanzhang.type.v1.PersonalText",
                                     "sanzhang.type.v1.Place"},
            field->message_type()->full_name()))
            << fact->full_name() << "." << name;
      }
    }
  }
  EXPECT_GT(printed.size(), 20u);
  for (const pb::EnumDescriptor* type : printed) {
    EXPECT_TRUE(translated.contains(type)) << type->full_name() << ": services/audit/terms.cc";
  }
}

TEST(Story, ClocksNameFactsAndTimesThatThereAre) {
  std::map<std::string, const pb::Descriptor*> facts;
  for (const pb::Descriptor* fact : AllFacts()) {
    facts[fact->full_name().substr(sizeof "sanzhang")] = fact;
  }
  for (const ClockRule& rule : Clocks()) {
    const std::vector<std::string> begins = absl::StrSplit(std::string(rule.begins), ' ');
    for (const std::string& begin : begins) {
      const std::size_t dot = begin.rfind('.');
      ASSERT_TRUE(facts.contains(begin.substr(0, dot))) << begin;
      const pb::FieldDescriptor* field =
          facts[begin.substr(0, dot)]->FindFieldByName(begin.substr(dot + 1));
      ASSERT_NE(field, nullptr) << begin;
      EXPECT_EQ(field->message_type()->full_name(), "google.protobuf.Timestamp") << begin;
    }
    const std::vector<std::string> ends =
        absl::StrSplit(std::string(rule.ends), ' ', absl::SkipEmpty());
    for (const std::string& end : ends) EXPECT_TRUE(facts.contains(end)) << end;
  }
}

// Every clock of complaints that a breach can name is told.
TEST(Story, EveryClockOfComplaintsIsTold) {
  std::set<std::string> told;
  for (const ClockRule& rule : Clocks()) told.emplace(rule.name);
  const pb::EnumDescriptor& clocks = *complaint::v1::Clock_descriptor();
  for (int i = 1; i < clocks.value_count(); ++i) {
    EXPECT_TRUE(told.contains(clocks.value(i)->name().substr(sizeof "CLOCK")))
        << clocks.value(i)->name();
  }
}

absl::Time At(int hour) {
  return absl::FromUnixSeconds(1'767'578'400) + absl::Hours(hour);  // 2026-01-05 10:00, Shanghai
}

class Memory final : public MemorySource {
 public:
  template <class Fact>
  void Add(const std::string& stream, int hour, const Fact& fact, const std::string& policy = "") {
    log::v1::Record record;
    record.set_stream("communities/c1/" + stream);
    record.set_type(fact.GetTypeName());
    record.set_payload(fact.SerializeAsString());
    *record.mutable_occurred_at() = wire::ToStamp(At(hour));
    record.mutable_actor()->set_subject("communities/c1/persons/p-li");
    record.mutable_actor()->set_role(type::v1::ROLE_GRID_CHIEF);
    record.mutable_actor()->set_body("communities/c1/bodies/rc");
    if (!policy.empty()) record.add_policy_refs(policy);
    MemorySource::Add(std::move(record));
  }
  template <class Fact>
  void AddByTimekeeper(const std::string& stream, int hour, const Fact& fact) {
    log::v1::Record record;
    record.set_stream("communities/c1/" + stream);
    record.set_type(fact.GetTypeName());
    record.set_payload(fact.SerializeAsString());
    *record.mutable_occurred_at() = wire::ToStamp(At(hour));
    record.mutable_actor()->set_subject("services/timekeeper");
    record.mutable_actor()->set_role(type::v1::ROLE_TIMER);
    MemorySource::Add(std::move(record));
  }
};

std::string Tell(Memory& log, const std::string& name, Language language) {
  std::string text;
  StoryOptions options{.language = language, .citations = [](std::string_view policy) {
                         return policy == "policies/sla@1"
                                    ? std::vector<std::string>{"In time: 民法典 Art. 9"}
                                    : std::vector<std::string>();
                       }};
  const absl::Status told = TellStory(
      log, name, options, [&text](std::string_view line) { text.append(line).append("\n"); });
  return told.ok() ? text : std::string(told.message());
}

void Complaint(Memory& log) {
  registry::v1::BodyPrepared body;
  body.set_display_name("和平社区居委会");
  log.Add("bodies/rc", 0, body);
  complaint::v1::ComplaintFiled filed;
  filed.set_demand_type(complaint::v1::DEMAND_TYPE_COMPLAINT);
  filed.set_category(complaint::v1::CATEGORY_NOISE);
  filed.set_first_receiver("communities/c1/bodies/rc");
  filed.mutable_text()->set_subject("communities/c1/persons/p-li");
  filed.mutable_text()->set_content("secret words");
  *filed.mutable_intake_due() = wire::ToStamp(At(24));
  log.Add("complaints/k1", 1, filed, "policies/sla@1");
  complaint::v1::ComplaintAccepted accepted;
  accepted.set_responsible_body("communities/c1/bodies/rc");
  *accepted.mutable_ack_due() = wire::ToStamp(At(30));
  *accepted.mutable_answer_due() = wire::ToStamp(At(100));
  log.Add("complaints/k1", 22, accepted);
  complaint::v1::ComplaintSuspended suspended;
  *suspended.mutable_until() = wire::ToStamp(At(60));
  log.Add("complaints/k1", 25, suspended);
  complaint::v1::ComplaintResumed resumed;
  resumed.set_automatic(true);
  resumed.set_paused_ms(35 * 3'600'000);
  *resumed.mutable_answer_due() = wire::ToStamp(At(135));
  log.Add("complaints/k1", 60, resumed);
  complaint::v1::ComplaintDeadlineBreached breached;
  breached.set_clock(complaint::v1::CLOCK_ANSWER);
  *breached.mutable_due() = wire::ToStamp(At(135));
  log.Add("complaints/k1", 136, breached);
  complaint::v1::ComplaintAnswered answered;
  answered.mutable_explanation()->set_subject("communities/c1/persons/p-li");
  answered.mutable_explanation()->set_content("secret answer");
  log.Add("complaints/k1", 140, answered, "policies/sla@1");
  log.Add("complaints/k2", 141, filed);
}

TEST(Story, TellsClocksRolesAndPolicies) {
  Memory log;
  Complaint(log);
  const std::string told = Tell(log, "communities/c1/complaints/k1", Language::kEnglish);
  for (const char* line :
       {"2026-01-05 11:00  #2  p-li, grid chief (和平社区居委会 (rc)): filed it "
        "(complaint, noise); first receiver: 和平社区居委会 (rc)\n",
        "    clock intake begins, due 2026-01-06 10:00\n", "    under policies/sla@1\n",
        "    clock intake ended, 2 h 0 min left\n", "    clock answer paused\n",
        "the clocks run again by themselves after a pause of 1 d 11 h\n",
        "    clock answer set anew, due 2026-01-11 01:00\n",
        "the answer clock was breached (due 2026-01-11 01:00)",
        "    clock answer ended, 5 h 0 min late\n",
        "\nwhat the rules rest on:\n    policies/sla@1: In time: 民法典 Art. 9\n"}) {
    EXPECT_THAT(told, HasSubstr(line));
  }
  EXPECT_EQ(told.find("secret"), std::string::npos) << told;
  EXPECT_EQ(told.find("k2"), std::string::npos);
  EXPECT_EQ(told.find("Art. 9"), told.rfind("Art. 9")) << "sources are told once\n" << told;
  const std::string zh = Tell(log, "communities/c1/complaints/k1", Language::kChinese);
  for (const char* line :
       {"网格长 p-li（和平社区居委会（rc））：提出诉求", "受理时限起算，截止 2026-01-06 10:00",
        "答复时限结束，超期 5小时0分钟", "依据 policies/sla@1\n",
        "规则的依据：\n    policies/sla@1：民法典第9条\n"}) {
    EXPECT_THAT(zh, HasSubstr(line));
  }
}

TEST(Story, TellsWhatLiesBeneathInNumbersAndItsNotices) {
  Memory log;
  resolution::v1::MotionDrafted drafted;
  drafted.set_title("电梯");
  log.Add("resolutions/r1", 1, drafted);
  for (int i = 0; i < 3; ++i) {
    log.Add(absl::StrCat("resolutions/r1/voters/v", i), 2, resolution::v1::BallotDelivered());
  }
  notice::v1::NoticePublished notice;
  notice.set_about("communities/c1/resolutions/r1");
  notice.set_version(1);
  log.Add("notices/n1", 3, notice);
  notice.set_about("communities/c1/resolutions/r2");
  log.Add("notices/n2", 3, notice);
  const std::string told = Tell(log, "communities/c1/resolutions/r1", Language::kEnglish);
  EXPECT_THAT(told, HasSubstr("drafted the motion “电梯”"));
  EXPECT_THAT(told, HasSubstr("#5  p-li"));
  EXPECT_EQ(told.find("#6"), std::string::npos);
  EXPECT_THAT(told, HasSubstr("    2026-01-05  3 × delivered a ballot\n"));
}

// Each of what may lie beneath has words of its own before the first value.
TEST(Story, NamesWhatLiesBeneath) {
  for (const pb::Descriptor* event :
       {resolution::v1::VoterEvent::descriptor(), resolution::v1::BallotEvent::descriptor(),
        resolution::v1::BallotBoxEvent::descriptor(), rating::v1::RatingEvent::descriptor()}) {
    for (int i = 0; i < event->field_count(); ++i) {
      const pb::Descriptor& fact = *event->field(i)->message_type();
      Memory log;
      log.Add("resolutions/r1", 1, resolution::v1::MotionDrafted());
      log.Add("resolutions/r1/voters/v", 2,
              *pb::MessageFactory::generated_factory()->GetPrototype(&fact));
      for (const Language language : {Language::kEnglish, Language::kChinese}) {
        EXPECT_THAT(Tell(log, "communities/c1/resolutions/r1", language),
                    testing::ContainsRegex("1 × [^\n]+"))
            << fact.full_name();
      }
    }
  }
}

void VoteUntilItsClose(Memory& log, bool secret) {
  resolution::v1::VoteNoticed noticed;
  noticed.mutable_terms()->set_secret(secret);
  log.Add("resolutions/r1", 1, noticed);
  resolution::v1::ElectorateFrozen frozen;
  frozen.set_area_dm2(166'875);
  *frozen.mutable_objections_until() = wire::ToStamp(At(48));
  log.Add("resolutions/r1", 2, frozen);
  resolution::v1::VoteOpened opened;
  *opened.mutable_closes() = wire::ToStamp(At(144));
  log.AddByTimekeeper("resolutions/r1", 96, opened);
  for (int i = 0; i < 2 && !secret; ++i) {
    log.Add(absl::StrCat("resolutions/r1/ballots/v", i), 100, resolution::v1::BallotCast());
  }
  resolution::v1::VoteClosed closed;
  closed.set_box_ballots(secret ? 4 : 0);
  log.AddByTimekeeper("resolutions/r1", 144, closed);
  log.Add("resolutions/r1/ballots/v9", 145, resolution::v1::PaperBallotEntered());
}

TEST(Story, TellsThatPeriodsRanOutAndOfNoBreach) {
  Memory log;
  VoteUntilItsClose(log, false);
  const std::string told = Tell(log, "communities/c1/resolutions/r1", Language::kEnglish);
  for (const char* line :
       {"    time to object to the roll: until 2026-01-07 10:00\n",
        "\n2026-01-07 10:00  time to object to the roll ran out\n2026-01-09",
        "#3  timekeeper: opened the vote", "    time to vote ran out\n", ", 1668.75 m2, hash"}) {
    EXPECT_THAT(told, HasSubstr(line));
  }
  EXPECT_EQ(told.find("late"), std::string::npos) << told;
  EXPECT_THAT(Tell(log, "communities/c1/resolutions/r1", Language::kChinese),
              HasSubstr("\n2026-01-07 10:00  名册异议期届满\n"));
}

// Ballots that came after the close are none that it closed on; a box is spoken of where there is
// one.
TEST(Story, TellsTheBallotsOfAVote) {
  Memory open;
  VoteUntilItsClose(open, false);
  EXPECT_THAT(Tell(open, "communities/c1/resolutions/r1", Language::kEnglish),
              HasSubstr("closed the vote; 2 ballots on record\n"));
  Memory secret;
  VoteUntilItsClose(secret, true);
  EXPECT_THAT(Tell(secret, "communities/c1/resolutions/r1", Language::kEnglish),
              HasSubstr("closed the vote; 4 ballots in the box\n"));
}

// As of the log's last record: nothing is said to run that is over by then, and nothing to be
// missed that no fact could have met.
TEST(Story, TellsWhatNothingHasEnded) {
  Memory log;
  resolution::v1::ExecutionPlanned planned;
  *planned.mutable_due() = wire::ToStamp(At(48));
  log.Add("resolutions/r1", 1, planned);
  rating::v1::RatingCampaignAnnounced survey;
  survey.set_target("communities/c1/bodies/company");
  rating::v1::Dimension& dimension = *survey.mutable_terms()->add_dimensions();
  dimension.set_code("repair");
  dimension.set_display_name("维修");
  log.Add("ratingCampaigns/g1", 1, survey);
  rating::v1::RectificationOpened demanded;
  demanded.set_body("communities/c1/bodies/rc");
  demanded.set_dimension("repair");
  demanded.set_task("按时到场");
  *demanded.mutable_due() = wire::ToStamp(At(48));
  log.Add("ratingCampaigns/g1", 2, demanded);
  const auto tell = [&log](const char* name) {
    return Tell(log, absl::StrCat("communities/c1/", name), Language::kEnglish);
  };
  EXPECT_THAT(tell("resolutions/r1"),
              HasSubstr("as of 2026-01-05 12:00: clock execution runs, due 2026-01-07 10:00\n"));
  EXPECT_THAT(tell("ratingCampaigns/g1"), HasSubstr(": rc demands that company put right (维修)"));
  log.Add("complaints/k1", 72, complaint::v1::ComplaintFiled());
  EXPECT_THAT(tell("resolutions/r1"),
              HasSubstr("as of 2026-01-08 10:00: clock execution overdue since 2026-01-07 10:00"));
  EXPECT_THAT(tell("ratingCampaigns/g1"), HasSubstr("whether it was met is not recorded\n"));
}

TEST(Story, TellsThatAWhistleIsAnsweredWhenAllHaveCome) {
  Memory log;
  complaint::v1::DepartmentsWhistled whistled;
  whistled.add_departments("communities/c1/bodies/fire");
  whistled.add_departments("communities/c1/bodies/urban");
  *whistled.mutable_report_in_due() = wire::ToStamp(At(24));
  log.Add("complaints/k1", 1, whistled);
  complaint::v1::DepartmentReportedIn reported;
  reported.set_department("communities/c1/bodies/fire");
  log.Add("complaints/k1", 2, reported);
  EXPECT_THAT(Tell(log, "communities/c1/complaints/k1", Language::kEnglish),
              HasSubstr("clock report-in runs"));
  reported.set_department("communities/c1/bodies/urban");
  log.Add("complaints/k1", 3, reported);
  EXPECT_THAT(Tell(log, "communities/c1/complaints/k1", Language::kEnglish),
              HasSubstr("clock report-in ended, 21 h 0 min left"));
}

// Scores begin at 1: one that was not given is not told, and no zero in its place.
TEST(Story, LeavesOutWhatWasNotSaid) {
  Memory log;
  complaint::v1::ComplaintConfirmed confirmed;
  confirmed.set_result_score(4);
  log.Add("complaints/k1", 1, confirmed);
  complaint::v1::ComplaintAcknowledged acknowledged;
  *acknowledged.mutable_contacted_at() = wire::ToStamp(At(2));
  log.Add("complaints/k1", 2, acknowledged);
  const std::string told = Tell(log, "communities/c1/complaints/k1", Language::kEnglish);
  EXPECT_THAT(told, HasSubstr(": the complainant agreed; result 4\n"));
  EXPECT_THAT(told, HasSubstr("in touch with the complainant (2026-01-05 12:00)\n"));
}

TEST(Story, NamesTheNoticeThatAFactIsOf) {
  Memory log;
  log.Add("resolutions/r1", 1, resolution::v1::MotionDrafted());
  notice::v1::NoticePublished notice;
  notice.set_about("communities/c1/resolutions/r1");
  notice.set_kind(policy::v1::PUBLICATION_KIND_RESULT);
  notice.set_version(1);
  log.Add("notices/n1", 3, notice);
  notice::v1::NoticePeriodElapsed elapsed;
  elapsed.set_version(1);
  log.AddByTimekeeper("notices/n1", 30, elapsed);
  EXPECT_THAT(Tell(log, "communities/c1/resolutions/r1", Language::kChinese),
              HasSubstr("计时器：表决结果公告（n1） 第 1 版公示期届满，未答复异议 0 件\n"));
}

TEST(Story, SaysWhatItCantTell) {
  Memory log;
  Complaint(log);
  EXPECT_THAT(Tell(log, "communities/c1/complaints/none", Language::kEnglish), HasSubstr("has no"));
  EXPECT_THAT(Tell(log, "communities/c1/persons/p-li", Language::kEnglish),
              HasSubstr("is not a complaint"));
}

}  // namespace
}  // namespace sanzhang::audit
