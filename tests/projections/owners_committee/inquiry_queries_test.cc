// V-O7: questions and objections of owners, in words only for who published.
#include "projections/owners_committee/inquiry_queries.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/owners_committee/owners_committee_views.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::owners_committee {
namespace {

namespace nv = notice::v1;
namespace reg = registry::v1;
using bench::History;
using bench::ViewBench;

// A notice with one question and one objection of p-zhang.
void Publish(History& h, const std::string& id, const std::string& rest) {
  h.Add<nv::NoticePublished>("2026-01-03 10:00", "notices/" + id,
                             absl::StrCat("version: 1 content { title: '", id, "' } ", rest));
  h.Add<nv::InquiryAsked>("2026-01-04 10:00", "notices/" + id,
                          "inquiry: 1 version: 1 asker: '@persons/p-zhang' question { subject: "
                          "'@persons/p-zhang' content: 'why?' } answer_due T(2026-01-08 00:00)");
  h.Add<nv::NoticeObjected>("2026-01-05 10:00", "notices/" + id,
                            "objection: 1 version: 1 objector: '@persons/p-zhang' grounds { "
                            "subject: '@persons/p-zhang' content: 'no!' }");
}

// The committee of area a1, with p-oc1 in it.
History Asked() {
  constexpr std::string_view kT = "2026-01-02 15:00";
  History h = bench::Community();
  h.Add<reg::BodyPrepared>(kT, "bodies/oc1",
                           "kind: BODY_KIND_OWNERS_COMMITTEE property_area: '@propertyAreas/a1'");
  h.Add<reg::BodyEstablished>(kT, "bodies/oc1", "");
  h.Add<reg::PersonRegistered>(kT, "persons/p-oc1", "");
  h.Add<reg::MemberSeated>(kT, "memberships/oc1",
                           "body: '@bodies/oc1' person: '@persons/p-oc1' office: OFFICE_CHAIR "
                           "body_kind: BODY_KIND_OWNERS_COMMITTEE "
                           "property_area: '@propertyAreas/a1'");
  Publish(h, "own", "publisher: '@bodies/oc1' audience: AUDIENCE_ALL");
  Publish(h, "here",
          "publisher: '@bodies/pc1' audience: AUDIENCE_OWNERS "
          "place { property_area: '@propertyAreas/a1' }");
  Publish(h, "everywhere", "publisher: '@bodies/rc' audience: AUDIENCE_ALL");
  Publish(h, "elsewhere",
          "publisher: '@bodies/pc2' audience: AUDIENCE_OWNERS "
          "place { property_area: '@propertyAreas/a2' }");
  Publish(h, "residents", "publisher: '@bodies/rc' audience: AUDIENCE_RESIDENTS");
  h.Add<nv::InquiryAnswered>("2026-01-09 01:00", "notices/own", "inquiry: 1 answer: 'so'");
  return h;
}

struct Seen {
  std::string inquiries;
  std::string objections;
  std::string raw;
};
Seen See(const char* who, const std::string& rest = "") {
  ViewBench view(MakeOwnersCommitteeViews());
  view.Apply(Asked());
  Seen seen;
  const std::string request = absl::StrCat("parent: 'communities/c1' ", rest);
  views::v1::ListOwnerInquiriesResponse inquiries;
  views::v1::ListOwnerObjectionsResponse objections;
  absl::Status status =
      view.Ask(ListOwnerInquiries, bench::Person(who), "2026-01-20 00:00", request, inquiries);
  if (!status.ok()) seen.inquiries = "denied";
  for (const views::v1::InquiryRow& row : inquiries.inquiries()) {
    absl::StrAppend(&seen.inquiries, row.title(), " '", row.question().text(), "' '", row.answer(),
                    "' ", row.has_days() ? absl::StrCat(row.days()) : "open", "\n");
  }
  status =
      view.Ask(ListOwnerObjections, bench::Person(who), "2026-01-20 00:00", request, objections);
  if (!status.ok()) seen.objections = "denied";
  for (const views::v1::NoticeObjectionRow& row : objections.objections()) {
    absl::StrAppend(&seen.objections, row.title(), " '", row.grounds().text(), "'\n");
  }
  seen.raw = inquiries.ShortDebugString() + objections.ShortDebugString();
  return seen;
}

TEST(OwnerInquiries, AreThoseOfTheCommitteesArea) {
  const Seen seen = See("p-oc1");
  EXPECT_EQ(seen.inquiries, "own 'why?' 'so' 5\nhere '' '' open\neverywhere '' '' open\n");
  EXPECT_EQ(seen.objections, "own 'no!'\nhere ''\neverywhere ''\n");
  EXPECT_THAT(seen.raw, testing::Not(testing::HasSubstr("persons/")));
}

TEST(OwnerInquiries, ListByFilter) {
  EXPECT_EQ(See("p-oc1", "filter: 'publisher = \"communities/c1/bodies/pc1\"'").inquiries,
            "here '' '' open\n");
  EXPECT_EQ(See("p-oc1", "filter: 'answered = true'").inquiries, "own 'why?' 'so' 5\n");
}

TEST(OwnerInquiries, AreForTheCommittee) {
  for (const char* who : {"p-rc", "p-pc1", "p-zhang", "p-gov", "p-party", "p-out", "p-nobody"}) {
    EXPECT_EQ(See(who).inquiries, "denied") << who;
    EXPECT_EQ(See(who).objections, "denied") << who;
  }
}

}  // namespace
}  // namespace sanzhang::projections::owners_committee
