#include "services/timekeeper/commands.h"

#include <openssl/sha.h>

#include <array>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "proto/wire/time.h"
#include "sanzhang/complaint/v1/complaint_service.grpc.pb.h"
#include "sanzhang/notice/v1/notice_service.grpc.pb.h"
#include "sanzhang/privacy/v1/privacy_service.grpc.pb.h"
#include "sanzhang/rating/v1/rating_service.grpc.pb.h"
#include "sanzhang/registry/v1/registry_service.grpc.pb.h"
#include "sanzhang/resolution/v1/resolution_service.grpc.pb.h"

namespace sanzhang::timekeeper {
namespace {

// Stored with the reopening, for people to read.
constexpr char kReopenReason[] = "对答复有异议";

// The calls under way, so that they can be cancelled.
class Calls {
 public:
  void Add(grpc::ClientContext* context) {
    absl::MutexLock lock(&mutex_);
    contexts_.insert(context);
  }
  void Remove(grpc::ClientContext* context) {
    absl::MutexLock lock(&mutex_);
    contexts_.erase(context);
  }
  void Cancel() {
    absl::MutexLock lock(&mutex_);
    for (grpc::ClientContext* context : contexts_) context->TryCancel();
  }

 private:
  absl::Mutex mutex_;
  std::set<grpc::ClientContext*> contexts_ ABSL_GUARDED_BY(mutex_);
};

template <class Request, class Response>
struct OneCall {
  grpc::ClientContext context;
  Request request;
  Response response;
};

class GrpcSender final : public CommandSender {
 public:
  GrpcSender(std::shared_ptr<grpc::Channel> channel, std::string_view timer_secret)
      : complaints_(complaint::v1::ComplaintService::NewStub(channel)),
        notices_(notice::v1::NoticeService::NewStub(channel)),
        privacy_(privacy::v1::PrivacyService::NewStub(channel)),
        ratings_(rating::v1::RatingService::NewStub(channel)),
        registry_(registry::v1::RegistryService::NewStub(channel)),
        resolutions_(resolution::v1::ResolutionService::NewStub(channel)),
        timer_secret_(timer_secret) {}

  void Send(const Due& due, const std::string& request_id,
            std::function<void(absl::Status)> done) override;
  void Cancel() override { calls_->Cancel(); }

 private:
  using Done = std::function<void(absl::Status)>;

  // `method` starts the RPC with (context, request, response, callback).
  template <class Response, class Request, class Method>
  void Start(const Due& due, const std::string& request_id, Request request, Done done,
             Method method) {
    request.set_name(due.stream);
    request.set_request_id(request_id);
    auto call = std::make_shared<OneCall<Request, Response>>();
    call->request = std::move(request);
    call->context.AddMetadata("sanzhang-service", "timekeeper");
    call->context.AddMetadata("sanzhang-timer-secret", timer_secret_);
    call->context.set_deadline(absl::ToChronoTime(absl::Now() + kCallTimeout));
    calls_->Add(&call->context);
    method(&call->context, &call->request, &call->response,
           [call, calls = calls_, done = std::move(done)](const grpc::Status& status) mutable {
             calls->Remove(&call->context);
             // A context holds its channel, and gRPC can't end its last channel on its own thread:
             // whoever learns of the answer may let the channel go.
             call.reset();
             done(absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                               status.error_message()));
           });
  }

  void DetectBreach(const Due& due, const std::string& request_id, complaint::v1::Clock clock,
                    Done done);
  void Close(const Due& due, const std::string& request_id, complaint::v1::CloseMode mode,
             Done done);
  // What comes due of votes. False: nothing of these.
  bool SendOfVotes(const Due& due, const std::string& request_id, Done& done);
  // What comes due of ratings, and of offices that an appraisal ended. False: nothing of these.
  bool SendOfRatings(const Due& due, const std::string& request_id, Done& done);

