// Asks witnesses to cosign the log's checkpoints (C2SP tlog-witness), each on a thread of its own,
// so that one that is slow or away delays neither the log nor another.
//
// Errors of a witness are counted, logged once until it answers again, and tried again; a witness
// that has seen another history than ours is logged as an error.
// Threads: Wake from any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/transparency/keeper.h"
#include "services/sanzhang/metrics.h"

namespace sanzhang::app {

struct WitnessAddress {
  transparency::VerifierKey key = {};
  std::string url = {};  // Its submission prefix.
};

// `<vkey> <url>`. INVALID_ARGUMENT, saying why.
absl::StatusOr<WitnessAddress> ParseWitness(std::string_view text);

class Cosigners {
 public:
  // Both must outlive it.
  Cosigners(transparency::TreeKeeper& keeper, const std::vector<WitnessAddress>& witnesses,
            Metrics& metrics);
  // Waits for what is being asked.
  ~Cosigners();
  Cosigners(const Cosigners&) = delete;
  Cosigners& operator=(const Cosigners&) = delete;

  // There is a new checkpoint.
  void Wake();

 private:
  class Asker;
  std::vector<std::unique_ptr<Asker>> askers_;
};

}  // namespace sanzhang::app
