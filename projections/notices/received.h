// Questions and objections as those read them who must answer: the bodies that published the
// notices. Their words are opened for the publisher's own members, and for nobody else.
//
// Threads and errors: those of List (engine/list_query.h).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "projections/engine/list_query.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/notice_view.pb.h"

namespace sanzhang::projections {

// Whose notices.
struct Received {
  // Unique among all queries.
  std::string_view query_name = {};
  std::string community = {};
  // The viewer's bodies: of what they published the words are opened.
  std::vector<std::string> publishers = {};
  // Also notices for owners, of anyone, in these property areas or the whole community; without the
  // words. None: no others.
  std::vector<std::string> owners_in = {};
};

absl::StatusOr<std::string> ListReceivedInquiries(
    const QueryContext& context, const Received& received, const PageRequest& page,
    const std::function<void(views::v1::InquiryRow)>& each);
absl::StatusOr<std::string> ListReceivedObjections(
    const QueryContext& context, const Received& received, const PageRequest& page,
    const std::function<void(views::v1::NoticeObjectionRow)>& each);

}  // namespace sanzhang::projections
