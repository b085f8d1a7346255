#include "services/resolution/ballot_paper.h"

#include <algorithm>
#include <set>
#include <string>

#include "proto/wire/names.h"
#include "services/resolution/rules.h"

namespace sanzhang::resolution {

using enum type::v1::ErrorReason;
using runtime::Refusal;

namespace {

// `…/resolutions/r1/voters/v1` of that or of `…/resolutions/r1/ballots/v1`.
std::string VoterOf(std::string_view name) {
  const std::string_view collection = name.substr(0, name.rfind('/'));
  return wire::Child(collection.substr(0, collection.rfind('/')), "voters", wire::IdOf(name));
}

}  // namespace

std::optional<Refusal> MayCast(const ResolutionState& vote, const runtime::Context& context) {
  if (auto refusal = rules::MustBe(vote, Phase::kOpen, Phase::kOpen)) return refusal;
  if (context.now >= vote.closes) return rules::Refuse(ERROR_REASON_VOTE_CLOSED);
  const std::string voter = VoterOf(context.name);
  const auto recused = vote.recused.find(voter);
  if (recused != vote.recused.end() && recused->second.empty()) {
    return rules::Refuse(ERROR_REASON_VOTER_RECUSED);
  }
  if (vote.mode != v1::VOTE_MODE_MEETING) return std::nullopt;
  const auto attendance = vote.attendance.find(voter);
  const bool present = attendance != vote.attendance.end() && !attendance->second.empty() &&
                       attendance->second.back().left == absl::InfiniteFuture();
  if (!present) return rules::Refuse(ERROR_REASON_VOTER_NOT_PRESENT);
  return std::nullopt;
}

std::optional<Refusal> WrongPaper(const ResolutionState& vote, const v1::BallotPaper& paper,
                                  bool partly) {
  const auto wrong = [](const std::string& item) {
    return rules::Refuse(ERROR_REASON_BALLOT_PAPER_INVALID, {{"item", item}});
  };
  std::set<std::string_view> seen;
  int marks = 0;
  for (const v1::ItemChoice& choice : paper.choices()) {
    if (rules::MustHaveItem(vote, choice.item()) || !seen.insert(choice.item()).second) {
      return wrong(choice.item());
    }
    const bool follows = choice.choice() == v1::CHOICE_FOLLOW_MAJORITY;
    if (follows && !vote.terms.follow_majority) return wrong(choice.item());
    if (choice.choice() == v1::CHOICE_FOR) ++marks;
  }
  if (vote.is_election()) {
    const bool over = vote.terms.marks_max > 0 && marks > vote.terms.marks_max;
    if (over || (marks == 0 && seen.empty())) return wrong("");
    return std::nullopt;
  }
  if (partly) return std::nullopt;
  for (const Item& item : vote.items) {
    if (!seen.contains(item.code)) return wrong(item.code);
  }
  return std::nullopt;
}

type::v1::SealedBox PaperFor(const ResolutionState& vote, const v1::BallotPaper& paper) {
  v1::BallotPaper ordered = paper;
  std::sort(ordered.mutable_choices()->begin(), ordered.mutable_choices()->end(),
            [](const v1::ItemChoice& a, const v1::ItemChoice& b) { return a.item() < b.item(); });
  type::v1::SealedBox box;
  ordered.SerializeToString(box.mutable_open());  // No maps: one order of bytes.
  box.set_sealed_to(vote.tally_public_key);
  return box;
}

}  // namespace sanzhang::resolution
