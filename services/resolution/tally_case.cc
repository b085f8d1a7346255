#include "services/resolution/tally_case.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/wire/names.h"
#include "proto/wire/time.h"

namespace sanzhang::resolution {
namespace {

constexpr absl::Time kNever = absl::InfiniteFuture();

std::optional<v1::BallotPaper> Read(std::string_view sealed, const Opener& open) {
  const std::optional<std::string> bytes = open(sealed);
  v1::BallotPaper paper;
  if (!bytes.has_value() || !paper.ParseFromString(*bytes)) return std::nullopt;
  return paper;
}

void AddVote(const ResolutionState& vote, v1::TallyInput& input) {
  v1::TallyVote& facts = *input.mutable_vote();
  *facts.mutable_opened_at() = wire::ToStamp(vote.opened_at);
  // A vote closes at the first moment after it; a meeting when its convener says so.
  const absl::Time last = std::min(vote.closes - absl::Microseconds(1), vote.closed_at);
  *facts.mutable_closes_at() = wire::ToStamp(last);
  if (vote.non_return == v1::NON_RETURN_POLICY_DELIVERED_DEEMED) {
    facts.set_deemed_clause(vote.non_return_basis);
  }
  facts.set_seats(vote.seats);
  facts.set_runoff(!vote.runoff_of.empty());
  for (const Item& item : vote.items) {
    v1::TallyItem& counted = *input.add_items();
    counted.set_item(item.code);
    counted.set_candidate(item.candidate);
    counted.set_question(item.question);
    if (vote.mode != v1::VOTE_MODE_MEETING) continue;
    const auto called = vote.called.find(item.code);
    *counted.mutable_voted_at() =
        wire::ToStamp(called == vote.called.end() ? last : called->second);
  }
  for (const auto& [voter, spans] : vote.attendance) {
    for (const Presence& span : spans) {
      v1::TallyPresence& presence = *input.add_presences();
      presence.set_subject(std::string(wire::IdOf(voter)));
      *presence.mutable_came_at() = wire::ToStamp(span.came);
      if (span.left != kNever) *presence.mutable_left_at() = wire::ToStamp(span.left);
    }
  }
}

void AddProxies(const std::string& id, const VoterState& voter, const Opener& open,
                v1::TallyInput& input) {
  for (const ProxyState& proxy : voter.proxies) {
    // Of several powers for one agent the last one counts.
    const bool later =
        std::any_of(&proxy + 1, voter.proxies.data() + voter.proxies.size(),
                    [&](const ProxyState& other) { return other.agent == proxy.agent; });
    if (later) continue;
    v1::TallyProxy& power = *input.add_proxies();
    power.set_principal(id);
    power.set_agent(proxy.agent);
    *power.mutable_granted_at() = wire::ToStamp(proxy.granted);
    const absl::Time ends = std::min(proxy.ends, proxy.revoked);
    if (ends != kNever) *power.mutable_revoked_at() = wire::ToStamp(ends);
    *power.mutable_items() = {proxy.items.begin(), proxy.items.end()};
    if (proxy.instruction.empty()) continue;
    if (auto instruction = Read(proxy.instruction, open)) {
      *power.mutable_instructions() = std::move(*instruction->mutable_choices());
    }
  }
}

void AddVoter(const std::string& id, const VoterState& voter, const ResolutionState& vote,
              const std::string& name, v1::TallyInput& input) {
  v1::TallySubject& subject = *input.add_subjects();
  subject.set_subject(id);
  subject.set_area_dm2(voter.area_dm2);
  subject.set_heads(voter.heads);
  subject.set_related(voter.related_party);
  subject.set_interested(voter.interested);
  subject.set_sub_scope(voter.place);
  *subject.mutable_persons() = {voter.persons.begin(), voter.persons.end()};
  subject.set_designated(voter.designated);
  subject.set_co_owner_objected(!voter.disputes.empty());
  subject.set_representative(voter.representative);
  if (const auto recused = vote.recused.find(name); recused != vote.recused.end()) {
    for (const std::string& item : recused->second) subject.add_recused(item);
    if (recused->second.empty()) {
      for (const Item& item : vote.items) subject.add_recused(item.code);
    }
  }
  if (voter.delivered != kNever) {
    v1::TallyDelivery& delivery = *input.add_deliveries();
    delivery.set_subject(id);
    const bool warned = voter.warned != kNever;
    *delivery.mutable_delivered_at() = wire::ToStamp(warned ? voter.warned : voter.delivered);
    delivery.set_warning_shown(warned);
  }
  if (voter.has_voted) input.add_voters()->set_subject(id);
}

// Names in the order of their numbers.
std::string BallotName(std::string_view of, std::size_t number, absl::PadSpec digits) {
  return absl::StrCat(std::string(of), "/", absl::Dec(number, digits));
}

void AddBallots(const std::string& id, const Ballot::State& ballots, const Opener& open,
                v1::TallyInput& input) {
  for (std::size_t i = 0; i < ballots.papers.size(); ++i) {
    const Ballot::Paper& paper = ballots.papers[i];
    v1::TallyBallot& ballot = *input.add_ballots();
    ballot.set_ballot(BallotName(id, i + 1, absl::kZeroPad3));
    ballot.set_subject(id);
    ballot.set_by(paper.by);
    ballot.set_person(paper.person);
    ballot.set_invalid(paper.invalid);
    *ballot.mutable_cast_at() = wire::ToStamp(paper.cast);
    if (paper.on_paper) ballot.set_channel(type::v1::CHANNEL_PAPER);
    ballot.set_entered_by(paper.entered_by);
    ballot.set_verified_by(paper.verified_by);
    // Those who count kept none of the ballots that don't agree.
    if (ballots.kept == 0 && paper.invalid == v1::INVALID_REASON_UNSPECIFIED) {
      ballot.set_invalid(v1::INVALID_REASON_CONFLICT);
    }
    auto read = Read(paper.sealed, open);
    if (!read.has_value()) {
      ballot.set_invalid(v1::INVALID_REASON_UNREADABLE);
      continue;
    }
    if (!paper.verified_by.empty()) {
      const auto second = Read(paper.sealed_by_second, open);
      if (!second.has_value() || second->SerializeAsString() != read->SerializeAsString()) {
        ballot.set_invalid(v1::INVALID_REASON_CLERKS_DIFFER);
      }
    }
    *ballot.mutable_choices() = std::move(*read->mutable_choices());
  }
  if (ballots.kept.value_or(0) > 0) {
    v1::TallyResolved& resolved = *input.add_resolved();
    resolved.set_subject(id);
    resolved.set_kept(BallotName(id, static_cast<std::size_t>(*ballots.kept), absl::kZeroPad3));
  }
}

}  // namespace

v1::TallyInput MakeTallyInput(const ClosedVote& closed, const Opener& open) {
  v1::TallyInput input;
  AddVote(closed.vote, input);
  // Attendance and recusals name voters whole.
  std::map<std::string_view, const std::string*> names;
  for (const auto& [name, spans] : closed.vote.attendance) names.emplace(wire::IdOf(name), &name);
  for (const auto& [name, items] : closed.vote.recused) names.emplace(wire::IdOf(name), &name);
  for (const auto& [id, voter] : closed.voters) {
    if (!voter.InRoll(closed.vote.snapshot)) continue;
    const auto name = names.find(id);
    AddVoter(id, voter, closed.vote, name == names.end() ? std::string() : *name->second, input);
    AddProxies(id, voter, open, input);
    const auto ballots = closed.ballots.find(id);
    if (ballots != closed.ballots.end()) AddBallots(id, ballots->second, open, input);
  }
  for (std::size_t i = 0; i < closed.box.size(); ++i) {
    v1::TallyBallot& ballot = *input.add_ballots();
    ballot.set_ballot(BallotName("box", i + 1, absl::kZeroPad6));
    *ballot.mutable_choices() = closed.box[i].choices();
  }
  return input;
}

}  // namespace sanzhang::resolution
