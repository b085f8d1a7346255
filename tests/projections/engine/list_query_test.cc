#include "projections/engine/list_query.h"

#include <algorithm>
#include <optional>
#include <random>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "projections/engine/database.h"
#include "projections/engine/limits.h"
#include "proto/wire/refusal.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::projections {
namespace {

using testing::ElementsAre;
using wire::ReasonOf;

const Column kColumns[] = {
    {.name = "name", .sql = "t.name", .nullable = false},
    {.name = "colour", .sql = "t.colour"},
    {.name = "count", .sql = "t.n", .type = ColumnType::kInt},
    {.name = "weight", .sql = "t.w", .type = ColumnType::kInt, .nullable = false},
};

struct Item {
  std::string name = {};
  std::optional<std::string> colour = {};
  std::optional<std::int64_t> count = {};
  std::int64_t weight = 0;
};

class ListQueryTest : public testing::Test {
 protected:
  ListQueryTest() {
    auto database =
        Database::Open(dir_.path() / "list.v1.sqlite", 1,
                       "CREATE TABLE t (name TEXT PRIMARY KEY, owner TEXT NOT NULL, colour "
                       "TEXT, n INTEGER, w INTEGER NOT NULL) STRICT",
                       4);
    EXPECT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
  }

  void Insert(const Item& item, const std::string& owner = "us") {
    EXPECT_TRUE(database_
                    ->Write([&](Rows& rows, Checkpoint& reached) {
                      ++reached.position;
                      const Value colour =
                          item.colour ? Value(std::string_view(*item.colour)) : Value(Null{});
                      const Value count = item.count ? Value(*item.count) : Value(Null{});
                      return rows.Run("INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5)",
                                      {item.name, owner, colour, count, item.weight});
                    })
                    .ok());
  }

  struct Page {
    absl::Status status;
    std::vector<std::string> names;
    std::string next;
  };

  Page Ask(const PageRequest& request, const std::string& caller = "p-1",
           const std::string& owner = "us") {
    auto read = database_->BeginRead();
    views::v1::Freshness freshness;
    freshness.set_as_of_position(read->checkpoint.position);
    Snapshot snapshot(std::move(read->lease), 1, freshness);
    const Caller who{.kind = log::v1::Actor::KIND_PERSON, .id = caller};
    const ListQuery query{.name = "test.items",
                          .select = "t.name, t.colour",
                          .from = "t",
                          .where = "t.owner = ?1 AND t.w <= ?2",
                          .values = {owner},
                          .passing = {weight_max_},
                          .columns = kColumns,
                          .key = "t.name",
                          .default_order = default_order_};
    Page page;
    auto next = List({.caller = who, .snapshot = snapshot, .tokens = tokens_, .now = absl::Now()},
                     query, request, [&](const Row& row) { page.names.emplace_back(row.Text(0)); });
    page.status = next.status();
    if (next.ok()) page.next = *next;
    return page;
  }

