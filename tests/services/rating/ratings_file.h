// Ratings of a CSV file as campaigns, and their results as lines: what the programs for
// check_ratings.py share.
//
// The file has a heading and the columns s (rater), d (who is rated), dept (where the rater
// stands), service (0 or 1) and y (1 to 5), in any order. Each d is a campaign: `own` and `service`
// are its dimensions, dept the building; eligible in a building is whoever rated anyone there.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sanzhang/rating/v1/rating.pb.h"

namespace sanzhang::rating {

struct FileRating {
  std::string rater;
  std::string place;
  bool service = false;
  int score = 0;

  const char* dimension() const { return service ? "service" : "own"; }
};

struct RatingsFile {
  std::map<std::string, std::vector<FileRating>> campaigns;  // By who is rated.
  std::map<std::string, int> eligible;                       // By place.
};

// False: the file can't be read so.
bool ReadRatings(const char* path, RatingsFile& file);

// The dimensions: `own` weighs 7000, `service` 3000.
v1::SchemeTerms FileTerms();

// Eligible in each place that the ratings come from.
std::vector<v1::BuildingElectorate> ElectorateOf(const RatingsFile& file,
                                                 const std::vector<FileRating>& ratings);

// One line: name, n, eligible, coverage_bp; of each dimension n, average_milli and satisfied;
// total_milli; whether it is biased. `-` is what is suppressed.
void PrintResult(const std::string& name, const v1::RatingResult& result);

}  // namespace sanzhang::rating
