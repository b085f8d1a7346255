#include "services/sanzhang/cosigners.h"

#include <curl/curl.h>

#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "eventstore/transparency/witness.h"
#include "services/sanzhang/json_log.h"

namespace sanzhang::app {
namespace {

using transparency::AddCheckpoint;
using transparency::Published;
using transparency::SignedNote;

struct Response {
  long code = 0;  // Of HTTP.
  std::string body;
};

std::size_t Take(char* bytes, std::size_t size, std::size_t count, void* response) {
  std::string& body = static_cast<Response*>(response)->body;
  if (body.size() + size * count > transparency::kWitnessAnswerBytesMax) return 0;
  body.append(bytes, size * count);
  return size * count;
}

// UNAVAILABLE: there was no answer.
absl::StatusOr<Response> Post(const std::string& url, const std::string& body) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 &curl_easy_cleanup);
  if (curl == nullptr) return absl::UnavailableError("curl can't start");
  Response response;
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
      curl_slist_append(nullptr, "Content-Type: text/plain; charset=utf-8"), &curl_slist_free_all);
  CURL* const c = curl.get();
  curl_easy_setopt(c, CURLOPT_URL, url.c_str());
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(c, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, static_cast<long>(transparency::kWitnessTimeoutMs));
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, &Take);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, &response);
  if (const CURLcode code = curl_easy_perform(c); code != CURLE_OK) {
    return absl::UnavailableError(absl::StrCat(url, ": ", curl_easy_strerror(code)));
  }
  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &response.code);
  return response;
}

}  // namespace

