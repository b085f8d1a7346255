#include "projections/notices/publication_gaps.h"

#include "sanzhang/notice/v1/notice.pb.h"
#include "sanzhang/policy/v1/publication_rule.pb.h"
#include "sanzhang/resolution/v1/resolution.pb.h"

namespace sanzhang::projections {

static_assert(notice::v1::STATE_TAKEN_DOWN == 3);
static_assert(resolution::v1::REGIME_OWNERS_COMMITTEE == 5);
static_assert(policy::v1::PUBLICATION_KIND_RESULT == 8 &&
              policy::v1::PUBLICATION_KIND_COMMITTEE_DECISION == 9 &&
              policy::v1::PUBLICATION_KIND_EXECUTION == 10 &&
              policy::v1::PUBLICATION_KIND_APPRAISAL == 15 &&
              policy::v1::PUBLICATION_KIND_RATING_RESULT == 18 &&
              policy::v1::PUBLICATION_KIND_REVOCATION == 20);

// What asks for a publication, then whatever has none since.
const std::string_view kPublicationGaps = R"((
WITH asked (community, kind, about, title, body, since_us, due_us) AS (
  SELECT community, CASE regime WHEN 5 THEN 9 ELSE 8 END, name, title, convener, certified_us,
    publish_due_us
  FROM resolution
  WHERE publish_due_us IS NOT NULL AND published_us IS NULL AND revoked_us IS NULL
  UNION ALL SELECT community, 10, name, title, executor, executed_us, NULL FROM resolution
  WHERE executed_us IS NOT NULL AND execution_published_us IS NULL
  UNION ALL SELECT community, 20, name, title, convener, revoked_us, NULL FROM resolution
  WHERE revoked_us IS NOT NULL
  UNION ALL SELECT community, 18, name, '', convener, closed_us, NULL FROM rating_campaign
  WHERE closed_us IS NOT NULL AND published_us IS NULL
  UNION ALL SELECT community, 15, name, CAST(year AS TEXT), body, closed_us, NULL FROM appraisal
  WHERE closed_us IS NOT NULL AND published_us IS NULL)
SELECT a.community, a.kind, a.about, '' AS notice, a.title, a.body, a.since_us, a.due_us
FROM asked a
WHERE NOT EXISTS (SELECT 1 FROM notice n WHERE n.about = a.about AND n.kind = a.kind
  AND n.published_us >= a.since_us)
UNION ALL
SELECT n.community, n.kind, n.about, n.name, n.title, n.publisher, n.taken_down_us, NULL
FROM notice n WHERE n.state = 3
))";

}  // namespace sanzhang::projections
