#include "projections/privacy/purposes.h"

#include <iterator>

namespace sanzhang::projections {
namespace {

using enum privacy::v1::LegalBasis;

constexpr Purpose kPurposes[] = {
    {"sanzhang.complaint.v1.", "受理、办理和答复诉求，并归入居务档案", LEGAL_BASIS_STATUTORY_DUTY,
     "城市居民委员会组织法（2025）第三十九条"},
    {"sanzhang.resolution.v1.", "组织共同决定、选举及其异议、复核", LEGAL_BASIS_STATUTORY_DUTY,
     "民法典第二百七十八条、第二百八十条；城市居民委员会组织法（2025）"},
    {"sanzhang.notice.v1.", "办理对公示、公告的异议和询问", LEGAL_BASIS_STATUTORY_DUTY,
     "城市居民委员会组织法（2025）；物业管理条例"},
    {"sanzhang.rating.v1.", "汇总对服务质量的评价", LEGAL_BASIS_STATUTORY_DUTY,
     "民法典第二百七十八条；城市居民委员会组织法（2025）"},
    {"sanzhang.registry.v1.", "居民、业主登记，以确认谁有权参加和表决", LEGAL_BASIS_STATUTORY_DUTY,
     "城市居民委员会组织法（2025）；物业管理条例"},
    {"sanzhang.privacy.v1.", "办理个人行使个人信息权利的申请", LEGAL_BASIS_STATUTORY_DUTY,
     "个人信息保护法第五十条"},
    {"", "社区治理记录", LEGAL_BASIS_OTHER_LAW, "个人信息保护法第十三条第一款第七项"},
};

}  // namespace

const Purpose& PurposeOf(std::string_view fact_type) {
  for (const Purpose& purpose : kPurposes) {
    if (fact_type.starts_with(purpose.package)) return purpose;
  }
  return kPurposes[std::size(kPurposes) - 1];
}

}  // namespace sanzhang::projections
