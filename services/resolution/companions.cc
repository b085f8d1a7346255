#include "services/resolution/companions.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "proto/wire/names.h"
#include "proto/wire/refusal.h"
#include "services/resolution/ballot_paper.h"
#include "services/resolution/gathered.h"
#include "services/resolution/limits.h"
#include "services/resolution/resolution.h"
#include "services/resolution/roll.h"
#include "services/resolution/tally.h"
#include "services/resolution/tally_case.h"
#include "services/resolution/vote_reader.h"
#include "services/resolution/voter.h"
#include "services/runtime/sealing.h"

namespace sanzhang::resolution {
namespace {

using runtime::Companion;
using runtime::Gathering;
using Gathered = absl::StatusOr<std::shared_ptr<const void>>;

const ResolutionState& VoteOf(const Gathering& gathering) {
  return *static_cast<const ResolutionState*>(gathering.state);
}

// Nothing: the decider refuses for the resolution's state.
Gathered Nothing() { return std::shared_ptr<const void>(); }

template <class T>
Gathered Bring(T value) {
  return std::shared_ptr<const void>(std::make_shared<const T>(std::move(value)));
}

// Appends and waits. ABORTED: a stream has moved.
absl::Status AppendNow(eventstore::EventStore& store, eventstore::Append append) {
  absl::Notification done;
  eventstore::AppendResult result;
  store.Append(std::move(append), [&](eventstore::AppendResult answer) {
    result = std::move(answer);
    done.Notify();
  });
  done.WaitForNotification();
  using Kind = eventstore::AppendResult::Kind;
  if (result.kind == Kind::kCommitted || result.kind == Kind::kReplayed) return absl::OkStatus();
  switch (result.kind) {
    case Kind::kConflict:
      return wire::Refuse(type::v1::ERROR_REASON_REVISION_CONFLICT);
    case Kind::kOverloaded:
      return wire::Refuse(type::v1::ERROR_REASON_OVERLOADED);
    case Kind::kUnknown:
      return wire::Refuse(type::v1::ERROR_REASON_COMMIT_OUTCOME_UNKNOWN);
    case Kind::kStopped:
      return wire::Refuse(type::v1::ERROR_REASON_STORE_STOPPED);
    default:
      return absl::InternalError(absl::StrCat("an append of votes is malformed: ", result.message));
  }
}

// KEY_LOST: the vote's key is not where it was put.
absl::StatusOr<std::string> SecretKey(const keyring::Keyring& keys, const std::string& resolution) {
  absl::StatusOr<std::optional<keyring::KeySet>> found = keys.Find(resolution);
  if (!found.ok()) return found.status();
  if (!found->has_value()) {
    return wire::Refuse(type::v1::ERROR_REASON_KEY_LOST, {{"resource", resolution}});
  }
  return (*found)->secret_key;
}

runtime::ElectorateScope ScopeOf(const ResolutionState& vote, const std::string& community) {
  runtime::ElectorateScope scope{.community = community, .property_area = vote.property_area};
  for (const std::string& place : vote.scope) {
    (wire::CollectionOf(place) == "buildings" ? scope.buildings : scope.entrances).push_back(place);
  }
  return scope;
}

bool ByHousehold(const policy::v1::VotingRuleSet& rules) {
  return rules.election().mode() == policy::v1::ELECTION_MODE_HOUSEHOLD ||
         rules.variant() == "household";
}

// The roll of the register as it is now.
absl::StatusOr<Roll> RollNow(const runtime::Electorates& electorates, const std::string& name,
                             const ResolutionState& vote, const policy::v1::VotingRuleSet& rules,
                             const runtime::Context& context) {
  const runtime::ElectorateScope scope = ScopeOf(vote, context.community);
  if (!vote.body.empty()) {
    auto members = electorates.MembersOf(vote.body, context.now);
    if (!members.ok()) return members.status();
    return MakeRoll(name, *members);
  }
  if (vote.regime == v1::REGIME_OWNERS) {
    auto owners = electorates.OwnersOf(scope, OwnerRulesOf(rules));
    if (!owners.ok()) return owners.status();
    return MakeRoll(name, rules, *owners);
  }
  auto residents =
      ByHousehold(rules) ? electorates.HouseholdsOf(scope) : electorates.ResidentsOf(scope);
  if (!residents.ok()) return residents.status();
  return MakeRoll(name, *residents);
}

class Freeze final : public Companion {
 public:
  explicit Freeze(const CompanionParts& parts) : parts_(parts), reader_(parts.store) {}

