#include "services/sanzhang/command_side.h"

#include <filesystem>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/event_store.h"
#include "eventstore/rocks_commit_log.h"
#include "projections/engine/log_feed.h"
#include "projections/engine/positions.h"
#include "proto/wire/refusal.h"
#include "services/ballotbox/ballot_box.h"
#include "services/complaint/complaint_service.h"
#include "services/keyring/keyring.h"
#include "services/keyring/subject_keyring.h"
#include "services/log/log_service.h"
#include "services/log/transparency_service.h"
#include "services/notice/notice_service.h"
#include "services/opening/opener.h"
#include "services/opening/opening_service.h"
#include "services/opening/subject_sealer.h"
#include "services/policy/own_policy.h"
#include "services/policy/policy_book.h"
#include "services/policy/policy_service.h"
#include "services/privacy/ledger.h"
#include "services/privacy/privacy_companion.h"
#include "services/privacy/privacy_service.h"
#include "services/rating/rating_companion.h"
#include "services/rating/rating_service.h"
#include "services/registry/register_watch.h"
#include "services/registry/registry_directory.h"
#include "services/registry/registry_electorates.h"
#include "services/registry/registry_service.h"
#include "services/resolution/ballot.h"
#include "services/resolution/ballot_service.h"
#include "services/resolution/companions.h"
#include "services/resolution/resolution.h"
#include "services/resolution/resolution_service.h"
#include "services/resolution/voter.h"
#include "services/runtime/command_runner.h"
#include "services/runtime/handle.h"
#include "services/runtime/observer.h"
#include "services/sanzhang/json_log.h"
#include "services/sanzhang/log_index.h"
#include "services/sanzhang/metered_commit_log.h"
#include "services/sanzhang/tree_side.h"

namespace sanzhang::app {
namespace {

// Counts refusals by their reason, and logs what is our own fault; clients only learn that it is.
class RefusalObserver : public runtime::Observer {
 public:
  explicit RefusalObserver(Metrics& metrics) : metrics_(metrics) {}

  void Answered(std::string_view method, const absl::Status& status, absl::Duration) override {
    if (status.ok()) return;
    const std::string reason = type::v1::ErrorReason_Name(wire::ReasonOf(status));
    metrics_
        .Counter("sanzhang_refusals_total", "Commands that were refused, by reason.",
                 {{"reason", reason.substr(sizeof "ERROR_REASON")}})
        .Increment();
    const bool ours = status.code() == absl::StatusCode::kInternal ||
                      status.code() == absl::StatusCode::kUnknown ||
                      status.code() == absl::StatusCode::kDataLoss;
    if (!ours) return;
    Log(Level::kError, "command failed",
        {{"method", std::string(method)}, {"error", std::string(status.message())}});
  }

