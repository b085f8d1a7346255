#include "services/audit/story_table.h"

#include <algorithm>

namespace sanzhang::audit {
namespace {

constexpr std::string_view kPackage = "sanzhang.";

constexpr ClockRule kClocks[] = {
    {ClockKind::kDeadline, "INTAKE", "受理时限", "intake", "complaint.v1.ComplaintFiled.intake_due",
     "complaint.v1.ComplaintAccepted complaint.v1.ComplaintNotAccepted "
     "complaint.v1.ComplaintLinked complaint.v1.ComplaintWithdrawn"},
    {ClockKind::kDeadline, "ACKNOWLEDGE", "联系时限", "acknowledge",
     "complaint.v1.ComplaintAccepted.ack_due complaint.v1.ComplaintResumed.ack_due "
     "complaint.v1.ComplaintReopened.ack_due",
     "complaint.v1.ComplaintAcknowledged complaint.v1.ComplaintAnswered "
     "complaint.v1.ComplaintWithdrawn complaint.v1.ComplaintClosed complaint.v1.ComplaintLinked"},
    {ClockKind::kDeadline, "ANSWER", "答复时限", "answer",
     "complaint.v1.ComplaintAccepted.answer_due complaint.v1.ComplaintResumed.answer_due "
     "complaint.v1.ComplaintDeadlineExtended.answer_due complaint.v1.ComplaintReopened.answer_due",
     "complaint.v1.ComplaintAnswered complaint.v1.ComplaintWithdrawn "
     "complaint.v1.ComplaintClosed complaint.v1.ComplaintLinked"},
    {ClockKind::kDeadline, "REPORT_IN", "报到时限", "report-in",
     "complaint.v1.DepartmentsWhistled.report_in_due",
     "complaint.v1.DepartmentReportedIn complaint.v1.ComplaintClosed"},
    {ClockKind::kPeriod, "SILENCE", "诉求人回复期", "time for the complainant to reply",
     "complaint.v1.ComplaintAnswered.silence_until",
     "complaint.v1.ComplaintConfirmed complaint.v1.ComplaintDisputed "
     "complaint.v1.ComplaintClosed complaint.v1.ComplaintReopened"},
    {ClockKind::kPeriod, "APPEAL", "复核申请期", "time to ask for a review",
     "complaint.v1.ComplaintClosed.appeal_until", "complaint.v1.ComplaintAppealed"},
    {ClockKind::kPeriod, "ROLL_OBJECTIONS", "名册异议期", "time to object to the roll",
     "resolution.v1.VoteNoticed.electorate_objections_until "
     "resolution.v1.ElectorateFrozen.objections_until",
     "resolution.v1.VoteOpened resolution.v1.MotionWithdrawn"},
    {ClockKind::kPeriod, "VOTE", "表决期", "time to vote",
     "resolution.v1.VoteOpened.closes resolution.v1.VotingPeriodExtended.closes",
     "resolution.v1.VoteClosed"},
    {ClockKind::kPeriod, "TALLY_OBJECTIONS", "计票异议期", "time to object to the count",
     "resolution.v1.ProvisionalTallyComputed.objections_until",
     "resolution.v1.ResolutionCertified resolution.v1.ResolutionRevoked"},
    {ClockKind::kDeadline, "PUBLISH", "公布时限", "publication",
     "resolution.v1.ResolutionCertified.publish_due",
     "resolution.v1.ResolutionPublished resolution.v1.ResolutionRevoked"},
    {ClockKind::kDeadline, "FILE", "备案时限", "filing",
     "resolution.v1.ResolutionCertified.file_due",
     "resolution.v1.ResolutionFiled resolution.v1.ResolutionRevoked"},
    {ClockKind::kDeadline, "EXECUTE", "执行时限", "execution", "resolution.v1.ExecutionPlanned.due",
     "resolution.v1.ExecutionFinished resolution.v1.ResolutionRevoked"},
    {ClockKind::kDeadline, "CORRECT", "改正时限", "correction",
     "resolution.v1.ResolutionCorrectionOrdered.due",
     "resolution.v1.ResolutionCertified resolution.v1.ResolutionRevoked"},
    {ClockKind::kPeriod, "SURVEY", "测评期", "time to rate",
     "rating.v1.RatingCampaignAnnounced.closes rating.v1.RatingCampaignExtended.closes",
     "rating.v1.RatingCampaignClosed"},
    {ClockKind::kDeadline, "RECTIFY", "整改时限", "rectification",
     "rating.v1.RectificationOpened.due", ""},
};

}  // namespace

std::span<const ClockRule> Clocks() { return kClocks; }

const FactSentence* SentenceOf(std::string_view type) {
  if (!type.starts_with(kPackage)) return nullptr;
  type.remove_prefix(kPackage.size());
  for (const auto& sentences : {ComplaintSentences(), ResolutionSentences(), RatingSentences()}) {
    const auto found = std::find_if(sentences.begin(), sentences.end(),
                                    [type](const auto& one) { return one.type == type; });
    if (found != sentences.end()) return &*found;
  }
  return nullptr;
}

}  // namespace sanzhang::audit
