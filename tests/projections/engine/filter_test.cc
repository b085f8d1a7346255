#include "projections/engine/filter.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "projections/engine/limits.h"
#include "proto/wire/refusal.h"
#include "sanzhang/type/v1/access.pb.h"

namespace sanzhang::projections {
namespace {

const Column kColumns[] = {
    {.name = "name", .sql = "c.name"},
    {.name = "count", .sql = "c.n", .type = ColumnType::kInt},
    {.name = "overdue", .sql = "c.overdue", .type = ColumnType::kBool},
    {.name = "filed_time", .sql = "c.filed", .type = ColumnType::kTime},
    {.name = "role",
     .sql = "c.role",
     .type = ColumnType::kEnum,
     .enumeration = type::v1::Role_descriptor()},
    {.name = "secret_order", .sql = "c.s", .orders = false},
};

std::string Show(const absl::StatusOr<Condition>& condition) {
  if (!condition.ok()) {
    EXPECT_EQ(wire::ReasonOf(condition.status()), type::v1::ERROR_REASON_FILTER_INVALID);
    return absl::StrCat(wire::MetadataOf(condition.status(), "column"), ": ",
                        wire::MetadataOf(condition.status(), "filter"));
  }
  std::vector<std::string> values;
  for (const Literal& value : condition->values) {
    const auto* number = std::get_if<std::int64_t>(&value);
    values.push_back(number != nullptr ? absl::StrCat(*number) : std::get<std::string>(value));
  }
  return absl::StrCat(condition->sql, " [", absl::StrJoin(values, ","), "]");
}

struct Case {
  std::string filter;
  std::string then;
};

TEST(Filter, Table) {
  const Case cases[] = {
      {"", "TRUE []"},
      {" \t ", "TRUE []"},
      {"name = a", "c.name = ?1 [a]"},
      {"name=a", "c.name = ?1 [a]"},
      {"name = \"a b\"", "c.name = ?1 [a b]"},
      {"name = 'a \"b\" \\' \\\\'", "c.name = ?1 [a \"b\" ' \\]"},
      {"name = 网格", "c.name = ?1 [网格]"},
      {"name = communities/c1/bodies/b-1", "c.name = ?1 [communities/c1/bodies/b-1]"},
      {"name = '; DROP TABLE c --'", "c.name = ?1 [; DROP TABLE c --]"},
      {"name != a", "c.name IS NOT ?1 [a]"},
      {"name = null", "c.name IS NULL []"},
      {"name != null", "c.name IS NOT NULL []"},
      {"name = \"null\"", "c.name = ?1 [null]"},
      {"count >= -3", "c.n >= ?1 [-3]"},
      {"count<9223372036854775807", "c.n < ?1 [9223372036854775807]"},
      {"overdue = true", "c.overdue = ?1 [1]"},
      {"overdue != false", "c.overdue IS NOT ?1 [0]"},
      {"filed_time < 2026-01-02T00:00:00Z", "c.filed < ?1 [1767312000000000]"},
      {"filed_time < \"2026-01-02T08:00:00.5+08:00\"", "c.filed < ?1 [1767312000500000]"},
      {"role = RESIDENT", "c.role = ?1 [1]"},
      {"role != ROLE_OWNER", "c.role IS NOT ?1 [2]"},
      {"role = \"OWNER\"", "c.role = ?1 [2]"},
      {"name = a AND count = 1", "(c.name = ?1 AND c.n = ?2) [a,1]"},
      {"name = a OR name = b", "(c.name = ?1 OR c.name = ?2) [a,b]"},
      // OR binds tighter.
      {"name = a AND name = b OR name = c",
       "(c.name = ?1 AND (c.name = ?2 OR c.name = ?3)) [a,b,c]"},
      {"(name = a AND name = b) OR name = c",
       "((c.name = ?1 AND c.name = ?2) OR c.name = ?3) [a,b,c]"},
      {"NOT name = a", "(c.name = ?1) IS NOT TRUE [a]"},
      {"NOT (NOT (overdue = true))", "((c.overdue = ?1) IS NOT TRUE) IS NOT TRUE [1]"},
      // What can't be read, and where.
      {"count", "6: an operator is missing"},
      {"count =", "8: a value is missing"},
      {"count = = 1", "9: a value is missing"},
      {"count = 1 2", "11: unexpected"},
      {"count = 1 AND", "14: a field is missing"},
      {"count = 1 and count = 2", "11: unexpected"},
      {"AND count = 1", "1: no such field"},
      {"(count = 1", "11: `)` is missing"},
      {"count = 1)", "10: unexpected"},
      {"()", "2: a field is missing"},
      {"colour = red", "1: no such field"},
      {"c.n = 1", "1: no such field"},
      {"count = one", "9: not a value of this field"},
      {"count = \"1\"", "9: not a value of this field"},
      {"count = 1.5", "9: not a value of this field"},
      {"count = 9223372036854775808", "9: not a value of this field"},
      {"count < null", "9: only = and != apply to null"},
      {"overdue = yes", "11: not a value of this field"},
      {"overdue > false", "9: only = and != apply to this field"},
      {"role < OWNER", "6: only = and != apply to this field"},
      {"role = KING", "8: not a value of this field"},
      {"filed_time > yesterday", "14: not a value of this field"},
      {"filed_time > 2026-13-01T00:00:00Z", "14: not a value of this field"},
      {"filed_time > infinite-future", "14: not a value of this field"},
      {"name : a", "6: an operator is missing"},
      {"name == a", "7: a value is missing"},
      {"name ! a", "6: an operator is missing"},
      {"name = 'a", "8: a value is missing"},
      {"name = 'a\\", "8: a value is missing"},
      {"name = ;", "8: a value is missing"},
      {"-name = a", "1: no such field"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(Show(CompileFilter(each.filter, kColumns)), each.then) << each.filter;
  }
}

TEST(Filter, ParametersGoOnFromThoseOfTheViewer) {
  EXPECT_EQ(Show(CompileFilter("count = 1 AND count = 2", kColumns, 4)),
            "(c.n = ?4 AND c.n = ?5) [1,2]");
}

TEST(Filter, IsBounded) {
  const std::string longest = "name = " + std::string(kFilterBytesMax - 7, 'a');
  EXPECT_TRUE(CompileFilter(longest, kColumns).ok());
  EXPECT_EQ(Show(CompileFilter(longest + "a", kColumns)), "513: longer than 512 bytes");

  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '(') + "count=1" +
           std::string(static_cast<std::size_t>(depth), ')');
  };
  EXPECT_TRUE(CompileFilter(nested(kFilterDepthMax), kColumns).ok());
  EXPECT_THAT(Show(CompileFilter(nested(kFilterDepthMax + 1), kColumns)),
              testing::HasSubstr("too deep"));
  std::string negated = "count=1";
  for (int i = 0; i <= kFilterDepthMax; ++i) negated = "NOT " + negated;
  EXPECT_THAT(Show(CompileFilter(negated, kColumns)), testing::HasSubstr("too deep"));