  Gathered Gather(const Gathering& gathering) override {
    const ResolutionState& vote = VoteOf(gathering);
    const policy::v1::VotingRuleSet* rules = Resolution::RulesOf(vote, gathering.context);
    if (vote.phase != Phase::kNoticed || rules == nullptr) return Nothing();
    const std::string& name = gathering.context.name;
    absl::StatusOr<Roll> roll = RollNow(parts_.electorates, name, vote, *rules, gathering.context);
    if (!roll.ok()) return roll.status();
    if (roll->lines.size() > kVotersMax) {
      return wire::Refuse(type::v1::ERROR_REASON_TOO_MANY,
                          {{"items_max", std::to_string(kVotersMax)}});
    }
    ElectorateSummary summary = SummaryOf(*roll);
    const bool only_asks =
        static_cast<const v1::FreezeElectorateRequest&>(gathering.request).validate_only();
    if (!only_asks) {
      absl::Status enrolled = Enrol(name, summary.snapshot, *roll, gathering);
      if (!enrolled.ok()) return enrolled;
    }
    return Bring(std::move(summary));
  }

 private:
  static ElectorateSummary SummaryOf(const Roll& roll) {
    const std::string hash = HashRoll(roll.lines);
    return {.snapshot = hash.substr(0, 32),
            .roll_sha256 = hash,
            .register_position = roll.totals.position,
            .subjects = roll.totals.subjects,
            .heads = roll.totals.heads,
            .area_dm2 = roll.totals.area_dm2,
            .dwellings = roll.totals.dwellings,
            .dwellings_without_owner = roll.totals.dwellings_without_owner,
            .composition = roll.totals.composition,
            .representatives = roll.totals.representatives};
  }

  // Enrols whoever is not yet in this snapshot, some hundreds in one append.
  absl::Status Enrol(const std::string& name, const std::string& snapshot, const Roll& roll,
                     const Gathering& gathering) {
    absl::StatusOr<VoteOnRecord> known = reader_.Read(name);
    if (!known.ok()) return known.status();
    eventstore::Append append;
    std::size_t bytes = 0;
    for (const RollLine& line : roll.lines) {
      const auto voter = known->vote.voters.find(line.voter);
      if (voter != known->vote.voters.end() && voter->second.InRoll(snapshot)) continue;
      v1::VoterEnrolled enrolled;
      enrolled.set_snapshot(snapshot);
      *enrolled.mutable_entry() = line.entry;
      const std::string stream = wire::Child(name, "voters", line.voter);
      absl::StatusOr<log::v1::Record> record = gathering.record(stream, enrolled);
      if (!record.ok()) return record.status();
      const std::size_t size = record->ByteSizeLong() + stream.size();
      if (bytes + size > kEnrolBytesMax || append.writes.size() == kEnrolVotersMax) {
        absl::Status done = AppendNow(parts_.store, std::exchange(append, {}));
        if (!done.ok()) return done;
        bytes = 0;
      }
      eventstore::StreamWrite& write = append.writes.emplace_back();
      write.stream = stream;
      const auto revision = known->voter_revisions.find(line.voter);
      if (revision == known->voter_revisions.end()) {
        write.expected = eventstore::NoStream();
      } else {
        write.expected = revision->second;
      }
      write.records.push_back(*std::move(record));
      bytes += size;
    }
    return append.writes.empty() ? absl::OkStatus() : AppendNow(parts_.store, std::move(append));
  }

