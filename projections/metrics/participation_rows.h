// Who took part in what when, and who could have: the rows behind M13 and M14.
//
//   Join(Parts(DirectoryRows(...), ...), Participation())
//
// Tables:
//   participation  a person did something that counts: a pseudonym, a day in Asia/Shanghai, a kind
//                  (ParticipationKind of views/v1). Not the moment, by which a complaint or a
//                  ballot in the same file could be put to the person, and nothing of what was
//                  said or chosen.
//   enrolled_span  from when until when a person was a confirmed resident of age, and in which
//                  building; `until_us` is NULL while it lasts
//
// What counts, on the day of the record unless said:
//   ballots     whoever cast it, as a proxy or a guardian too; on paper whoever signed it, once a
//               second clerk has typed it in, on the day of the paper. Of secret votes the roll
//               says who took part. One that is found invalid still counts; a late one does not.
//   petitions   signed for a motion
//   complaints  filed, by oneself or through another; supported
//   appraisals  grades handed in
//   notices     objections and questions
// Ratings name nobody, and deliberations say only how many came: neither counts by person.
//
// A view that has these rows holds pseudonyms: the public board has none.
#pragma once

#include "projections/engine/parts_projection.h"

namespace sanzhang::projections {

// The parts that fill the tables, one for each context.
PartList Participation();

// One list after the other.
PartList Join(PartList first, PartList second);

}  // namespace sanzhang::projections
