// The tamper evidence of a process that writes: key, tree, witnesses, and the pages that everyone
// may read.
//
// Made in two steps: what was signed is known before the log is opened, since the log must reach
// it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/event_store.h"
#include "eventstore/start_decision.h"
#include "eventstore/transparency/keeper.h"
#include "eventstore/transparency/signer.h"
#include "services/sanzhang/cosigners.h"
#include "services/sanzhang/http.h"
#include "services/sanzhang/metrics.h"

namespace sanzhang::app {

class TreeSide {
 public:
  struct Options {
    std::string data;    // Folder; the tree is in `tree`.
    std::string keys;    // Folder; the key is `log.key`.
    std::string origin;  // See TreeSigner.
    std::vector<WitnessAddress> witnesses = {};
    absl::Duration sign_pause = absl::Milliseconds(transparency::kSignPauseMs);
    Metrics* metrics = nullptr;
    // The log is not what was signed. Called once, from any thread; must not block.
    std::function<void(const absl::Status&)> on_stopped;
  };

  // See TreeSigner::Open.
  static absl::StatusOr<std::unique_ptr<TreeSide>> Open(Options options);
  ~TreeSide() { Close(); }

  // What the log must reach.
  eventstore::Anchor anchor() const;
  // See TreeKeeper::Open. `store` must outlive it.
  absl::Status Start(eventstore::EventStore& store);
  // Once started.
  const transparency::TreeKeeper& keeper() const { return *keeper_; }

  // `checkpoint`, and `tile/...` of the signed tree.
  HttpAnswer Page(const std::string& path) const;

  // Before the store is closed.
  void Close();

 private:
  explicit TreeSide(Options options) : options_(std::move(options)) {}
  std::vector<Sample> Look() const;

  const Options options_;
  std::unique_ptr<transparency::TreeSigner> signer_;
  absl::Mutex mutex_;
  Cosigners* awake_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::unique_ptr<transparency::TreeKeeper> keeper_;
  std::unique_ptr<Cosigners> cosigners_;
  std::shared_ptr<void> gauges_;
};

}  // namespace sanzhang::app
