// A notice's row after each of its facts; versions, objections and questions beside it.
#include "projections/notices/notice_rows.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/engine/parts_projection.h"
#include "projections/notices/notice_cells.h"
#include "projections/notices/reply_cells.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

namespace nv = notice::v1;
using bench::History;
using bench::ViewBench;

std::unique_ptr<Projection> View(NoticeRows::Keeps keeps) {
  return MakeView("notices", 1, Parts(NoticeRows(keeps)));
}

std::string Minute(const char* column) {
  return std::string("strftime('%d.%H:%M', ") + column + " / 1000000 + 28800, 'unixepoch')";
}

// The notice `n`: state version title hash | up since, until, objections until | elapsed, down, why
// | objections open/all, questions open/all | revision.
std::string Standing(ViewBench& view) {
  std::string shown =
      view.Select("SELECT state, version, title, CAST(sha256 AS TEXT), " + Minute("published_us") +
                      ", " + Minute("min_until_us") + ", " + Minute("objections_until_us") + ", " +
                      Minute("elapsed_us") + ", " + Minute("taken_down_us") +
                      ", taken_down_reason, objections_open || '/' || objections, "
                      "inquiries_open || '/' || inquiries, revision FROM notice",
                  13);
  if (!shown.empty()) shown.pop_back();
  return shown;
}

std::string Versions(ViewBench& view) {
  return view.Select("SELECT version, cause, reason, CAST(sha256 AS TEXT), " +
                         Minute("published_us") + ", " + Minute("min_until_us") + ", " +
                         Minute("elapsed_us") + ", " + Minute("until_us") +
                         ", taken_down, early, taken_down_reason FROM notice_version "
                         "ORDER BY version",
                     11);
}

// Feeds one fact at a time and shows where the notice stands.
class Notice {
 public:
  explicit Notice(NoticeRows::Keeps keeps = {.body = true, .words = true, .persons = true})
      : view_(View(keeps)) {}

  template <class Fact>
  std::string After(std::string_view time, std::string_view payload = "") {
    const absl::Status status = view_.Apply(history_.Add<Fact>(time, "notices/n", payload));
    return status.ok() ? Standing(view_) : status.ToString();
  }
  ViewBench& view() { return view_; }

 private:
  History history_;
  ViewBench view_;
};

constexpr char kPublished[] =
    "version: 1 kind: PUBLICATION_KIND_RESULT about: '@resolutions/r' audience: AUDIENCE_ALL "
    "masked: true publisher: '@bodies/oc' content_sha256: 'h1' "
    "place { property_area: '@propertyAreas/a1' building: '@buildings/b1' "
    "entrance: '@entrances/e1' dwelling: '@dwellings/d1' } "
    "content { title: 'Result' body: 'It passed.' "
    "attachments { sha256: 'a1' size_bytes: 7 media_type: 'image/png' } } "
    "fact_at T(2026-01-01 12:00) "
    "duty { rule: 'policies/publication-result\\1001' law_ref: 'CC 280' days_min: 15 "
    "min_until T(2026-01-17 23:59) objections_until T(2026-01-17 23:59) "
    "publish_due T(2026-01-04 23:59) }";
constexpr char kCorrected[] =
    "version: 2 content { title: 'Result, corrected' body: 'It passed by 1.' } "
    "content_sha256: 'h2' replaces_sha256: 'h1' masked: true reason: 'a slip' "
    "duty { rule: 'policies/publication-result\\1002' law_ref: 'CC 280' days_min: 15 "
    "min_until T(2026-01-20 23:59) objections_until T(2026-01-10 23:59) }";
constexpr char kRepublished[] =
    "version: 3 kind: PUBLICATION_KIND_RESULT content_sha256: 'h2' masked: true "
    "duty { rule: 'policies/publication-result\\1002' law_ref: 'CC 280' days_min: 15 "
    "min_until T(2026-01-24 23:59) objections_until T(2026-01-14 23:59) "
    "publish_due T(2026-01-04 23:59) }";

