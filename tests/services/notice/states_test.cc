// Every command in every state, by someone who may: what stands in the way, if anything. And every
// command by everyone: who may ask at all.
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "sanzhang/notice/v1/notice_service.pb.h"
#include "tests/services/notice/scene.h"

namespace sanzhang::notice::scene {
namespace {

struct Row {
  std::string who;
  std::string command;
  // One word for each state, in the order of States().
  std::string then;
  // Who else may do it in the state that allows it: of Everyone(), in their order.
  std::string admitted;
  std::string state;  // That state.
};

struct Column {
  std::string name;
  Story story;
};

std::vector<Column> States() {
  return {{"None", {}},
          {"Published", Published()},
          {"Objected", Objected()},
          {"Asked", Asked()},
          {"Elapsed", Elapsed()},
          {"TakenDown", TakenDown()},
          {"Archived", Archived()}};
}

// All ask on 10 June, within the period; by then the notice of Elapsed lies in the future, which no
// rule minds.
constexpr char kWhen[] = "06-10 10:00:00";

const std::vector<Row>& Rows() {
  // clang-format off
  static const std::vector<Row> rows = {
    {"owners", kPublish,
     "ok RESOURCE_ALREADY_EXISTS RESOURCE_ALREADY_EXISTS RESOURCE_ALREADY_EXISTS RESOURCE_ALREADY_EXISTS RESOURCE_ALREADY_EXISTS RESOURCE_ALREADY_EXISTS",
     "committee committee2 owners subdistrict", "None"},
    {"owners", "CorrectNotice { content { title: 't' body: 'c' } reason: 'r' }",
     "PERMISSION_DENIED ok ok ok ok ok ok", "importer owners", "Published"},
    {"owners", "TakeDownNotice { reason: 'r' }",
     "PERMISSION_DENIED ok ok ok ok = =", "importer owners subdistrict", "Published"},
    {"owners", "RepublishNotice",
     "PERMISSION_DENIED = = = = ok ok", "importer owners", "TakenDown"},
    {"owner", "ObjectToNotice { grounds { content: 'g' } }",
     "NOTICE_NOT_FOUND ok ok ok ok NOTICE_TAKEN_DOWN ok", "owner owner2", "Published"},
    {"owners", "AnswerObjection { objection: 1 answer: 'a' }",
     "PERMISSION_DENIED OBJECTION_NOT_FOUND ok OBJECTION_NOT_FOUND OBJECTION_NOT_FOUND OBJECTION_NOT_FOUND OBJECTION_NOT_FOUND",
     "importer owners subdistrict", "Objected"},
    {"owner", "AskInquiry { question { content: 'q' } }",
     "NOTICE_NOT_FOUND ok ok ok ok ok ok", "owner owner2", "Published"},
    {"owners", "AnswerInquiry { inquiry: 1 answer: 'a' }",
     "PERMISSION_DENIED INQUIRY_NOT_FOUND INQUIRY_NOT_FOUND ok INQUIRY_NOT_FOUND INQUIRY_NOT_FOUND INQUIRY_NOT_FOUND",
     "importer owners subdistrict", "Asked"},
    {"timer", "NotePeriodElapsed { min_until { seconds: 1781625600 } }",
     "NOTICE_NOT_FOUND CLOCK_NOT_DUE CLOCK_NOT_DUE CLOCK_NOT_DUE = NOTICE_TAKEN_DOWN =",
     "timer", "Elapsed"},
  };
  // clang-format on
  return rows;
}

TEST(EveryCommandInEveryState, IsAnsweredAsTheTableSays) {
  const std::vector<Column> states = States();
  for (const Row& row : Rows()) {
    const std::vector<std::string> then = absl::StrSplit(row.then, ' ');
    ASSERT_EQ(then.size(), states.size()) << row.command;
    for (std::size_t i = 0; i < states.size(); ++i) {
      // Whoever answers or corrects does so after the last thing that happened.
      EXPECT_EQ(Word(Try(states[i].story, row.who, row.command, kWhen)), then[i])
          << row.command << " when " << states[i].name;
    }
  }
}

// Those who are not named are refused, for their role, for the rule of the kind, or as others than
// those for whom it was published.
TEST(EveryCommandByEveryone, AdmitsWhomTheTableNames) {
  const std::set<std::string> refusals = {"PERMISSION_DENIED", "NOT_ITS_PUBLISHER",
                                          "NOTICE_FOR_OTHERS"};
  for (const Row& row : Rows()) {
    Story story;
    for (const Column& column : States()) {
      if (column.name == row.state) story = column.story;
    }
    const std::vector<std::string> named = absl::StrSplit(row.admitted, ' ');
    for (const std::string& who : Everyone()) {
      const bool may = std::find(named.begin(), named.end(), who) != named.end();
      const std::string word = Word(Try(story, who, row.command, kWhen));
      if (may) {
        EXPECT_TRUE(word == "ok" || word == "=") << who << " " << row.command << ": " << word;
      } else if (who == "importer" && row.state == "None") {
        EXPECT_EQ(word, "INVALID_REQUEST");  // It must say for whom it brings the record.
      } else {
        EXPECT_TRUE(refusals.contains(word)) << who << " " << row.command << ": " << word;
      }
    }
  }
}

TEST(EveryCommandInEveryState, NoCommandIsLeftOut) {
  const auto* service =
      v1::PublishNoticeRequest::descriptor()->file()->FindServiceByName("NoticeService");
  ASSERT_NE(service, nullptr);
  std::set<std::string> stated;
  for (int i = 0; i < service->method_count(); ++i) stated.insert(service->method(i)->name());
  std::set<std::string> tested;
  for (const Row& row : Rows()) tested.insert(row.command.substr(0, row.command.find(' ')));
  EXPECT_EQ(tested, stated);
}

TEST(EveryCommandInEveryState, NoStateIsLeftOut) {
  std::set<int> reached;
  for (const Column& column : States()) reached.insert(Fold(column.story).phase);
  const auto* states = v1::State_descriptor();
  for (int i = 0; i < states->value_count(); ++i) {
    EXPECT_TRUE(reached.contains(states->value(i)->number())) << states->value(i)->name();
  }
}

}  // namespace
}  // namespace sanzhang::notice::scene
