#include "services/audit/csv_writer.h"

#include <gtest/gtest.h>

namespace sanzhang::audit {
namespace {

TEST(CsvWriter, RowsOfRfc4180ThatNoSpreadsheetRuns) {
  struct Case {
    std::string cell;
    bool text;
    std::string written;
  };
  for (const Case& c :
       {Case{"plain", true, "plain"}, Case{"", true, ""}, Case{"a,b", true, "\"a,b\""},
        Case{"say \"yes\"", true, "\"say \"\"yes\"\"\""},
        Case{"two\r\nlines", true, "\"two\r\nlines\""}, Case{"=1+1", true, "\"'=1+1\""},
        Case{"+86", true, "\"'+86\""}, Case{"-5", true, "\"'-5\""}, Case{"-5", false, "-5"},
        Case{"@SUM(A1)", true, "\"'@SUM(A1)\""}, Case{"\tx", true, "\"'\tx\""},
        Case{"\rx", true, "\"'\rx\""}, Case{"＝1+1", true, "\"'＝1+1\""},
        Case{"＋1", true, "\"'＋1\""}, Case{"－1", true, "\"'－1\""}, Case{"＠x", true, "\"'＠x\""},
        Case{"a=b", true, "a=b"}, Case{"=\"a\"", true, "\"'=\"\"a\"\"\""},
        Case{"三长", true, "三长"}}) {
    std::string row;
    WriteCsvRow({"1", c.cell}, {false, c.text}, row);
    EXPECT_EQ(row, "1," + c.written + "\r\n");
  }
}

}  // namespace
}  // namespace sanzhang::audit
