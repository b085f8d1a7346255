// What stands beside the deciders of votes: the register read in bulk, keys that are durable before
// the first ballot under them, the box of secret votes, the count.
//
//   SupportMotion      who the signer is among all who may ask for the vote
//   FreezeElectorate   enrols every voting subject, in appends of their own, before the roll is
//   frozen OpenVote           makes the vote's key CloseVote          says the key, unless the vote
//   is secret ComputeTally       empties the box of a secret vote into the log and destroys its
//   key; counts Recount            counts again CastSecretBallot   holds the paper until the log
//   says that the voter has voted
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "eventstore/event_store.h"
#include "services/ballotbox/ballot_box.h"
#include "services/keyring/keyring.h"
#include "services/runtime/companion.h"
#include "services/runtime/electorate.h"

namespace sanzhang::resolution {

// Not owned; all must outlive the companions.
struct CompanionParts {
  eventstore::EventStore& store;
  const runtime::Electorates& electorates;
  keyring::Keyring& keys;
  ballotbox::BallotBox& box;
};

struct Companions {
  std::unique_ptr<runtime::Companion> support;
  std::unique_ptr<runtime::Companion> freeze;
  std::unique_ptr<runtime::Companion> open;
  std::unique_ptr<runtime::Companion> close;
  std::unique_ptr<runtime::Companion> count;
  std::unique_ptr<runtime::Companion> secret_cast;
};

Companions MakeCompanions(const CompanionParts& parts);

// Settles the papers that a crash left between the box and the log, by what the log says. Called
// before commands are taken.
absl::Status SettleHeldPapers(const eventstore::EventStore& store, ballotbox::BallotBox& box);

}  // namespace sanzhang::resolution
