#include "services/policy/sla_check.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/policy/period_check.h"

namespace sanzhang::policy {
namespace {

void CheckRules(const v1::SlaPolicy& sla, Report wrong) {
  if (sla.rules().empty()) return wrong("rules", 0, "there must be one");
  const int last = sla.rules_size() - 1;
  for (int i = 0; i <= last; ++i) {
    const v1::SlaRule& rule = sla.rules(i);
    for (const auto& [name, period] :
         {std::pair("acknowledge", &rule.acknowledge()), std::pair("answer", &rule.answer())}) {
      const std::string why = WrongPeriod(*period);
      if (!why.empty()) wrong("rules", i, absl::StrCat(name, " ", why));
    }
    const bool matches_all = rule.categories().empty() && rule.urgencies().empty();
    if (i == last && !matches_all) {
      wrong("rules", i, "the last rule must match every category and urgency");
    }
    if (i != last && matches_all) {
      wrong("rules", i, "matches all, so that the rules after it never count");
    }
  }
}

}  // namespace

void CheckSla(const v1::SlaPolicy& sla, Report wrong) {
  const auto check = [&](std::string_view field, const v1::Period& period) {
    const std::string why = WrongPeriod(period);
    if (!why.empty()) wrong(field, -1, why);
  };
  check("intake", sla.intake());
  CheckRules(sla, wrong);
  check("silence", sla.silence());
  check("appeal", sla.appeal());
  if (sla.extensions_max() < 0) wrong("extensions_max", -1, "must not be negative");
  if (sla.extensions_max() > 0) check("extension_total", sla.extension_total());
  check("report_in", sla.report_in());
}

}  // namespace sanzhang::policy