TEST(NoticeRow, ThroughAWholeLife) {
  Notice n;
  EXPECT_EQ(n.After<nv::NoticePublished>("2026-01-02 10:00", kPublished),
            "1 | 1 | Result | h1 | 02.10:00 | 17.23:59 | 17.23:59 | - | - |  | 0/0 | 0/0 | 1");
  EXPECT_EQ(n.After<nv::NoticeObjected>("2026-01-03 10:00",
                                        "objection: 1 version: 1 objector: '@persons/p' "
                                        "grounds { content: 'no' } answer_due T(2026-01-06 23:59)"),
            "1 | 1 | Result | h1 | 02.10:00 | 17.23:59 | 17.23:59 | - | - |  | 1/1 | 0/0 | 2");
  EXPECT_EQ(n.After<nv::InquiryAsked>("2026-01-03 11:00",
                                      "inquiry: 1 version: 1 asker: '@persons/q' "
                                      "question { content: 'why' } answer_due T(2026-01-06 23:59)"),
            "1 | 1 | Result | h1 | 02.10:00 | 17.23:59 | 17.23:59 | - | - |  | 1/1 | 1/1 | 3");
  EXPECT_EQ(n.After<nv::NoticeObjectionAnswered>("2026-01-04 10:00",
                                                 "objection: 1 upheld: true answer: 'right'"),
            "1 | 1 | Result | h1 | 02.10:00 | 17.23:59 | 17.23:59 | - | - |  | 0/1 | 1/1 | 4");
  EXPECT_EQ(n.After<nv::NoticeCorrected>("2026-01-05 10:00", kCorrected),
            "1 | 2 | Result, corrected | h2 | 05.10:00 | 20.23:59 | 10.23:59 | - | - |  | 0/1 | "
            "1/1 | 5")
      << "the period runs anew";
  EXPECT_EQ(n.After<nv::NoticeTakenDown>("2026-01-08 10:00",
                                         "version: 2 early: true reason: 'a court says so'"),
            "3 | 2 | Result, corrected | h2 | 05.10:00 | 20.23:59 | 10.23:59 | - | 08.10:00 | "
            "a court says so | 0/1 | 1/1 | 6")
      << "the hash stays";
  EXPECT_EQ(n.After<nv::NoticePublished>("2026-01-09 10:00", kRepublished),
            "1 | 3 | Result, corrected | h2 | 09.10:00 | 24.23:59 | 14.23:59 | - | - |  | 0/1 | "
            "1/1 | 7")
      << "with the words that it had";
  EXPECT_EQ(n.After<nv::InquiryAnswered>("2026-01-20 10:00", "inquiry: 1 answer: 'so'"),
            "1 | 3 | Result, corrected | h2 | 09.10:00 | 24.23:59 | 14.23:59 | - | - |  | 0/1 | "
            "0/1 | 8");
  EXPECT_EQ(n.After<nv::NoticePeriodElapsed>("2026-01-25 00:00",
                                             "version: 3 min_until T(2026-01-24 23:59)"),
            "2 | 3 | Result, corrected | h2 | 09.10:00 | 24.23:59 | 14.23:59 | 25.00:00 | - |  | "
            "0/1 | 0/1 | 9");
  EXPECT_EQ(n.After<nv::NoticeTakenDown>("2026-01-30 10:00", "version: 3 reason: 'done'"),
            "4 | 3 | Result, corrected | h2 | 09.10:00 | 24.23:59 | 14.23:59 | 25.00:00 | "
            "30.10:00 | done | 0/1 | 0/1 | 10");

  EXPECT_EQ(Versions(n.view()),
            "1 | 1 |  | h1 | 02.10:00 | 17.23:59 | - | 05.10:00 | 0 | 0 | \n"
            "2 | 2 | a slip | h2 | 05.10:00 | 20.23:59 | - | 08.10:00 | 1 | 1 | a court says so\n"
            "3 | 3 |  | h2 | 09.10:00 | 24.23:59 | 25.00:00 | 30.10:00 | 1 | 0 | done\n");
  EXPECT_EQ(n.view().Select("SELECT number, version, person, " + Minute("made_us") + ", " +
                                Minute("answer_due_us") + ", " + Minute("answered_us") +
                                ", upheld, answer FROM notice_objection",
                            8),
            "1 | 1 | communities/c1/persons/p | 03.10:00 | 06.23:59 | 04.10:00 | 1 | right\n");
  EXPECT_EQ(n.view().Select("SELECT number, version, person, " + Minute("made_us") + ", " +
                                Minute("answer_due_us") + ", " + Minute("answered_us") +
                                ", answer FROM inquiry",
                            7),
            "1 | 1 | communities/c1/persons/q | 03.11:00 | 06.23:59 | 20.10:00 | so\n");
}

TEST(NoticeRow, KeepsWhatWasSaidAtFirst) {
  Notice n;
  n.After<nv::NoticePublished>("2026-01-05 10:00", kPublished);
  n.After<nv::NoticeCorrected>("2026-01-08 10:00", kCorrected);
  EXPECT_EQ(
      n.view().Select("SELECT kind, about, property_area, grid, building, entrance, audience, "
                      "publisher, " +
                          Minute("fact_us") + ", " + Minute("publish_due_us") + ", " +
                          Minute("first_published_us") + ", rule FROM notice",
                      12),
      "8 | communities/c1/resolutions/r | communities/c1/propertyAreas/a1 |  | "
      "communities/c1/buildings/b1 | communities/c1/entrances/e1 | 3 | "
      "communities/c1/bodies/oc | 01.12:00 | 04.23:59 | 05.10:00 | "
      "policies/publication-result@2\n");
  EXPECT_THAT(n.view().Dump(), testing::Not(testing::HasSubstr("dwellings/")));
}

