#include "eventstore/transparency/keeper.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "eventstore/transparency/files.h"

namespace sanzhang::transparency {
namespace {

namespace fs = std::filesystem;

constexpr char kRebuiltFolder[] = "rebuilt";

// Where the block of the last leaf of a tree begins: a start reads from there.
std::uint64_t TailOf(std::uint64_t size) {
  return size == 0 ? 0 : (size - 1) / kTailRecords * kTailRecords;
}

// Visits the bytes of the records after position `after` up to `to`, as a reader gets them.
absl::Status VisitRecords(const eventstore::EventStore& store, std::uint64_t after,
                          std::uint64_t to,
                          absl::FunctionRef<absl::Status(std::string_view)> visit) {
  while (after < to) {
    const auto page =
        store.ReadLog(after + 1, eventstore::Direction::kForwards, {},
                      {.records_max = std::min<std::size_t>(kGrowRecordsMax, to - after),
                       .bytes_max = eventstore::kPageBytesMax});
    if (!page.ok()) return page.status();
    if (page->records.empty()) {
      return absl::DataLossError(absl::StrCat("position ", after + 1, ": the record is not there"));
    }
    for (const eventstore::Stored& record : page->records) {
      if (record.position != after + 1) {
        return absl::DataLossError(
            absl::StrCat("position ", after + 1, ": the record says it is ", record.position));
      }
      if (absl::Status visited = visit(record.bytes); !visited.ok()) return visited;
      ++after;
    }
  }
  return absl::OkStatus();
}

// Finds the first leaf that differs from what the tiles say of it.
class LeafComparer {
 public:
  LeafComparer(const TileReader& tiles, std::uint64_t size) : tiles_(tiles), size_(size) {}

  void Look(std::uint64_t index, const Hash& leaf) {
    if (first_wrong_ != 0) return;
    const std::uint64_t tile = index / kTileWidth;
    if (!read_ || tile != at_) {
      at_ = tile;
      read_ = tiles_.Read(TileIn(0, tile, size_)).value_or("");
    }
    const std::size_t begin = index % kTileWidth * kHashBytes;
    if (begin + kHashBytes > read_->size()) return;  // The tile is lost: nothing to compare with.
    if (read_->substr(begin, kHashBytes) != BytesOf(leaf)) first_wrong_ = index + 1;
  }
  // Its position; 0: none.
  std::uint64_t first_wrong() const { return first_wrong_; }