  const CompanionParts parts_;
  const VoteReader reader_;
};

class Support final : public Companion {
 public:
  explicit Support(const CompanionParts& parts) : parts_(parts) {}

  Gathered Gather(const Gathering& gathering) override {
    const ResolutionState& vote = VoteOf(gathering);
    const runtime::Context& context = gathering.context;
    const type::v1::Role role = Resolution::PetitionRole(vote, context.acting);
    const policy::v1::Demand* demand = Resolution::DemandOf(vote, role, context);
    if (demand == nullptr) return Nothing();
    const runtime::ElectorateScope scope = ScopeOf(vote, context.community);
    const std::string& person = context.acting.subject;
    if (demand->by() == policy::v1::DEMANDED_BY_OWNERS) {
      auto owners = parts_.electorates.OwnersOf(scope, runtime::OwnerRules());
      return owners.ok() ? Bring(Among(*owners, person)) : Gathered(owners.status());
    }
    if (demand->by() == policy::v1::DEMANDED_BY_REPRESENTATIVES) {
      auto members = parts_.electorates.MembersOf(context.acting.as.body, context.now);
      return members.ok() ? Bring(Among(*members, person)) : Gathered(members.status());
    }
    const bool households = demand->by() == policy::v1::DEMANDED_BY_HOUSEHOLDS;
    auto residents =
        households ? parts_.electorates.HouseholdsOf(scope) : parts_.electorates.ResidentsOf(scope);
    return residents.ok() ? Bring(Among(*residents, person)) : Gathered(residents.status());
  }

 private:
  static Entitlement Among(const runtime::OwnersElectorate& owners, const std::string& person) {
    Entitlement entitlement{.all = owners.heads};
    for (const runtime::OwnerSubject& subject : owners.subjects) {
      if (!std::binary_search(subject.owners.begin(), subject.owners.end(), person)) continue;
      entitlement.entitled = true;
      entitlement.subject = subject.key;
      entitlement.area_dm2 = subject.area_dm2;
      break;
    }
    return entitlement;
  }
  static Entitlement Among(const runtime::ResidentsElectorate& residents,
                           const std::string& person) {
    Entitlement entitlement{.all = static_cast<std::int64_t>(residents.subjects.size())};
    for (const runtime::ResidentSubject& subject : residents.subjects) {
      if (!std::binary_search(subject.persons.begin(), subject.persons.end(), person)) continue;
      entitlement.entitled = true;
      entitlement.subject = subject.key;
      break;
    }
    return entitlement;
  }
  static Entitlement Among(const runtime::MembersElectorate& members, const std::string& person) {
    Entitlement entitlement;
    for (const runtime::MemberSubject& member : members.members) {
      if (member.constituency.empty()) continue;  // Of the committee.
      ++entitlement.all;
      if (member.person != person) continue;
      entitlement.entitled = true;
      entitlement.subject = member.membership;
    }
    return entitlement;
  }

  const CompanionParts parts_;
};

class Open final : public Companion {
 public:
  explicit Open(const CompanionParts& parts) : parts_(parts) {}

  Gathered Gather(const Gathering& gathering) override {
    if (VoteOf(gathering).phase != Phase::kNoticed) return Nothing();
    absl::StatusOr<keyring::KeySet> key = parts_.keys.Make(gathering.context.name);
    if (!key.ok()) return key.status();
    return Bring(OpeningKey{key->public_key});
  }

 private:
  const CompanionParts parts_;
};

class Close final : public Companion {
 public:
  explicit Close(const CompanionParts& parts) : parts_(parts) {}

