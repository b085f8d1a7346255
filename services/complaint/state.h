// What is remembered of a complaint between commands.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "absl/time/time.h"
#include "sanzhang/complaint/v1/complaint.pb.h"
#include "sanzhang/type/v1/place.pb.h"

namespace sanzhang::complaint {

// A place that can be compared.
struct Where {
  type::v1::Place place;
  bool operator==(const Where& other) const;
};

// Only what the rules need. A time that is not set is InfinitePast.
struct ComplaintState {
  v1::State phase = v1::STATE_UNSPECIFIED;          // UNSPECIFIED: nothing was filed.
  v1::State resumes_to = v1::STATE_UNSPECIFIED;     // While SUSPENDED.
  v1::State appealed_from = v1::STATE_UNSPECIFIED;  // While APPEALED: CLOSED or NOT_ACCEPTED.

  absl::Time filed_at = absl::InfinitePast();
  std::string complainant;  // Empty: nobody is known; then nobody confirms, withdraws or appeals.
  std::string about_body;
  std::string main;  // While LINKED.
  v1::Category category = v1::CATEGORY_UNSPECIFIED;
  v1::Urgency urgency = v1::URGENCY_UNSPECIFIED;
  v1::Visibility visibility = v1::VISIBILITY_UNSPECIFIED;
  Where where;
  std::int32_t text_length = 0;                   // In code points.
  std::map<std::int32_t, std::int32_t> redacted;  // First code point to the one after the last.

  v1::Level level = v1::LEVEL_UNSPECIFIED;
  std::string first_receiver;
  std::string responsible_body;
  std::string assignee_membership;
  std::int32_t hop = 0;
  std::set<std::string, std::less<>> handlers;  // Bodies and persons that took part in handling.

  std::string sla_policy;  // Of the filing until accepted, then that of the acceptance.
  absl::Time intake_due = absl::InfinitePast();
  absl::Time ack_due = absl::InfinitePast();           // Not set: does not run.
  absl::Time answer_due = absl::InfinitePast();        // Not set: does not run.
  absl::Time answer_due_first = absl::InfinitePast();  // Before extensions; pauses move it too.
  std::int32_t extensions = 0;
  std::map<v1::Clock, absl::Time> breached;  // The deadline whose breach was noted last.

  v1::SuspensionReason asked_reason = v1::SUSPENSION_REASON_UNSPECIFIED;
  absl::Time asked_until = absl::InfinitePast();
  std::string asked_by;  // Empty: no pause is asked for.
  absl::Time paused_at = absl::InfinitePast();
  absl::Time paused_until = absl::InfinitePast();

  std::map<std::string, bool, std::less<>> whistled;  // Department to whether it has reported in.
  std::set<std::string, std::less<>> supporters;

  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  v1::Confirmation confirmation = v1::CONFIRMATION_UNSPECIFIED;
  absl::Time silence_until = absl::InfinitePast();
  v1::CloseMode close_mode = v1::CLOSE_MODE_UNSPECIFIED;
  absl::Time ended_at = absl::InfinitePast();      // Closed or turned away then.
  std::string closed_by;                           // A body; empty: the clock or a service.
  absl::Time appeal_until = absl::InfinitePast();  // Not set after closing: final.
  bool final = false;                              // An appeal was dismissed.
  std::int32_t reopenings = 0;
  v1::RefusalReason refused_for = v1::REFUSAL_REASON_UNSPECIFIED;

  enum class Exclusion { kNone, kProposed, kRuled } exclusion = Exclusion::kNone;
  std::string exclusion_body;  // That proposed it.

  bool operator==(const ComplaintState&) const = default;
};

}  // namespace sanzhang::complaint
