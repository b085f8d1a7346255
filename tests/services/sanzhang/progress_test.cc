#include "services/sanzhang/progress.h"

#include <gtest/gtest.h>

namespace sanzhang::app {
namespace {

TEST(Progress, SaysHowFarHowFastAndHowLong) {
  EXPECT_EQ(ProgressText("records", 250, 1000, 50, false),
            " 25 %  250 of 1000 records  50/s  15s left");
  EXPECT_EQ(ProgressText("records", 0, 1000, 0, false), "  0 %  0 of 1000 records");
  EXPECT_EQ(ProgressText("records", 1000, 1000, 100, true),
            "[#########################] 100 %  1000 of 1000 records  100/s  0 left");
  EXPECT_EQ(ProgressText("records", 500, 1000, 0, true),
            "[############             ]  50 %  500 of 1000 records");
  EXPECT_EQ(ProgressText("records", 0, 0, 0, false), "100 %  0 of 0 records");
}

}  // namespace
}  // namespace sanzhang::app