  Gathered Gather(const Gathering& gathering) override {
    const ResolutionState& vote = VoteOf(gathering);
    if (vote.phase != Phase::kOpen) return Nothing();
    if (vote.terms.secret) return Bring(ClosingKey());
    absl::StatusOr<std::string> key = SecretKey(parts_.keys, gathering.context.name);
    if (!key.ok()) return key.status();
    return Bring(ClosingKey{.secret_key = *std::move(key)});
  }

 private:
  const CompanionParts parts_;
};

class Counting final : public Companion {
 public:
  explicit Counting(const CompanionParts& parts) : parts_(parts), reader_(parts.store) {}

  Gathered Gather(const Gathering& gathering) override {
    const ResolutionState& vote = VoteOf(gathering);
    const policy::v1::VotingRuleSet* rules = Resolution::RulesOf(vote, gathering.context);
    const bool can = vote.phase >= Phase::kClosed && vote.phase <= Phase::kPublished;
    if (!can || rules == nullptr) return Nothing();
    const std::string& name = gathering.context.name;
    if (vote.terms.secret) {
      if (absl::Status emptied = EmptyBox(name, gathering); !emptied.ok()) return emptied;
    }
    absl::StatusOr<VoteOnRecord> record = reader_.Read(name);
    if (!record.ok()) return record.status();
    if (!vote.tally_secret_key.empty()) {
      // The log says the key from here on.
      if (absl::Status gone = parts_.keys.Destroy(name); !gone.ok()) return gone;
    }
    const Opener open = [&vote](std::string_view sealed) {
      return keyring::OpenBox(sealed, vote.tally_secret_key);
    };
    const v1::TallyInput input = MakeTallyInput(record->vote, open);
    // A community's own rules don't know by which name they were pinned.
    policy::v1::VotingRuleSet pinned = *rules;
    pinned.set_name(vote.rule_set);
    absl::StatusOr<v1::TallyResult> result = Tally({pinned, input});
    if (!result.ok()) return result.status();
    Counted counted{.snapshot = record->vote.vote.snapshot, .result = *std::move(result)};
    counted.differences = Differences(record->first_count.hashes(), counted.result.hashes());
    return Bring(std::move(counted));
  }

 private:
  static std::vector<std::string> Differences(const v1::TallyHashes& first,
                                              const v1::TallyHashes& now) {
    std::vector<std::string> parts;
    if (first.input().empty()) return parts;
    if (first.rules() != now.rules()) parts.push_back("rules");
    if (first.roll() != now.roll()) parts.push_back("roll");
    if (first.deliveries() != now.deliveries()) parts.push_back("deliveries");
    if (first.ballots() != now.ballots()) parts.push_back("ballots");
    return parts;
  }

  // The box's papers reach the log once, in the order of their bytes; then box and key go. Whatever
  // of this a crash leaves undone is done by the next count.
  absl::Status EmptyBox(const std::string& name, const Gathering& gathering) {
    if (absl::Status settled = SettleHeldPapers(parts_.store, parts_.box); !settled.ok()) {
      return settled;
    }
    absl::StatusOr<VoteOnRecord> record = reader_.Read(name);
    if (!record.ok()) return record.status();
    if (!record->box_emptied) {
      absl::Status written = WriteBox(name, gathering);
      if (!written.ok()) return written;
    }
    if (absl::Status emptied = parts_.box.Empty(name); !emptied.ok()) return emptied;
    return parts_.keys.Destroy(name);
  }

