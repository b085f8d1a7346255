#include "projections/owners_committee/inquiry_queries.h"

#include <string>
#include <utility>

#include "projections/directory/viewer.h"
#include "projections/notices/received.h"

namespace sanzhang::projections::owners_committee {
namespace {

absl::StatusOr<Received> ReceivedBy(const QueryContext& context,
                                    const google::protobuf::Message& request,
                                    std::string_view query_name, std::string_view community) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, community);
  if (!viewer.ok()) return viewer.status();
  Received received{.query_name = query_name,
                    .community = std::string(community),
                    .publishers = viewer->Bodies(),
                    .owners_in = {}};
  for (const Standing& standing : viewer->standings) {
    received.owners_in.push_back(standing.property_area);
  }
  return received;
}

}  // namespace

absl::Status ListOwnerInquiries(const QueryContext& context,
                                const views::v1::ListOwnerInquiriesRequest& request,
                                views::v1::ListOwnerInquiriesResponse& response) {
  const absl::StatusOr<Received> received =
      ReceivedBy(context, request, "owners-committee.inquiries", request.parent());
  if (!received.ok()) return received.status();
  absl::StatusOr<std::string> next = ListReceivedInquiries(
      context, *received, PageOf(request),
      [&](views::v1::InquiryRow row) { *response.add_inquiries() = std::move(row); });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status ListOwnerObjections(const QueryContext& context,
                                 const views::v1::ListOwnerObjectionsRequest& request,
                                 views::v1::ListOwnerObjectionsResponse& response) {
  const absl::StatusOr<Received> received =
      ReceivedBy(context, request, "owners-committee.objections", request.parent());
  if (!received.ok()) return received.status();
  absl::StatusOr<std::string> next = ListReceivedObjections(
      context, *received, PageOf(request),
      [&](views::v1::NoticeObjectionRow row) { *response.add_objections() = std::move(row); });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

}  // namespace sanzhang::projections::owners_committee
