// What the grades of an appraisal (民主评议) add up to, and when an office ends. Pure.
//
// A member is unfit if more than half of those who graded the member said so; else the member is
// the best grade that at least half gave or bettered. Fewer than five graders: no result, and no
// counts either, since the roll tells who took part.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sanzhang/rating/v1/rating.pb.h"

namespace sanzhang::rating {

// In the order of `members`; grades of others count for nothing.
std::vector<v1::GradeCount> CountGrades(const std::vector<std::string>& members,
                                        const std::vector<v1::Grades>& grades);

// GRADE_UNSPECIFIED if too few graded.
v1::Grade ResultOf(const v1::GradeCount& count);

}  // namespace sanzhang::rating