  absl::Status WriteBox(const std::string& name, const Gathering& gathering) {
    absl::StatusOr<std::vector<std::string>> sealed = parts_.box.Papers(name);
    if (!sealed.ok()) return sealed.status();
    absl::StatusOr<std::string> key = SecretKey(parts_.keys, name);
    if (!key.ok()) return key.status();
    std::vector<std::string> papers;
    for (const std::string& paper : *sealed) {
      std::optional<std::string> open = keyring::OpenBox(paper, *key);
      if (!open.has_value()) return absl::DataLossError("a paper of the box does not open");
      papers.push_back(*std::move(open));
    }
    std::sort(papers.begin(), papers.end());
    std::vector<v1::BallotBoxEmptied> pages(1);
    std::size_t bytes = 0;
    for (const std::string& paper : papers) {
      if (bytes + paper.size() > kBoxPageBytesMax) {
        pages.emplace_back();
        bytes = 0;
      }
      bytes += paper.size() + 4;
      if (!pages.back().add_papers()->ParseFromString(paper)) {
        return absl::InternalError("a paper of the box can't be read");
      }
    }
    eventstore::Append append;
    eventstore::StreamWrite& write = append.writes.emplace_back();
    write.stream = name + "/box";
    write.expected = eventstore::NoStream();
    for (std::size_t i = 0; i < pages.size(); ++i) {
      pages[i].set_page(static_cast<int>(i) + 1);
      pages[i].set_pages(static_cast<int>(pages.size()));
      absl::StatusOr<log::v1::Record> record = gathering.record(write.stream, pages[i]);
      if (!record.ok()) return record.status();
      write.records.push_back(*std::move(record));
    }
    return AppendNow(parts_.store, std::move(append));
  }

  const CompanionParts parts_;
  const VoteReader reader_;
};

class SecretCast final : public Companion {
 public:
  explicit SecretCast(const CompanionParts& parts) : parts_(parts) {}

  Gathered Gather(const Gathering& gathering) override {
    const auto& request = static_cast<const v1::CastSecretBallotRequest&>(gathering.request);
    const std::string resolution = Voter::VoteOf(gathering.context.name);
    const auto* vote = gathering.context.facts.Peer<ResolutionState>(resolution);
    const auto& voter = *static_cast<const VoterState*>(gathering.state);
    const bool can = vote != nullptr && vote->phase == Phase::kOpen && vote->terms.secret &&
                     voter.InRoll(vote->snapshot) && !voter.has_voted && !request.validate_only();
    if (!can) return Nothing();
    type::v1::SealedBox paper = PaperFor(*vote, request.paper());
    if (absl::Status sealed = runtime::SealBox(paper); !sealed.ok()) return sealed;
    ballotbox::Pending pending{resolution, gathering.context.name, request.request_id()};
    if (absl::Status held = parts_.box.Hold(pending, paper.sealed()); !held.ok()) return held;
    return Bring(std::move(pending));
  }

  void Settle(const std::shared_ptr<const void>& gathered, runtime::Settled settled) override {
    if (gathered == nullptr || settled == runtime::Settled::kUnknown) return;
    const auto& pending = *static_cast<const ballotbox::Pending*>(gathered.get());
    // What fails here stays held, and is settled by the next start or by the count.
    const absl::Status done = settled == runtime::Settled::kCommitted ? parts_.box.Drop(pending)
                                                                      : parts_.box.Discard(pending);
    done.IgnoreError();
  }

 private:
  const CompanionParts parts_;
};

}  // namespace

Companions MakeCompanions(const CompanionParts& parts) {
  return {.support = std::make_unique<Support>(parts),
          .freeze = std::make_unique<Freeze>(parts),
          .open = std::make_unique<Open>(parts),
          .close = std::make_unique<Close>(parts),
          .count = std::make_unique<Counting>(parts),
          .secret_cast = std::make_unique<SecretCast>(parts)};
}

absl::Status SettleHeldPapers(const eventstore::EventStore& store, ballotbox::BallotBox& box) {
  const VoteReader reader(store);
  absl::StatusOr<std::vector<ballotbox::Pending>> held = box.Held();
  if (!held.ok()) return held.status();
  for (const ballotbox::Pending& pending : *held) {
    absl::StatusOr<std::string> request = reader.SecretRequestOf(pending.voter);
    if (!request.ok()) return request.status();
    absl::Status settled =
        *request == pending.request_id ? box.Drop(pending) : box.Discard(pending);
    if (!settled.ok()) return settled;
  }
  return absl::OkStatus();
}

}  // namespace sanzhang::resolution