// Domain 6.1 (14).
TEST(NoticeRow, TakenDownInTheLastMomentStartsItsPeriodAgain) {
  Notice n;
  n.After<nv::NoticePublished>("2026-01-02 10:00", kPublished);
  n.After<nv::NoticeTakenDown>("2026-01-17 23:59", "version: 1 early: true reason: 'why'");
  EXPECT_EQ(n.After<nv::NoticePublished>(
                "2026-01-18 10:00",
                "version: 2 content_sha256: 'h1' duty { min_until T(2026-02-02 23:59) "
                "objections_until T(2026-02-02 23:59) }"),
            "1 | 2 | Result | h1 | 18.10:00 | 02.23:59 | 02.23:59 | - | - |  | 0/0 | 0/0 | 3");
}

// Domain 6.1 (16): handed in on paper before the end, typed in after it.
TEST(NoticeRow, HearsAnObjectionOfTheLastMinute) {
  Notice n;
  n.After<nv::NoticePublished>("2026-01-02 10:00", kPublished);
  n.After<nv::NoticePeriodElapsed>("2026-01-18 00:00", "version: 1 min_until T(2026-01-17 23:59)");
  EXPECT_EQ(
      n.After<nv::NoticeObjected>("2026-01-17 23:59", "objection: 1 version: 1"),
      "2 | 1 | Result | h1 | 02.10:00 | 17.23:59 | 17.23:59 | 18.00:00 | - |  | 1/1 | 0/0 | 3")
      << "it is open, though the period is over";
  EXPECT_EQ(n.view().Select("SELECT " + Minute("made_us") + " FROM notice_objection", 1),
            "17.23:59\n");
}

// Taken down early, then something else in its place: the version that was down keeps its end.
TEST(NoticeRow, CorrectedWhileItIsDownIsUpAgain) {
  Notice n;
  n.After<nv::NoticePublished>("2026-01-02 10:00", kPublished);
  n.After<nv::NoticeTakenDown>("2026-01-03 10:00", "version: 1 early: true reason: 'why'");
  EXPECT_EQ(n.After<nv::NoticeCorrected>("2026-01-05 10:00", kCorrected),
            "1 | 2 | Result, corrected | h2 | 05.10:00 | 20.23:59 | 10.23:59 | - | - |  | 0/0 | "
            "0/0 | 3");
  EXPECT_EQ(Versions(n.view()),
            "1 | 1 |  | h1 | 02.10:00 | 17.23:59 | - | 03.10:00 | 1 | 1 | why\n"
            "2 | 2 | a slip | h2 | 05.10:00 | 20.23:59 | - | - | 0 | 0 | \n");
}

TEST(NoticeRow, HearsObjectionsUntilTheLastMomentOfTheirPeriod) {
  Notice n;
  const auto heard = [&](std::string_view at) {
    const Value values[] = {TimeValue(bench::At(at))};
    bool is = false;
    EXPECT_TRUE(n.view()
                    .rows()
                    .Query("SELECT " + NoticeHearsObjections("?1") + " FROM notice n", values,
                           [&](const Row& row) { is = row.Int(0) != 0; })
                    .ok());
    return is;
  };
  n.After<nv::NoticePublished>("2026-01-02 10:00", kPublished);
  EXPECT_TRUE(heard("2026-01-17 23:59"));
  EXPECT_FALSE(heard("2026-01-18 00:00"));
  n.After<nv::NoticeTakenDown>("2026-01-03 10:00", "version: 1 early: true");
  EXPECT_FALSE(heard("2026-01-10 00:00")) << "nobody objects to what is down early";
}

// What a view does not keep is nowhere in its file.
TEST(NoticeRow, KeepsNoMoreThanTheView) {
  const auto dump = [](NoticeRows::Keeps keeps) {
    Notice n(keeps);
    n.After<nv::NoticePublished>("2026-01-02 10:00", kPublished);
    n.After<nv::NoticeCorrected>("2026-01-03 10:00", kCorrected);
    n.After<nv::NoticeObjected>("2026-01-03 10:00",
                                "objection: 1 version: 1 objector: '@persons/p' "
                                "grounds { subject: '@persons/p' content: 'sealed no' }");
    n.After<nv::InquiryAsked>("2026-01-03 11:00",
                              "inquiry: 1 version: 1 asker: '@persons/q' "
                              "question { subject: '@persons/q' content: 'sealed why' }");
    return n.view().Dump();
  };
  using testing::HasSubstr;
  using testing::Not;
  EXPECT_THAT(dump({}), AllOf(HasSubstr("Result, corrected"), Not(HasSubstr("It passed")),
                              Not(HasSubstr("image/png")), Not(HasSubstr("persons/")),
                              Not(HasSubstr("sealed"))));
  EXPECT_THAT(dump({.body = true}), AllOf(HasSubstr("It passed by 1"), Not(HasSubstr("It passed.")),
                                          Not(HasSubstr("persons/")), Not(HasSubstr("sealed"))));
  EXPECT_THAT(dump({.persons = true}), AllOf(HasSubstr("persons/p"), HasSubstr("persons/q")));
}