 private:
  Metrics& metrics_;
};

// What follows the log in the same folder has seen it reach so far.
std::vector<eventstore::Anchor> AnchorsOf(const std::filesystem::path& data) {
  std::vector<eventstore::Anchor> anchors;
  for (const char* folder : {"views", "timekeeper"}) {
    for (const auto& [file, position] : projections::PositionsIn(data / folder)) {
      anchors.push_back({absl::StrCat(folder, "/", file), position});
    }
  }
  return anchors;
}

// Whether the first path is the second or lies in it.
bool LiesIn(const std::filesystem::path& inner, const std::filesystem::path& outer) {
  const auto whole = [](const std::filesystem::path& path) {
    return std::filesystem::weakly_canonical(std::filesystem::absolute(path)) / "";
  };
  const std::string folder = whole(outer).parent_path() / "";
  return whole(inner).string().starts_with(folder);
}

// The folder of keys, made only for a log that is yet to be made: what an existing one has sealed
// could never be opened with new keys.
absl::Status FindKeys(const CommandSide::Options& options, const std::string& log) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (options.keys.empty() || LiesIn(options.keys, options.data)) {
    return absl::InvalidArgumentError(
        absl::StrCat("keys = \"", options.keys, "\" must be a folder outside of ", options.data));
  }
  if (fs::is_directory(options.keys, error)) return absl::OkStatus();
  if (fs::exists(fs::path(log) / "log-identity", error)) {
    return absl::NotFoundError(
        absl::StrCat(options.keys, ": the keys of ", log,
                     " are not there; put them back from their backup, or say where they are"));
  }
  fs::create_directories(options.keys, error);
  if (!error) fs::permissions(options.keys, fs::perms::owner_all, error);
  if (error) return absl::InternalError(absl::StrCat(options.keys, ": ", error.message()));
  return absl::OkStatus();
}

// One set of the services; a server has its own.
struct Services {
  Services(eventstore::EventStore& store, const transparency::TreeKeeper& tree,
           runtime::CommandRunner& runner, const log::TransparencyService::Identify& identify,
           rating::Companions raters, const resolution::Companions& voters,
           runtime::Companion& erasures, std::unique_ptr<grpc::Service> opening_service)
      : log(store,
            [identify](const grpc::CallbackServerContext& call,
                       const google::protobuf::Message& request) {
              return identify(call, request).status();
            }),
        transparency(store, tree, identify),
        ballot(resolution::MakeBallotService(runner, voters)),
        complaint(runner),
        notice(notice::MakeNoticeService(runner)),
        opening(std::move(opening_service)),
        policy(policy::MakePolicyService(runner)),
        privacy(privacy::MakePrivacyService(runner, erasures)),
        rating(rating::MakeRatingService(runner, raters)),
        registry(registry::MakeRegistryService(runner)),
        resolution(resolution::MakeResolutionService(runner, voters)) {}

  std::vector<grpc::Service*> all() {
    return {&log.service(), &transparency.service(), ballot.get(),    &complaint,
            notice.get(),   opening.get(),           policy.get(),    privacy.get(),
            rating.get(),   registry.get(),          resolution.get()};
  }

  log::LogService log;
  log::TransparencyService transparency;
  std::unique_ptr<grpc::Service> ballot;
  complaint::ComplaintService complaint;
  std::unique_ptr<grpc::Service> notice;
  std::unique_ptr<grpc::Service> opening;
  std::unique_ptr<grpc::Service> policy;
  std::unique_ptr<grpc::Service> privacy;
  std::unique_ptr<grpc::Service> rating;
  std::unique_ptr<grpc::Service> registry;
  std::unique_ptr<grpc::Service> resolution;
};

// How commands fold what they read beside their own stream, by its collection.
std::map<std::string, const runtime::AggregateType*, std::less<>> PeerKinds() {
  auto kinds = rating::PeerKinds();
  kinds.merge(privacy::PeerKinds());
  kinds["policies"] = &runtime::AggregateTypeOf<policy::OwnPolicy>();
  kinds["resolutions"] = &runtime::AggregateTypeOf<resolution::Resolution>();
  kinds["voters"] = &runtime::AggregateTypeOf<resolution::Voter>();
  kinds["ballots"] = &runtime::AggregateTypeOf<resolution::Ballot>();
  return kinds;
}

class CommandSideImpl : public CommandSide {
 public:
  explicit CommandSideImpl(const Options& options)
      : authenticator_(*options.authenticator), observer_(*options.metrics) {}
  ~CommandSideImpl() override { Close(); }

  absl::Status Init(const Options& options) {
    if (absl::Status opened = OpenStore(options); !opened.ok()) return opened;
    if (absl::Status opened = OpenKeys(options); !opened.ok()) return opened;
    if (absl::Status opened = OpenBox(options); !opened.ok()) return opened;
    directory_ = std::make_unique<registry::RegistryDirectory>(
        *store_, watch_, registry::RegistryDirectory::Options{.now = options.now});
    runner_ = std::make_unique<runtime::CommandRunner>(
        runtime::CommandRunner::Parts{*store_, *directory_, *policies_, authenticator_, *sealer_,
                                      &observer_, PeerKinds()},
        runtime::CommandRunner::Options{.now = options.now});
    const auto identify = [this](const grpc::CallbackServerContext& call,
                                 const google::protobuf::Message& request) {
      return runtime::Admit(authenticator_, call, request);
    };
    const rating::Companions raters{*quick_ratings_, *bulk_ratings_};
    for (std::unique_ptr<Services>* services : {&outer_, &inner_}) {
      *services = std::make_unique<Services>(*store_, tree_->keeper(), *runner_, identify, raters,
                                             voters_, *erasures_,
                                             opening::MakeOpeningService(*opener_, authenticator_));
    }
    grpc::ServerBuilder builder;  // Without a port: reached by InProcess() only.
    for (grpc::Service* service : inner_->all()) builder.RegisterService(service);
    inner_server_ = builder.BuildAndStart();
    if (inner_server_ == nullptr) return absl::InternalError("the inner server does not start");
    gauges_ = options.metrics->Watch([this] { return Look(); });
    return absl::OkStatus();
  }

