// Every command × everybody × own community or another × right or wrong state, asked over gRPC and
// compared with tests/golden/access/commands.tsv, which a person can read:
//
//   command  community  state  code  reason  who who …
//
// Whoever is in no row of a command, community and state is told PERMISSION_DENIED: `everybody
// else`. SANZHANG_WRITE_GOLDEN=1 writes the file anew; the difference is for review. What must hold
// whatever the file says is checked beside it, from the protos alone.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sanzhang/type/v1/access.pb.h"
#include "tests/support/temp_dir.h"
#include "tests/town/town.h"

namespace sanzhang::town {
namespace {

using enum type::v1::Role;

constexpr char kGolden[] = SANZHANG_SOURCE_DIR "/tests/golden/access/commands.tsv";
constexpr char kDenied[] = "PERMISSION_DENIED PERMISSION_DENIED";
constexpr int kInFlightMax = 128;

// Who is asked: somebody in each role, and those who are something to what is asked about.
struct Who {
  std::string label;
  std::set<type::v1::Role> roles;
  bool of_installation = false;  // Of no community.

  std::string id() const {
    if (label == "TIMER") return "timekeeper";
    std::string id = label;
    for (char& c : id) c = c == '_' ? '-' : static_cast<char>(std::tolower(c));
    return id;
  }
};

const std::vector<Who>& Everybody() {
  static const auto* const all = new std::vector<Who>{
      {"RESIDENT", {ROLE_RESIDENT}},
      {"OWNER", {ROLE_OWNER}},
      {"REPRESENTATIVE", {ROLE_REPRESENTATIVE}},
      {"ENTRANCE_CHIEF", {ROLE_ENTRANCE_CHIEF}},
      {"BUILDING_CHIEF", {ROLE_BUILDING_CHIEF}},
      {"GRID_CHIEF", {ROLE_GRID_CHIEF}},
      {"PARTY_ORG", {ROLE_PARTY_ORG}},
      {"RESIDENTS_COMMITTEE", {ROLE_RESIDENTS_COMMITTEE}},
      {"RESIDENTS_COMMITTEE_CHAIR", {ROLE_RESIDENTS_COMMITTEE, ROLE_RESIDENTS_COMMITTEE_CHAIR}},
      {"SUPERVISION_COMMITTEE", {ROLE_SUPERVISION_COMMITTEE}},
      {"OWNERS_COMMITTEE", {ROLE_OWNERS_COMMITTEE}},
      {"OWNERS_COMMITTEE_CHAIR", {ROLE_OWNERS_COMMITTEE, ROLE_OWNERS_COMMITTEE_CHAIR}},
      {"PROPERTY_STAFF", {ROLE_PROPERTY_STAFF}},
      {"PROPERTY_MANAGER", {ROLE_PROPERTY_STAFF, ROLE_PROPERTY_MANAGER}},
      {"SUBDISTRICT_OFFICER", {ROLE_SUBDISTRICT_OFFICER}},
      {"DEPARTMENT_OFFICER", {ROLE_DEPARTMENT_OFFICER}},
      {"SOCIAL_ORG", {ROLE_SOCIAL_ORG}},
      {"ELECTION_COMMITTEE", {ROLE_ELECTION_COMMITTEE}},
      {"PRIVACY_OFFICER", {ROLE_PRIVACY_OFFICER}},
      {"INTEGRATION", {ROLE_INTEGRATION}},
      {"IMPORTER", {ROLE_IMPORTER}},
      {"AUDITOR", {ROLE_AUDITOR}},
      {"TIMER", {ROLE_TIMER}, true},
      {"OPERATOR", {ROLE_OPERATOR, ROLE_AUDITOR}, true},
      {"COMPLAINANT", {ROLE_RESIDENT}},
      {"ASSIGNEE", {ROLE_PROPERTY_STAFF}},
      {"WHISTLED", {ROLE_DEPARTMENT_OFFICER}},
      {"CONVENER", {ROLE_OWNERS_COMMITTEE}},
      {"DRAFTER", {ROLE_OWNER}},
      {"COUNTER", {ROLE_RESIDENT}},
      {"EXECUTOR", {ROLE_SOCIAL_ORG}},
      {"RATED", {ROLE_PROPERTY_STAFF}},
      {"PUBLISHER", {ROLE_PROPERTY_STAFF, ROLE_PROPERTY_MANAGER}},
      {"CO_OWNER", {ROLE_OWNER}},
  };
  return *all;
}

const std::set<type::v1::Role> kHeldByNobody = {ROLE_UNSPECIFIED};

struct Command {
  std::string rpc;
  std::string right;
  std::string wrong;  // Empty: no state stands in its way.
  std::string always;
  std::set<std::string> related;
  std::set<std::string> related_wrong;
};

// A command, or a step that comes before the next.
struct Item {
  Command command;
  std::string step;
};

// commands.txt.
std::vector<Item> ReadItems() {
  std::ifstream in(SANZHANG_SOURCE_DIR "/tests/town/commands.txt");
  std::vector<Item> items;
  std::string* open = nullptr;  // What an indented line goes on with.
  std::map<std::string, std::string> fields;
  const auto finish = [&] {
    if (items.empty() || !items.back().step.empty()) return;
    Command& command = items.back().command;
    command.right = fields["right"];
    command.wrong = fields["wrong"];
    command.always = fields["always"];
    command.related = absl::StrSplit(fields["related"], ' ', absl::SkipEmpty());
    command.related_wrong = absl::StrSplit(fields["related-wrong"], ' ', absl::SkipEmpty());
    fields.clear();
  };
  for (std::string line; std::getline(in, line);) {
    const std::string text(absl::StripAsciiWhitespace(line));
    if (text.empty() || text.front() == '#') continue;
    const std::string word = text.substr(0, text.find(' '));
    static const std::set<std::string> kFields = {"right", "wrong", "always", "related",
                                                  "related-wrong"};
    const bool field = kFields.contains(word);
    if (!absl::StartsWith(line, " ")) {
      finish();
      items.emplace_back();
      const bool step = word == "then";
      (step ? items.back().step : items.back().command.rpc) = step ? text.substr(5) : text;
      open = step ? &items.back().step : nullptr;
    } else if (field && !absl::StartsWith(line, "    ")) {
      open = &fields[word];
      *open = text.substr(word.size() + 1);
    } else if (open != nullptr) {
      absl::StrAppend(open, " ", text);
    }
  }
  finish();
  return items;
}

// What one of them is told.
struct Cell {
  const Command* command;
  const Who* who;
  bool own;
  bool right;
  std::string told;  // Only asked.
  std::string done;  // Sent in earnest, where it was refused.

