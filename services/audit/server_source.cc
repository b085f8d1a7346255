// Records from a running server, page by page.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "sanzhang/log/v1/event_log_service.grpc.pb.h"
#include "sanzhang/log/v1/record.pb.h"
#include "sanzhang/log/v1/transparency_service.grpc.pb.h"
#include "services/audit/record_check.h"
#include "services/audit/record_source.h"

namespace sanzhang::audit {
namespace {

constexpr int kPageRecords = 1000;  // As many as the server gives.

absl::Status FromGrpc(const grpc::Status& status) {
  // A server's own refusals come with details.
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && status.error_details().empty()) {
    return absl::UnavailableError(
        absl::StrCat("the server can't be reached: ", status.error_message()));
  }
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

// Keeps to a rate by waiting after what came too early.
class Pace {
 public:
  explicit Pace(double per_second_max) : per_second_max_(per_second_max), began_(absl::Now()) {}

  void Took(int records) {
    if (per_second_max_ <= 0) return;
    taken_ += records;
    const absl::Time due = began_ + absl::Seconds(taken_ / per_second_max_);
    if (const absl::Duration early = due - absl::Now(); early > absl::ZeroDuration()) {
      absl::SleepFor(early);
    }
  }

 private:
  const double per_second_max_;
  const absl::Time began_;
  double taken_ = 0;
};

class Server final : public RecordSource {
 public:
  Server(std::shared_ptr<grpc::ChannelInterface> channel, ServerSourceOptions options)
      : log_(log::v1::EventLogService::NewStub(channel)),
        tree_(log::v1::TransparencyService::NewStub(channel)),
        options_(std::move(options)) {}

  absl::Status Read(const RecordRange& range, Visitor visit) override {
    const absl::StatusOr<std::uint64_t> end = End();
    if (!end.ok()) return end.status();
    if (absl::Status there = CheckRange(range, *end); !there.ok()) return there;
    const std::uint64_t last = range.last != 0 ? range.last : *end;
    log::v1::ReadLogRequest request;
    request.set_page_size(kPageRecords);
    request.set_from_position(range.first);
    // The server knows types, no packages; those are left to the check below.
    const bool packages = std::any_of(range.types.begin(), range.types.end(),
                                      [](const std::string& type) { return type.ends_with('.'); });
    for (const std::string& type : range.types) {
      if (!packages) request.mutable_filter()->add_types(type);
    }
    request.mutable_filter()->set_stream_prefix(range.stream_prefix);
    request.mutable_filter()->set_community(range.community);
    const bool whole =
        range.types.empty() && range.stream_prefix.empty() && range.community.empty();
    RecordCheck check(range, whole);
    Pace pace(options_.records_per_second_max);
    while (request.from_position() <= last) {
      log::v1::ReadLogResponse page;
      const auto context = NewContext();
      const grpc::Status status = log_->ReadLog(context.get(), request, &page);
      if (!status.ok()) return FromGrpc(status);
      pace.Took(page.records_size());
      for (const std::string& bytes : page.records()) {
        const absl::StatusOr<bool> more = Take(bytes, last, check, visit);
        if (!more.ok()) return more.status();
        if (!*more) return absl::OkStatus();
      }
      if (page.next_position() <= request.from_position()) break;  // Nothing more is there.
      request.set_from_position(page.next_position());
    }
    if (whole && last != 0 && check.last() < last) {
      return absl::DataLossError(absl::StrCat("position ", check.last() + 1, " is missing"));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::uint64_t> End() override {
    log::v1::GetHeadResponse head;
    const auto context = NewContext();
    const grpc::Status status = log_->GetHead(context.get(), log::v1::GetHeadRequest(), &head);
    if (!status.ok()) return FromGrpc(status);
    return head.position();
  }

  absl::StatusOr<std::optional<std::string>> Checkpoint() override {
    log::v1::GetCheckpointResponse answer;
    const auto context = NewContext();
    const grpc::Status status =
        tree_->GetCheckpoint(context.get(), log::v1::GetCheckpointRequest(), &answer);
    // There is none yet, or the server is of a time before there was a tree; or nobody answers.
    if (status.error_code() == grpc::StatusCode::UNAVAILABLE ||
        status.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
      if (const auto end = End(); !end.ok()) return end.status();
      return std::nullopt;
    }
    if (!status.ok()) return FromGrpc(status);
    return answer.checkpoint();
  }

  std::string Describe() const override { return absl::StrCat("server ", options_.address); }

 private:
  // Whether more is wanted.
  static absl::StatusOr<bool> Take(const std::string& bytes, std::uint64_t last, RecordCheck& check,
                                   Visitor visit) {
    log::v1::Record record;
    if (!record.ParseFromString(bytes)) {
      return absl::DataLossError(
          absl::StrCat("the record after position ", check.last(), " can't be read"));
    }
    if (record.position() > last) return false;
    if (absl::Status checked = check.Check(record.position(), bytes); !checked.ok()) return checked;
    if (check.matches() && !visit(record.position(), bytes)) return false;
    return record.position() < last;
  }

  std::unique_ptr<grpc::ClientContext> NewContext() const {
    auto context = std::make_unique<grpc::ClientContext>();
    for (const auto& [key, value] : options_.metadata) context->AddMetadata(key, value);
    context->set_deadline(absl::ToChronoTime(absl::Now() + options_.timeout));
    return context;
  }

  const std::unique_ptr<log::v1::EventLogService::Stub> log_;
  const std::unique_ptr<log::v1::TransparencyService::Stub> tree_;
  const ServerSourceOptions options_;
};

}  // namespace

std::unique_ptr<RecordSource> MakeServerSource(std::shared_ptr<grpc::ChannelInterface> channel,
                                               ServerSourceOptions options) {
  return std::make_unique<Server>(std::move(channel), std::move(options));
}

}  // namespace sanzhang::audit
