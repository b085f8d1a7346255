#include "proto/wire/fact.h"

#include "gtest/gtest.h"
#include "sanzhang/complaint/v1/events.pb.h"

namespace sanzhang::wire {
namespace {

TEST(FactTest, ReadsTheFactThatTheTypeNames) {
  complaint::v1::ComplaintLinked linked;
  linked.set_main("communities/c1/complaints/main");
  complaint::v1::ComplaintEvent event;
  ASSERT_TRUE(
      ReadFact("sanzhang.complaint.v1.ComplaintLinked", linked.SerializeAsString(), event).ok());
  ASSERT_EQ(event.kind_case(), complaint::v1::ComplaintEvent::kLinked);
  EXPECT_EQ(event.linked().main(), "communities/c1/complaints/main");
  ASSERT_NE(FactOf(event), nullptr);
  EXPECT_EQ(FactOf(event)->GetTypeName(), "sanzhang.complaint.v1.ComplaintLinked");
}

TEST(FactTest, UnknownIsNotUnreadable) {
  complaint::v1::ComplaintEvent event;
  EXPECT_TRUE(absl::IsNotFound(ReadFact("sanzhang.complaint.v1.ComplaintSung", "", event)));
  EXPECT_TRUE(
      absl::IsDataLoss(ReadFact("sanzhang.complaint.v1.ComplaintLinked", "\x0a\xff", event)));
  EXPECT_EQ(FactOf(complaint::v1::ComplaintEvent()), nullptr);
}

}  // namespace
}  // namespace sanzhang::wire
