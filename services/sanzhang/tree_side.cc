#include "services/sanzhang/tree_side.h"

#include <filesystem>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/sanzhang/json_log.h"

namespace sanzhang::app {
namespace {

// A checkpoint is soon old, a tile never changes.
constexpr char kForAMoment[] = "max-age=1";
constexpr char kForEver[] = "public, max-age=31536000, immutable";

std::string TreeFolder(const std::string& data) { return std::filesystem::path(data) / "tree"; }

}  // namespace

absl::StatusOr<std::unique_ptr<TreeSide>> TreeSide::Open(Options options) {
  std::unique_ptr<TreeSide> side(new TreeSide(std::move(options)));
  const Options& given = side->options_;
  auto signer = transparency::TreeSigner::Open(
      {.keys = given.keys, .tree = TreeFolder(given.data), .origin = given.origin});
  if (!signer.ok()) return signer.status();
  side->signer_ = *std::move(signer);
  if (side->signer_->key_is_new()) {
    Log(Level::kInfo,
        "made the key that signs this log; keep a copy of the folder of keys, apart from the "
        "data's",
        {{"keys", given.keys}, {"verifier_key", side->signer_->verifier().Encode()}});
  }
  return side;
}

eventstore::Anchor TreeSide::anchor() const {
  return {absl::StrCat("the signed tree of ", signer_->verifier().name), signer_->last().size};
}

absl::Status TreeSide::Start(eventstore::EventStore& store) {
  transparency::TreeKeeper::Options options;
  options.folder = TreeFolder(options_.data);
  options.sign_pause = options_.sign_pause;
  options.on_stopped = options_.on_stopped;
  options.on_note = [](std::string_view note) { Log(Level::kWarn, note); };
  options.on_published = [this] {
    absl::MutexLock lock(&mutex_);
    if (awake_ != nullptr) awake_->Wake();
  };
  auto keeper = transparency::TreeKeeper::Open(store, *signer_, std::move(options));
  if (!keeper.ok()) return keeper.status();
  keeper_ = *std::move(keeper);
  cosigners_ = std::make_unique<Cosigners>(*keeper_, options_.witnesses, *options_.metrics);
  {
    absl::MutexLock lock(&mutex_);
    awake_ = cosigners_.get();
  }
  gauges_ = options_.metrics->Watch([this] { return Look(); });
  return absl::OkStatus();
}

HttpAnswer TreeSide::Page(const std::string& path) const {
  const HttpAnswer none{.code = 404, .body = "not there\n"};
  const auto published = keeper_->published();
  if (published == nullptr) return none;
  if (path == transparency::kCheckpointFile) {
    return {.cache_control = kForAMoment, .body = published->note.Encode()};
  }
  const std::optional<transparency::TileId> tile = transparency::TileAt(path);
  if (!tile) return none;
  // What is not signed yet is not shown.
  if (transparency::TileIn(tile->level, tile->index, published->head.size).width < tile->width) {
    return none;
  }
  absl::StatusOr<std::string> hashes = keeper_->tiles().Read(*tile);
  if (!hashes.ok()) return {.code = 503, .body = "can't be read\n"};
  return {.content_type = "application/octet-stream",
          .cache_control = kForEver,
          .body = *std::move(hashes)};
}

std::vector<Sample> TreeSide::Look() const {
  const auto published = keeper_->published();
  const std::uint64_t signed_size = published == nullptr ? 0 : published->head.size;
  return {{"sanzhang_tree_size",
           "Records in the log's tree, signed or not.",
           {},
           static_cast<double>(keeper_->size())},
          {"sanzhang_tree_signed_size",
           "Records in the tree that was signed last.",
           {},
           static_cast<double>(signed_size)},
          {"sanzhang_tree_behind_seconds",
           "For how long some record has waited to be signed.",
           {},
           absl::ToDoubleSeconds(keeper_->behind())},
          {"sanzhang_tree_healthy",
           "1 while the log is what was signed.",
           {},
           keeper_->health().ok() ? 1.0 : 0.0}};
}

void TreeSide::Close() {
  gauges_.reset();
  {
    absl::MutexLock lock(&mutex_);
    awake_ = nullptr;
  }
  cosigners_.reset();
  if (keeper_ != nullptr) keeper_->Close();
}

}  // namespace sanzhang::app