  // All pages, one after the other.
  std::vector<std::string> AskAll(PageRequest request) {
    std::vector<std::string> all;
    std::string token;
    do {
      request.page_token = token;
      const Page page = Ask(request);
      EXPECT_TRUE(page.status.ok()) << page.status;
      EXPECT_LE(page.names.size(), static_cast<std::size_t>(request.page_size));
      EXPECT_TRUE(page.next.empty() ||
                  page.names.size() == static_cast<std::size_t>(request.page_size));
      all.insert(all.end(), page.names.begin(), page.names.end());
      token = page.next;
    } while (!token.empty() && all.size() < 10'000);
    return all;
  }

  support::TempDir dir_;
  const PageTokens tokens_ = *PageTokens::Open(dir_.path());
  std::shared_ptr<Database> database_;
  std::string default_order_;
  std::int64_t weight_max_ = 1'000'000;
};

TEST_F(ListQueryTest, ShowsTheViewersRowsOnly) {
  Insert({.name = "a"});
  Insert({.name = "b"}, "them");
  EXPECT_THAT(Ask({}).names, ElementsAre("a"));
  // However the filter is written.
  EXPECT_THAT(Ask({.filter = "name = b OR name != b"}).names, ElementsAre("a"));
}

TEST_F(ListQueryTest, PageSizes) {
  for (int i = 0; i < 600; ++i) Insert({.name = absl::StrCat("n", 1000 + i)});
  EXPECT_EQ(Ask({}).names.size(), 50u);
  EXPECT_EQ(Ask({.page_size = 7}).names.size(), 7u);
  EXPECT_EQ(Ask({.page_size = 500}).names.size(), 500u);
  EXPECT_EQ(Ask({.page_size = 10'000}).names.size(), 500u);
  EXPECT_EQ(ReasonOf(Ask({.page_size = -1}).status), type::v1::ERROR_REASON_INVALID_REQUEST);
}

TEST_F(ListQueryTest, FiltersAndOrdersWithMissingValues) {
  Insert({.name = "a", .colour = "red", .count = 3});
  Insert({.name = "b", .colour = "blue"});
  Insert({.name = "c", .count = 1});
  Insert({.name = "d", .colour = "red", .count = 2});
  EXPECT_THAT(Ask({.filter = "colour = red"}).names, ElementsAre("a", "d"));
  EXPECT_THAT(Ask({.filter = "colour != red"}).names, ElementsAre("b", "c"));
  EXPECT_THAT(Ask({.filter = "NOT colour = red"}).names, ElementsAre("b", "c"));
  EXPECT_THAT(Ask({.filter = "count < 3"}).names, ElementsAre("c", "d"));
  EXPECT_THAT(Ask({.filter = "NOT count < 3"}).names, ElementsAre("a", "b"));
  EXPECT_THAT(Ask({.filter = "count = null"}).names, ElementsAre("b"));
  EXPECT_THAT(Ask({.filter = "colour = null OR count = null"}).names, ElementsAre("b", "c"));
  EXPECT_THAT(Ask({.order_by = "count"}).names, ElementsAre("b", "c", "d", "a"));
  EXPECT_THAT(Ask({.order_by = "count desc"}).names, ElementsAre("a", "d", "c", "b"));
  EXPECT_THAT(Ask({.order_by = "colour desc, count"}).names, ElementsAre("d", "a", "b", "c"));
  default_order_ = "count desc";
  EXPECT_THAT(Ask({}).names, ElementsAre("a", "d", "c", "b"));
}

TEST_F(ListQueryTest, PagesTogetherAreTheWholeListInAnyOrder) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const char* colours[] = {"red", "green", "blue"};
  for (int i = 0; i < 120; ++i) {
    Item item{.name = absl::StrCat("n", random() % 100'000, "-", i),
              .weight = static_cast<int>(random() % 4)};
    if (random() % 3 != 0) item.colour = colours[random() % 3];
    if (random() % 3 != 0) item.count = static_cast<int>(random() % 5);
    Insert(item);
  }
  const char* names[] = {"name", "colour", "count", "weight"};
  for (int round = 0; round < 60; ++round) {
    std::string order;
    const auto first = random() % 4, second = random() % 4;
    order = absl::StrCat(names[first], random() % 2 == 0 ? " desc" : "");
    if (second != first)
      absl::StrAppend(&order, ", ", names[second], random() % 2 == 0 ? " desc" : "");
    const std::string filter = random() % 2 == 0 ? "" : "colour != red";
    const PageRequest whole{.filter = filter, .order_by = order, .page_size = 500};
    const PageRequest paged{
        .filter = filter, .order_by = order, .page_size = static_cast<int>(1 + random() % 30)};
    SCOPED_TRACE(absl::StrCat(order, " / ", filter, " / ", paged.page_size));
    ASSERT_EQ(AskAll(paged), Ask(whole).names);
  }
}

TEST_F(ListQueryTest, RowsThatComeBetweenPagesMoveNoOthers) {
  for (const char* name : {"b", "d", "f", "h"}) Insert({.name = name});
  const Page first = Ask({.page_size = 2});
  EXPECT_THAT(first.names, ElementsAre("b", "d"));
  Insert({.name = "a"});
  Insert({.name = "e"});
  const Page second = Ask({.page_size = 2, .page_token = first.next});
  EXPECT_THAT(second.names, ElementsAre("e", "f"));
}

TEST_F(ListQueryTest, ATokenServesItsOwnListOnly) {
  for (int i = 0; i < 9; ++i) Insert({.name = absl::StrCat("n", i)});
  for (int i = 0; i < 9; ++i) Insert({.name = absl::StrCat("t", i)}, "them");
  const std::string token = Ask({.filter = "name != x", .order_by = "name", .page_size = 3}).next;
  ASSERT_FALSE(token.empty());
  const PageRequest same{
      .filter = "name != x", .order_by = "name", .page_size = 4, .page_token = token};
  EXPECT_THAT(Ask(same).names, ElementsAre("n3", "n4", "n5", "n6"));  // Another size is fine.
  const auto invalid = [](const Page& page) {
    return ReasonOf(page.status) == type::v1::ERROR_REASON_PAGE_TOKEN_INVALID && page.names.empty();
  };
  EXPECT_TRUE(invalid(Ask(same, "p-2")));
  EXPECT_TRUE(invalid(Ask(same, "p-1", "them")));
  PageRequest other = same;
  other.filter = "name != y";
  EXPECT_TRUE(invalid(Ask(other)));
  other = same;
  other.order_by = "name desc";
  EXPECT_TRUE(invalid(Ask(other)));
  other = same;
  other.page_token = "made-up";
  EXPECT_TRUE(invalid(Ask(other)));
}

// As the time does.
TEST_F(ListQueryTest, WhatIsBoundInPassingMayBeAnotherOnTheNextPage) {
  for (const char* name : {"a", "b", "d"}) Insert({.name = name, .weight = 1});
  Insert({.name = "c", .weight = 2});
  weight_max_ = 1;
  const Page first = Ask({.filter = "weight > 0", .page_size = 2});
  EXPECT_THAT(first.names, ElementsAre("a", "b"));
  weight_max_ = 2;
  const Page second = Ask({.filter = "weight > 0", .page_size = 2, .page_token = first.next});
  EXPECT_THAT(second.names, ElementsAre("c", "d"));
}
TEST_F(ListQueryTest, APageIsNeverOlderThanTheOneBefore) {
  for (int i = 0; i < 9; ++i) Insert({.name = absl::StrCat("n", i)});
  const std::string token = Ask({.page_size = 3}).next;
  ASSERT_TRUE(database_
                  ->Write([](Rows&, Checkpoint& reached) {
                    reached.position = 4;  // As if an older file answered now.
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(ReasonOf(Ask({.page_size = 3, .page_token = token}).status),
            type::v1::ERROR_REASON_VIEW_BEHIND);
}

TEST_F(ListQueryTest, AnIndexFindsThePage) {
  ASSERT_TRUE(database_
                  ->Write([](Rows& rows, Checkpoint&) {
                    return rows.Run("CREATE INDEX by_weight ON t (owner, w, name)", {});
                  })
                  .ok());
  auto read = database_->BeginRead();
  // What the second page asks, as List writes it for `weight desc`.
  std::string plan;
  const std::vector<Value> values = {"us", std::int64_t{3}, "n3"};
  ASSERT_TRUE(
      read->lease->rows()
          .Query("EXPLAIN QUERY PLAN SELECT name FROM t WHERE (t.owner = ?1) AND t.w <= ?2 AND "
                 "(t.w < ?2 OR (t.w IS ?2 AND (t.name < ?3))) ORDER BY t.w DESC, t.name DESC",
                 values, [&](const Row& row) { plan += row.Text(3); })
          .ok());
  EXPECT_THAT(plan, testing::HasSubstr("owner=? AND w<?"));
  EXPECT_THAT(plan, testing::Not(testing::HasSubstr("TEMP B-TREE")));
}

}  // namespace
}  // namespace sanzhang::projections
