#include "tests/projections/engine/fake_log.h"

#include <algorithm>

#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "projections/engine/log_feed.h"
#include "proto/wire/time.h"
#include "sanzhang/log/v1/record.pb.h"

namespace sanzhang::projections {

using log::v1::SubscribeResponse;

// One write in flight; pumped whenever there may be something to send.
class FakeLog::Reader final : public grpc::ServerWriteReactor<SubscribeResponse> {
 public:
  Reader(FakeLog& log, std::uint64_t from)
      : log_(log), first_(from <= 1), next_(std::max<std::uint64_t>(from, 1)) {}

  // With the log's mutex.
  void Pump(bool beat) {
    if (writing_ || finished_) return;
    const std::uint64_t hold = first_ ? std::min(log_.hold_, log_.hold_first_) : log_.hold_;
    const std::uint64_t end = std::min<std::uint64_t>(log_.records_.size(), hold);
    message_.Clear();
    for (std::size_t sent = 0; next_ <= end && sent < log_.page_; ++next_, ++sent) {
      if (next_ != log_.skip_) message_.add_records(log_.records_[next_ - 1]);
    }
    if (message_.records().empty() && !beat) return;
    message_.set_next_position(next_);
    message_.set_head_position(log_.records_.size());
    writing_ = true;
    StartWrite(&message_);
  }

  void OnWriteDone(bool ok) override {
    absl::MutexLock lock(&log_.mutex_);
    writing_ = false;
    // A write may succeed though the call was cancelled meanwhile: nothing else ends it then.
    if (ok && !cancelled_) return Pump(false);
    End();
  }
  void OnCancel() override {
    absl::MutexLock lock(&log_.mutex_);
    cancelled_ = true;
    if (!writing_) End();
  }
  void OnDone() override {
    {
      absl::MutexLock lock(&log_.mutex_);
      log_.readers_.erase(this);
    }
    delete this;
  }

 private:
  void End() {
    if (finished_) return;
    finished_ = true;
    Finish(grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone"));
  }

  FakeLog& log_;
  const bool first_;
  std::uint64_t next_;
  bool writing_ = false;
  bool cancelled_ = false;
  bool finished_ = false;
  SubscribeResponse message_;
};

FakeLog::~FakeLog() { Kill(); }

std::uint64_t FakeLog::Append(const std::string& type, const std::string& payload) {
  absl::MutexLock lock(&mutex_);
  log::v1::Record record;
  record.set_position(records_.size() + 1);
  record.set_type(type);
  record.set_payload(payload);
  *record.mutable_recorded_at() = wire::ToStamp(
      absl::FromUnixSeconds(1'700'000'000 + static_cast<std::int64_t>(records_.size())));
  records_.push_back(record.SerializeAsString());
  PumpAll();
  return records_.size();
}

void FakeLog::Replace(std::vector<std::string> records) {
  absl::MutexLock lock(&mutex_);
  records_ = std::move(records);
}

std::vector<std::string> FakeLog::records() const {
  absl::MutexLock lock(&mutex_);
  return records_;
}

std::uint64_t FakeLog::head() const {
  absl::MutexLock lock(&mutex_);
  return records_.size();
}

void FakeLog::HoldAt(std::uint64_t position) {
  absl::MutexLock lock(&mutex_);
  hold_ = position;
  PumpAll();
}

void FakeLog::HoldFirstReadersAt(std::uint64_t position) {
  absl::MutexLock lock(&mutex_);
  hold_first_ = position;
  PumpAll();
}

void FakeLog::Skip(std::uint64_t position) {
  absl::MutexLock lock(&mutex_);
  skip_ = position;
}

void FakeLog::SetPage(std::size_t records) {
  absl::MutexLock lock(&mutex_);
  page_ = records;
}

void FakeLog::Beat() {
  absl::MutexLock lock(&mutex_);
  for (Reader* reader : readers_) reader->Pump(true);
}

void FakeLog::PumpAll() {
  for (Reader* reader : readers_) reader->Pump(false);
}

void FakeLog::Serve(const std::string& folder) {
  address_ = "unix:" + folder + "/log.sock";
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address_, grpc::InsecureServerCredentials());
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
}

void FakeLog::Kill() {
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::now());
  server_.reset();
  // The server does not wait for the last word of its calls.
  const auto gone = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return readers_.empty(); };
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&gone));
}

std::shared_ptr<grpc::Channel> FakeLog::Channel() const {
  return grpc::CreateCustomChannel(address_, grpc::InsecureChannelCredentials(),
                                   LogChannelArguments());
}

std::vector<std::uint64_t> FakeLog::subscribed_from() const {
  absl::MutexLock lock(&mutex_);
  return subscribed_from_;
}

grpc::ServerUnaryReactor* FakeLog::GetHead(grpc::CallbackServerContext* call,
                                           const log::v1::GetHeadRequest*,
                                           log::v1::GetHeadResponse* response) {
  response->set_position(head());
  grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

grpc::ServerWriteReactor<SubscribeResponse>* FakeLog::Subscribe(
    grpc::CallbackServerContext*, const log::v1::SubscribeRequest* request) {
  auto* reader = new Reader(*this, request->from_position());
  absl::MutexLock lock(&mutex_);
  subscribed_from_.push_back(request->from_position());
  readers_.insert(reader);
  reader->Pump(true);
  return reader;
}

}  // namespace sanzhang::projections