  // Of the same command, community and state.
  bool IsBeside(const Cell& other) const {
    return command == other.command && own == other.own && right == other.right;
  }
  std::string id() const { return own ? who->id() : who->id() + "-2"; }
  const std::string& request() const { return right ? command->right : command->wrong; }
  std::string Show() const {
    return absl::StrCat(command->rpc, " by ", who->label, ", ", own ? "own" : "other", ", ",
                        right ? "right" : "wrong", ": ", told);
  }
};

class AccessTable : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new support::TempDir();
    town_ = new Town(folder_->File("data"));
    town_->Read(SANZHANG_SOURCE_DIR "/tests/town/scenes.txt");
    town_->Play();
    items_ = new std::vector<Item>(ReadItems());
    cells_ = new std::vector<Cell>();
    for (const Item& item : *items_) {
      item.step.empty() ? Ask(item.command) : Take(item.step);
    }
  }
  static void TearDownTestSuite() {
    delete cells_;
    delete items_;
    delete town_;
    delete folder_;
  }

  static void Take(const std::string& step) {
    const std::vector<std::string> words = absl::StrSplit(step, absl::MaxSplits(' ', 3));
    town_->set_now(kMoment + Offset(words[0]));
    if (words.size() == 1) return;
    EXPECT_EQ(town_->Do(words[1], words[2], words[3]).Show(), "OK") << step;
  }

  // Asks everybody without doing it; then sends what was refused in earnest.
  static void Ask(const Command& command) {
    const std::size_t first = cells_->size();
    for (const bool own : {true, false}) {
      for (const bool right : {true, false}) {
        if (!right && command.wrong.empty()) continue;
        for (const Who& who : Everybody()) {
          if (own || !who.of_installation) {
            cells_->push_back({&command, &who, own, right, "", ""});
          }
        }
      }
    }
    const std::uint64_t head = town_->head();
    SendAll(
        first, true, [](const Cell&) { return true; }, &Cell::told);
    SendAll(
        first, false, [](const Cell& cell) { return cell.told != "OK"; }, &Cell::done);
    EXPECT_EQ(town_->head(), head) << command.rpc << ": who was refused has recorded something";
  }