  const std::unique_ptr<complaint::v1::ComplaintService::Stub> complaints_;
  const std::unique_ptr<notice::v1::NoticeService::Stub> notices_;
  const std::unique_ptr<privacy::v1::PrivacyService::Stub> privacy_;
  const std::unique_ptr<rating::v1::RatingService::Stub> ratings_;
  const std::unique_ptr<registry::v1::RegistryService::Stub> registry_;
  const std::unique_ptr<resolution::v1::ResolutionService::Stub> resolutions_;
  const std::string timer_secret_;
  const std::shared_ptr<Calls> calls_ = std::make_shared<Calls>();
};

void GrpcSender::DetectBreach(const Due& due, const std::string& request_id,
                              complaint::v1::Clock clock, Done done) {
  complaint::v1::DetectBreachRequest request;
  request.set_clock(clock);
  *request.mutable_due() = wire::ToStamp(due.due);
  Start<complaint::v1::DetectBreachResponse>(
      due, request_id, std::move(request), std::move(done),
      [this](auto... call) { complaints_->async()->DetectBreach(std::move(call)...); });
}

void GrpcSender::Close(const Due& due, const std::string& request_id, complaint::v1::CloseMode mode,
                       Done done) {
  complaint::v1::CloseComplaintRequest request;
  request.set_mode(mode);
  Start<complaint::v1::CloseComplaintResponse>(
      due, request_id, std::move(request), std::move(done),
      [this](auto... call) { complaints_->async()->CloseComplaint(std::move(call)...); });
}

bool GrpcSender::SendOfVotes(const Due& due, const std::string& request_id, Done& done) {
  if (due.kind == "OPEN_VOTE") {
    Start<resolution::v1::OpenVoteResponse>(
        due, request_id, resolution::v1::OpenVoteRequest(), std::move(done),
        [this](auto... call) { resolutions_->async()->OpenVote(std::move(call)...); });
  } else if (due.kind == "CLOSE_VOTE") {
    Start<resolution::v1::CloseVoteResponse>(
        due, request_id, resolution::v1::CloseVoteRequest(), std::move(done),
        [this](auto... call) { resolutions_->async()->CloseVote(std::move(call)...); });
  } else if (due.kind == "COMPUTE_TALLY") {
    Start<resolution::v1::ComputeTallyResponse>(
        due, request_id, resolution::v1::ComputeTallyRequest(), std::move(done),
        [this](auto... call) { resolutions_->async()->ComputeTally(std::move(call)...); });
  } else {
    return false;
  }
  return true;
}

bool GrpcSender::SendOfRatings(const Due& due, const std::string& request_id, Done& done) {
  if (due.kind == "OPEN_CAMPAIGN") {
    Start<rating::v1::OpenCampaignResponse>(
        due, request_id, rating::v1::OpenCampaignRequest(), std::move(done),
        [this](auto... call) { ratings_->async()->OpenCampaign(std::move(call)...); });
  } else if (due.kind == "CLOSE_CAMPAIGN") {
    Start<rating::v1::CloseCampaignResponse>(
        due, request_id, rating::v1::CloseCampaignRequest(), std::move(done),
        [this](auto... call) { ratings_->async()->CloseCampaign(std::move(call)...); });
  } else if (due.kind == "OPEN_APPRAISAL") {
    Start<rating::v1::OpenAppraisalResponse>(
        due, request_id, rating::v1::OpenAppraisalRequest(), std::move(done),
        [this](auto... call) { ratings_->async()->OpenAppraisal(std::move(call)...); });
  } else if (due.kind == "CLOSE_APPRAISAL") {
    Start<rating::v1::CloseAppraisalResponse>(
        due, request_id, rating::v1::CloseAppraisalRequest(), std::move(done),
        [this](auto... call) { ratings_->async()->CloseAppraisal(std::move(call)...); });
  } else if (due.kind == "END_OFFICE") {
    registry::v1::EndMemberRequest request;
    request.set_reason(registry::v1::END_REASON_APPRAISAL_TWICE_UNFIT);
    Start<registry::v1::EndMemberResponse>(
        due, request_id, std::move(request), std::move(done),
        [this](auto... call) { registry_->async()->EndMember(std::move(call)...); });
  } else {
    return false;
  }
  return true;
}

void GrpcSender::Send(const Due& due, const std::string& request_id, Done done) {
  if (due.kind == "INTAKE_BREACH") {
    return DetectBreach(due, request_id, complaint::v1::CLOCK_INTAKE, std::move(done));
  }
  if (due.kind == "ACKNOWLEDGE_BREACH") {
    return DetectBreach(due, request_id, complaint::v1::CLOCK_ACKNOWLEDGE, std::move(done));
  }
  if (due.kind == "ANSWER_BREACH") {
    return DetectBreach(due, request_id, complaint::v1::CLOCK_ANSWER, std::move(done));
  }
  if (due.kind == "CLOSE_SILENT") {
    return Close(due, request_id, complaint::v1::CLOSE_MODE_NO_REPLY, std::move(done));
  }
  if (due.kind == "CLOSE_CONFIRMED") {
    return Close(due, request_id, complaint::v1::CLOSE_MODE_CONFIRMED, std::move(done));
  }
  if (due.kind == "RESUME") {
    return Start<complaint::v1::ResumeComplaintResponse>(
        due, request_id, complaint::v1::ResumeComplaintRequest(), std::move(done),
        [this](auto... call) { complaints_->async()->ResumeComplaint(std::move(call)...); });
  }
  if (due.kind == "REOPEN") {
    complaint::v1::ReopenComplaintRequest request;
    request.set_reason(kReopenReason);
    return Start<complaint::v1::ReopenComplaintResponse>(
        due, request_id, std::move(request), std::move(done),
        [this](auto... call) { complaints_->async()->ReopenComplaint(std::move(call)...); });
  }
  if (due.kind == "NOTE_TERM_EXPIRING") {
    return Start<registry::v1::NoteTermExpiringResponse>(
        due, request_id, registry::v1::NoteTermExpiringRequest(), std::move(done),
        [this](auto... call) { registry_->async()->NoteTermExpiring(std::move(call)...); });
  }
  if (due.kind == "EXPIRE_TERM") {
    return Start<registry::v1::ExpireTermResponse>(
        due, request_id, registry::v1::ExpireTermRequest(), std::move(done),
        [this](auto... call) { registry_->async()->ExpireTerm(std::move(call)...); });
  }
  if (due.kind == "NOTICE_ELAPSED") {
    notice::v1::NotePeriodElapsedRequest request;
    *request.mutable_min_until() = wire::ToStamp(due.due);
    return Start<notice::v1::NotePeriodElapsedResponse>(
        due, request_id, std::move(request), std::move(done),
        [this](auto... call) { notices_->async()->NotePeriodElapsed(std::move(call)...); });
  }
  if (due.kind == "SUBJECT_REQUEST_BREACH") {
    privacy::v1::DetectSubjectRequestBreachRequest request;
    *request.mutable_due() = wire::ToStamp(due.due);
    return Start<privacy::v1::DetectSubjectRequestBreachResponse>(
        due, request_id, std::move(request), std::move(done), [this](auto... call) {
          privacy_->async()->DetectSubjectRequestBreach(std::move(call)...);
        });
  }
  if (SendOfVotes(due, request_id, done)) return;
  if (SendOfRatings(due, request_id, done)) return;
  done(absl::InvalidArgumentError(absl::StrCat("unknown kind of deadline: ", due.kind)));
}

}  // namespace

std::string RequestId(const Due& due) {
  const std::string cause = absl::StrCat("sanzhang timekeeper 1\n", due.stream, "\n", due.kind,
                                         "\n", absl::ToUnixMicros(due.due));
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash;
  SHA256(reinterpret_cast<const unsigned char*>(cause.data()), cause.size(), hash.data());
  hash[6] = static_cast<unsigned char>((hash[6] & 0x0F) | 0x80);  // Version 8.
  hash[8] = static_cast<unsigned char>((hash[8] & 0x3F) | 0x80);  // Variant of RFC 9562.
  const std::string hex =
      absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(hash.data()), 16));
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                      hex.substr(16, 4), "-", hex.substr(20));
}

std::unique_ptr<CommandSender> MakeGrpcSender(std::shared_ptr<grpc::Channel> channel,
                                              std::string_view timer_secret) {
  return std::make_unique<GrpcSender>(std::move(channel), timer_secret);
}

}  // namespace sanzhang::timekeeper
