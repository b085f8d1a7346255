// What a ballot may say, and when it may be cast: shared by named and secret ballots. Internal to
// services/resolution.
#pragma once

#include <optional>

#include "sanzhang/resolution/v1/resolution.pb.h"
#include "sanzhang/type/v1/sealed_box.pb.h"
#include "services/resolution/state.h"
#include "services/runtime/decider.h"

namespace sanzhang::resolution {

// Whether ballots are taken now: the vote's phase; VOTE_CLOSED from the end on, recorded or not;
// VOTER_RECUSED, VOTER_NOT_PRESENT at meetings. `context.name` is the voter or its ballots.
std::optional<runtime::Refusal> MayCast(const ResolutionState& vote,
                                        const runtime::Context& context);

// BALLOT_PAPER_INVALID {item}: the paper does not say one thing that is offered to each item; with
// `partly`, to some. In an election whoever is not named is not voted for.
std::optional<runtime::Refusal> WrongPaper(const ResolutionState& vote,
                                           const v1::BallotPaper& paper, bool partly);

// The paper, to be sealed to the vote's key. Choices in the order of the items' codes, so that
// equal ballots are equal bytes.
type::v1::SealedBox PaperFor(const ResolutionState& vote, const v1::BallotPaper& paper);

}  // namespace sanzhang::resolution