  static void SendAll(std::size_t first, bool validate_only, bool (*which)(const Cell&),
                      std::string Cell::*answer) {
    absl::Mutex mutex;
    int in_flight = 0;
    const auto room = [&] { return in_flight < kInFlightMax; };
    const auto none = [&] { return in_flight == 0; };
    for (std::size_t i = first; i < cells_->size(); ++i) {
      Cell& cell = (*cells_)[i];
      if (!which(cell)) continue;
      {
        const absl::MutexLock lock(&mutex);
        mutex.Await(absl::Condition(&room));
        ++in_flight;
      }
      town_->Send(cell.id(), cell.command->rpc, cell.request(), validate_only,
                  [&mutex, &in_flight, &cell, answer](const Reply& reply) {
                    cell.*answer = reply.Show();
                    const absl::MutexLock lock(&mutex);
                    --in_flight;
                  });
    }
    const absl::MutexLock lock(&mutex);
    mutex.Await(absl::Condition(&none));
  }

  // Rows in the order of commands.txt. Those who are told the same stand in one; PERMISSION_DENIED,
  // which is what nearly everybody is told, comes last and names nobody.
  static std::string Table() {
    std::string table = "command\tcommunity\tstate\tcode\treason\twho\n";
    for (std::size_t i = 0; i < cells_->size();) {
      const Cell& head = (*cells_)[i];
      std::vector<std::string> order;
      std::map<std::string, std::vector<std::string>> told;
      for (; i < cells_->size() && (*cells_)[i].IsBeside(head); ++i) {
        const Cell& cell = (*cells_)[i];
        if (!told.contains(cell.told) && cell.told != kDenied) order.push_back(cell.told);
        told[cell.told].push_back(cell.who->label);
      }
      for (const std::string& answer : order) {
        AddRow(head, answer, absl::StrJoin(told[answer], " "), table);
      }
      if (told.contains(kDenied)) {
        AddRow(head, kDenied, order.empty() ? "everybody" : "everybody else", table);
      }
    }
    return table;
  }
  static void AddRow(const Cell& head, const std::string& answer, const std::string& who,
                     std::string& table) {
    const std::vector<std::string> words = absl::StrSplit(answer, absl::MaxSplits(' ', 1));
    absl::StrAppend(&table, head.command->rpc, "\t", head.own ? "own" : "other", "\t",
                    head.right ? "right" : "wrong", "\t", words[0], "\t",
                    words.size() > 1 ? words[1] : "", "\t", who, "\n");
  }

  static const type::v1::AccessRule& RuleOf(const Command& command) {
    return Commands().at(command.rpc)->options().GetExtension(type::v1::access);
  }
  static bool NamesRoleOf(const type::v1::AccessRule& rule, const Who& who) {
    return std::any_of(rule.roles().begin(), rule.roles().end(), [&](int role) {
      return who.roles.contains(static_cast<type::v1::Role>(role));
    });
  }

  static support::TempDir* folder_;
  static Town* town_;
  static std::vector<Item>* items_;
  static std::vector<Cell>* cells_;
};

support::TempDir* AccessTable::folder_ = nullptr;
Town* AccessTable::town_ = nullptr;
std::vector<Item>* AccessTable::items_ = nullptr;
std::vector<Cell>* AccessTable::cells_ = nullptr;

TEST_F(AccessTable, HasEveryCommandOnce) {
  std::vector<std::string> asked;
  for (const Item& item : *items_) {
    if (!item.step.empty()) continue;
    asked.push_back(item.command.rpc);
    EXPECT_NE(item.command.wrong.empty(), item.command.always.empty()) << item.command.rpc;
  }
  std::vector<std::string> there;
  for (const auto& [rpc, method] : Commands()) there.push_back(rpc);
  EXPECT_THAT(asked, testing::UnorderedElementsAreArray(there));
}

TEST_F(AccessTable, HasSomebodyInEveryRole) {
  std::set<type::v1::Role> held = kHeldByNobody;
  for (const Who& who : Everybody()) held.insert(who.roles.begin(), who.roles.end());
  for (int role = 0; role < type::v1::Role_ARRAYSIZE; ++role) {
    if (!type::v1::Role_IsValid(role)) continue;
    EXPECT_TRUE(held.contains(static_cast<type::v1::Role>(role)))
        << type::v1::Role_Name(static_cast<type::v1::Role>(role));
  }
}

