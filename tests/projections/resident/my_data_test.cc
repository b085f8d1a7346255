// V-M5: what is kept about the caller and what they asked, and nothing of anybody else.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/resident/my_data_queries.h"
#include "projections/resident/resident_views.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/privacy/v1/events.pb.h"
#include "sanzhang/privacy/v1/opening_events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

namespace pv = privacy::v1;
using bench::History;
using bench::ViewBench;
using views::v1::GetMyDataResponse;
using views::v1::ListMySubjectRequestsResponse;
using views::v1::SubjectRequestRow;

constexpr char kNow[] = "2026-05-01 10:00";

class MyData : public testing::Test {
 protected:
  MyData() : history_(bench::Community()) {}

  absl::Status AskData(const char* who, GetMyDataResponse& response) {
    ViewBench view(MakeResidentViews());
    view.Apply(history_);
    return view.Ask(resident::GetMyData, bench::Person(who), kNow, "parent: 'communities/c1'",
                    response);
  }
  GetMyDataResponse Data(const char* who) {
    GetMyDataResponse response;
    EXPECT_TRUE(AskData(who, response).ok());
    return response;
  }
  std::vector<SubjectRequestRow> Requests(const char* who, const char* now = kNow,
                                          const std::string& rest = "") {
    ViewBench view(MakeResidentViews());
    view.Apply(history_);
    ListMySubjectRequestsResponse response;
    const absl::Status status = view.Ask(resident::ListMySubjectRequests, bench::Person(who), now,
                                         absl::StrCat("parent: 'communities/c1' ", rest), response);
    EXPECT_TRUE(status.ok()) << status;
    return {response.requests().begin(), response.requests().end()};
  }
  void Received(const char* id, const char* subject, const char* asker) {
    history_.Add<pv::SubjectRequestReceived>(
        "2026-03-02 10:00", absl::StrCat("subjectRequests/", id),
        absl::StrCat("kind: SUBJECT_REQUEST_KIND_ERASURE subject: '@persons/", subject,
                     "' asker: '@persons/", asker,
                     "' asked_as: ASKED_AS_SELF answer_due T(2026-04-01 10:00)"));
  }

  History history_;
};

TEST_F(MyData, SaysWhichWordsAreKeptForWhatAndSinceWhen) {
  for (const char* id : {"a", "b"}) {
    history_.Add<complaint::v1::ComplaintFiled>(
        id == std::string("a") ? "2026-03-02 10:00" : "2026-03-05 10:00",
        absl::StrCat("complaints/", id),
        "complainant: '@persons/p-zhang' text { subject: '@persons/p-zhang' content: 't' } contact "
        "{ subject: '@persons/p-zhang' content: 'c' } place { building: '@buildings/b1' }");
  }
  history_.Add<complaint::v1::ComplaintProgressNoted>(
      "2026-03-06 10:00", "complaints/a", "note { subject: '@persons/p-li' content: 'n' }");
  std::vector<std::string> kept;
  const GetMyDataResponse data = Data("p-zhang");
  for (const auto& words : data.kept()) {
    kept.push_back(absl::StrCat(words.fact_type(), " ", words.field(), " ", words.count()));
    EXPECT_EQ(words.legal_basis(), pv::LEGAL_BASIS_STATUTORY_DUTY);
    EXPECT_FALSE(words.purpose().empty());
    EXPECT_FALSE(words.law_ref().empty());
    EXPECT_EQ(absl::FromUnixSeconds(words.since().seconds()), bench::At("2026-03-02 10:00"));
    EXPECT_EQ(absl::FromUnixSeconds(words.last().seconds()), bench::At("2026-03-05 10:00"));
  }
  EXPECT_THAT(kept, testing::ElementsAre("sanzhang.complaint.v1.ComplaintFiled contact 2",
                                         "sanzhang.complaint.v1.ComplaintFiled text 2"));
  ASSERT_EQ(Data("p-li").kept_size(), 1);
  EXPECT_EQ(Data("p-li").kept(0).fact_type(), "sanzhang.complaint.v1.ComplaintProgressNoted");
}

