// The rules of the yearly appraisal of a residents' committee's members (民主评议, URC-2025 Art.
// 37): announced, open, closed, published, by the committee that supervises it.
// Streams: `communities/{c}/appraisals/{a}`; one for each appraiser,
// `communities/{c}/appraisals/{a}/appraisers/{id}`, so that all hand in at once.
//
// Secret: the record of an appraiser says who took part, and holds the grades sealed to a key that
// is destroyed at the close; the log gets the counts. One appraisal of a body at a time, by a claim
// that its publication gives up; one part per appraiser, by a claim that is kept.
//
// Refusals, in this order: RESOURCE_ALREADY_EXISTS or RESOURCE_NOT_FOUND; APPRAISAL_NOT_OPEN,
// APPRAISAL_NOT_CLOSED; of an appraiser INVALID_REQUEST of what is given for another,
// RATER_IN_RATED_BODY, RATER_NOT_ELIGIBLE; what is named; times.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/rating/v1/rating_service.pb.h"
#include "services/rating/gathered.h"
#include "services/runtime/decider.h"

namespace sanzhang::rating {

struct Appraisal {
  using Event = v1::AppraisalEvent;
  using Decision = runtime::Decision<Event>;
  using Context = runtime::Context;

  struct State {
    enum class Phase { kNone, kAnnounced, kOpen, kClosed, kPublished } phase = Phase::kNone;
    std::string body;
    std::vector<std::string> members;
    v1::Appraisers appraisers = v1::APPRAISERS_UNSPECIFIED;
    absl::Time opens;
    absl::Time closes;
    std::string grade_key;
    std::int32_t n = 0;
    std::vector<v1::GradeCount> counts;  // Once closed.
    absl::Time published_at = absl::InfinitePast();

    bool TakesGrades(absl::Time now) const;
  };

  static std::string NewName(const v1::AnnounceAppraisalRequest&, std::string_view fresh_id);
  static runtime::Needs NeedsOf(const State&, const v1::AnnounceAppraisalRequest&);

  static Decision Decide(const State&, const v1::AnnounceAppraisalRequest&, const Context&);
  static Decision Decide(const State&, const v1::OpenAppraisalRequest&, const Context&);
  static Decision Decide(const State&, const v1::CloseAppraisalRequest&, const Context&);
  static Decision Decide(const State&, const v1::PublishAppraisalRequest&, const Context&);

  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

struct Appraiser {
  using Event = v1::AppraiserEvent;
  using Decision = runtime::Decision<Event>;

  struct State {
    bool graded = false;
    std::string sealed_grades;  // What stands in SealedBox.sealed.
    bool operator==(const State&) const = default;
  };

  static std::string NewName(const v1::GradeMembersRequest&, std::string_view fresh_id);
  static runtime::Needs NeedsOf(const State&, const v1::GradeMembersRequest&);
  static Decision Decide(const State&, const v1::GradeMembersRequest&, const runtime::Context&);
  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

}  // namespace sanzhang::rating
