#include "services/audit/log_verifier.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "eventstore/transparency/limits.h"
#include "eventstore/transparency/note.h"
#include "eventstore/transparency/tile_tree.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "proto/wire/time.h"
#include "sanzhang/log/v1/record.pb.h"

namespace sanzhang::audit {
namespace {

using transparency::BytesOf;
using transparency::Checkpoint;
using transparency::Hash;
using transparency::Tile;
using transparency::TileTree;
using transparency::ToBase64;

constexpr std::uint64_t kProgressEvery = 4096;

absl::Status At(std::uint64_t position, std::string_view what) {
  return absl::DataLossError(absl::StrCat("position ", position, ": ", std::string(what)));
}

// Messages by type, made once each.
class Facts {
 public:
  absl::Status Check(const log::v1::Record& record) {
    auto& fact = facts_[record.type()];
    if (fact == nullptr) {
      const auto* type =
          google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(record.type());
      if (type == nullptr) {
        return At(record.position(), absl::StrCat("the type ", record.type(), " is not known"));
      }
      fact.reset(google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
    }
    if (fact->ParseFromString(record.payload())) return absl::OkStatus();
    return At(record.position(), absl::StrCat("the fact can't be read as ", record.type()));
  }

 private:
  std::map<std::string, std::unique_ptr<google::protobuf::Message>> facts_;
};

// The tiles beside the tree that the records make. Which of the two is wrong, the signed root says:
// so what differs is kept until the tree is there.
class TileCheck {
 public:
  TileCheck(const transparency::TileReader* tiles, std::uint64_t size)
      : tiles_(tiles), size_(tiles == nullptr ? 0 : size) {}

  // After each leaf, with the tiles that it has filled. DATA_LOSS: a tile can't be read.
  absl::Status Look(const TileTree& tree, const std::vector<Tile>& full) {
    if (tree.size() > size_) return absl::OkStatus();
    absl::Status compared = CompareAll(full);
    if (compared.ok() && tree.size() == size_) compared = CompareAll(tree.Partial());
    return compared;
  }

  // The status of a record or a root that is wrong, or, which says more, the first record of which
  // the tiles say that another was signed.
  absl::Status Blame(const TileTree& tree, absl::Status wrong) {
    if (position_ == 0 && tree.size() < size_) {
      for (const Tile& tile : tree.Partial()) {
        if (tile.id.level == 0 && !Compare(tile).ok()) return wrong;
      }
    }
    if (position_ == 0) return wrong;
    return At(position_, "the record is not the one that was signed");
  }

  // The tree of that size is what was signed: then a tile that differs is not.
  absl::Status Settle(const TileTree& tree) const {
    if (tree.size() != size_ || !tile_.has_value()) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat(
        PathOf(*tile_),
        " is not what was signed: this tile is damaged, the records are whole. "
        "Fetch it again; a server makes all of its tiles again if it starts without `tree/tile`"));
  }

 private:
  absl::Status CompareAll(const std::vector<Tile>& made) {
    for (const Tile& tile : made) {
      if (absl::Status compared = Compare(tile); !compared.ok()) return compared;
    }
    return absl::OkStatus();
  }

  absl::Status Compare(const Tile& made) {
    const absl::StatusOr<std::string> said = tiles_->Read(made.id);
    if (!said.ok()) {
      return absl::DataLossError(absl::StrCat(
          "the tile ", PathOf(made.id), " can't be read: ", std::string(said.status().message())));
    }
    if (*said == made.hashes) return absl::OkStatus();
    if (!tile_.has_value()) tile_ = made.id;
    if (made.id.level != 0 || position_ != 0) return absl::OkStatus();
    const auto differs = std::mismatch(made.hashes.begin(), made.hashes.end(), said->begin()).first;
    const auto byte = static_cast<std::uint64_t>(differs - made.hashes.begin());
    position_ = made.id.index * transparency::kTileWidth + byte / transparency::kHashBytes + 1;
    return absl::OkStatus();
  }

  const transparency::TileReader* tiles_;
  const std::uint64_t size_;                  // Of the tree that was signed; 0: no tiles.
  std::optional<transparency::TileId> tile_;  // The first that differs.
  std::uint64_t position_ = 0;                // The first leaf that does; 0: none.
};

class LogVerifier {
 public:
  LogVerifier(const VerifyOptions& options, std::uint64_t end, const Checkpoint& checkpoint)
      : options_(options),
        end_(end),
        tiles_(options.tiles, options.tiles_size != 0 ? options.tiles_size : checkpoint.head.size) {
    heads_.emplace(checkpoint.head.size, checkpoint.head.root);
    for (const Checkpoint& known : options.known) heads_.emplace(known.head.size, known.head.root);
    if (options.rows != nullptr) rows_.emplace(*options.rows, options.derive);
  }

