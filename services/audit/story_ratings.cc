// Ratings and notices, told.
#include "services/audit/story_table.h"

namespace sanzhang::audit {
namespace {

constexpr FactSentence kSentences[] = {
    {"rating.v1.RatingSchemeDefined",
     "制定测评方案「{display_name}」第 {version} 版[，依据：{basis}]",
     "defined the scheme “{display_name}”, version {version}[; basis: {basis}]"},
    {"rating.v1.RatingSchemeAdopted", "采用测评方案第 {version} 版[，依据决定：{decision}]",
     "adopted version {version} of the scheme[, by {decision}]"},
    {"rating.v1.RatingSchemeRetired", "停用测评方案[：{reason}]", "retired the scheme[: {reason}]"},
    {"rating.v1.RatingCampaignAnnounced",
     "公告满意度测评，对象：{target}，{opens} 至 {closes}，方案：{scheme} 第 {scheme_version} "
     "版，组织者：{convener}",
     "announced a survey of {target}, {opens} to {closes}, scheme {scheme} version "
     "{scheme_version}; convener: {convener}"},
    {"rating.v1.RatingCampaignOpened", "开始测评", "opened the survey"},
    {"rating.v1.RatingCampaignExtended", "测评延长至 {closes}[：{reason}]",
     "extended the survey until {closes}[: {reason}]"},
    {"rating.v1.RatingCampaignClosed", "测评截止", "closed the survey"},
    {"rating.v1.RatingVoided",
     "评价 {rating} 作废：{reason}[，依据：{evidence}]，提出：{body}，批准：{approver}",
     "voided {rating}: {reason}[; shown by {evidence}]; by {body}, approved by {approver}"},
    {"rating.v1.RatingResultPublished",
     "公布测评结果：有效评价 {result.n} 份，有资格的评价主体 {result.eligible} 个[，作废 "
     "{result.voided} 份]",
     "published the result: {result.n} ratings of {result.eligible} that may rate[; "
     "{result.voided} "
     "void]"},
    {"rating.v1.RatingResultContested", "{body} 对结果提出异议：{grounds}",
     "{body} contested the result: {grounds}"},
    {"rating.v1.RatingContestRuled",
     "对结果异议作出裁定，{upheld?异议成立|异议不成立}[，理由：{reason}]",
     "{upheld?upheld|did not uphold} the contest of the result[: {reason}]"},
    {"rating.v1.RatingResultCorrected", "更正测评结果", "corrected the result"},
    {"rating.v1.RatedBodyReplied", "被测评方 {rated} 回应：{text}",
     "the rated body, {rated}, replied: {text}"},
    {"rating.v1.RectificationOpened", "{body} 要求 {rated} 整改[（测评项目：{dimension}）]：{task}",
     "{body} demands that {rated} put right[ ({dimension})]: {task}"},
    {"rating.v1.RatingSubmitted", "提交评价[：{comment}]", "a rating was given[: {comment}]"},
    {"rating.v1.RatingRevised", "修改评价[：{comment}]", "a rating was changed[: {comment}]"},
    {"rating.v1.RatingWithdrawn", "撤回评价", "a rating was taken back"},
    {"rating.v1.ServiceRated", "评价服务 {service}，{score} 分[：{comment}]",
     "rated the service {service} with {score}[: {comment}]"},
    {"rating.v1.AssessmentRecorded", "记录对 {target} 的评估，评估方：{assessor}",
     "recorded an assessment of {target} by {assessor}"},
    {"rating.v1.CreditRecordNoted", "记录 {target} 的信用，分值 {points}：{reason}",
     "noted {points} points for {target}: {reason}"},
    {"rating.v1.AppraisalAnnounced", "公告民主评议：{body}，{year} 年度，{opens} 至 {closes}",
     "announced the appraisal of {body} for {year}, {opens} to {closes}"},
    {"rating.v1.AppraisalOpened", "开始民主评议", "opened the appraisal"},
    {"rating.v1.AppraisalClosed", "民主评议截止，{n} 人", "closed the appraisal; {n} people"},
    {"rating.v1.AppraisalPublished", "公布民主评议结果，{n} 人",
     "published the appraisal; {n} people"},
    {"rating.v1.OfficeEndedByAppraisal", "因评议不合格终止任职 {membership}",
     "the appraisal ended the office {membership}"},
    {"rating.v1.AppraisalGraded", "提交评议", "an appraiser gave their grades"},
    {"notice.v1.NoticePublished",
     "发布 {self} 第 {version} 版，公示主体：{publisher}[，须公示至 {duty.min_until}]",
     "put up: {self}, version {version}; publisher: {publisher}[; to stay up until "
     "{duty.min_until}]"},
    {"notice.v1.NoticeCorrected",
     "更正 {self} 为第 {version} 版：{reason}[，须公示至 {duty.min_until}]",
     "corrected: {self}, now version {version}: {reason}[; to stay up until {duty.min_until}]"},
    {"notice.v1.NoticeTakenDown",
     "{early?公示期未满，|}撤下 {self} 第 {version} 版[，理由：{reason}]",
     "took down: {self}, version {version}{early?, before its time was over|}[: {reason}]"},
    {"notice.v1.NoticePeriodElapsed",
     "{self} 第 {version} 版公示期届满，未答复异议 {objections_open} 件",
     "{self}, version {version}, has been up for as long as it must; objections not answered: "
     "{objections_open}"},
    {"notice.v1.NoticeObjected", "{objector} 对 {self} 提出异议（第 {objection} 件）：{grounds}",
     "{objector} objected to {self} (number {objection}): {grounds}"},
    {"notice.v1.NoticeObjectionAnswered",
     "答复对 {self} 的异议（第 {objection} 件），{upheld?异议成立|异议不成立}：{answer}",
     "{upheld?upheld|did not uphold} objection {objection} to {self}: {answer}"},
    {"notice.v1.InquiryAsked", "{asker} 就 {self} 询问（第 {inquiry} 件）：{question}",
     "{asker} asked about {self} (number {inquiry}): {question}"},
    {"notice.v1.InquiryAnswered", "答复就 {self} 的询问（第 {inquiry} 件）：{answer}",
     "answered question {inquiry} about {self}: {answer}"},
};

}  // namespace

std::span<const FactSentence> RatingSentences() { return kSentences; }

}  // namespace sanzhang::audit