TEST_F(MyData, SaysWhatHoldsForIt) {
  EXPECT_EQ(Data("p-zhang").state(), views::v1::DATA_STATE_LIVE);
  history_.Add<pv::ConsentGiven>("2026-03-02 10:00", "dataSubjects/p-zhang", "purpose: 'roster'");
  history_.Add<pv::ConsentWithdrawn>("2026-03-03 10:00", "dataSubjects/p-zhang",
                                     "purpose: 'roster'");
  history_.Add<pv::ConsentGiven>("2026-03-04 10:00", "dataSubjects/p-zhang", "purpose: 'photos'");
  history_.Add<pv::LegalHoldPlaced>("2026-03-05 10:00", "dataSubjects/p-zhang",
                                    "hold: 'over' law_ref: 'l' until T(2026-04-01 10:00)");
  history_.Add<pv::LegalHoldPlaced>("2026-03-05 10:00", "dataSubjects/p-zhang",
                                    "hold: 'lifted' law_ref: 'l'");
  history_.Add<pv::LegalHoldLifted>("2026-03-06 10:00", "dataSubjects/p-zhang", "hold: 'lifted'");
  history_.Add<pv::LegalHoldPlaced>("2026-03-05 10:00", "dataSubjects/p-zhang",
                                    "hold: 'stands' law_ref: 'l'");
  history_.Add<pv::SubjectProcessingRestricted>("2026-03-07 10:00", "dataSubjects/p-zhang", "");
  const GetMyDataResponse data = Data("p-zhang");
  EXPECT_EQ(data.state(), views::v1::DATA_STATE_RESTRICTED);
  ASSERT_EQ(data.consents_size(), 2);
  EXPECT_EQ(data.consents(0).purpose(), "photos");
  EXPECT_FALSE(data.consents(0).has_withdrawn_at());
  EXPECT_TRUE(data.consents(1).has_withdrawn_at());
  ASSERT_EQ(data.legal_holds_size(), 1);
  EXPECT_EQ(data.legal_holds(0).hold(), "stands");
  history_.Add<pv::RestrictionLifted>("2026-03-08 10:00", "dataSubjects/p-zhang", "");
  EXPECT_EQ(Data("p-zhang").state(), views::v1::DATA_STATE_LIVE);
  history_.Add<pv::SubjectKeyDestroyed>("2026-03-09 10:00", "dataSubjects/p-zhang", "");
  EXPECT_EQ(Data("p-zhang").state(), views::v1::DATA_STATE_ERASED);
  EXPECT_EQ(Data("p-li").state(), views::v1::DATA_STATE_LIVE);
}

