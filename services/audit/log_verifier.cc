#include "services/audit/log_verifier.h"

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
#include "services/audit/row_check.h"

namespace sanzhang::audit {
namespace {

using transparency::BytesOf;
using transparency::Checkpoint;
using transparency::Hash;
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

// What the tiles say of leaves, in their order.
class TileLeaves {
 public:
  TileLeaves(const transparency::TileReader* tiles, std::uint64_t size)
      : tiles_(tiles), size_(size) {}

  absl::Status Check(std::uint64_t position, const Hash& leaf) {
    const std::uint64_t index = position - 1;
    if (tiles_ == nullptr || index >= size_) return absl::OkStatus();
    const std::uint64_t tile = index / transparency::kTileWidth;
    if (tile != at_ || hashes_.empty()) {
      const transparency::TileId id = transparency::TileIn(0, tile, size_);
      absl::StatusOr<std::string> read = tiles_->Read(id);
      if (!read.ok()) {
        return At(position, absl::StrCat("the tile ", PathOf(id),
                                         " can't be read: ", std::string(read.status().message())));
      }
      hashes_ = *std::move(read);
      at_ = tile;
    }
    const auto said = std::string_view(hashes_).substr(
        index % transparency::kTileWidth * transparency::kHashBytes, transparency::kHashBytes);
    if (said == BytesOf(leaf)) return absl::OkStatus();
    return At(position, "the record is not the one that was signed");
  }

 private:
  const transparency::TileReader* tiles_;
  const std::uint64_t size_;
  std::uint64_t at_ = 0;
  std::string hashes_;
};

class LogVerifier {
 public:
  LogVerifier(const VerifyOptions& options, std::uint64_t end, const Checkpoint& checkpoint)
      : options_(options),
        end_(end),
        leaves_(options.tiles,
                options.tiles_size != 0 ? options.tiles_size : checkpoint.head.size) {
    heads_.emplace(checkpoint.head.size, checkpoint.head.root);
    for (const Checkpoint& known : options.known) heads_.emplace(known.head.size, known.head.root);
    if (options.rows != nullptr) rows_.emplace(*options.rows);
  }

  absl::Status Look(std::uint64_t position, std::string_view bytes) {
    log::v1::Record record;
    if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return At(position, "the record can't be read");
    }
    // First whether it is the one that was signed: that says most.
    const Hash leaf = transparency::LeafHash(bytes);
    absl::Status checked = leaves_.Check(position, leaf);
    if (checked.ok()) checked = CheckOrder(record);
    if (checked.ok()) checked = facts_.Check(record);
    if (checked.ok() && rows_) checked = rows_->Look(record);
    if (!checked.ok()) return checked;
    tree_.Add(leaf);
    tree_.TakeFull();
    if (options_.progress && position % kProgressEvery == 0) options_.progress(position, end_);
    return CheckRoot();
  }

  absl::Status Finish(VerifyReport& report) const {
    report.records = tree_.size();
    report.streams = revisions_.size();
    const std::uint64_t largest = heads_.rbegin()->first;
    if (tree_.size() < largest) {
      return At(tree_.size() + 1, absl::StrCat("the log ends before it, but a tree of ", largest,
                                               " records was signed"));
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
  TileLeaves leaves_;
  std::multimap<std::uint64_t, Hash> heads_;  // Roots that were signed, by size.
  std::optional<RowCheck> rows_;
  TileTree tree_;
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
    if (!read.ok()) return read;
  }
  if (absl::Status finished = verifier.Finish(report); !finished.ok()) return finished;
  return report;
}

}  // namespace sanzhang::audit