 private:
  const TileReader& tiles_;
  const std::uint64_t size_;
  std::uint64_t at_ = 0;
  std::optional<std::string> read_;
  std::uint64_t first_wrong_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<TreeKeeper>> TreeKeeper::Open(eventstore::EventStore& store,
                                                             TreeSigner& signer, Options options) {
  std::unique_ptr<TreeKeeper> keeper(new TreeKeeper(store, signer, std::move(options)));
  if (absl::Status started = keeper->Start(); !started.ok()) return started;
  keeper->thread_ = std::thread([k = keeper.get()] { k->Run(); });
  return keeper;
}

absl::Status TreeKeeper::Start() {
  if (absl::Status made = MakeFolder(options_.folder); !made.ok()) return made;
  const TreeHead last = signer_.last();
  if (last.size > store_.head().position) {
    return absl::DataLossError(absl::StrCat("the log ends at ", store_.head().position, ", but ",
                                            last.size, " records were signed"));
  }
  absl::Status loaded = LoadTail(last);
  if (absl::IsNotFound(loaded)) {
    Note(absl::StrCat("the tiles of the log's tree are made again from all of its records (",
                      std::string(loaded.message()), ")"));
    loaded = Rebuild(last);
  }
  if (!loaded.ok()) return loaded;
  synced_ = TailOf(last.size);
  {
    absl::MutexLock lock(&mutex_);
    size_ = tree_.size();
    waiting_since_ = absl::Now();
  }
  // Signed again: the last end may have come between the state and its publication.
  return last.size == 0 ? absl::OkStatus() : SignAndPublish();
}

absl::Status TreeKeeper::LoadTail(const TreeHead& last) {
  absl::StatusOr<TileTree> tree = TileTree::Load(tiles_, TailOf(last.size));
  if (!tree.ok()) return absl::NotFoundError(std::string(tree.status().message()));
  const absl::Status visited =
      VisitRecords(store_, tree->size(), last.size, [&](std::string_view bytes) {
        tree->Add(LeafHash(bytes));
        return absl::OkStatus();
      });
  if (!visited.ok()) return visited;
  if (tree->Root() != last.root) {
    return absl::NotFoundError("tiles and tail do not lead to the signed root");
  }
  tree_ = *std::move(tree);
  unwritten_ = tree_.TakeFull();
  return PutTiles();
}

absl::Status TreeKeeper::Rebuild(const TreeHead& last) {
  const std::string folder = absl::StrCat(options_.folder, "/", kRebuiltFolder);
  TileStore rebuilt(folder);
  if (absl::Status cleared = rebuilt.Clear(); !cleared.ok()) return cleared;
  LeafComparer comparer(tiles_, last.size);
  TileTree tree;
  const absl::Status visited =
      VisitRecords(store_, 0, last.size, [&](std::string_view bytes) -> absl::Status {
        const Hash leaf = LeafHash(bytes);
        comparer.Look(tree.size(), leaf);
        tree.Add(leaf);
        for (const Tile& tile : tree.TakeFull()) {
          if (absl::Status put = rebuilt.Put(tile); !put.ok()) return put;
        }
        return absl::OkStatus();
      });
  if (!visited.ok()) return visited;
  if (tree.Root() != last.root) return WrongRoot(last, comparer.first_wrong());
  if (absl::Status cleared = tiles_.Clear(); !cleared.ok()) return cleared;
  std::error_code error;
  if (last.size >= kTileWidth) {
    fs::rename(folder + "/tile", options_.folder + "/tile", error);
    if (error) return absl::UnavailableError(absl::StrCat(folder, ": ", error.message()));
  }
  fs::remove_all(folder, error);
  tree_ = std::move(tree);
  if (absl::Status put = PutTiles(); !put.ok()) return put;
  return tiles_.Sync(0, TailOf(last.size));
}

absl::Status TreeKeeper::WrongRoot(const TreeHead& last, std::uint64_t first_wrong) const {
  const std::string where = first_wrong == 0
                                ? absl::StrCat("positions 1 to ", last.size, ": these records are")
                                : absl::StrCat("position ", first_wrong, ": this record is");
  return absl::DataLossError(absl::StrCat(where, " not what was signed (a tree of ", last.size,
                                          " records with root ", ToBase64(last.root), ")"));
}

std::shared_ptr<const Published> TreeKeeper::published() const {
  absl::MutexLock lock(&mutex_);
  return published_;
}

std::shared_ptr<const Published> TreeKeeper::cosigned() const {
  absl::MutexLock lock(&mutex_);
  return cosigned_;
}

absl::Status TreeKeeper::health() const {
  absl::MutexLock lock(&mutex_);
  return stopped_;
}

std::uint64_t TreeKeeper::size() const {
  absl::MutexLock lock(&mutex_);
  return size_;
}

absl::Duration TreeKeeper::behind() const {
  const std::uint64_t head = store_.head().position;
  absl::MutexLock lock(&mutex_);
  const std::uint64_t signed_size = published_ == nullptr ? 0 : published_->head.size;
  return head > signed_size ? absl::Now() - waiting_since_ : absl::ZeroDuration();
}

void TreeKeeper::Close() {
  {
    absl::MutexLock lock(&mutex_);
    closing_ = true;
    changed_.SignalAll();
  }
  if (!thread_.joinable()) return;
  thread_.join();
  const absl::Time until = absl::Now() + absl::Milliseconds(kCloseMsMax);
  while (health().ok() && signer_.last().size < store_.head().position && absl::Now() < until) {
    if (!Round().ok()) return;
  }
}

void TreeKeeper::Run() {
  while (AwaitRecords()) {
    const bool far_behind = store_.head().position > tree_.size() + kSignRecordsMax;
    const absl::Status done = Round();
    if (absl::IsDataLoss(done)) return Stop(done);
    if (!done.ok()) {
      Note(absl::StrCat("the log's tree stands still: ", std::string(done.message())));
      Pause(absl::Milliseconds(kRetryPauseMs));
      continue;
    }
    if (!far_behind) Pause(options_.sign_pause);
  }
}

bool TreeKeeper::AwaitRecords() {
  const bool caught_up = unwritten_.empty() && signer_.last().size == tree_.size();
  std::optional<std::uint64_t> ticket;
  if (caught_up && store_.head().position <= tree_.size()) {
    ticket = store_.WhenReaches(tree_.size() + 1, [this] {
      absl::MutexLock lock(&mutex_);
      woken_ = true;
      changed_.SignalAll();
    });
  }
  bool closing = false;
  {
    absl::MutexLock lock(&mutex_);
    while (ticket && !woken_ && !closing_) changed_.Wait(&mutex_);
    woken_ = false;
    closing = closing_;
    if (caught_up) waiting_since_ = absl::Now();
  }
  if (ticket) store_.CancelWait(*ticket);
  // Woken without news: the store has stopped or is closing, and the process with it.
  return !closing && !(ticket && store_.head().position <= tree_.size());
}

void TreeKeeper::Pause(absl::Duration duration) {
  const absl::Time until = absl::Now() + duration;
  absl::MutexLock lock(&mutex_);
  while (!closing_ && !changed_.WaitWithDeadline(&mutex_, until)) {
  }
}

absl::Status TreeKeeper::Round() {
  const std::uint64_t to = std::min(store_.head().position, tree_.size() + kSignRecordsMax);
  while (tree_.size() < to) {
    if (absl::Status grown = Grow(std::min(to, tree_.size() + kGrowRecordsMax)); !grown.ok()) {
      return grown;
    }
    absl::MutexLock lock(&mutex_);
    size_ = tree_.size();
    if (closing_) break;  // What there is of it can be signed still.
  }
  if (absl::Status put = PutTiles(); !put.ok()) return put;
  return SignAndPublish();
}

absl::Status TreeKeeper::Grow(std::uint64_t to) {
  const absl::Status visited =
      VisitRecords(store_, tree_.size(), to, [this](std::string_view bytes) {
        tree_.Add(LeafHash(bytes));
        return absl::OkStatus();
      });
  for (Tile& tile : tree_.TakeFull()) unwritten_.push_back(std::move(tile));
  return visited;
}

absl::Status TreeKeeper::PutTiles() {
  std::size_t done = 0;
  absl::Status put;
  while (done < unwritten_.size() && (put = tiles_.Put(unwritten_[done])).ok()) ++done;
  unwritten_.erase(unwritten_.begin(), unwritten_.begin() + static_cast<std::ptrdiff_t>(done));
  if (!put.ok()) return put;
  for (const Tile& tile : tree_.Partial()) {
    put = tiles_.Put(tile);
    if (!put.ok()) return put;
  }
  return absl::OkStatus();
}

absl::Status TreeKeeper::SignAndPublish() {
  const TreeHead head{tree_.size(), tree_.Root()};
  const std::uint64_t tail = TailOf(head.size);
  if (tail > synced_) {
    if (absl::Status synced = tiles_.Sync(synced_, tail); !synced.ok()) return synced;
    synced_ = tail;
  }
  absl::StatusOr<SignedNote> note = signer_.Sign(head, TiledHashes(tiles_, head.size));
  if (!note.ok()) return note.status();
  return Publish(*std::move(note), head);
}

absl::Status TreeKeeper::Publish(SignedNote note, const TreeHead& head) {
  auto published = std::make_shared<const Published>(Published{std::move(note), head});
  {
    absl::MutexLock file_lock(&file_mutex_);
    const absl::Status put = PutFile(absl::StrCat(options_.folder, "/", kCheckpointFile),
                                     published->note.Encode(), Durable::kNo);
    if (!put.ok()) return put;
    absl::MutexLock lock(&mutex_);
    published_ = std::move(published);
    waiting_since_ = absl::Now();
  }
  if (options_.on_published) options_.on_published();
  return absl::OkStatus();
}

void TreeKeeper::AddCosignatures(const Published& of,
                                 const std::vector<NoteSignature>& signatures) {
  absl::MutexLock file_lock(&file_mutex_);
  absl::MutexLock lock(&mutex_);
  if (cosigned_ != nullptr && cosigned_->head.size > of.head.size) return;
  const bool newest = published_ != nullptr && published_->head == of.head;
  const bool again = cosigned_ != nullptr && cosigned_->head == of.head;
  Published with = newest ? *published_ : again ? *cosigned_ : of;
  for (const NoteSignature& signature : signatures) {
    // A witness that has spoken again takes the place of what it said.
    std::erase_if(with.note.signatures, [&](const NoteSignature& old) {
      return old.name == signature.name && old.id == signature.id;
    });
    with.note.signatures.push_back(signature);
  }
  cosigned_ = std::make_shared<const Published>(std::move(with));
  if (!newest) return;
  published_ = cosigned_;
  const absl::Status put = PutFile(absl::StrCat(options_.folder, "/", kCheckpointFile),
                                   cosigned_->note.Encode(), Durable::kNo);
  if (!put.ok()) Note(std::string(put.message()));
}

void TreeKeeper::Stop(const absl::Status& why) {
  {
    absl::MutexLock lock(&mutex_);
    if (!stopped_.ok()) return;
    stopped_ = why;
  }
  if (options_.on_stopped) options_.on_stopped(why);
}

}  // namespace sanzhang::transparency
