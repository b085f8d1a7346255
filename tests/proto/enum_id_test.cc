#include "proto/wire/enum_id.h"

#include "gtest/gtest.h"
#include "proto/wire/names.h"
#include "sanzhang/policy/v1/publication_rule.pb.h"
#include "sanzhang/type/v1/body.pb.h"

namespace sanzhang::wire {
namespace {

TEST(EnumId, IsTheValueWithoutItsEnum) {
  const auto& kinds = *policy::v1::PublicationKind_descriptor();
  EXPECT_EQ(EnumId(kinds, policy::v1::PUBLICATION_KIND_VOTE_NOTICE), "vote-notice");
  EXPECT_EQ(EnumId(kinds, policy::v1::PUBLICATION_KIND_RESULT), "result");
  EXPECT_EQ(EnumId(*type::v1::Office_descriptor(), type::v1::OFFICE_CHAIR), "chair");
  EXPECT_EQ(EnumId(kinds, 4711), "");
}

TEST(EnumId, IsAnId) {
  const auto& kinds = *policy::v1::PublicationKind_descriptor();
  for (int i = 0; i < kinds.value_count(); ++i) {
    EXPECT_TRUE(IsId(EnumId(kinds, kinds.value(i)->number()))) << kinds.value(i)->name();
  }
}

}  // namespace
}  // namespace sanzhang::wire
