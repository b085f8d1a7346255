#include "services/audit/terms.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "sanzhang/complaint/v1/complaint.pb.h"
#include "sanzhang/policy/v1/publication_rule.pb.h"
#include "sanzhang/rating/v1/rating.pb.h"
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
    // complaint.v1.DemandType
    {"DEMAND_TYPE_INQUIRY", "咨询", "inquiry"},
    {"DEMAND_TYPE_HELP", "求助", "request for help"},
    {"DEMAND_TYPE_COMPLAINT", "投诉", "complaint"},
    {"DEMAND_TYPE_REPORT", "举报", "report"},
    {"DEMAND_TYPE_SUGGESTION", "建议", "suggestion"},
    // complaint.v1.Level
    {"LEVEL_ENTRANCE", "单元", "entrance"},
    {"LEVEL_BUILDING", "楼栋", "building"},
    {"LEVEL_GRID", "网格", "grid"},
    {"LEVEL_COMMUNITY", "社区", "community"},
    {"LEVEL_SUBDISTRICT", "街道", "sub-district"},
    {"LEVEL_DEPARTMENT", "职能部门", "department"},
    // complaint.v1.Outcome
    {"OUTCOME_SOLVED", "已解决", "solved"},
    {"OUTCOME_PARTLY_SOLVED", "部分解决", "partly solved"},
    {"OUTCOME_EXPLAINED_UNSOLVABLE", "无法解决，已说明原因", "can't be solved, explained why"},
    {"OUTCOME_REFERRED", "已转交外部单位", "passed to someone outside"},
    {"OUTCOME_UNFOUNDED", "诉求不属实", "unfounded"},
    // complaint.v1.Confirmation
    {"CONFIRMATION_CONFIRMED", "认可", "agreed"},
    {"CONFIRMATION_DISPUTED", "不认可", "disagreed"},
    {"CONFIRMATION_NO_REPLY", "逾期未回复", "no reply in time"},
    // complaint.v1.RefusalReason
    {"REFUSAL_REASON_EMERGENCY_LINE", "属紧急热线（110、119、120）受理",
     "belongs to an emergency line (110, 119, 120)"},
    {"REFUSAL_REASON_LITIGATION", "已进入诉讼或仲裁", "before a court or in arbitration"},
    {"REFUSAL_REASON_PETITION_CHANNEL", "应通过信访渠道提出", "belongs to the petition channel"},
    {"REFUSAL_REASON_REPEATED_NO_NEWS", "重复诉求且无新情况", "repeated without news"},
    {"REFUSAL_REASON_SECRET", "涉及国家秘密或商业秘密", "state or trade secrets"},
    {"REFUSAL_REASON_OUT_OF_SCOPE", "超出职责范围", "outside what the bodies may do"},
    {"REFUSAL_REASON_UNLAWFUL", "违反法律或公序良俗", "against the law or public order"},
    // complaint.v1.SuspensionReason
    {"SUSPENSION_REASON_WAIT_PARTS", "等待配件", "parts are on order"},
    {"SUSPENSION_REASON_WAIT_COMPLAINANT", "等待诉求人配合", "the complainant has to do something"},
    {"SUSPENSION_REASON_WAIT_VOTE", "等待表决", "a vote has to be held"},
    {"SUSPENSION_REASON_SEASON", "季节不宜施工", "the season does not allow the work"},
    {"SUSPENSION_REASON_THIRD_PARTY", "等待第三方", "a third party has to act"},
    // complaint.v1.ContactMethod
    {"CONTACT_METHOD_PHONE", "电话", "telephone"},
    {"CONTACT_METHOD_VISIT", "上门", "visit"},
    {"CONTACT_METHOD_MESSAGE", "信息", "message"},
    // complaint.v1.NoteVisibility
    {"NOTE_VISIBILITY_HANDLERS", "办理方", "those who handle it"},
    {"NOTE_VISIBILITY_COMPLAINANT", "办理方和诉求人", "those who handle it and the complainant"},
    // complaint.v1.CloseMode
    {"CLOSE_MODE_CONFIRMED", "诉求人认可", "the complainant agreed"},
    {"CLOSE_MODE_NO_REPLY", "诉求人逾期未回复", "the complainant did not reply in time"},
    {"CLOSE_MODE_FINAL_REVIEW", "复核驳回，终结", "a review dismissed the objection; final"},
    // complaint.v1.Clock
    {"CLOCK_INTAKE", "受理", "intake"},
    {"CLOCK_ACKNOWLEDGE", "联系", "acknowledge"},
    {"CLOCK_ANSWER", "答复", "answer"},
    // complaint.v1.ExclusionReason
    {"EXCLUSION_REASON_NO_AUTHORITY", "办理单位无此职权", "the body has no power in the matter"},
    {"EXCLUSION_REASON_UNREASONABLE_DEMAND", "诉求不符合法律或政策",
     "the demand is against law or policy"},
    {"EXCLUSION_REASON_FORCE_MAJEURE", "不可抗力", "force majeure"},
    {"EXCLUSION_REASON_MISTAKEN", "误报或测试", "filed by mistake, or a test"},
    {"EXCLUSION_REASON_ABUSE", "滥用诉求权利", "the complainant abuses the right"},
    // resolution.v1.Regime
    {"REGIME_OWNERS", "业主共同决定", "decision of the owners"},
    {"REGIME_RESIDENTS_MEETING", "居民会议", "residents' meeting"},
    {"REGIME_REP_ASSEMBLY", "居民代表会议", "assembly of residents' representatives"},
    {"REGIME_RESIDENTS_COMMITTEE", "居民委员会会议", "meeting of the residents' committee"},
    {"REGIME_OWNERS_COMMITTEE", "业主委员会会议", "meeting of the owners' committee"},
    {"REGIME_PARTY_MEETING", "党员大会", "meeting of the Party members"},
    {"REGIME_POLL", "意见征询，不具约束力", "poll that binds nobody"},
    {"REGIME_RESIDENTS_ELECTION", "居民委员会选举", "election of the residents' committee"},
    // resolution.v1.MatterCode
    {"MATTER_CODE_CC278_1", "民法典第278条第(1)项：业主大会议事规则",
     "rules of procedure of the owners' assembly, Civil Code Art. 278 (1)"},
    {"MATTER_CODE_CC278_2", "民法典第278条第(2)项：管理规约",
     "management covenant, Civil Code Art. 278 (2)"},
    {"MATTER_CODE_CC278_3", "民法典第278条第(3)项：选举业主委员会或者更换其成员",
     "electing the owners' committee or replacing its members, Civil Code Art. 278 (3)"},
    {"MATTER_CODE_CC278_4", "民法典第278条第(4)项：选聘和解聘物业服务企业",
     "hiring or dismissing the property company, Civil Code Art. 278 (4)"},
    {"MATTER_CODE_CC278_5", "民法典第278条第(5)项：使用维修资金",
     "using the maintenance fund, Civil Code Art. 278 (5)"},
    {"MATTER_CODE_CC278_6", "民法典第278条第(6)项：筹集维修资金",
     "raising the maintenance fund, Civil Code Art. 278 (6)"},
    {"MATTER_CODE_CC278_7", "民法典第278条第(7)项：改建、重建建筑物及其附属设施",
     "rebuilding or reconstructing, Civil Code Art. 278 (7)"},
    {"MATTER_CODE_CC278_8", "民法典第278条第(8)项：改变共有部分的用途或者利用共有部分从事经营活动",
     "changing the use of common parts or doing business with them, Civil Code Art. 278 (8)"},
    {"MATTER_CODE_CC278_9", "民法典第278条第(9)项：其他重大事项",
     "other matters of weight, Civil Code Art. 278 (9)"},
    {"MATTER_CODE_CC279", "民法典第279条：将住宅改变为经营性用房",
     "turning a home into a place of business, Civil Code Art. 279"},
    {"MATTER_CODE_URC30_CHARTER", "城市居民委员会组织法第30条：自治章程、居民公约",
     "charter or covenant of the residents, Urban Residents' Committees Law Art. 30"},
    {"MATTER_CODE_URC30_REPORT", "城市居民委员会组织法第30条：居民委员会年度工作报告",
     "the committee's yearly report, Urban Residents' Committees Law Art. 30"},
    {"MATTER_CODE_URC30_OTHER", "城市居民委员会组织法第30条：涉及全体居民利益的其他事项",
     "other matters of all residents, Urban Residents' Committees Law Art. 30"},
    {"MATTER_CODE_URC30_REVOCATION", "城市居民委员会组织法第30条：撤销不适当的决定",
     "revoking an unsuitable decision, Urban Residents' Committees Law Art. 30"},
    {"MATTER_CODE_URC19_ELECTION", "城市居民委员会组织法第19条：选举居民委员会",
     "electing the residents' committee, Urban Residents' Committees Law Art. 19"},
    {"MATTER_CODE_URC20_RECALL", "城市居民委员会组织法第20条：罢免居民委员会成员",
     "recalling a member of the residents' committee, Urban Residents' Committees Law Art. 20"},
    {"MATTER_CODE_COMMITTEE", "委员会自行决定的事项", "matter of a committee's own meeting"},
    {"MATTER_CODE_POLL", "意见征询", "question of a poll"},
    // resolution.v1.VoteMode
    {"VOTE_MODE_MEETING", "会议表决", "at a meeting"},
    {"VOTE_MODE_WRITTEN", "书面征求意见", "in writing"},
    {"VOTE_MODE_ELECTRONIC", "电子投票，可应要求使用纸质表决票", "electronic, paper on request"},
    // resolution.v1.DeliveryMethod
    {"DELIVERY_METHOD_IN_PERSON", "当面送达", "hand"},
    {"DELIVERY_METHOD_ELECTRONIC", "电子送达", "electronic means"},
    {"DELIVERY_METHOD_REGISTERED", "挂号信", "registered letter"},
    {"DELIVERY_METHOD_POSTED", "张贴", "posting it up"},
    // resolution.v1.CastBy
    {"CAST_BY_PRINCIPAL", "本人", "by the voter"},
    {"CAST_BY_CO_OWNER", "共有人", "by a co-owner"},
    {"CAST_BY_PROXY", "受托人", "by a proxy"},
    {"CAST_BY_GUARDIAN", "监护人", "by a guardian"},
    {"CAST_BY_LEGAL_REPRESENTATIVE", "单位代表", "by an organisation's representative"},
    // resolution.v1.InvalidReason
    {"INVALID_REASON_BLANK", "空白", "nothing is marked"},
    {"INVALID_REASON_DOUBLE_MARK", "多选", "more is marked than may be"},
    {"INVALID_REASON_WRONG_SIGNER", "签名人不符", "signed by someone else"},
    {"INVALID_REASON_PROXY", "委托无效", "the proxy does not hold"},
    {"INVALID_REASON_CONFLICT", "多张表决票不一致且未处理",
     "several ballots that do not agree, unresolved"},
    {"INVALID_REASON_CLERKS_DIFFER", "两名录入人录入不一致",
     "the two clerks read different things"},
    {"INVALID_REASON_NOT_VERIFIED", "未经第二人复核", "only one clerk has typed it in"},
    {"INVALID_REASON_UNREADABLE", "无法开启或辨认", "it can't be opened or read"},
    {"INVALID_REASON_SUPERSEDED", "已由另一张表决票代替", "another ballot stands"},
    {"INVALID_REASON_RECUSED", "应当回避", "the member was recused"},
    {"INVALID_REASON_LATE", "表决截止后投出", "cast after the vote had closed"},
    {"INVALID_REASON_EARLY", "表决开始前投出", "cast before the vote was opened"},
    {"INVALID_REASON_NOT_PRESENT", "付诸表决时不在场", "not in the meeting when it was called"},
    {"INVALID_REASON_NOT_OFFERED", "选择了未提供的选项", "a choice that the rules don't offer"},
    {"INVALID_REASON_CO_OWNER_OBJECTED", "其他共有人在截止前提出异议",
     "another co-owner objected before the end"},
    {"INVALID_REASON_AGAINST_INSTRUCTION", "受托人违背委托指示",
     "against the recorded instruction"},
    // resolution.v1.StudyOpinion
    {"STUDY_OPINION_SUPPORT", "赞成", "for it"},
    {"STUDY_OPINION_SUPPORT_WITH_ADVICE", "赞成并提出建议", "for it, with advice"},
    {"STUDY_OPINION_ADVISE_AGAINST", "不赞成", "against it"},
    // resolution.v1.Signatory
    {"SIGNATORY_CONVENER", "召集人", "convener"},
    {"SIGNATORY_COUNTER", "计票人", "counter"},
    // resolution.v1.RevokedBy
    {"REVOKED_BY_COURT", "人民法院", "a court"},
    {"REVOKED_BY_AUTHORITY", "房屋主管部门或街道", "the housing department or the sub-district"},
    // rating.v1.VoidReason
    {"VOID_REASON_DUPLICATE", "同一评价人重复评价", "given twice by the same rater"},
    {"VOID_REASON_INELIGIBLE", "无评价资格", "by someone who may not rate"},
    {"VOID_REASON_COERCED", "非自愿评价", "not given freely"},
    {"VOID_REASON_TEST", "测试", "a trial"},
    // policy.v1.PublicationKind
    {"PUBLICATION_KIND_VOTE_NOTICE", "业主大会会议公告", "notice of an owners' vote"},
    {"PUBLICATION_KIND_MEETING_NOTICE", "居民会议公告", "notice of a residents' meeting"},
    {"PUBLICATION_KIND_ELECTORATE", "表决名册公示", "roll of voters"},
    {"PUBLICATION_KIND_VOTER_LIST", "选民名单公布", "list of an election's voters"},
    {"PUBLICATION_KIND_CANDIDATES", "候选人名单公布", "list of candidates"},
    {"PUBLICATION_KIND_PROXIES", "委托投票公布", "list of proxies"},
    {"PUBLICATION_KIND_PRELIMINARY_COUNT", "初步计票公示", "preliminary count"},
    {"PUBLICATION_KIND_RESULT", "表决结果公告", "result of a vote"},
    {"PUBLICATION_KIND_COMMITTEE_DECISION", "业主委员会决定公告", "decision of a committee"},
    {"PUBLICATION_KIND_EXECUTION", "决议执行情况公示", "how a decision was carried out"},
    {"PUBLICATION_KIND_RESIDENTS_AFFAIRS", "居务公开", "affairs of the residents' committee"},
    {"PUBLICATION_KIND_CONTRACT", "物业服务合同公示", "service contract"},
    {"PUBLICATION_KIND_FUND", "维修资金使用公示", "use of the maintenance fund"},
    {"PUBLICATION_KIND_COMMON_INCOME", "公共收益公示", "common income"},
    {"PUBLICATION_KIND_APPRAISAL", "民主评议结果公示", "result of an appraisal"},
    {"PUBLICATION_KIND_COVENANT", "管理规约、自治章程公示", "covenant or charter"},
    {"PUBLICATION_KIND_RECTIFICATION", "整改公示", "rectification"},
    {"PUBLICATION_KIND_RATING_RESULT", "满意度测评结果公示", "result of a survey"},
    {"PUBLICATION_KIND_COMPANY_INFO", "物业服务信息公示", "what the property company must show"},
    {"PUBLICATION_KIND_REVOCATION", "撤销决定通告", "revocation of a decision"},
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
      complaint::v1::DemandType_descriptor(),
      complaint::v1::Category_descriptor(),
      complaint::v1::Level_descriptor(),
      complaint::v1::Outcome_descriptor(),
      complaint::v1::Confirmation_descriptor(),
      complaint::v1::RefusalReason_descriptor(),
      complaint::v1::SuspensionReason_descriptor(),
      complaint::v1::ContactMethod_descriptor(),
      complaint::v1::NoteVisibility_descriptor(),
      complaint::v1::CloseMode_descriptor(),
      complaint::v1::Clock_descriptor(),
      complaint::v1::ExclusionReason_descriptor(),
      resolution::v1::Regime_descriptor(),
      resolution::v1::MatterCode_descriptor(),
      resolution::v1::Outcome_descriptor(),
      resolution::v1::VoteMode_descriptor(),
      resolution::v1::DeliveryMethod_descriptor(),
      resolution::v1::CastBy_descriptor(),
      resolution::v1::InvalidReason_descriptor(),
      resolution::v1::StudyOpinion_descriptor(),
      resolution::v1::Signatory_descriptor(),
      resolution::v1::RevokedBy_descriptor(),
      rating::v1::VoidReason_descriptor(),
      policy::v1::PublicationKind_descriptor(),
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
