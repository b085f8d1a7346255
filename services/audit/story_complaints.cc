// Complaints, told.
#include "services/audit/story_table.h"

namespace sanzhang::audit {
namespace {

constexpr FactSentence kSentences[] = {
    {"complaint.v1.ComplaintFiled",
     "提出诉求（类型：{demand_type}，类别：{category}[，地点：{place}]），首接单位：{first_"
     "receiver}[，诉求对象：{about_body}]",
     "filed it ({demand_type}, {category}[, at {place}]); first receiver: "
     "{first_receiver}[; about: {about_body}]"},
    {"complaint.v1.ComplaintAccepted",
     "受理，处理层级：{level}，责任主体：{responsible_body}，适用规则：{sla_policy}",
     "took it on at level {level}; responsible: {responsible_body}; under {sla_policy}"},
    {"complaint.v1.ComplaintNotAccepted",
     "不予受理，理由：{reason}[，应另向 {redirected_to} "
     "提出]，{told_to_complainant?已告知诉求人|未记录告知诉求人}",
     "did not take it on: {reason}[; to be taken to {redirected_to}]; {told_to_complainant?the "
     "complainant was told|nothing says that the complainant was told}"},
    {"complaint.v1.ComplaintLinked", "并入诉求 {main}", "made it follow {main}"},
    {"complaint.v1.ComplaintSupported", "{supporter} 附议", "{supporter} has the same complaint"},
    {"complaint.v1.ComplaintAssigned", "交办给 {assignee_body}（第 {hop} 次）[，理由：{reason}]",
     "assigned it to {assignee_body} (assignment {hop})[: {reason}]"},
    {"complaint.v1.DispatchDisputed", "{body} 认为不属其职责：{reason}",
     "{body} says that it is not theirs: {reason}"},
    {"complaint.v1.DispatchDisputeRuled",
     "对交办异议作出裁定，{upheld?异议成立|异议不成立}[，改由 {new_body} 负责][，理由：{reason}]",
     "{upheld?upheld|did not uphold} the dispute about the assignment[; now with {new_body}][: "
     "{reason}]"},
    {"complaint.v1.ComplaintAcknowledged",
     "{body} 已联系诉求人（{contacted_at}[，方式：{method}]）",
     "{body} has been in touch with the complainant ({contacted_at}[, by {method}])"},
    {"complaint.v1.ComplaintProgressNoted", "记录办理进展（可见范围：{visible_to}）：{note}",
     "noted progress (seen by {visible_to}): {note}"},
    {"complaint.v1.ComplaintSuspensionRequested",
     "{requested_by} 申请中止计时至 {until}，理由：{reason}",
     "{requested_by} asked for a pause until {until}: {reason}"},
    {"complaint.v1.ComplaintSuspensionRefused", "不同意中止计时：{reason}",
     "refused the pause: {reason}"},
    {"complaint.v1.ComplaintSuspended",
     "同意中止计时至 {until}（申请：{requested_by}，批准：{approved_by}），理由：{reason}",
     "the clocks stand still until {until} (asked by {requested_by}, approved by {approved_by}): "
     "{reason}"},
    {"complaint.v1.ComplaintResumed",
     "{automatic?中止到期，自动恢复计时|恢复计时}，中止历时 {paused_ms}",
     "the clocks run again{automatic? by themselves|} after a pause of {paused_ms}"},
    {"complaint.v1.ComplaintDeadlineExtended",
     "答复期限延长至 {answer_due}（第 {extension} "
     "次）：{reason}；{told_to_complainant?已告知诉求人|未记录告知诉求人}",
     "extended the answer's deadline to {answer_due} (extension {extension}): {reason}; "
     "{told_to_complainant?the complainant was told|nothing says that the complainant was told}"},
    {"complaint.v1.ComplaintEscalated",
     "{automatic?到期自动|}由{from}升级到{to}[，责任主体：{responsible_body}][，理由：{reason}]",
     "escalated it from {from} to {to}{automatic? by the clock|}[; responsible: "
     "{responsible_body}][: {reason}]"},
    {"complaint.v1.DepartmentsWhistled",
     "吹哨，要求 {departments} 于 {report_in_due} 前报到：{matter}",
     "whistled for {departments}, to report in by {report_in_due}: {matter}"},
    {"complaint.v1.DepartmentReportedIn",
     "{department} 报到，{joint_solved?认为已共同解决|未表示已共同解决}[，情况：{result}]",
     "{department} reported in; {joint_solved?it takes the matter as solved together|it does not "
     "say "
     "that the matter is solved}[: {result}]"},
    {"complaint.v1.ComplaintAnswered", "{body} 答复，结果：{outcome}：{explanation}",
     "{body} answered, outcome {outcome}: {explanation}"},
    {"complaint.v1.ComplaintConfirmed",
     "诉求人确认[，响应 {response_score} 分][，解决 {result_score} 分][，态度 {attitude_score} "
     "分][，诉求人认定的结果：{outcome}][：{comment}]",
     "the complainant agreed[; response {response_score}][; result {result_score}][; attitude "
     "{attitude_score}][; outcome as they see it: {outcome}][: {comment}]"},
    {"complaint.v1.ComplaintDisputed",
     "诉求人不认可答复[，响应 {response_score} 分][，解决 {result_score} 分][，态度 "
     "{attitude_score} 分][：{comment}]",
     "the complainant disagreed[; response {response_score}][; result {result_score}][; attitude "
     "{attitude_score}][: {comment}]"},
    {"complaint.v1.ComplaintReopened",
     "重新办理（第 {reopening} 次），责任主体：{responsible_body}[，理由：{reason}]",
     "reopened it (time {reopening}); responsible: {responsible_body}[: {reason}]"},
    {"complaint.v1.ComplaintClosed",
     "办结，方式：{mode}，结果：{outcome}，诉求人意见：{confirmation}",
     "closed it: {mode}, outcome {outcome}, complainant: {confirmation}"},
    {"complaint.v1.ComplaintWithdrawn", "诉求人撤回[：{reason}]",
     "the complainant took it back[: {reason}]"},
    {"complaint.v1.ComplaintAppealed", "诉求人申请复核：{grounds}",
     "the complainant asked for a review: {grounds}"},
    {"complaint.v1.ComplaintAppealRuled",
     "{ruler} 对复核申请作出裁定，{upheld?申请成立|驳回申请}[，理由：{reason}]",
     "{ruler} {upheld?upheld|dismissed} the request for a review[: {reason}]"},
    {"complaint.v1.ComplaintDeadlineBreached",
     "{clock}时限超期（应于 {due} 前），当时责任主体：{body}",
     "the {clock} clock was breached (due {due}); responsible then: {body}"},
    {"complaint.v1.ComplainantCalledBack",
     "回访诉求人，{reached?已接通|未接通}[，满意度 {score} "
     "分]，{solved?诉求人表示已解决|未表示已解决}",
     "called the complainant back{reached?| and did not reach them}[; satisfaction {score}]; "
     "{solved?it "
     "is solved, they say|nothing says that it is solved}"},
    {"complaint.v1.ComplaintTextRedacted", "遮蔽诉求文字中的部分内容：{reason}",
     "parts of the words are not shown any more: {reason}"},
    {"complaint.v1.ComplaintScoreExclusionProposed",
     "{body} 提议不计入考评：{reason}[，依据：{evidence}]",
     "{body} proposed not to count it in the score: {reason}[; shown by {evidence}]"},
    {"complaint.v1.ComplaintScoreExclusionApproved", "{approver_body} 同意不计入考评[：{reason}]",
     "{approver_body} agreed not to count it[: {reason}]"},
    {"complaint.v1.ComplaintScoreExclusionRejected",
     "{approver_body} 不同意剔除，计入考评[：{reason}]",
     "{approver_body} disagreed: it counts[: {reason}]"},
};

}  // namespace

std::span<const FactSentence> ComplaintSentences() { return kSentences; }

}  // namespace sanzhang::audit
