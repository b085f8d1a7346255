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
    {"rating.v1.RatingResultPublished", "公布测评结果", "published the result"},
    {"rating.v1.RatingResultContested", "{body} 对结果提出异议：{grounds}",
     "{body} contested the result: {grounds}"},
    {"rating.v1.RatingContestRuled", "对结果异议作出裁定，成立：{upheld}[，理由：{reason}]",
     "ruled on the contest; upheld: {upheld}[: {reason}]"},
    {"rating.v1.RatingResultCorrected", "更正测评结果", "corrected the result"},
    {"rating.v1.RatedBodyReplied", "被测评方回应：{text}", "the rated body replied: {text}"},
    {"rating.v1.RectificationOpened", "提出整改：{task}（{dimension}），责任：{body}，期限 {due}",
     "asked for a rectification: {task} ({dimension}); by {body}, until {due}"},
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
    {"notice.v1.NoticePublished", "公示第 {version} 版（{kind}），公示主体：{publisher}",
     "put up version {version} ({kind}); publisher: {publisher}"},
    {"notice.v1.NoticeCorrected", "更正公示为第 {version} 版：{reason}",
     "corrected the notice, version {version}: {reason}"},
    {"notice.v1.NoticeTakenDown", "撤下公示第 {version} 版，提前：{early}[，理由：{reason}]",
     "took version {version} down; early: {early}[: {reason}]"},
    {"notice.v1.NoticePeriodElapsed",
     "公示期届满（第 {version} 版），未答复异议 {objections_open} 件",
     "its period is over (version {version}); {objections_open} objections are open"},
    {"notice.v1.NoticeObjected", "{objector} 对公示提出异议（第 {objection} 件）：{grounds}",
     "{objector} objected (number {objection}): {grounds}"},
    {"notice.v1.NoticeObjectionAnswered",
     "答复公示异议（第 {objection} 件），成立：{upheld}：{answer}",
     "answered objection {objection}; upheld: {upheld}: {answer}"},
    {"notice.v1.InquiryAsked", "{asker} 询问（第 {inquiry} 件）：{question}",
     "{asker} asked (number {inquiry}): {question}"},
    {"notice.v1.InquiryAnswered", "答复询问（第 {inquiry} 件）：{answer}",
     "answered question {inquiry}: {answer}"},
};

}  // namespace

std::span<const FactSentence> RatingSentences() { return kSentences; }

}  // namespace sanzhang::audit
