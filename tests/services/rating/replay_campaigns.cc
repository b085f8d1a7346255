// Holds campaigns with the ratings of a file, through the commands; for check_ratings.py.
//
//   replay_campaigns ratings.csv > results.tsv
//
// A scheme is defined and adopted; each campaign is announced, opened, rated by everyone (each
// rating sent twice, as by an app that did not hear the answer), closed and published. What is
// printed is the result in the log.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/services/rating/live_rating.h"
#include "tests/services/rating/ratings_file.h"

namespace sanzhang::rating {
namespace {

class Replay : protected LiveRating {
 public:
  explicit Replay(const RatingsFile& file) : file_(file) {
    v1::DefineRatingSchemeRequest scheme;
    *scheme.mutable_terms() = FileTerms();
    for (v1::Dimension& dimension : *scheme.mutable_terms()->mutable_dimensions()) {
      dimension.set_display_name(dimension.code());
    }
    scheme.mutable_terms()->set_target_kind(v1::TARGET_KIND_PROPERTY_COMPANY);
    scheme.mutable_terms()->set_eligibility(v1::ELIGIBILITY_RESIDENT);
    Must(DefineRatingScheme(
        "chair", absl::StrCat(kParent, "rating_scheme_id: 's1' display_name: 'S' basis: 'b' ",
                              scheme.ShortDebugString())));
    Must(AdoptRatingScheme("chair", "name: '~ratingSchemes/s1' version: 1 decision: 'd'"));
  }

  void Hold(const std::string& id, const std::vector<FileRating>& ratings) {
    const int begins = hour_;
    std::string electorate;
    for (const v1::BuildingElectorate& building : ElectorateOf(file_, ratings)) {
      absl::StrAppend(&electorate, "electorate { building: '~buildings/", building.building(),
                      "' eligible: ", building.eligible(), " } ");
    }
    Must(AnnounceCampaign(
        "chair",
        absl::StrCat(kParent, "rating_campaign_id: 'of-", id,
                     "' scheme: '~ratingSchemes/s1' target: '~bodies/co' period_begins ",
                     At(begins - 99), " period_ends ", At(begins - 1), " opens ", At(begins + 1),
                     " closes ", At(begins + 9), electorate, "electorate_ref: 'e'")));
    const std::string campaign = Expand("~ratingCampaigns/of-" + id);
    const std::string name = absl::StrCat("name: '", campaign, "'");
    hour_ = begins + 1;
    Must(OpenCampaign("chair", name));
    for (const FileRating& rating : ratings) Rate(campaign, rating);
    hour_ = begins + 9;
    Must(CloseCampaign("chair", name));
    Must(PublishRatingResult("chair", name));
    PrintResult(id, Published(campaign));
  }

 private:
  static void Must(const absl::StatusOr<runtime::Answer>& answer) {
    if (answer.ok()) return;
    std::fprintf(stderr, "%s\n", answer.status().ToString().c_str());
    std::exit(1);
  }

  // A rater of several places is someone else in each: a person lives in one.
  void Rate(const std::string& campaign, const FileRating& rating) {
    const std::string person = absl::StrCat("p-", rating.rater, "-", rating.place);
    runtime::PersonFacts& known = directory_.known.persons["communities/c1/persons/" + person];
    if (!known.known) {
      known.known = true;
      known.home.set_building(Expand("~buildings/" + rating.place));
      Grant(person, type::v1::ROLE_RESIDENT);
    }
    const std::string request_id = NextId();
    for (int copy = 0; copy < 2; ++copy) {
      Must(SubmitRating(person,
                        absl::StrCat("parent: '", campaign, "' scores { dimension: '",
                                     rating.dimension(), "' value: ", rating.score, " }"),
                        request_id));
    }
  }

  v1::RatingResult Published(const std::string& campaign) const {
    v1::RatingResultPublished published;
    const auto page = store_->ReadStream(campaign, 0, eventstore::Direction::kBackwards, {});
    for (const eventstore::Stored& stored : page->records) {
      log::v1::Record record;
      record.ParseFromString(stored.bytes);
      if (record.type() != published.GetDescriptor()->full_name()) continue;
      published.ParseFromString(record.payload());
      break;
    }
    return published.result();
  }

  const RatingsFile& file_;
};

int Main(int argc, char** argv) {
  RatingsFile file;
  if (argc != 2 || !ReadRatings(argv[1], file)) {
    std::fprintf(stderr,
                 "usage: replay_campaigns ratings.csv, with columns s, d, dept, service, y\n");
    return 2;
  }
  Replay replay(file);
  for (const auto& [id, ratings] : file.campaigns) replay.Hold(id, ratings);
  return 0;
}

}  // namespace
}  // namespace sanzhang::rating

int main(int argc, char** argv) { return sanzhang::rating::Main(argc, argv); }