TEST_F(AccessTable, IsAsWritten) {
  const std::string table = Table();
  if (std::getenv("SANZHANG_WRITE_GOLDEN") != nullptr) std::ofstream(kGolden) << table;
  std::ifstream in(kGolden);
  const std::string golden((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const std::vector<std::string> have = absl::StrSplit(table, '\n');
  const std::vector<std::string> want = absl::StrSplit(golden, '\n');
  std::vector<std::string> only_now;
  std::vector<std::string> only_written;
  for (const auto& row : have) {
    if (std::find(want.begin(), want.end(), row) == want.end()) only_now.push_back(row);
  }
  for (const auto& row : want) {
    if (std::find(have.begin(), have.end(), row) == have.end()) only_written.push_back(row);
  }
  EXPECT_EQ(absl::StrJoin(only_now, "\n"), absl::StrJoin(only_written, "\n"));
  EXPECT_EQ(have.size(), want.size());
}

TEST_F(AccessTable, AdmitsNobodyWhomTheRuleDoesNotName) {
  for (const Cell& cell : *cells_) {
    const bool related = cell.command->related.contains(cell.who->label) ||
                         (!cell.right && cell.command->related_wrong.contains(cell.who->label));
    // Where the rule admits anyone known, it is the register that says who they are: the table
    // does.
    if (RuleOf(*cell.command).authenticated()) continue;
    if (!cell.own || related || NamesRoleOf(RuleOf(*cell.command), *cell.who)) continue;
    EXPECT_EQ(cell.told, kDenied) << cell.Show();
  }
}

TEST_F(AccessTable, AdmitsWhoeverIsRelatedWhereTheRuleNamesARelation) {
  for (const Item& item : *items_) {
    if (!item.step.empty()) continue;
    const type::v1::AccessRule& rule = RuleOf(item.command);
    EXPECT_EQ(item.command.related.empty(), rule.relations().empty()) << item.command.rpc;
    for (const Cell& cell : *cells_) {
      if (cell.command != &item.command || !cell.own || !cell.right) continue;
      if (item.command.related.contains(cell.who->label)) {
        EXPECT_EQ(cell.told, "OK") << cell.Show();
      }
    }
  }
}

TEST_F(AccessTable, AdmitsNobodyOfAnotherCommunity) {
  for (const Cell& cell : *cells_) {
    if (!cell.own) {
      EXPECT_EQ(cell.told, kDenied) << cell.Show();
    }
  }
}

TEST_F(AccessTable, LetsSomebodyDoWhatIsRightAndNobodyWhatIsWrong) {
  std::map<const Command*, int> admitted;
  for (const Cell& cell : *cells_) {
    admitted[cell.command] += cell.right && cell.told == "OK" ? 1 : 0;
    if (!cell.right) {
      EXPECT_NE(cell.told, "OK") << cell.Show();
    }
    EXPECT_FALSE(absl::StrContains(cell.told, "INTERNAL") || absl::StrContains(cell.told, "("))
        << cell.Show();
  }
  for (const auto& [command, count] : admitted) EXPECT_GT(count, 0) << command->rpc;
}

TEST_F(AccessTable, TellsTheSameWhenAskedAndInEarnest) {
  for (const Cell& cell : *cells_) {
    if (cell.told != "OK") {
      EXPECT_EQ(cell.done, cell.told) << cell.Show();
    }
  }
}

// The last: it changes what the others ask about.
TEST_F(AccessTable, ThatIsAdmittedCanBeCarriedOut) {
  std::set<std::string> tried = town_->carried_out();
  for (const Cell& cell : *cells_) {
    const std::string& rpc = cell.command->rpc;
    if (!cell.right || cell.told != "OK" || !tried.insert(rpc).second) continue;
    const Reply reply = town_->Do(cell.id(), rpc, cell.request());
    EXPECT_EQ(reply.Show(), "OK") << cell.Show();
    EXPECT_GT(reply.position, 0u) << cell.Show();
  }
  for (const auto& [rpc, method] : Commands()) {
    EXPECT_TRUE(town_->carried_out().contains(rpc)) << rpc;
  }
}

}  // namespace
}  // namespace sanzhang::town
