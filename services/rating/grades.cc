#include "services/rating/grades.h"

#include "services/rating/limits.h"

namespace sanzhang::rating {
namespace {

std::int32_t Graders(const v1::GradeCount& count) {
  return count.excellent() + count.competent() + count.basic() + count.unfit();
}

void Add(v1::Grade grade, v1::GradeCount& count) {
  switch (grade) {
    case v1::GRADE_EXCELLENT:
      return count.set_excellent(count.excellent() + 1);
    case v1::GRADE_COMPETENT:
      return count.set_competent(count.competent() + 1);
    case v1::GRADE_BASIC:
      return count.set_basic(count.basic() + 1);
    case v1::GRADE_UNFIT:
      return count.set_unfit(count.unfit() + 1);
    default:
      return;
  }
}

}  // namespace

v1::Grade ResultOf(const v1::GradeCount& count) {
  const std::int32_t n = Graders(count);
  if (n < kShownMin) return v1::GRADE_UNSPECIFIED;
  if (2 * count.unfit() > n) return v1::GRADE_UNFIT;
  if (2 * count.excellent() >= n) return v1::GRADE_EXCELLENT;
  if (2 * (count.excellent() + count.competent()) >= n) return v1::GRADE_COMPETENT;
  return v1::GRADE_BASIC;
}

std::vector<v1::GradeCount> CountGrades(const std::vector<std::string>& members,
                                        const std::vector<v1::Grades>& grades) {
  std::map<std::string, v1::GradeCount> counts;
  for (const std::string& member : members) counts[member];
  for (const v1::Grades& one : grades) {
    for (const v1::MemberGrade& grade : one.grades()) {
      const auto count = counts.find(grade.membership());
      if (count != counts.end()) Add(grade.grade(), count->second);
    }
  }
  std::vector<v1::GradeCount> results;
  for (const std::string& member : members) {
    v1::GradeCount& result = results.emplace_back();
    if (ResultOf(counts[member]) != v1::GRADE_UNSPECIFIED) result = counts[member];
    result.set_membership(member);
    result.set_result(ResultOf(result));
  }
  return results;
}

}  // namespace sanzhang::rating
