#include "projections/engine/rows.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "projections/engine/database.h"
#include "projections/engine/limits.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::projections {
namespace {

using testing::HasSubstr;

class RowsTest : public testing::Test {
 protected:
  RowsTest() : connection_(*Connection::Open(dir_.File("rows.sqlite"), false)) {
    EXPECT_TRUE(
        connection_->Execute("CREATE TABLE t (n INTEGER, s TEXT, b BLOB, w INTEGER) STRICT").ok());
  }

  support::TempDir dir_;
  const std::unique_ptr<Connection> connection_;
  Rows& rows_ = connection_->rows();
};

TEST_F(RowsTest, ValuesComeBackAsTheyWent) {
  const absl::Time when = absl::FromUnixMicros(1'700'000'000'123'456);
  ASSERT_TRUE(rows_
                  .Run("INSERT INTO t VALUES (?1, ?2, ?3, ?4)",
                       {std::int64_t{-7}, "", Blob{std::string_view("\0x", 2)}, TimeValue(when)})
                  .ok());
  ASSERT_TRUE(rows_
                  .Run("INSERT INTO t VALUES (?1, ?2, ?3, ?4)",
                       {Null{}, "居民", Blob{}, TimeValue(absl::InfinitePast())})
                  .ok());
  int row_number = 0;
  ASSERT_TRUE(rows_
                  .Query("SELECT n, s, b, w FROM t ORDER BY rowid", {},
                         [&](const Row& row) {
                           if (row_number++ == 0) {
                             EXPECT_EQ(row.Int(0), -7);
                             EXPECT_FALSE(row.IsNull(1));
                             EXPECT_EQ(row.Text(1), "");
                             EXPECT_EQ(row.Bytes(2), std::string_view("\0x", 2));
                             EXPECT_EQ(row.Time(3), when);
                             EXPECT_EQ(row.From(2).Time(1), when);
                           } else {
                             EXPECT_TRUE(row.IsNull(0));
                             EXPECT_EQ(row.Text(1), "居民");
                             EXPECT_FALSE(row.IsNull(2));
                             EXPECT_EQ(row.Time(3), absl::InfinitePast());
                           }
                         })
                  .ok());
  EXPECT_EQ(row_number, 2);
  EXPECT_EQ(*rows_.Change("UPDATE t SET n = 1", {}), 2);
}

TEST_F(RowsTest, MistakesAreToldNotSwallowed) {
  const auto text = [](const absl::Status& status) { return std::string(status.message()); };
  EXPECT_THAT(text(rows_.Run("INSERT INTO t VALUES (?1, 2, 3, 4)", {})), HasSubstr("0 values for"));
  EXPECT_THAT(text(rows_.Run("DELETE FROM t; DELETE FROM t", {})), HasSubstr("not one statement"));
  EXPECT_THAT(text(rows_.Run("", {})), HasSubstr("not one statement"));
  EXPECT_THAT(text(rows_.Run("SELEC 1", {})), HasSubstr("syntax error"));
  EXPECT_THAT(text(rows_.Run("INSERT INTO t (n) VALUES (?1)", {"word"})), HasSubstr("INTEGER"));
  EXPECT_THAT(text(rows_.Run("SELECT \"word\"", {})), HasSubstr("no such column"));
}

TEST_F(RowsTest, AQueryMayAskAnotherButNotItself) {
  ASSERT_TRUE(rows_.Run("INSERT INTO t (n) VALUES (1), (2)", {}).ok());
  int sum = 0;
  ASSERT_TRUE(rows_
                  .Query("SELECT n FROM t", {},
                         [&](const Row& row) {
                           const std::vector<Value> values = {row.Int(0)};
                           EXPECT_TRUE(
                               rows_
                                   .Query("SELECT ?1 + 0", values,
                                          [&](const Row& inner) { sum += int(inner.Int(0)); })
                                   .ok());
                           EXPECT_FALSE(rows_.Query("SELECT n FROM t", {}, [](const Row&) {}).ok());
                         })
                  .ok());
  EXPECT_EQ(sum, 3);
}

TEST_F(RowsTest, AnyNumberOfTextsIsServedWithBoundedMemory) {
  for (int i = 0; i < static_cast<int>(kStatementsMax) * 3; ++i) {
    int got = -1;
    ASSERT_TRUE(
        rows_.Query(absl::StrCat("SELECT ", i), {}, [&](const Row& row) { got = int(row.Int(0)); })
            .ok());
    ASSERT_EQ(got, i);
  }
}

}  // namespace
}  // namespace sanzhang::projections
