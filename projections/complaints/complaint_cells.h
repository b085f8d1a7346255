// A complaint as it is read from its row: one list of columns for every query, one place that knows
// their order, and the columns that callers may filter and order by.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "projections/engine/cells.h"
#include "projections/engine/filter.h"
#include "projections/engine/rows.h"
#include "sanzhang/complaint/v1/complaint.pb.h"
#include "sanzhang/type/v1/place.pb.h"
#include "sanzhang/views/v1/complaint_view.pb.h"

namespace sanzhang::projections {

// Persons from whom on a complaint is one of many (mass).
inline constexpr std::int64_t kMassPersonsMin = 5;

struct ComplaintCells {
  std::string name;
  std::int64_t revision = 0;
  std::int64_t position = 0;
  std::string event_id;
  type::v1::Place place;
  std::string spot;
  complaint::v1::DemandType demand_type{};
  complaint::v1::Category category{};
  std::string sub_category;
  complaint::v1::Urgency urgency{};
  complaint::v1::Visibility visibility{};
  complaint::v1::Anonymity anonymity{};
  std::string external_ref;
  std::string about_body;
  std::string complainant;
  std::string text;  // A SealedPassage, as are the next two.
  std::string contact;
  std::string answer;
  std::string redacted;
  complaint::v1::State state{};
  complaint::v1::Level level{};
  complaint::v1::Outcome outcome{};
  complaint::v1::Confirmation confirmation{};
  std::string responsible_body;
  std::string assignee_membership;
  std::string main;
  complaint::v1::RefusalReason refusal_reason{};
  std::string redirected_to;
  std::int32_t hops = 0;
  std::int32_t extensions = 0;
  std::int32_t reopenings = 0;
  std::int32_t supporters = 0;
  std::int32_t followers = 0;
  std::int32_t breaches = 0;
  // Times that are not set are InfinitePast.
  absl::Time filed;
  absl::Time intake_due;
  absl::Time accepted;
  absl::Time ack_due;
  absl::Time acked;
  absl::Time answer_due;
  absl::Time answered;
  absl::Time silence_until;
  absl::Time ended;
  absl::Time appeal_until;
  absl::Time paused;
  absl::Time paused_until;
  absl::Time next_due;
  std::int64_t paused_ms = 0;
  views::v1::ExclusionState exclusion{};
  bool repeat = false;

  bool Mass() const { return 1 + supporters + followers >= kMassPersonsMin; }
  bool Paused() const { return paused != absl::InfinitePast(); }
  // A deadline has passed and is not met.
  bool Overdue(absl::Time now) const { return next_due != absl::InfinitePast() && next_due < now; }
  // Until the next deadline; nothing when no clock runs.
  std::optional<std::int64_t> RemainingMs(absl::Time now) const;
};

// SELECT {ComplaintSelect()} FROM complaint c
std::string ComplaintSelect();
ComplaintCells ReadComplaint(const Row& row);

// M8: one of the same place and category as `c` was closed in the 90 days before `c` was filed.
inline constexpr std::string_view kIsRepeat =
    "(EXISTS (SELECT 1 FROM complaint o WHERE o.spot = c.spot AND o.category = c.category "
    "AND o.ended_as = 12 AND o.ended_us >= c.filed_us - 7776000000000 AND o.ended_us < c.filed_us) "
    "OR EXISTS (SELECT 1 FROM past_round o WHERE o.spot = c.spot AND o.category = c.category "
    "AND o.ended_as = 12 AND o.ended_us >= c.filed_us - 7776000000000 AND o.ended_us < "
    "c.filed_us))";
static_assert(complaint::v1::STATE_CLOSED == 12);

// The columns of `complaint c` of these names, as callers may name them.
std::vector<Column> ComplaintColumns(std::initializer_list<std::string_view> names);

}  // namespace sanzhang::projections
