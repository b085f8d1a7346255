#include "services/policy/subject_rights_check.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "services/policy/limits.h"
#include "services/policy/period_check.h"

namespace sanzhang::policy {
namespace {

constexpr std::string_view kId = "subject-rights";

bool TooLong(const v1::Period& period) {
  return period.days() > kSubjectRightsDaysMax || period.working_days() > kSubjectRightsDaysMax ||
         period.hours() > kSubjectRightsDaysMax * 24;
}

void CheckClocks(const v1::SubjectRightsRule& rule, Report wrong) {
  std::set<int> given;
  for (int i = 0; i < rule.clocks_size(); ++i) {
    const v1::SubjectRequestClock& clock = rule.clocks(i);
    const std::string why = WrongPeriod(clock.answer());
    if (!why.empty()) wrong("clocks", i, absl::StrCat("answer ", why));
    if (TooLong(clock.answer())) {
      wrong("clocks", i, absl::StrCat("answer is longer than ", kSubjectRightsDaysMax, " days"));
    }
    if (clock.basis() == v1::BASIS_UNSPECIFIED) wrong("clocks", i, "must say what it rests on");
    if (!given.insert(clock.kind()).second) wrong("clocks", i, "is given twice");
  }
  const auto& kinds = *privacy::v1::SubjectRequestKind_descriptor();
  for (int i = 0; i < kinds.value_count(); ++i) {
    const int kind = kinds.value(i)->number();
    if (kind == 0 || given.contains(kind)) continue;
    wrong("clocks", -1, absl::StrCat("there is none for ", kinds.value(i)->name()));
  }
}

void CheckRefusals(const v1::SubjectRightsRule& rule, Report wrong) {
  std::set<int> given;
  for (int i = 0; i < rule.refusals_size(); ++i) {
    if (rule.refusals(i).law_ref().empty()) wrong("refusals", i, "must name an article");
    if (!given.insert(rule.refusals(i).reason()).second) wrong("refusals", i, "is given twice");
  }
  const auto& reasons = *privacy::v1::RefusalReason_descriptor();
  for (int i = 0; i < reasons.value_count(); ++i) {
    const int reason = reasons.value(i)->number();
    if (reason == 0 || given.contains(reason)) continue;
    wrong("refusals", -1, absl::StrCat("there is none for ", reasons.value(i)->name()));
  }
}

}  // namespace

void CheckSubjectRights(const v1::SubjectRightsRule& rule, Report wrong) {
  CheckClocks(rule, wrong);
  if (rule.retention_years() < 0 || rule.retention_years() > kRetentionYearsMax) {
    wrong("retention_years", -1, absl::StrCat("must be from 0 to ", kRetentionYearsMax));
  }
  if (rule.retention_basis() == v1::BASIS_UNSPECIFIED) {
    wrong("retention_basis", -1, "must say what the years rest on");
  }
  const std::string why = WrongPeriod(rule.export_validity());
  if (!why.empty()) wrong("export_validity", -1, why);
  CheckRefusals(rule, wrong);
  if (rule.remedy().empty()) wrong("remedy", -1, "must say what can be done against a refusal");
}

std::string WrongSubjectRightsId(const v1::SubjectRightsRule&, std::string_view id) {
  return id == kId ? "" : absl::StrCat("must have the id ", std::string(kId));
}

}  // namespace sanzhang::policy
