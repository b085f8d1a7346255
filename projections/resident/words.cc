#include "projections/resident/words.h"

#include "projections/complaints/personal_text.h"

namespace sanzhang::projections::resident {
namespace {

using views::v1::Bilingual;

constexpr int kTitleCodePointsMax = 24;

Bilingual Say(const char* zh, const char* en) {
  Bilingual words;
  words.set_zh(zh);
  words.set_en(en);
  return words;
}

}  // namespace

Bilingual StateWords(complaint::v1::State state) {
  switch (state) {
    case complaint::v1::STATE_FILED:
      return Say("已提交,等待受理", "Filed, waiting to be taken on");
    case complaint::v1::STATE_ACCEPTED:
      return Say("已受理,等待分派", "Taken on, waiting to be assigned");
    case complaint::v1::STATE_NOT_ACCEPTED:
      return Say("未受理", "Not taken on");
    case complaint::v1::STATE_LINKED:
      return Say("已并入另一件诉求", "Follows another complaint");
    case complaint::v1::STATE_ASSIGNED:
      return Say("已分派承办单位", "Assigned");
    case complaint::v1::STATE_DISPATCH_DISPUTED:
      return Say("承办单位提出异议", "The assignee says that it is not theirs");
    case complaint::v1::STATE_ACKNOWLEDGED:
      return Say("承办单位已联系您", "They have been in touch");
    case complaint::v1::STATE_IN_PROGRESS:
      return Say("正在办理", "Being worked on");
    case complaint::v1::STATE_SUSPENDED:
      return Say("暂停计时", "Paused");
    case complaint::v1::STATE_ANSWERED:
      return Say("已答复", "Answered");
    case complaint::v1::STATE_REOPENED:
      return Say("重新办理", "Opened again");
    case complaint::v1::STATE_CLOSED:
      return Say("已办结", "Closed");
    case complaint::v1::STATE_APPEALED:
      return Say("申诉复核中", "Under review");
    case complaint::v1::STATE_WITHDRAWN:
      return Say("已撤回", "Taken back");
    default:
      return Say("未知", "Unknown");
  }
}

Bilingual NextStep(complaint::v1::State state, views::v1::Ask ask) {
  if (ask == views::v1::ASK_CONFIRM_OR_DISPUTE) {
    return Say("请您确认或提出异议", "Please say whether the answer is right");
  }
  if (ask == views::v1::ASK_APPEAL) {
    return Say("如不满意,可以申诉", "You can ask for a review");
  }
  switch (state) {
    case complaint::v1::STATE_FILED:
      return Say("首接单位决定是否受理", "The first receiver takes it on or turns it away");
    case complaint::v1::STATE_ACCEPTED:
    case complaint::v1::STATE_REOPENED:
      return Say("将分派承办单位", "Somebody will be assigned");
    case complaint::v1::STATE_ASSIGNED:
      return Say("承办单位将联系您", "They will contact you");
    case complaint::v1::STATE_DISPATCH_DISPUTED:
      return Say("等待裁定由谁办理", "A ruling says who deals with it");
    case complaint::v1::STATE_ACKNOWLEDGED:
    case complaint::v1::STATE_IN_PROGRESS:
      return Say("承办单位将答复您", "They will answer you");
    case complaint::v1::STATE_SUSPENDED:
      return Say("暂停结束后继续办理", "It goes on when the pause is over");
    case complaint::v1::STATE_ANSWERED:
      return Say("等待办结", "It will be closed");
    case complaint::v1::STATE_APPEALED:
      return Say("等待复核结果", "A ruling on the review is awaited");
    default:
      return Say("无", "Nothing");
  }
}

Bilingual CategoryWords(complaint::v1::Category category) {
  switch (category) {
    case complaint::v1::CATEGORY_SECURITY:
      return Say("安全", "Security");
    case complaint::v1::CATEGORY_HYGIENE:
      return Say("卫生", "Hygiene");
    case complaint::v1::CATEGORY_ENVIRONMENT:
      return Say("环境", "Environment");
    case complaint::v1::CATEGORY_FACILITY:
      return Say("设施", "Facility");
    case complaint::v1::CATEGORY_SERVICE:
      return Say("服务", "Service");
    case complaint::v1::CATEGORY_NOISE:
      return Say("噪声", "Noise");
    case complaint::v1::CATEGORY_PARKING:
      return Say("停车", "Parking");
    case complaint::v1::CATEGORY_FEE:
      return Say("收费", "Fee");
    case complaint::v1::CATEGORY_DISPUTE:
      return Say("纠纷", "Dispute");
    default:
      return Say("其他", "Other");
  }
}

Bilingual WhatToDo(views::v1::ToDoKind kind) {
  switch (kind) {
    case views::v1::TO_DO_KIND_CONFIRM_ANSWER:
      return NextStep(complaint::v1::STATE_ANSWERED, views::v1::ASK_CONFIRM_OR_DISPUTE);
    case views::v1::TO_DO_KIND_VOTE:
      return Say("请投票", "Please vote");
    case views::v1::TO_DO_KIND_RATE:
      return Say("请参加测评;已参加的不必再评", "Please rate, if you have not yet");
    case views::v1::TO_DO_KIND_OBJECT:
      return Say("如有异议,请在期限内提出", "You can object to this");
    default:
      return Say("未知", "Unknown");
  }
}

views::v1::Words TitleOf(std::string_view passage, std::string_view redacted) {
  views::v1::Words words = ComplaintWords(passage, redacted);
  if (words.has_sealed()) words.mutable_sealed()->set_code_points_max(kTitleCodePointsMax);
  return words;
}

}  // namespace sanzhang::projections::resident
