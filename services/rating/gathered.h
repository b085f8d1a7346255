// What the companion of ratings brings to a decision beside its streams: keys, and what is read in
// bulk. Pure data; runtime::Facts::Gathered<Gathered>().
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sanzhang/rating/v1/rating.pb.h"
#include "services/rating/result.h"

namespace sanzhang::rating {

// What is known of something that was used.
struct UsedService {
  bool exists = false;
  bool over = false;
  std::string user;  // A person; empty: nobody known.
  std::string body;  // That gave it.
};

// What an earlier appraisal found.
struct EarlierAppraisal {
  std::string name;
  std::vector<v1::GradeCount> counts;
};

struct Gathered {
  std::string public_key;  // Of the keys made for an opening.
  std::string secret_key;  // For a close; empty: the key is lost.
  std::string rater_ref;   // The caller's pseudonym; empty: the caller may not rate.
  // All ratings of a campaign that were not taken back, with their names.
  std::vector<std::pair<std::string, CountedRating>> ratings;
  std::vector<v1::Grades> grades;            // All that were handed in.
  std::vector<EarlierAppraisal> appraisals;  // Of the same body, published, the last one first.
  UsedService service;
  std::string destroy;  // Whose keys have done their work once the command is committed.
};

}  // namespace sanzhang::rating
