// What comes due when nobody acts: the deadlines of complaints, the ends of terms and of the
// periods of notices, as rows. The timekeeper asks for what is due and sends the commands; the
// events that follow clear the rows.
//
// One row per stream and kind. A row appears with the event that sets a deadline, moves with those
// that move it, and goes with those that settle it; while a complaint is suspended its clocks have
// none. What has an answer, a breach noted or an end has no row: a restart finds exactly what is
// still to do.
//
//   kind                due                              settled by
//   INTAKE_BREACH       end of the intake clock          accepted, refused, linked, withdrawn
//   ACKNOWLEDGE_BREACH  end of the acknowledge clock     acknowledged, answered, paused, noted
//   ANSWER_BREACH       end of the answer clock          answered, paused, noted
//   RESUME              end of a pause                   resumed
//   CLOSE_SILENT        end of the silence after an      a reply, closed, withdrawn
//                       answer
//   CLOSE_CONFIRMED     the same, when the answer was    closed, disputed, withdrawn
//                       confirmed
//   REOPEN              kReviewTime after a disputed     reopened, closed, withdrawn
//                       answer
//   NOTE_TERM_EXPIRING  kExpiringNotice before a term's  noted, expired
//                       end
//   EXPIRE_TERM         end of a body's term             expired
//   NOTICE_ELAPSED      end of a notice's period         elapsed, taken down; a version moves it
//   SUBJECT_REQUEST_BREACH   end of the time to answer   fulfilled, refused, withdrawn, noted
//                       a request about personal data
//   OPEN_CAMPAIGN       first moment of a survey         opened
//   CLOSE_CAMPAIGN      its end; an extension moves it   closed
//   OPEN_APPRAISAL, CLOSE_APPRAISAL   the same of an     opened, closed
//                       appraisal
//   END_OFFICE          at once when an appraisal has    the seat ended
//                       ended it; a row of the seat
//   OPEN_VOTE           when a vote whose roll is        opened, withdrawn; gone with the end of
//                       frozen may open: its window      its window
//                       has begun and all has been
//                       public for long enough. Not of
//                       meetings, which people open
//   CLOSE_VOTE          end of a vote; an extension      closed
//                       moves it
//   COMPUTE_TALLY       at once when a vote has closed   counted
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "projections/engine/projection.h"
#include "projections/engine/rows.h"

namespace sanzhang::projections {

// How long a disputed answer waits for a person who reviews it, before it is opened again by
// itself.
inline constexpr absl::Duration kReviewTime = absl::Hours(24);

// How long before a term's end it is noted as expiring; the register's rule, and no earlier.
inline constexpr absl::Duration kExpiringNotice = absl::Hours(24 * 90);

// What is brought in from existing records is long overdue when it arrives, and the rest of its
// story follows within the same import: nothing is done about it for so long after it was recorded.
inline constexpr absl::Duration kImportGrace = absl::Hours(1);

struct Deadline {
  std::string stream;
  std::string kind;
  absl::Time due;    // As the command names it.
  absl::Time fires;  // Not to be acted on before.
  bool operator==(const Deadline&) const = default;
};

class Deadlines final : public Projection {
 public:
  std::string_view name() const override { return "deadlines"; }
  int version() const override { return 4; }
  std::string_view schema() const override;
  std::vector<std::string> packages() const override {
    return {"sanzhang.complaint.v1", "sanzhang.notice.v1",   "sanzhang.privacy.v1",
            "sanzhang.rating.v1",    "sanzhang.registry.v1", "sanzhang.resolution.v1"};
  }
  absl::Status Apply(const Envelope& envelope, Rows& rows) override;
};

// What fires at `now` or before and is still of use then, in the order of (fires, stream, kind),
// after `after` (a deadline with empty names comes before all that fire at its time), at most
// `items_max`.
absl::StatusOr<std::vector<Deadline>> ReadDue(Rows& rows, absl::Time now, const Deadline& after,
                                              int items_max);

}  // namespace sanzhang::projections
