#include "services/audit/terms.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "sanzhang/complaint/v1/complaint.pb.h"
#include "sanzhang/resolution/v1/resolution.pb.h"
#include "sanzhang/type/v1/access.pb.h"
#include "sanzhang/views/v1/analyst_service.pb.h"
#include "sanzhang/views/v1/completeness.pb.h"
#include "sanzhang/views/v1/metrics.pb.h"
#include "sanzhang/views/v1/participation_view.pb.h"

namespace sanzhang::audit {
namespace {

constexpr Term kTerms[] = {
    // complaint.v1.Category
    {"CATEGORY_SECURITY", "治安", "Security"},
    {"CATEGORY_HYGIENE", "卫生", "Hygiene"},
    {"CATEGORY_ENVIRONMENT", "环境", "Environment"},
    {"CATEGORY_FACILITY", "设施", "Facilities"},
    {"CATEGORY_SERVICE", "服务", "Service"},
    {"CATEGORY_NOISE", "噪声", "Noise"},
    {"CATEGORY_PARKING", "停车", "Parking"},
    {"CATEGORY_FEE", "收费", "Fees"},
    {"CATEGORY_DISPUTE", "纠纷", "Disputes"},
    {"CATEGORY_OTHER", "其他", "Other"},
    // resolution.v1.Outcome
    {"OUTCOME_PASSED", "通过", "Passed"},
    {"OUTCOME_REJECTED", "未通过", "Rejected"},
    {"OUTCOME_NO_QUORUM", "参与不足", "No quorum"},
    {"OUTCOME_ELECTED", "当选", "Elected"},
    {"OUTCOME_RUNOFF", "另行选举", "Run-off"},
    {"OUTCOME_VACANT", "缺额", "Vacant"},
    {"OUTCOME_VOID", "无效", "Void"},
    // type.v1.Role
    {"ROLE_RESIDENT", "居民", "resident"},
    {"ROLE_OWNER", "业主", "owner"},
    {"ROLE_REPRESENTATIVE", "居民代表", "residents' representative"},
    {"ROLE_ENTRANCE_CHIEF", "单元长", "entrance chief"},
    {"ROLE_BUILDING_CHIEF", "楼栋长", "building chief"},
    {"ROLE_GRID_CHIEF", "网格长", "grid chief"},
    {"ROLE_PARTY_ORG", "社区党组织", "Party organisation"},
    {"ROLE_RESIDENTS_COMMITTEE", "居民委员会", "residents' committee"},
    {"ROLE_RESIDENTS_COMMITTEE_CHAIR", "居民委员会主任", "chair of the residents' committee"},
    {"ROLE_SUPERVISION_COMMITTEE", "居务监督委员会", "supervision committee"},
    {"ROLE_OWNERS_COMMITTEE", "业主委员会", "owners' committee"},
    {"ROLE_OWNERS_COMMITTEE_CHAIR", "业主委员会主任", "chair of the owners' committee"},
    {"ROLE_PROPERTY_STAFF", "物业服务人员", "property company's staff"},
    {"ROLE_PROPERTY_MANAGER", "物业项目经理", "property company's manager"},
    {"ROLE_SUBDISTRICT_OFFICER", "街道工作人员", "sub-district officer"},
    {"ROLE_DEPARTMENT_OFFICER", "职能部门工作人员", "department officer"},
    {"ROLE_SOCIAL_ORG", "社会组织、驻社区单位", "social organisation"},
    {"ROLE_INTEGRATION", "对接系统", "connected service"},
    {"ROLE_IMPORTER", "导入", "import"},
    {"ROLE_TIMER", "计时器", "timekeeper"},
    {"ROLE_OPERATOR", "运维", "operator"},
    {"ROLE_AUDITOR", "审计", "auditor"},
    {"ROLE_PRIVACY_OFFICER", "个人信息保护负责人", "privacy officer"},
    {"ROLE_ELECTION_COMMITTEE", "选举委员会、筹备组", "election committee"},
    // views.v1.CompletenessCode
    {"COMPLETENESS_CODE_PARTY_ORG", "社区党组织", "Party organisation"},
    {"COMPLETENESS_CODE_COMMITTEE_TERM", "居民委员会任期", "Residents' committee's term"},
    {"COMPLETENESS_CODE_SUPERVISION_COMMITTEE", "居务监督委员会", "Supervision committee"},
    {"COMPLETENESS_CODE_ASSEMBLY_SESSIONS", "居民代表会议次数", "Assembly's sessions"},
    {"COMPLETENESS_CODE_ASSEMBLY_REPRESENTATIVES", "居民代表占比", "Assembly's representatives"},
    {"COMPLETENESS_CODE_OWNERS_BODY", "业主组织", "Owners' body"},
    {"COMPLETENESS_CODE_INSTITUTIONS", "议事规则与管理规约", "Rules and covenant"},
    {"COMPLETENESS_CODE_CONTRACT", "物业服务合同", "Service contract"},
    {"COMPLETENESS_CODE_PUBLICATIONS", "居务公开", "Publications"},
    {"COMPLETENESS_CODE_APPRAISAL", "民主评议", "Appraisal"},
    {"COMPLETENESS_CODE_CHIEFS", "三长在岗", "Chiefs in office"},
    // views.v1.CompletenessState
    {"COMPLETENESS_STATE_MET", "达到", "met"},
    {"COMPLETENESS_STATE_NOT_MET", "未达到", "not met"},
    {"COMPLETENESS_STATE_NOT_APPLICABLE", "不适用", "not applicable"},
    {"COMPLETENESS_STATE_NOT_RECORDED", "尚无记录", "not recorded"},
    // views.v1.ParticipationKind
    {"PARTICIPATION_KIND_BALLOT", "表决", "Ballots"},
    {"PARTICIPATION_KIND_PETITION", "联名提案", "Signatures for motions"},
    {"PARTICIPATION_KIND_COMPLAINT", "诉求", "Complaints"},
    {"PARTICIPATION_KIND_APPRAISAL", "民主评议", "Appraisals"},
    {"PARTICIPATION_KIND_NOTICE", "异议与询问", "Objections and questions"},
    // views.v1.AnomalyKind
    {"ANOMALY_KIND_BALLOT_BURST", "一分钟内大量投票", "Many ballots within a minute"},
    {"ANOMALY_KIND_MANY_BY_ONE", "一人代投多票", "One person for many voters"},
    {"ANOMALY_KIND_RATING_BURST", "一分钟内大量评价", "Many ratings within a minute"},
    {"ANOMALY_KIND_ANSWERED_JUST_IN_TIME", "临到期才答复", "Answered just in time"},
    {"ANOMALY_KIND_REOPENED", "办结后重开", "Reopened after closing"},
    {"ANOMALY_KIND_EXCLUDED", "剔除考核", "Excluded from the score"},
    // views.v1.MetricId
    {"METRIC_ID_ACKNOWLEDGED_ON_TIME", "按时响应率", "Acknowledged on time"},
    {"METRIC_ID_ANSWERED_ON_TIME", "按时答复率", "Answered on time"},
    {"METRIC_ID_ANSWERED_ON_TIME_UNEXTENDED", "按时答复率(不计延期)",
     "Answered on time, without extensions"},
    {"METRIC_ID_RESOLVED", "解决率", "Resolved"},
    {"METRIC_ID_RESOLVED_CONFIRMED", "解决率(经确认)", "Resolved and confirmed"},
    {"METRIC_ID_SATISFIED", "满意率", "Satisfied"},
    {"METRIC_ID_SATISFIED_LOWER_BOUND", "满意率下限", "Satisfied, lower bound"},
    {"METRIC_ID_AVERAGE_SCORE", "平均得分", "Average score"},
    {"METRIC_ID_REOPENED", "重开率", "Reopened"},
    {"METRIC_ID_FIRST_TIME_FIX", "一次办结率", "Solved at the first attempt"},
    {"METRIC_ID_REPEATED", "重复诉求率", "Repeated"},
    {"METRIC_ID_CYCLE_TIME", "办理时长中位数", "Median time to close"},
    {"METRIC_ID_CYCLE_TIME_RAW", "办理时长中位数(含暂停)", "Median time to close, pauses included"},
    {"METRIC_ID_OVERDUE_STOCK", "超期未结", "Overdue"},
    {"METRIC_ID_EXCLUDED", "剔除率", "Excluded"},
    {"METRIC_ID_REFUSED", "不予受理率", "Not accepted"},
    {"METRIC_ID_REFUSALS_REVERSED", "不予受理被撤销率", "Refusals reversed"},
    {"METRIC_ID_INTAKE_ON_TIME", "按时受理率", "Taken in on time"},
    {"METRIC_ID_TURNOUT_HEADS", "参与率(人数)", "Turnout by heads"},
    {"METRIC_ID_TURNOUT_AREA", "参与率(面积)", "Turnout by area"},
    {"METRIC_ID_RESOLUTIONS_EXECUTED", "决议按期执行率", "Resolutions carried out in time"},
    {"METRIC_ID_RESOLUTIONS_PUBLISHED_TWICE", "决议与结果均公开", "Resolutions published twice"},
    {"METRIC_ID_VOTES_WITHOUT_QUORUM", "参与不足的表决", "Votes without quorum"},
    {"METRIC_ID_VOTES_CHALLENGED", "被诉或被申请撤销的表决", "Votes challenged"},
    {"METRIC_ID_VOTES_REVOKED", "被撤销的表决", "Votes revoked"},
    {"METRIC_ID_NOTICE_DAYS", "公告天数中位数", "Median days of notice"},
    {"METRIC_ID_BALLOTS_DELIVERED", "表决票送达率", "Ballots delivered"},
    {"METRIC_ID_PARTICIPATION_BREADTH", "参与面", "Breadth of participation"},
    {"METRIC_ID_NEW_PARTICIPANTS", "新参与者", "New participants"},
    {"METRIC_ID_SYSTEM_COMPLETENESS", "治理体系完善度", "Completeness of the system"},
};

}  // namespace

bool ParseLanguage(std::string_view text, Language& language) {
  if (text != "zh" && text != "en") return false;
  language = text == "zh" ? Language::kChinese : Language::kEnglish;
  return true;
}

std::string TermOf(const google::protobuf::EnumDescriptor& type, int value, Language language) {
  static const auto& terms = *[] {
    auto* by_code = new absl::flat_hash_map<std::string, const Term*>;
    for (const Term& term : kTerms) by_code->emplace(std::string(term.code), &term);
    return by_code;
  }();
  const auto* descriptor = type.FindValueByNumber(value);
  if (descriptor == nullptr) return std::to_string(value);
  const auto found = terms.find(descriptor->name());
  if (found != terms.end()) return std::string(found->second->in(language));
  // `DEMAND_TYPE_INQUIRY` → `inquiry`: an enum's values begin with its name.
  std::string name = descriptor->name();
  const std::size_t begin = type.value(0)->name().rfind("UNSPECIFIED");
  if (begin != std::string::npos && name.size() > begin) name.erase(0, begin);
  absl::AsciiStrToLower(&name);
  return absl::StrReplaceAll(name, {{"_", " "}});
}

const std::vector<const google::protobuf::EnumDescriptor*>& TranslatedEnums() {
  static const auto& enums = *new std::vector<const google::protobuf::EnumDescriptor*>{
      complaint::v1::Category_descriptor(),
      resolution::v1::Outcome_descriptor(),
      type::v1::Role_descriptor(),
      views::v1::CompletenessCode_descriptor(),
      views::v1::CompletenessState_descriptor(),
      views::v1::ParticipationKind_descriptor(),
      views::v1::MetricId_descriptor(),
      views::v1::AnomalyKind_descriptor(),
  };
  return enums;
}

}  // namespace sanzhang::audit