  const auto many = [](int count) {
    return absl::StrJoin(std::vector<std::string>(static_cast<std::size_t>(count), "count=1"),
                         " OR ");
  };
  EXPECT_TRUE(CompileFilter(many(kFilterComparisonsMax), kColumns).ok());
  EXPECT_THAT(Show(CompileFilter(many(kFilterComparisonsMax + 1), kColumns)),
              testing::HasSubstr("too many"));
}

// Whatever is thrown at it: an answer or a refusal, and nothing of the text in the SQL.
TEST(Filter, RandomTextIsReadOrRefused) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const std::vector<std::string> pieces = {"name",
                                           "count",
                                           "overdue",
                                           "filed_time",
                                           "role",
                                           "=",
                                           "!=",
                                           "<",
                                           "<=",
                                           ">",
                                           ">=",
                                           "(",
                                           ")",
                                           "AND",
                                           "OR",
                                           "NOT",
                                           "null",
                                           "true",
                                           "1",
                                           "-7",
                                           "OWNER",
                                           "\"x\"",
                                           "'",
                                           "\"",
                                           "\\",
                                           "2026-01-01T00:00:00Z",
                                           " ",
                                           "\t",
                                           ":",
                                           "!",
                                           ";",
                                           "--",
                                           "\xff",
                                           "网",
                                           std::string(1, '\0'),
                                           "zzz"};
  int read = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string filter;
    for (auto left = random() % 14; left > 0; --left) {
      filter += pieces[random() % pieces.size()];
      if (random() % 2 == 0) filter += ' ';
    }
    const absl::StatusOr<Condition> condition = CompileFilter(filter, kColumns);
    if (!condition.ok()) {
      ASSERT_EQ(wire::ReasonOf(condition.status()), type::v1::ERROR_REASON_FILTER_INVALID)
          << filter;
      continue;
    }
    ++read;
    ASSERT_EQ(condition->sql.find("zzz"), std::string::npos) << filter;
    ASSERT_EQ(condition->sql.find('\''), std::string::npos) << filter;
  }
  EXPECT_GT(read, 100);
}

TEST(Order, Table) {
  const auto show = [](std::string_view order_by) -> std::string {
    const auto terms = ParseOrder(order_by, kColumns);
    if (!terms.ok()) {
      EXPECT_EQ(wire::ReasonOf(terms.status()), type::v1::ERROR_REASON_ORDER_INVALID);
      return wire::MetadataOf(terms.status(), "order_by");
    }
    std::string text;
    for (const OrderTerm& term : *terms) {
      text += std::string(term.column->name) + (term.descending ? "- " : "+ ");
    }
    return text;
  };
  EXPECT_EQ(show(""), "");
  EXPECT_EQ(show("  "), "");
  EXPECT_EQ(show("name"), "name+ ");
  EXPECT_EQ(show("name asc"), "name+ ");
  EXPECT_EQ(show("name desc,count"), "name- count+ ");
  EXPECT_EQ(show(" name  desc , count desc "), "name- count- ");
  EXPECT_EQ(show("colour"), "no such field to order by");
  EXPECT_EQ(show("secret_order"), "no such field to order by");
  EXPECT_EQ(show("name down"), "a comma is missing");
  EXPECT_EQ(show("name desc desc"), "a comma is missing");
  EXPECT_EQ(show("name,"), "a field is missing");
  EXPECT_EQ(show(",name"), "no such field to order by");
  EXPECT_EQ(show("name,,count"), "no such field to order by");
  EXPECT_EQ(show("name,count,role"), "too many fields");
  EXPECT_EQ(show("name,name desc"), "a field twice");
}

}  // namespace
}  // namespace sanzhang::projections