  std::vector<grpc::Service*> services() override { return outer_->all(); }

  std::shared_ptr<grpc::Channel> InProcess() override {
    return inner_server_->InProcessChannel(projections::LogChannelArguments());
  }

  absl::Status health() const override { return store_->health(); }
  std::uint64_t head() const override { return store_->head().position; }
  HttpAnswer TreePage(const std::string& path) const override { return tree_->Page(path); }

  bool Drain(absl::Time deadline) override {
    outer_->log.Drain();
    return runner_->Drain(deadline);
  }

  void Close() override {
    gauges_.reset();
    if (inner_ != nullptr) inner_->log.Drain();
    if (inner_server_ != nullptr) {
      inner_server_->Shutdown(std::chrono::system_clock::now());
      inner_server_->Wait();
    }
    if (tree_ != nullptr) tree_->Close();
    if (store_ != nullptr) store_->Close();
  }

 private:
  absl::Status OpenStore(const Options& options) {
    auto policies = policy::PolicyBook::Load(options.policy);
    if (!policies.ok()) return policies.status();
    policies_ = *std::move(policies);
    const std::string path = std::filesystem::path(options.data) / "log";
    if (absl::Status keys = FindKeys(options, path); !keys.ok()) return keys;
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) return absl::InternalError(absl::StrCat(path, ": ", error.message()));
    auto tree = TreeSide::Open({options.data, options.keys, options.origin, options.witnesses,
                                options.sign_pause, options.metrics, options.on_stopped});
    if (!tree.ok()) return tree.status();
    tree_ = *std::move(tree);
    std::vector<eventstore::Anchor> anchors = AnchorsOf(options.data);
    anchors.push_back(tree_->anchor());
    auto commit_log = eventstore::OpenRocksCommitLog(
        {.path = path,
         .create_if_missing = true,
         .anchors = std::move(anchors),
         .on_incident = [](const std::string& incident) {
           Log(Level::kError,
               "the log was opened without its damaged end, which may have been acknowledged; the "
               "file is kept in set-aside",
               {{"incident", incident}});
         }});
    if (!commit_log.ok()) return commit_log.status();
    eventstore::EventStore::Options store_options;
    store_options.derive = [this](const log::v1::Record& record) {
      return IndexOf(record, &watch_);
    };
    store_options.now = options.now;
    store_options.on_stopped = options.on_stopped;
    auto store = eventstore::EventStore::Open(Metered(*std::move(commit_log), *options.metrics),
                                              std::move(store_options));
    if (!store.ok()) return store.status();
    store_ = *std::move(store);
    return tree_->Start(*store_);
  }

  absl::Status OpenKeys(const Options& options) {
    auto keyring = keyring::Keyring::Open(std::filesystem::path(options.keys) / "votes");
    if (!keyring.ok()) return keyring.status();
    keyring_ = *std::move(keyring);
    if (absl::Status opened = OpenPersons(options); !opened.ok()) return opened;
    erasures_ = std::make_unique<privacy::PrivacyCompanion>(*store_, *persons_);
    quick_ratings_ = std::make_unique<rating::RatingCompanion>(*store_, *keyring_);
    bulk_ratings_ = std::make_unique<rating::RatingCompanion>(*store_, *keyring_);
    return absl::OkStatus();
  }

