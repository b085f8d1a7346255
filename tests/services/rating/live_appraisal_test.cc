#include "gmock/gmock.h"
#include "tests/services/rating/live_rating.h"

namespace sanzhang::rating {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class LiveAppraisal : public testing::Test, protected LiveRating {
 protected:
  // Holds an appraisal in which `unfit` of seven find m2 unfit; m1 is competent.
  void Hold(const std::string& id, int unfit) {
    const int begins = hour_;
    const std::string name = absl::StrCat("name: '~appraisals/", id, "'");
    ASSERT_EQ(Why(AnnounceAppraisal(
                  "sup", absl::StrCat(kParent, "appraisal_id: '", id,
                                      "' body: '~bodies/rc' members: '~memberships/m1' members: "
                                      "'~memberships/m2' year: 2026 appraisers: "
                                      "APPRAISERS_RESIDENTS opens ",
                                      At(begins + 1), " closes ", At(begins + 2)))),
              "OK");
    hour_ = begins + 1;
    ASSERT_EQ(Why(OpenAppraisal("sup", name)), "OK");
    for (int i = 0; i < 7; ++i) {
      ASSERT_EQ(Why(Grade(id, "p" + std::to_string(i), i < unfit ? "UNFIT" : "BASIC")), "OK");
    }
    EXPECT_EQ(Why(Grade(id, "p0", "UNFIT")), "GRADED_BEFORE");
    EXPECT_EQ(Why(CloseAppraisal("sup", name)), "CLOCK_NOT_DUE");
    hour_ = begins + 2;
    EXPECT_EQ(Why(Grade(id, "p8", "UNFIT")), "APPRAISAL_NOT_OPEN");
    ASSERT_EQ(Why(CloseAppraisal("sup", name)), "OK");
    EXPECT_EQ(Keys(), 0u);
    ASSERT_EQ(Why(PublishAppraisal("sup", name)), "OK");
    ++hour_;
  }

  absl::StatusOr<runtime::Answer> Grade(const std::string& id, const std::string& who,
                                        const std::string& grade) {
    return GradeMembers(who, absl::StrCat("parent: '~appraisals/", id,
                                          "' grades { membership: '~memberships/m1' grade: "
                                          "GRADE_COMPETENT } grades { membership: "
                                          "'~memberships/m2' grade: GRADE_",
                                          grade, " }"));
  }
};

TEST_F(LiveAppraisal, UnfitTwiceInARowEndsTheOffice) {
  Hold("a1", 4);
  Hold("a2", 3);  // Less than half: not in a row.
  EXPECT_TRUE(Facts<v1::OfficeEndedByAppraisal>().empty());
  Hold("a3", 5);
  EXPECT_TRUE(Facts<v1::OfficeEndedByAppraisal>().empty());
  Hold("a4", 7);
  const auto ended = Facts<v1::OfficeEndedByAppraisal>();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].membership(), "communities/c1/memberships/m2");
  EXPECT_EQ(ended[0].previous(), "communities/c1/appraisals/a3");
}

TEST_F(LiveAppraisal, TheLogTellsWhoTookPartAndOnlyHowManySaidWhat) {
  Hold("a1", 4);
  int parts = 0;
  for (const log::v1::Record& record : Log()) {
    if (record.type() != v1::AppraisalGraded::descriptor()->full_name()) continue;
    ++parts;
    EXPECT_THAT(record.actor().subject(), HasSubstr("communities/c1/persons/p"));
    v1::AppraisalGraded graded;
    ASSERT_TRUE(graded.ParseFromString(record.payload()));
    EXPECT_EQ(graded.grades().open(), "");
    EXPECT_THAT(record.payload(), Not(HasSubstr("memberships")));
  }
  EXPECT_EQ(parts, 7);
  const v1::AppraisalPublished published = Facts<v1::AppraisalPublished>().at(0);
  EXPECT_EQ(published.counts(1).unfit(), 4);
  EXPECT_EQ(published.counts(1).basic(), 3);
  EXPECT_EQ(published.counts(1).result(), v1::GRADE_UNFIT);
}

TEST_F(LiveAppraisal, OneAtATime) {
  const auto announce = [&](const std::string& id) {
    return Why(AnnounceAppraisal(
        "sup",
        absl::StrCat(kParent, "appraisal_id: '", id,
                     "' body: '~bodies/rc' members: '~memberships/m1' year: 2026 appraisers: "
                     "APPRAISERS_RESIDENTS opens ",
                     At(1), " closes ", At(2))));
  };
  EXPECT_EQ(announce("a1"), "OK");
  EXPECT_EQ(announce("a2"), "APPRAISAL_PENDING");
}

}  // namespace
}  // namespace sanzhang::rating