  absl::Status Look(std::uint64_t position, std::string_view bytes) {
    log::v1::Record record;
    if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return At(position, "the record can't be read");
    }
    tree_.Add(transparency::LeafHash(bytes));
    if (absl::Status read = tiles_.Look(tree_, tree_.TakeFull()); !read.ok()) return read;
    absl::Status checked = CheckOrder(record);
    if (checked.ok()) checked = facts_.Check(record);
    if (checked.ok() && rows_) checked = rows_->Look(record);
    if (checked.ok()) checked = CheckRoot();
    if (!checked.ok()) return Blame(std::move(checked));
    if (position == options_.root_of) root_ = tree_.Root();
    if (options_.progress && position % kProgressEvery == 0) options_.progress(position, end_);
    return tiles_.Settle(tree_);
  }

  // First whether a record is the one that was signed: that says most.
  absl::Status Blame(absl::Status wrong) { return tiles_.Blame(tree_, std::move(wrong)); }

  absl::Status Finish(VerifyReport& report) {
    report.records = tree_.size();
    report.streams = revisions_.size();
    report.root = root_;
    const std::uint64_t largest = heads_.rbegin()->first;
    if (tree_.size() < largest) {
      return Blame(At(tree_.size() + 1, absl::StrCat("the log ends before it, but a tree of ",
                                                     largest, " records was signed")));
    }
    return rows_ ? rows_->Finish(report.records, revisions_) : absl::OkStatus();
  }

 private:
  absl::Status CheckOrder(const log::v1::Record& record) {
    std::uint64_t& revision = revisions_[record.stream()];
    if (record.revision() != revision + 1) {
      return At(record.position(), absl::StrCat("revision ", record.revision(), " of ",
                                                record.stream(), " follows ", revision));
    }
    ++revision;
    const absl::Time recorded_at = wire::ToTime(record.recorded_at());
    if (recorded_at < recorded_at_)
      return At(record.position(), "its time lies before the last one's");
    recorded_at_ = recorded_at;
    if (wire::ToTime(record.occurred_at()) > recorded_at) {
      return At(record.position(), "it is recorded before it happened");
    }
    return absl::OkStatus();
  }

  absl::Status CheckRoot() const {
    const auto [begin, end] = heads_.equal_range(tree_.size());
    for (auto head = begin; head != end; ++head) {
      if (tree_.Root() == head->second) continue;
      return absl::DataLossError(absl::StrCat(
          "the first ", tree_.size(), " records are not what was signed: their root is ",
          ToBase64(tree_.Root()), ", not ", ToBase64(head->second)));
    }
    return absl::OkStatus();
  }

  const VerifyOptions& options_;
  const std::uint64_t end_;
  TileCheck tiles_;
  std::multimap<std::uint64_t, Hash> heads_;  // Roots that were signed, by size.
  std::optional<RowCheck> rows_;
  TileTree tree_;
  std::optional<Hash> root_;  // Of the first `root_of`.
  Facts facts_;
  Revisions revisions_;
  absl::Time recorded_at_ = absl::InfinitePast();
};

}  // namespace

absl::StatusOr<VerifyReport> VerifyLog(RecordSource& source, const transparency::Policy& policy,
                                       const VerifyOptions& options) {
  if (source.filtered()) {
    return absl::FailedPreconditionError("a part of a log can't be compared with its checkpoint");
  }
  const absl::StatusOr<std::optional<std::string>> text = source.Checkpoint();
  if (!text.ok()) return text.status();
  if (!text->has_value()) return absl::NotFoundError("there is no signed checkpoint");
  const absl::StatusOr<transparency::SignedNote> note = transparency::SignedNote::Parse(**text);
  if (!note.ok()) {
    return absl::DataLossError(
        absl::StrCat("the checkpoint: ", std::string(note.status().message())));
  }
  absl::StatusOr<transparency::Policy::Verdict> verdict = policy.Check(*note);
  if (!verdict.ok()) return verdict.status();
  VerifyReport report{*std::move(verdict)};
  // What is appended while we read is not looked at; the checkpoint was there before the end was.
  const absl::StatusOr<std::uint64_t> end = source.End();
  if (!end.ok()) return end.status();
  LogVerifier verifier(options, *end, report.verdict.checkpoint);
  absl::Status looked;
  if (*end > 0) {
    RecordRange range;
    range.last = *end;
    const absl::Status read =
        source.Read(range, [&](std::uint64_t position, std::string_view bytes) {
          looked = verifier.Look(position, bytes);
          return looked.ok();
        });
    if (!looked.ok()) return looked;
    if (!read.ok()) return verifier.Blame(read);
  }
  if (absl::Status finished = verifier.Finish(report); !finished.ok()) return finished;
  return report;
}

}  // namespace sanzhang::audit
