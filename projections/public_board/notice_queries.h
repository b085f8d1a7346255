// What everyone may ask about notices (views/v1/public_board_service.proto). Errors:
// RESOURCE_NOT_FOUND for a community or notice that is none, and those of the query kit.
//
// A notice that is not up says nothing but its hash, and why it was taken down.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/public_board_service.pb.h"

namespace sanzhang::projections::public_board {

absl::Status ListNotices(const QueryContext& context, const views::v1::ListNoticesRequest& request,
                         views::v1::ListNoticesResponse& response);
absl::Status GetNotice(const QueryContext& context, const views::v1::GetNoticeRequest& request,
                       views::v1::GetNoticeResponse& response);
absl::Status WatchNotices(const QueryContext& context,
                          const views::v1::WatchNoticesRequest& request,
                          views::v1::WatchNoticesResponse& response);
absl::Status ListNoticeVersions(const QueryContext& context,
                                const views::v1::ListNoticeVersionsRequest& request,
                                views::v1::ListNoticeVersionsResponse& response);
absl::Status ListNoticeObjections(const QueryContext& context,
                                  const views::v1::ListNoticeObjectionsRequest& request,
                                  views::v1::ListNoticeObjectionsResponse& response);
absl::Status ListInquiries(const QueryContext& context,
                           const views::v1::ListInquiriesRequest& request,
                           views::v1::ListInquiriesResponse& response);

}  // namespace sanzhang::projections::public_board
