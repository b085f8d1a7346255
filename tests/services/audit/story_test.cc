// Stories: every fact has its sentence, and what is told of clocks is right.
#include "services/audit/story.h"

#include <map>
#include <set>
#include <string>
#include <vector>

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

std::set<std::string> PlaceholdersOf(std::string_view sentence) {
  std::set<std::string> names;
  for (std::size_t at = sentence.find('{'); at != std::string_view::npos;
       at = sentence.find('{', at + 1)) {
    names.emplace(sentence.substr(at + 1, sentence.find('}', at) - at - 1));
  }
  return names;
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
      EXPECT_NE(fact->FindFieldByName(name), nullptr) << name;
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
};

std::string Tell(Memory& log, const std::string& name, Language language) {
  std::string text;
  StoryOptions options{.language = language, .citation = [](std::string_view policy) {
                         return policy == "policies/sla@1" ? "Art. 9" : "";
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
  log.Add("complaints/k1", 140, answered);
  log.Add("complaints/k2", 141, filed);
}

TEST(Story, TellsClocksRolesAndPolicies) {
  Memory log;
  Complaint(log);
  const std::string told = Tell(log, "communities/c1/complaints/k1", Language::kEnglish);
  for (const char* line :
       {"2026-01-05 11:00  #2  p-li, grid chief (和平社区居委会 (rc)): filed the complaint "
        "(complaint, "
        "noise); first receiver: 和平社区居委会 (rc)\n",
        "    clock intake begins, due 2026-01-06 10:00\n", "    under policies/sla@1: Art. 9\n",
        "    clock intake ended, 2 h 0 min left\n", "    clock answer paused\n",
        "the clocks run again after a pause of 1 d 11 h; by itself: yes\n",
        "    clock answer set anew, due 2026-01-11 01:00\n", "    overdue since 2026-01-11 01:00\n",
        "    clock answer ended, 5 h 0 min late\n"}) {
    EXPECT_THAT(told, HasSubstr(line));
  }
  EXPECT_EQ(told.find("secret"), std::string::npos) << told;
  EXPECT_EQ(told.find("k2"), std::string::npos);
  const std::string zh = Tell(log, "communities/c1/complaints/k1", Language::kChinese);
  for (const char* line :
       {"网格长 p-li（和平社区居委会（rc））：提出诉求", "受理时限起算，截止 2026-01-06 10:00",
        "答复时限结束，超期 5小时0分钟", "依据 policies/sla@1：Art. 9"}) {
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

TEST(Story, SaysWhatItCantTell) {
  Memory log;
  Complaint(log);
  EXPECT_THAT(Tell(log, "communities/c1/complaints/none", Language::kEnglish), HasSubstr("has no"));
  EXPECT_THAT(Tell(log, "communities/c1/persons/p-li", Language::kEnglish),
              HasSubstr("is not a complaint"));
}

}  // namespace
}  // namespace sanzhang::audit