  // The keys of persons: made with the log, never after it.
  absl::Status OpenPersons(const Options& options) {
    const std::filesystem::path folder = std::filesystem::path(options.keys) / "persons";
    std::error_code error;
    if (store_->head().position > 0 && !std::filesystem::exists(folder, error)) {
      return absl::NotFoundError(
          absl::StrCat(folder.string(), ": the keys of persons are not there"));
    }
    auto persons = keyring::SubjectKeyring::Open(folder);
    if (!persons.ok()) return persons.status();
    persons_ = *std::move(persons);
    // Whatever old copy it is: what the log says was erased is erased before anything is served.
    const auto ledger = privacy::ReadLedger(*store_);
    if (!ledger.ok()) return ledger.status();
    if (absl::Status obeyed = persons_->Obey(*ledger); !obeyed.ok()) return obeyed;
    sealer_ = std::make_unique<opening::SubjectSealer>(*persons_);
    opener_ = std::make_unique<opening::Opener>(
        *store_, *persons_,
        opening::Opener::Options{
            .now = options.now,
            .on_unreadable = [&metrics = *options.metrics](const type::v1::SealedPassage& text) {
              metrics
                  .Counter("sanzhang_texts_unreadable_total",
                           "Sealed texts that could not be opened although nobody erased them.", {})
                  .Increment();
              Log(Level::kError, "a sealed text can't be opened: its key is lost, or it is damaged",
                  {{"stream", text.stream()}, {"event_id", text.event_id()}});
            }});
    return absl::OkStatus();
  }

  // Before commands are taken: papers that a crash left between box and log are settled.
  absl::Status OpenBox(const Options& options) {
    auto box =
        ballotbox::BallotBox::Open(std::filesystem::path(options.data) / "ballot-box.sqlite");
    if (!box.ok()) return box.status();
    box_ = *std::move(box);
    voters_ =
        resolution::MakeCompanions({*store_, electorates_.emplace(*store_), *keyring_, *box_});
    return resolution::SettleHeldPapers(*store_, *box_);
  }

  std::vector<Sample> Look() const {
    const eventstore::QueueDepth queued = store_->queue_depth();
    return {{"sanzhang_log_head_position",
             "The last durable position.",
             {},
             static_cast<double>(store_->head().position)},
            {"sanzhang_log_healthy",
             "1 while the log takes appends.",
             {},
             store_->health().ok() ? 1.0 : 0.0},
            {"sanzhang_log_queue_appends",
             "Appends that wait for the committer.",
             {},
             static_cast<double>(queued.appends)},
            {"sanzhang_log_queue_bytes",
             "Bytes of the appends that wait for the committer.",
             {},
             static_cast<double>(queued.bytes)}};
  }

  const runtime::Authenticator& authenticator_;
  RefusalObserver observer_;
  registry::RegisterWatch watch_;
  std::unique_ptr<policy::PolicyBook> policies_;
  std::unique_ptr<eventstore::EventStore> store_;
  std::unique_ptr<TreeSide> tree_;
  std::unique_ptr<registry::RegistryDirectory> directory_;
  std::unique_ptr<keyring::Keyring> keyring_;
  std::unique_ptr<keyring::SubjectKeyring> persons_;
  std::unique_ptr<privacy::PrivacyCompanion> erasures_;
  std::unique_ptr<opening::SubjectSealer> sealer_;
  std::unique_ptr<opening::Opener> opener_;
  std::unique_ptr<rating::RatingCompanion> quick_ratings_;  // For raters.
  std::unique_ptr<rating::RatingCompanion> bulk_ratings_;   // For results.
  std::optional<registry::RegistryElectorates> electorates_;
  std::unique_ptr<ballotbox::BallotBox> box_;
  resolution::Companions voters_;
  std::unique_ptr<runtime::CommandRunner> runner_;
  std::unique_ptr<Services> outer_;
  std::unique_ptr<Services> inner_;
  std::unique_ptr<grpc::Server> inner_server_;
  std::shared_ptr<void> gauges_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<CommandSide>> CommandSide::Open(Options options) {
  auto side = std::make_unique<CommandSideImpl>(options);
  if (absl::Status ready = side->Init(options); !ready.ok()) return ready;
  return side;
}

}  // namespace sanzhang::app
