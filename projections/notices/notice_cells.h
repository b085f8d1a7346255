// A notice as it is read from its row: one list of columns for every query, and the columns that
// callers may filter and order by.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "projections/engine/filter.h"
#include "projections/engine/rows.h"
#include "sanzhang/notice/v1/notice.pb.h"
#include "sanzhang/policy/v1/publication_rule.pb.h"
#include "sanzhang/type/v1/place.pb.h"

namespace sanzhang::projections {

// Over `notice n`: it is to be seen.
inline constexpr std::string_view kNoticeIsUp = "(n.state IN (1, 2))";
static_assert(notice::v1::STATE_PUBLISHED == 1 && notice::v1::STATE_PERIOD_ELAPSED == 2 &&
              notice::v1::STATE_TAKEN_DOWN == 3);

struct NoticeCells {
  std::string name;
  std::int64_t revision = 0;
  std::int64_t position = 0;
  std::string event_id;
  policy::v1::PublicationKind kind{};
  std::string about;
  type::v1::Place place;
  policy::v1::Audience audience{};
  std::string publisher;
  notice::v1::State state{};
  std::int32_t version = 0;
  bool masked = false;
  std::string title;
  std::string body;
  std::string attachments;  // notice.v1.Content with nothing else in it.
  std::string sha256;
  std::string rule;
  std::string law_ref;
  std::int32_t days_min = 0;
  // Times that are not set are InfinitePast.
  absl::Time fact;
  absl::Time publish_due;
  absl::Time first_published;
  absl::Time published;
  absl::Time min_until;
  absl::Time objections_until;
  absl::Time earliest_event;
  absl::Time elapsed;
  absl::Time taken_down;
  std::string taken_down_reason;
  std::int32_t objections = 0;
  std::int32_t objections_open = 0;
  std::int32_t inquiries = 0;
  std::int32_t inquiries_open = 0;

  // It is to be seen: else nothing of what it says is shown.
  bool IsUp() const;
  // Its period does not count: the duty is not met until it is up again for as long.
  bool DownEarly() const { return state == notice::v1::STATE_TAKEN_DOWN; }
  bool Late() const { return publish_due != absl::InfinitePast() && first_published > publish_due; }
};

// Over `notice n`: objections are heard at the moment that is bound to `parameter`, the last moment
// included, as the command has it. What is down after its period may still be objected to.
std::string NoticeHearsObjections(std::string_view parameter);

// SELECT {NoticeSelect()} FROM notice n
std::string_view NoticeSelect();
NoticeCells ReadNotice(const Row& row);

// The columns of `notice n`, as callers may name them.
const std::vector<Column>& NoticeColumns();

}  // namespace sanzhang::projections
