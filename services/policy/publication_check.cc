#include "services/policy/publication_check.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "proto/wire/enum_id.h"
#include "services/policy/limits.h"
#include "services/policy/period_check.h"

namespace sanzhang::policy {
namespace {

void CheckPublishers(const v1::PublicationRule& rule, Report wrong) {
  if (rule.publishers().empty()) wrong("publishers", 0, "must say who may publish it");
  std::set<int> given;
  for (int i = 0; i < rule.publishers_size(); ++i) {
    if (rule.publishers(i) == type::v1::ROLE_UNSPECIFIED) wrong("publishers", i, "is no role");
    if (!given.insert(rule.publishers(i)).second) wrong("publishers", i, "is given twice");
  }
}

void CheckPeriods(const v1::PublicationRule& rule, Report wrong) {
  const auto check = [&](const char* field, const v1::Period& period) {
    const std::string why = WrongPeriod(period);
    if (!why.empty()) wrong(field, -1, why);
    return why.empty();
  };
  if (rule.has_publish_within()) check("publish_within", rule.publish_within());
  check("answer_within", rule.answer_within());
  if (!rule.has_objection_period() || !check("objection_period", rule.objection_period())) return;
  if (rule.objection_period().days() > rule.days_min()) {
    wrong("objection_period", -1, "is longer than it stays published");
  }
}

}  // namespace

void CheckPublicationRule(const v1::PublicationRule& rule, Report wrong) {
  if (rule.kind() == v1::PUBLICATION_KIND_UNSPECIFIED) wrong("kind", -1, "must be said");
  if (rule.law_ref().empty()) wrong("law_ref", -1, "must name what notices cite");
  if (rule.days_min() < 1 || rule.days_min() > kPublicationDaysMax) {
    wrong("days_min", -1, absl::StrCat("must be from 1 to ", kPublicationDaysMax));
  }
  if (rule.days_basis() == v1::BASIS_UNSPECIFIED) {
    wrong("days_basis", -1, "must say what the days rest on");
  }
  if (rule.clear_days() && !rule.announces()) {
    wrong("clear_days", -1, "it announces nothing that the days could lie before");
  }
  CheckPeriods(rule, wrong);
  if (rule.audience() == v1::AUDIENCE_UNSPECIFIED) wrong("audience", -1, "must be said");
  CheckPublishers(rule, wrong);
}

std::string WrongPublicationId(const v1::PublicationRule& rule, std::string_view id) {
  const std::string wanted =
      "publication-" + wire::EnumId(*v1::PublicationKind_descriptor(), rule.kind());
  return id == wanted ? ""
                      : absl::StrCat("must have the id ", wanted, ", which is that of its kind");
}

std::optional<std::string> BelowLaw(const v1::PublicationRule& own,
                                    const v1::PublicationRule& shipped) {
  if (shipped.days_basis() != v1::BASIS_LAW) return std::nullopt;
  if (own.days_min() < shipped.days_min()) {
    return absl::StrCat("days_min: the law asks for ", shipped.days_min());
  }
  if (shipped.announces() && !own.announces()) {
    return "announces: by law the days lie before what is announced";
  }
  return std::nullopt;
}

}  // namespace sanzhang::policy
