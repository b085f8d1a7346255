#include "tests/projections/support/survey_history.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "sanzhang/rating/v1/events.pb.h"

namespace sanzhang::projections::bench {
namespace {

namespace v1 = rating::v1;

std::string Campaign(std::string_view id) {
  return absl::StrCat("ratingCampaigns/", std::string(id));
}

std::string Day(int year, const char* day) { return absl::StrCat(year, "-01-", day, " 00:00"); }

std::string Dimension(const char* code, int n, int average) {
  if (average < 0) return absl::StrCat("dimensions { dimension: '", code, "' suppressed: true } ");
  return absl::StrCat("dimensions { dimension: '", code, "' n: ", n, " average_milli: ", average,
                      " satisfied: ", n - 1, " } ");
}

}  // namespace

void Announce(History& history, std::string_view id, std::string_view target, int year) {
  history.Add<v1::RatingCampaignAnnounced>(
      Day(year + 1, "05"), Campaign(id),
      absl::Substitute(
          "scheme: '@ratingSchemes/s1' scheme_version: 2 target: '@$0' convener: '@bodies/rc' "
          "electorate_ref: 'roll' terms { target_kind: TARGET_KIND_PROPERTY_COMPANY "
          "eligibility: ELIGIBILITY_RESIDENT dimensions { code: 'clean' display_name: '保洁' "
          "clause_ref: 'c7' weight_bp: 4000 } dimensions { code: 'guard' display_name: '安保' "
          "weight_bp: 6000 } } period_begins T($1) period_ends T($2) opens T($3) closes T($4) "
          "electorate { building: '@buildings/b1' eligible: 10 } "
          "electorate { building: '@buildings/b2' eligible: 20 }",
          std::string(target), Day(year, "01"), Day(year + 1, "01"), Day(year + 1, "10"),
          Day(year + 1, "20")));
  history.Add<v1::RatingCampaignOpened>(Day(year + 1, "10"), Campaign(id), "score_key: 'key'");
}

void Rate(History& history, std::string_view id, std::string_view building, int count) {
  for (int i = 0; i < count; ++i) {
    history.Add<v1::RatingSubmitted>(
        "2026-01-11 00:00", absl::StrCat(Campaign(id), "/ratings/", std::string(building), "-", i),
        absl::StrCat("building: '@buildings/", std::string(building),
                     "' scores { sealed: 'b0x' } comment { content: 'w0rd' }"));
  }
}

void Publish(History& history, std::string_view id, int year, int n, int clean, int guard) {
  history.Add<v1::RatingCampaignClosed>(Day(year + 1, "20"), Campaign(id),
                                        "score_secret_key: 'key'");
  const std::string total =
      clean < 0 || guard < 0 ? "" : absl::StrCat("total_milli: ", (4 * clean + 6 * guard) / 10);
  history.Add<v1::RatingResultPublished>(
      Day(year + 1, "21"), Campaign(id),
      absl::StrCat("result { n: ", n, " eligible: 30 coverage_bp: ", 10'000 * n / 30, " ", total,
                   " formula: 'f1' ", Dimension("clean", n, clean), Dimension("guard", n, guard),
                   "buildings { building: '@buildings/b1' eligible: 10 suppressed: true } "
                   "buildings { building: '@buildings/b2' eligible: 20 suppressed: true } }"));
}

}  // namespace sanzhang::projections::bench
