// Counts ratings of a file as campaigns, by the product's own function; for check_ratings.py.
//
//   recount_campaigns ratings.csv > results.tsv
#include <cstdio>

#include "services/rating/result.h"
#include "tests/services/rating/ratings_file.h"

int main(int argc, char** argv) {
  namespace rating = sanzhang::rating;
  rating::RatingsFile file;
  if (argc != 2 || !rating::ReadRatings(argv[1], file)) {
    std::fprintf(stderr,
                 "usage: recount_campaigns ratings.csv, with columns s, d, dept, service, y\n");
    return 2;
  }
  for (const auto& [name, ratings] : file.campaigns) {
    rating::ResultInput input;
    input.terms = rating::FileTerms();
    input.electorate = rating::ElectorateOf(file, ratings);
    for (const rating::FileRating& given : ratings) {
      input.ratings.push_back({given.place, {{given.dimension(), given.score}}});
    }
    rating::PrintResult(name, rating::ComputeResult(input));
  }
  return 0;
}