TEST(NoticeCells, ReadWhatTheRowHolds) {
  Notice n;
  n.After<nv::NoticePublished>("2026-01-05 10:00", kPublished);
  NoticeCells cells;
  const auto read = [&] {
    ASSERT_TRUE(n.view()
                    .rows()
                    .Query("SELECT " + std::string(NoticeSelect()) + " FROM notice n", {},
                           [&](const Row& row) { cells = ReadNotice(row); })
                    .ok());
  };
  read();
  EXPECT_EQ(cells.name, "communities/c1/notices/n");
  EXPECT_EQ(cells.kind, policy::v1::PUBLICATION_KIND_RESULT);
  EXPECT_EQ(cells.place.entrance(), "communities/c1/entrances/e1");
  EXPECT_EQ(cells.audience, policy::v1::AUDIENCE_ALL);
  EXPECT_EQ(cells.body, "It passed.");
  nv::Content papers;
  ASSERT_TRUE(papers.ParseFromString(cells.attachments));
  EXPECT_EQ(papers.attachments(0).media_type(), "image/png");
  EXPECT_EQ(cells.sha256, "h1");
  EXPECT_EQ(cells.law_ref, "CC 280");
  EXPECT_EQ(cells.days_min, 15);
  EXPECT_EQ(cells.fact, bench::At("2026-01-01 12:00"));
  EXPECT_EQ(cells.min_until, bench::At("2026-01-17 23:59"));
  EXPECT_EQ(cells.earliest_event, absl::InfinitePast());
  EXPECT_TRUE(cells.masked);
  EXPECT_TRUE(cells.Late()) << "a day after its due";
  EXPECT_TRUE(cells.IsUp());
  n.After<nv::NoticeTakenDown>("2026-01-08 10:00", "version: 1 early: true reason: 'why'");
  read();
  EXPECT_FALSE(cells.IsUp());
  EXPECT_TRUE(cells.DownEarly());
  EXPECT_EQ(cells.taken_down_reason, "why");
  EXPECT_EQ(cells.revision, 2);
}

TEST(Replies, CountDaysAndOpenQuestionsOnlyForThoseWhoMayRead) {
  Notice n;
  n.After<nv::NoticePublished>("2026-01-02 10:00", kPublished);
  n.After<nv::InquiryAsked>("2026-01-03 23:59",
                            "inquiry: 1 version: 1 question { content: 'why' }");
  views::v1::InquiryRow inquiry;
  const auto read = [&](bool question) {
    const std::string sql =
        "SELECT " + std::string(InquirySelect()) + " FROM " + std::string(kInquiryFrom);
    EXPECT_TRUE(n.view()
                    .rows()
                    .Query(sql, {}, [&](const Row& row) { inquiry = ReadInquiry(row, question); })
                    .ok());
    return inquiry;
  };
  EXPECT_EQ(read(true).question().sealed().passage().text().content(), "why");
  EXPECT_EQ(read(false).question().state(), views::v1::WORDS_STATE_WITHHELD);
  EXPECT_FALSE(inquiry.has_days());
  EXPECT_EQ(inquiry.title(), "Result");
  n.After<nv::InquiryAnswered>("2026-01-05 00:00", "inquiry: 1 answer: 'so'");
  n.After<nv::NoticeTakenDown>("2026-01-08 10:00", "version: 1 early: true");
  EXPECT_EQ(read(false).days(), 2) << "days, not hours";
  EXPECT_EQ(inquiry.answer(), "so");
  EXPECT_EQ(inquiry.title(), "") << "what is down is not shown";
}

TEST(NoticeRows, StopAtWhatTheyDoNotKnow) {
  History history;
  log::v1::Record unknown =
      history.Add<nv::NoticePublished>("2026-01-02 10:00", "notices/n", kPublished);
  log::v1::Record unreadable = unknown;
  ViewBench view(View({}));
  unknown.set_type("sanzhang.notice.v1.NoticePainted");
  EXPECT_EQ(view.Apply(unknown).code(), absl::StatusCode::kNotFound);
  unreadable.set_payload("\xff\xff");
  EXPECT_EQ(view.Apply(unreadable).code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace sanzhang::projections
