// What people say about notices, as it is read from its rows: questions and objections with their
// answers. Who said it is never read here.
#pragma once

#include <string_view>
#include <vector>

#include "projections/engine/filter.h"
#include "projections/engine/rows.h"
#include "sanzhang/views/v1/notice_view.pb.h"

namespace sanzhang::projections {

// SELECT {InquirySelect()} FROM {kInquiryFrom}
inline constexpr std::string_view kInquiryFrom = "inquiry s JOIN notice n ON n.name = s.notice";
std::string_view InquirySelect();
// `question`: the viewer may read it.
views::v1::InquiryRow ReadInquiry(const Row& row, bool question);

// SELECT {NoticeObjectionSelect()} FROM {kNoticeObjectionFrom}
inline constexpr std::string_view kNoticeObjectionFrom =
    "notice_objection s JOIN notice n ON n.name = s.notice";
std::string_view NoticeObjectionSelect();
// `grounds`: the viewer may read them.
views::v1::NoticeObjectionRow ReadNoticeObjection(const Row& row, bool grounds);

// Columns of both as callers may name them: notice, kind, publisher, version, made_time,
// answer_due, answered, answered_time.
const std::vector<Column>& ReplyColumns();
// Unique in both, in the order of the notice.
inline constexpr std::string_view kReplyKey = "(s.notice || '/' || printf('%06d', s.number))";

}  // namespace sanzhang::projections