absl::StatusOr<WitnessAddress> ParseWitness(std::string_view text) {
  const std::vector<std::string> words =
      absl::StrSplit(std::string(text), absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (words.size() != 2) return absl::InvalidArgumentError("a witness is its key and its URL");
  absl::StatusOr<transparency::VerifierKey> key = transparency::VerifierKey::Parse(words[0]);
  if (!key.ok()) return key.status();
  if (key->kind != transparency::KeyKind::kCosignature) {
    return absl::InvalidArgumentError("not the key of a witness");
  }
  if (!words[1].starts_with("http://") && !words[1].starts_with("https://")) {
    return absl::InvalidArgumentError("the URL of a witness begins with http:// or https://");
  }
  std::string url = words[1];
  while (url.ends_with('/')) url.pop_back();
  return WitnessAddress{*std::move(key), std::move(url)};
}

// Asks one witness.
class Cosigners::Asker {
 public:
  Asker(transparency::TreeKeeper& keeper, WitnessAddress witness, Metrics& metrics)
      : keeper_(keeper),
        witness_(std::move(witness)),
        failures_(metrics.Counter("sanzhang_witness_failures_total",
                                  "Checkpoints that a witness did not cosign when asked.",
                                  {{"witness", witness_.key.name}})),
        gauge_(metrics.Watch([this] { return Look(); })),
        thread_([this] { Run(); }) {}
  ~Asker() {
    {
      absl::MutexLock lock(&mutex_);
      closing_ = true;
    }
    thread_.join();
  }

  void Wake() {
    absl::MutexLock lock(&mutex_);
    woken_ = true;
  }

 private:
  void Run() {
    while (true) {
      {
        absl::MutexLock lock(&mutex_);
        mutex_.Await(absl::Condition(this, &Asker::HasWork));
        if (closing_) return;
        woken_ = false;
      }
      const auto published = keeper_.published();
      if (published != nullptr && !Ask(*published)) Wake();  // Again, after a pause.
      absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(&closing_),
                              absl::Milliseconds(transparency::kWitnessPauseMs));
    }
  }
  bool HasWork() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return woken_ || closing_; }

  // Whether it has cosigned, or was asked in vain for good.
  bool Ask(const Published& published) {
    absl::Status asked = AskFrom(published, old_size());
    // It may have been elsewhere than we thought: then it says where.
    if (absl::IsAborted(asked)) asked = AskFrom(published, old_size());
    if (asked.ok() != well_) {
      const bool forked = absl::IsDataLoss(asked);
      Log(asked.ok() ? Level::kInfo
          : forked   ? Level::kError
                     : Level::kWarn,
          asked.ok() ? "the witness cosigns" : "the witness has not cosigned",
          {{"witness", witness_.key.name}, {"error", std::string(asked.message())}});
    }
    well_ = asked.ok();
    if (asked.ok()) return true;
    failures_.Increment();
    return false;
  }

  // ABORTED: it goes on from another size, which is now known. DATA_LOSS: it knows another history.
  absl::Status AskFrom(const Published& published, std::uint64_t old_size) {
    AddCheckpoint add{old_size, {}, published.note.Encode()};
    if (old_size > 0) {
      const transparency::TiledHashes hashes(keeper_.tiles(), published.head.size);
      const auto proof = ConsistencyProof(hashes, old_size, published.head.size);
      if (!proof.ok()) return proof.status();
      add.proof = *proof;
    }
    const absl::StatusOr<Response> response = Post(witness_.url + "/add-checkpoint", add.Encode());
    if (!response.ok()) return response.status();
    if (response->code == 200) return Keep(published, response->body);
    const std::string said(absl::StripAsciiWhitespace(response->body));
    if (response->code != 409) {
      const std::string what = absl::StrCat("HTTP ", response->code, ": ", said);
      return response->code == 422 ? absl::DataLossError(what) : absl::UnavailableError(what);
    }
    const absl::StatusOr<std::uint64_t> size = transparency::ParseDecimal(said);
    if (!size.ok()) return absl::UnavailableError("HTTP 409 without a size");
    if (*size > published.head.size || *size == old_size) {
      return absl::DataLossError(absl::StrCat("it has seen another tree, of ", *size, " records"));
    }
    absl::MutexLock lock(&mutex_);
    old_size_ = *size;
    return absl::AbortedError("it goes on from another size");
  }

  absl::Status Keep(const Published& published, const std::string& body) {
    const auto signatures = transparency::ParseSignatures(body);
    if (!signatures.ok()) return signatures.status();
    std::vector<transparency::NoteSignature> own;
    for (const transparency::NoteSignature& signature : *signatures) {
      if (signature.IsOf(witness_.key)) own.push_back(signature);
    }
    const absl::StatusOr<std::int64_t> time =
        VerifyCosignature(SignedNote{published.note.text, own}, witness_.key);
    if (!time.ok()) return absl::UnavailableError(std::string(time.status().message()));
    keeper_.AddCosignatures(published, own);
    absl::MutexLock lock(&mutex_);
    old_size_ = published.head.size;
    return absl::OkStatus();
  }

  std::uint64_t old_size() const {
    absl::MutexLock lock(&mutex_);
    return old_size_;
  }

  std::vector<Sample> Look() const {
    return {{"sanzhang_witness_cosigned_size",
             "Records in the tree that the witness has cosigned last.",
             {{"witness", witness_.key.name}},
             static_cast<double>(old_size())}};
  }

  transparency::TreeKeeper& keeper_;
  const WitnessAddress witness_;
  prometheus::Counter& failures_;
  bool well_ = true;  // Of its thread.
  mutable absl::Mutex mutex_;
  bool woken_ ABSL_GUARDED_BY(mutex_) = true;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  std::uint64_t old_size_ ABSL_GUARDED_BY(mutex_) = 0;  // That it has cosigned last.
  const std::shared_ptr<void> gauge_;
  std::thread thread_;
};

Cosigners::Cosigners(transparency::TreeKeeper& keeper, const std::vector<WitnessAddress>& witnesses,
                     Metrics& metrics) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  for (const WitnessAddress& witness : witnesses) {
    askers_.push_back(std::make_unique<Asker>(keeper, witness, metrics));
  }
}

Cosigners::~Cosigners() = default;

void Cosigners::Wake() {
  for (const auto& asker : askers_) asker->Wake();
}

}  // namespace sanzhang::app
