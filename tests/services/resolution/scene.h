// A vote under one of the rule sets that ship, put together in a few words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sanzhang/policy/v1/voting_rule_set.pb.h"
#include "sanzhang/resolution/v1/tally.pb.h"

namespace sanzhang::resolution {

// Of deploy/policy, by the file's name without its ending.
policy::v1::VotingRuleSet ShippedRules(std::string_view file);

// Opened at second 100, closes at 200; ballots are cast at 150 unless said otherwise. Times are
// seconds.
struct Scene {
  explicit Scene(std::string_view rules_file);

  policy::v1::VotingRuleSet rules;
  v1::TallyInput input;

  v1::TallyItem& Item(std::string_view code);  // Put to the vote at 150.
  v1::TallyItem& Candidate(std::string_view code);
  v1::TallySubject& Subject(std::string_view name, std::int64_t area = 1);
  // Whose ballot says the choice to every item there is; its name follows from how many there are.
  v1::TallyBallot& Cast(std::string_view subject, v1::Choice choice, std::int64_t at = 150);
  // So many further subjects of that area, who all cast that choice; UNSPECIFIED: nothing.
  void Crowd(int count, v1::Choice choice, std::int64_t area = 1);
  // Delivered at 120, warned.
  v1::TallyDelivery& Deliver(std::string_view subject);
  v1::TallyPresence& Present(std::string_view subject, std::int64_t from = 100);
  v1::TallyProxy& Proxy(std::string_view principal, std::string_view agent,
                        std::int64_t granted_at = 110);
  // A ballot for it by the agent.
  v1::TallyBallot& CastBy(std::string_view agent, std::string_view subject, v1::Choice choice,
                          std::int64_t at = 150);
  void Keep(std::string_view subject, std::string_view ballot);
  // A ballot in a secret vote, for these items.
  v1::TallyBallot& Secretly(const std::vector<std::string>& for_items,
                            const std::vector<std::string>& against = {});

  v1::TallyResult Result() const;  // Ends the test if it is refused.
  v1::ItemTally First() const;     // The first item of the result.
  v1::Outcome Outcome() const;     // Of the first item.
  std::vector<v1::TallyFlag> Flags() const;
  // `b0 PROXY`, `b1/a BLANK`, as in the result.
  std::vector<std::string> SetAside() const;
  std::string Refusal() const;  // Empty: it is counted.
};

void SetSeconds(std::int64_t seconds, google::protobuf::Timestamp& stamp);

}  // namespace sanzhang::resolution