TEST_F(MyData, IsForThoseWhomTheCommunityKnows) {
  GetMyDataResponse response;
  EXPECT_EQ(AskData("p-out", response).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(AskData("p-nobody", response).code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(MyData, ACopyHasAllOnesWordsAndNobodyElses) {
  history_.Add<complaint::v1::ComplaintFiled>(
      "2026-03-02 10:00", "complaints/a",
      "complainant: '@persons/p-zhang' text { subject: '@persons/p-zhang' content: 't' } contact { "
      "subject: '@persons/p-li' content: 'c' } place { building: '@buildings/b1' }");
  history_.Add<pv::PersonalDataCorrected>("2026-03-03 10:00", "subjectRequests/r",
                                          "text { subject: '@persons/p-zhang' content: 'u' }");
  ViewBench view(MakeResidentViews());
  view.Apply(history_);
  views::v1::ListMyTextsResponse response;
  ASSERT_TRUE(view.Ask(resident::ListMyTexts, bench::Person("p-zhang"), kNow,
                       "parent: 'communities/c1'", response)
                  .ok());
  ASSERT_EQ(response.texts_size(), 2);
  EXPECT_EQ(response.texts(0).field(), "text");
  EXPECT_EQ(response.texts(0).words().text(), "t");
  EXPECT_EQ(response.texts(1).fact_type(), "sanzhang.privacy.v1.PersonalDataCorrected");
  EXPECT_EQ(response.texts(1).words().text(), "u");
  ASSERT_TRUE(view.Ask(resident::ListMyTexts, bench::Person("p-li"), kNow,
                       "parent: 'communities/c1' filter: 'field = contact'", response)
                  .ok());
  EXPECT_EQ(response.texts_size(), 1);
  EXPECT_EQ(view.Ask(resident::ListMyTexts, bench::Person("p-out"), kNow,
                     "parent: 'communities/c1'", response)
                .code(),
            absl::StatusCode::kPermissionDenied);
}

TEST_F(MyData, WhoLookedIsToldByDayAndCapacityAndNotByName) {
  const auto looked = [&](const char* at, const char* viewer, const char* capacity) {
    history_.Add<pv::PersonalTextsOpened>(
        at, absl::StrCat("viewers/person-", viewer),
        absl::StrCat("viewer: '@persons/", viewer, "' capacity: ", capacity,
                     " method: 'm' subjects: '@persons/p-zhang' subjects: '@persons/p-li'"));
  };
  looked("2026-03-02 10:00", "p-rc", "ROLE_RESIDENTS_COMMITTEE");
  looked("2026-03-02 11:00", "p-rc", "ROLE_RESIDENTS_COMMITTEE");  // After a restart.
  looked("2026-03-02 12:00", "p-rc2", "ROLE_RESIDENTS_COMMITTEE");
  looked("2026-03-03 10:00", "p-gov", "ROLE_SUBDISTRICT_OFFICER");
  ViewBench view(MakeResidentViews());
  view.Apply(history_);
  views::v1::ListWhoLookedResponse response;
  ASSERT_TRUE(view.Ask(resident::ListWhoLooked, bench::Person("p-zhang"), kNow,
                       "parent: 'communities/c1'", response)
                  .ok());
  ASSERT_EQ(response.looks_size(), 2);
  EXPECT_EQ(response.looks(0).day(), "2026-03-03");
  EXPECT_EQ(response.looks(0).capacity(), type::v1::ROLE_SUBDISTRICT_OFFICER);
  EXPECT_EQ(response.looks(1).viewers(), 2);
  ASSERT_EQ(response.looks(1).bodies_size(), 1);
  EXPECT_EQ(response.looks(1).bodies(0), "communities/c1/bodies/rc");
  EXPECT_EQ(response.ShortDebugString().find("persons/"), std::string::npos);
  ASSERT_TRUE(view.Ask(resident::ListWhoLooked, bench::Person("p-sup"), kNow,
                       "parent: 'communities/c1'", response)
                  .ok());
  EXPECT_EQ(response.looks_size(), 0);
}

TEST_F(MyData, RequestsAreThoseThatOneAskedOrThatAreAboutOne) {
  Received("mine", "p-zhang", "p-zhang");
  Received("for-li", "p-li", "p-zhang");
  Received("of-rc", "p-rc", "p-rc");
  EXPECT_EQ(Requests("p-zhang").size(), 2u);
  EXPECT_EQ(Requests("p-li").size(), 1u);
  EXPECT_EQ(Requests("p-sup").size(), 0u);
}

TEST_F(MyData, ARequestGoesItsWay) {
  Received("r", "p-zhang", "p-zhang");
  SubjectRequestRow row = Requests("p-zhang", "2026-03-05 10:00")[0];
  EXPECT_EQ(row.state(), views::v1::SUBJECT_REQUEST_STATE_RECEIVED);
  EXPECT_FALSE(row.overdue());
  EXPECT_EQ(row.etag(), "r1");
  EXPECT_TRUE(Requests("p-zhang")[0].overdue());
  history_.Add<pv::SubjectRequestVerified>("2026-03-05 10:00", "subjectRequests/r", "");
  history_.Add<pv::SubjectRequestDeadlineBreached>("2026-04-01 10:01", "subjectRequests/r", "");
  history_.Add<pv::SubjectErasureProposed>("2026-04-02 10:00", "subjectRequests/r", "");
  row = Requests("p-zhang", kNow,
                 "filter: 'open = true AND state = VERIFIED AND breached = true'")[0];
  EXPECT_TRUE(row.erasure_proposed());
  EXPECT_EQ(row.etag(), "r4");
  history_.Add<pv::SubjectRequestRefused>(
      "2026-04-03 10:00", "subjectRequests/r",
      "reason: REFUSAL_REASON_RETENTION_RUNS law_ref: 'l' explanation: 'e' remedy: 'sue'");
  row = Requests("p-zhang")[0];
  EXPECT_EQ(row.state(), views::v1::SUBJECT_REQUEST_STATE_REFUSED);
  EXPECT_EQ(row.law_ref(), "l");
  EXPECT_EQ(row.remedy(), "sue");
  EXPECT_FALSE(row.overdue());  // It has its answer.
  EXPECT_TRUE(row.breached());
}

}  // namespace
}  // namespace sanzhang::projections
