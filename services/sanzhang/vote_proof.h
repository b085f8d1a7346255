// The proof package of a vote: what a stranger needs to count it again and to see that nothing was
// changed, as texts by file name. README.md in the package says how to use it.
//
// Threads: any; all pure but the reading of the source.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/audit/record_source.h"
#include "services/audit/schema.h"
#include "services/policy/policy_book.h"

namespace sanzhang::app {

// The tree that proofs are of.
struct ProofTree {
  std::string checkpoint = {};  // The signed note.
  std::uint64_t size = 0;
  // Hashes of 32 bytes from the record's leaf to the root. Positions are at most `size`.
  std::function<absl::StatusOr<std::vector<std::string>>(std::uint64_t position)> path = {};
};

// From all records of the source; DATA_LOSS if their root is not the checkpoint's,
// FAILED_PRECONDITION if there is none.
absl::StatusOr<ProofTree> BuildProofTree(audit::RecordSource& source);

// FAILED_PRECONDITION: the vote has not been counted yet, or the tree does not hold all of it yet.
// DATA_LOSS: it can't be read, or counting again gives another result than is on record. NOT_FOUND:
// no such vote, or no such rule set. INVALID_ARGUMENT: not the name of a vote.
absl::StatusOr<std::map<std::string, std::string>> MakeVoteProof(const std::string& resolution,
                                                                 audit::RecordSource& source,
                                                                 const ProofTree& tree,
                                                                 const policy::PolicyBook& book,
                                                                 const audit::Schema& schema);

// The scripts of a package, carried in the program: deploy/proof.
std::string_view RecomputeScript();
std::string_view SignatureScript();
std::string_view TallyScript();

}  // namespace sanzhang::app
