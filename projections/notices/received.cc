#include "projections/notices/received.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "projections/notices/reply_cells.h"
#include "sanzhang/policy/v1/publication_rule.pb.h"

namespace sanzhang::projections {
namespace {

static_assert(policy::v1::AUDIENCE_OWNERS == 2, "a bit of AUDIENCE_ALL too");

// Adds texts to what is bound, and writes them as a list: `?2, ?3`.
std::string Bound(const std::vector<std::string>& texts, std::vector<Value>& values) {
  std::string list;
  for (const std::string& text : texts) {
    values.push_back(text);
    absl::StrAppend(&list, list.empty() ? "?" : ", ?", values.size());
  }
  return list;
}

// Each row begins with whether the notice is the viewer's own.
absl::StatusOr<std::string> ListReplies(const QueryContext& context, const Received& received,
                                        std::string_view select, std::string_view from,
                                        const PageRequest& page,
                                        const std::function<void(const Row&, bool)>& each) {
  std::vector<Value> values = {received.community};
  const std::string own = absl::StrCat("n.publisher IN (", Bound(received.publishers, values), ")");
  std::string seen = own;
  if (!received.owners_in.empty()) {
    absl::StrAppend(&seen, " OR (n.audience & 2 AND n.property_area IN ('', ",
                    Bound(received.owners_in, values), "))");
  }
  const ListQuery query{.name = received.query_name,
                        .select = absl::StrCat(own, ", ", select.data()),
                        .from = std::string(from),
                        .where = absl::StrCat("n.community = ?1 AND (", seen, ")"),
                        .values = std::move(values),
                        .columns = ReplyColumns(),
                        .key = kReplyKey,
                        .default_order = "made_time desc"};
  return List(context, query, page, [&](const Row& row) { each(row.From(1), row.Int(0) != 0); });
}

}  // namespace

absl::StatusOr<std::string> ListReceivedInquiries(
    const QueryContext& context, const Received& received, const PageRequest& page,
    const std::function<void(views::v1::InquiryRow)>& each) {
  return ListReplies(context, received, InquirySelect(), kInquiryFrom, page,
                     [&](const Row& row, bool own) { each(ReadInquiry(row, own)); });
}

absl::StatusOr<std::string> ListReceivedObjections(
    const QueryContext& context, const Received& received, const PageRequest& page,
    const std::function<void(views::v1::NoticeObjectionRow)>& each) {
  return ListReplies(context, received, NoticeObjectionSelect(), kNoticeObjectionFrom, page,
                     [&](const Row& row, bool own) { each(ReadNoticeObjection(row, own)); });
}

}  // namespace sanzhang::projections
