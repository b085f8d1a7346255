// What is remembered of a resolution between commands.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "sanzhang/resolution/v1/resolution.pb.h"
#include "sanzhang/resolution/v1/tally.pb.h"
#include "sanzhang/type/v1/access.pb.h"

namespace sanzhang::resolution {

// In the order in which they are passed. The last two end it, from before the opening and from
// after the certification.
enum class Phase {
  kNone,
  kDrafted,
  kNoticed,
  kOpen,
  kClosed,
  kTallied,
  kCertified,
  kPublished,
  kInExecution,
  kExecuted,
  kExecutionPublished,
  kWithdrawn,
  kRevoked,
};

using Names = std::set<std::string, std::less<>>;

// One thing to be voted on.
struct Item {
  std::string code;
  std::string candidate;
  std::string question;
  bool operator==(const Item&) const = default;
};

// Someone who was put forward.
struct Candidate {
  Names nominators;
  bool by_body = false;  // One of the nominators is a body, or the first ballot.
  bool reviewed = false;
  bool eligible = false;
  bool withdrew = false;
  bool operator==(const Candidate&) const = default;
};

struct RollObjection {
  std::string objector;
  bool ruled = false;
  bool upheld = false;
  bool operator==(const RollObjection&) const = default;
};

// A span of being in the meeting; `left` is InfiniteFuture while it lasts.
struct Presence {
  absl::Time came;
  absl::Time left;
  bool operator==(const Presence&) const = default;
};

// What a count says of one item.
struct ItemResult {
  std::string item;
  std::string candidate;
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  v1::Standing standing = v1::STANDING_UNSPECIFIED;
  std::int32_t rank = 0;
  bool operator==(const ItemResult&) const = default;
};

// A count, as far as the rules need it.
struct Count {
  std::string input_sha256;
  std::vector<ItemResult> items;
  v1::Outcome election = v1::OUTCOME_UNSPECIFIED;
  std::int32_t seats_left = 0;  // Of an election.
  bool operator==(const Count&) const = default;
};

struct Challenge {
  bool ruled = false;
  v1::ChallengeRuling ruling = v1::CHALLENGE_RULING_UNSPECIFIED;
  bool operator==(const Challenge&) const = default;
};

// What a ballot may say (v1::BallotTerms).
struct BallotRules {
  bool secret = false;
  bool last_counts = false;
  bool follow_majority = false;
  std::int32_t marks_max = 0;  // 0: any number.
  bool no_proxies = false;
  bool candidates_hold_no_proxies = false;
  std::int32_t proxies_max = 0;  // That one person holds; 0: any number.
  bool company_staff_hold_no_proxies = false;
  bool operator==(const BallotRules&) const = default;
};

// Only what the rules and companions need. A time that is not set is InfinitePast.
struct ResolutionState {
  Phase phase = Phase::kNone;

  // The motion.
  v1::Regime regime = v1::REGIME_UNSPECIFIED;
  v1::MatterCode matter = v1::MATTER_CODE_UNSPECIFIED;
  absl::Time drafted_at = absl::InfinitePast();
  std::string drafter;       // A person, or a service.
  std::string drafter_body;  // Empty where a person drafted for a petition.
  std::string convener;
  std::string body;
  std::string property_area;
  std::vector<std::string> scope;
  std::vector<Item> items;
  std::int32_t seats = 0;
  std::string elects_to;
  std::string recalls;
  std::string runoff_of;
  std::string procedure;

  // What comes before the notice.
  bool petition_required = false;
  bool petition_complete = false;
  std::map<type::v1::Role, Names> petition;  // The subjects signed for, by capacity.
  Names signers;
  std::vector<Names> deliberations;  // The bodies of each.
  bool studied = false;

  // The notice.
  absl::Time noticed_at = absl::InfinitePast();
  std::string rule_set;
  absl::Time opens = absl::InfinitePast();
  absl::Time closes = absl::InfinitePast();
  v1::VoteMode mode = v1::VOTE_MODE_UNSPECIFIED;
  v1::NonReturnPolicy non_return = v1::NON_RETURN_POLICY_UNSPECIFIED;
  std::string non_return_basis;
  BallotRules terms;
  Names counters;

  // The roll.
  std::string snapshot;  // Empty: not frozen.
  std::string roll_sha256;
  absl::Time roll_objections_until = absl::InfinitePast();
  absl::Time roll_votes_from = absl::InfinitePast();
  std::map<std::string, RollObjection, std::less<>> roll_objections;

  // Elections and recalls.
  std::map<std::string, Candidate, std::less<>> candidates;
  bool candidates_published = false;  // The items are theirs.
  absl::Time candidates_votes_from = absl::InfinitePast();
  bool defence_heard = false;

  // The vote.
  absl::Time opened_at = absl::InfinitePast();
  absl::Time closed_at = absl::InfinitePast();
  std::int32_t extensions = 0;
  std::string tally_public_key;
  std::string tally_secret_key;
  std::int64_t box_ballots = 0;
  std::map<std::string, std::vector<Presence>, std::less<>> attendance;  // By voter.
  std::map<std::string, absl::Time, std::less<>> called;                 // Item to when.
  std::map<std::string, Names, std::less<>> recused;  // Voter to items; none: all.
  Names interested;                                   // Persons recused, or with an interest.

  // The count.
  Count count;
  absl::Time tally_objections_until = absl::InfinitePast();
  std::int32_t tally_objections = 0;
  std::int32_t tally_objections_pending = 0;
  std::map<std::string, v1::Signatory, std::less<>> signatures;  // Of this count, by person.

  // The outcome.
  bool count_certified = false;  // The present count is the certified one.
  absl::Time certified_at = absl::InfinitePast();
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  bool something_passed = false;  // At least one item.
  std::vector<std::string> alternates;
  std::int32_t alternates_seated = 0;  // Or passed over, as they stand no more.
  std::vector<std::string> runoff;     // Who stands in the second ballot; empty: there is none.
  std::int32_t runoff_seats = 0;

  // Afterwards.
  std::string notice;
  std::string filed_with;
  std::string filing_receipt;
  std::string executor;
  std::string execution_notice;
  std::map<std::string, Challenge, std::less<>> challenges;

  bool is_election() const { return seats > 0; }
  bool operator==(const ResolutionState&) const = default;
};

}  // namespace sanzhang::resolution
