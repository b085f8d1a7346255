// What each kind of deadline says over gRPC, to a server that writes down what it hears.
#include "services/timekeeper/commands.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/notification.h"
#include "grpcpp/channel.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "sanzhang/complaint/v1/complaint_service.grpc.pb.h"
#include "sanzhang/notice/v1/notice_service.grpc.pb.h"
#include "sanzhang/privacy/v1/privacy_service.grpc.pb.h"
#include "sanzhang/rating/v1/rating_service.grpc.pb.h"
#include "sanzhang/registry/v1/registry_service.grpc.pb.h"
#include "sanzhang/resolution/v1/resolution_service.grpc.pb.h"
#include "tests/support/text_proto.h"

namespace sanzhang::timekeeper {
namespace {

const absl::Time kDue = absl::FromUnixSeconds(77);

struct Heard {
  absl::Mutex mutex;
  std::vector<std::string> requests ABSL_GUARDED_BY(mutex);
  std::string service ABSL_GUARDED_BY(mutex);
  std::string secret ABSL_GUARDED_BY(mutex);
  grpc::Status answer ABSL_GUARDED_BY(mutex);

  grpc::Status Hear(const grpc::ServerContext& context, const google::protobuf::Message& request) {
    const auto value = [&context](const char* key) -> std::string {
      const auto found = context.client_metadata().find(key);
      if (found == context.client_metadata().end()) return "";
      return std::string(found->second.data(), found->second.size());
    };
    absl::MutexLock lock(&mutex);
    requests.push_back(request.GetDescriptor()->name() + " { " + support::Show(request) + " }");
    service = value("sanzhang-service");
    secret = value("sanzhang-timer-secret");
    return answer;
  }
};

class Complaints final : public complaint::v1::ComplaintService::Service {
 public:
  explicit Complaints(Heard& heard) : heard_(heard) {}
  grpc::Status DetectBreach(grpc::ServerContext* context,
                            const complaint::v1::DetectBreachRequest* request,
                            complaint::v1::DetectBreachResponse*) override {
    return heard_.Hear(*context, *request);
  }
  grpc::Status ResumeComplaint(grpc::ServerContext* context,
                               const complaint::v1::ResumeComplaintRequest* request,
                               complaint::v1::ResumeComplaintResponse*) override {
    return heard_.Hear(*context, *request);
  }
  grpc::Status CloseComplaint(grpc::ServerContext* context,
                              const complaint::v1::CloseComplaintRequest* request,
                              complaint::v1::CloseComplaintResponse*) override {
    return heard_.Hear(*context, *request);
  }
  grpc::Status ReopenComplaint(grpc::ServerContext* context,
                               const complaint::v1::ReopenComplaintRequest* request,
                               complaint::v1::ReopenComplaintResponse*) override {
    return heard_.Hear(*context, *request);
  }

 private:
  Heard& heard_;
};

class Resolutions final : public resolution::v1::ResolutionService::Service {
 public:
  explicit Resolutions(Heard& heard) : heard_(heard) {}
  grpc::Status OpenVote(grpc::ServerContext* context,
                        const resolution::v1::OpenVoteRequest* request,
                        resolution::v1::OpenVoteResponse*) override {
    return heard_.Hear(*context, *request);
  }
  grpc::Status CloseVote(grpc::ServerContext* context,
                         const resolution::v1::CloseVoteRequest* request,
                         resolution::v1::CloseVoteResponse*) override {
    return heard_.Hear(*context, *request);
  }
  grpc::Status ComputeTally(grpc::ServerContext* context,
                            const resolution::v1::ComputeTallyRequest* request,
                            resolution::v1::ComputeTallyResponse*) override {
    return heard_.Hear(*context, *request);
  }

 private:
  Heard& heard_;
};

class Privacy final : public privacy::v1::PrivacyService::Service {
 public:
  explicit Privacy(Heard& heard) : heard_(heard) {}
  grpc::Status DetectSubjectRequestBreach(
      grpc::ServerContext* context, const privacy::v1::DetectSubjectRequestBreachRequest* request,
      privacy::v1::DetectSubjectRequestBreachResponse*) override {
    return heard_.Hear(*context, *request);
  }

 private:
  Heard& heard_;
};

class Notices final : public notice::v1::NoticeService::Service {
 public:
  explicit Notices(Heard& heard) : heard_(heard) {}
  grpc::Status NotePeriodElapsed(grpc::ServerContext* context,
                                 const notice::v1::NotePeriodElapsedRequest* request,
                                 notice::v1::NotePeriodElapsedResponse*) override {
    return heard_.Hear(*context, *request);
  }

 private:
  Heard& heard_;
};

class Ratings final : public rating::v1::RatingService::Service {
 public:
  explicit Ratings(Heard& heard) : heard_(heard) {}
  grpc::Status OpenCampaign(grpc::ServerContext* context,
                            const rating::v1::OpenCampaignRequest* request,
                            rating::v1::OpenCampaignResponse*) override {
    return heard_.Hear(*context, *request);
  }
  grpc::Status CloseCampaign(grpc::ServerContext* context,
                             const rating::v1::CloseCampaignRequest* request,
                             rating::v1::CloseCampaignResponse*) override {
    return heard_.Hear(*context, *request);
  }
  grpc::Status OpenAppraisal(grpc::ServerContext* context,
                             const rating::v1::OpenAppraisalRequest* request,
                             rating::v1::OpenAppraisalResponse*) override {
    return heard_.Hear(*context, *request);
  }
  grpc::Status CloseAppraisal(grpc::ServerContext* context,
                              const rating::v1::CloseAppraisalRequest* request,
                              rating::v1::CloseAppraisalResponse*) override {
    return heard_.Hear(*context, *request);
  }

 private:
  Heard& heard_;
};

class Registry final : public registry::v1::RegistryService::Service {
 public:
  explicit Registry(Heard& heard) : heard_(heard) {}
  grpc::Status NoteTermExpiring(grpc::ServerContext* context,
                                const registry::v1::NoteTermExpiringRequest* request,
                                registry::v1::NoteTermExpiringResponse*) override {
    return heard_.Hear(*context, *request);
  }
  grpc::Status EndMember(grpc::ServerContext* context,
                         const registry::v1::EndMemberRequest* request,
                         registry::v1::EndMemberResponse*) override {
    return heard_.Hear(*context, *request);
  }
  grpc::Status ExpireTerm(grpc::ServerContext* context,
                          const registry::v1::ExpireTermRequest* request,
                          registry::v1::ExpireTermResponse*) override {
    return heard_.Hear(*context, *request);
  }

 private:
  Heard& heard_;
};

class GrpcSenderTest : public testing::Test {
 protected:
  GrpcSenderTest()
      : complaints_(heard_),
        notices_(heard_),
        privacy_(heard_),
        ratings_(heard_),
        registry_(heard_),
        resolutions_(heard_) {
    grpc::ServerBuilder builder;
    builder.RegisterService(&privacy_);
    builder.RegisterService(&complaints_).RegisterService(&notices_).RegisterService(&resolutions_);
    builder.RegisterService(&ratings_).RegisterService(&registry_);
    server_ = builder.BuildAndStart();
    sender_ = MakeGrpcSender(server_->InProcessChannel({}), "s3cret");
  }
  ~GrpcSenderTest() override { server_->Shutdown(); }

  absl::Status Send(const std::string& kind, const std::string& stream = "k") {
    absl::Status answer;
    absl::Notification answered;
    sender_->Send({stream, kind, kDue, kDue}, "id", [&](absl::Status status) {
      answer = std::move(status);
      answered.Notify();
    });
    answered.WaitForNotification();
    return answer;
  }
  std::string LastHeard() {
    absl::MutexLock lock(&heard_.mutex);
    return heard_.requests.empty() ? "" : heard_.requests.back();
  }

  Heard heard_;
  Complaints complaints_;
  Notices notices_;
  Privacy privacy_;
  Ratings ratings_;
  Registry registry_;
  Resolutions resolutions_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<CommandSender> sender_;
};

TEST_F(GrpcSenderTest, SaysWhatTheDeadlineMeans) {
  struct Case {
    std::string kind;
    std::string request;
  };
  const std::string head = R"({ name: "k" request_id: "id")";
  for (const Case& c : std::vector<Case>{
           {"INTAKE_BREACH",
            "DetectBreachRequest " + head + " clock: CLOCK_INTAKE due { seconds: 77 } }"},
           {"ACKNOWLEDGE_BREACH",
            "DetectBreachRequest " + head + " clock: CLOCK_ACKNOWLEDGE due { seconds: 77 } }"},
           {"ANSWER_BREACH",
            "DetectBreachRequest " + head + " clock: CLOCK_ANSWER due { seconds: 77 } }"},
           {"RESUME", "ResumeComplaintRequest " + head + " }"},
           {"CLOSE_SILENT", "CloseComplaintRequest " + head + " mode: CLOSE_MODE_NO_REPLY }"},
           {"CLOSE_CONFIRMED", "CloseComplaintRequest " + head + " mode: CLOSE_MODE_CONFIRMED }"},
           {"NOTE_TERM_EXPIRING", "NoteTermExpiringRequest " + head + " }"},
           {"EXPIRE_TERM", "ExpireTermRequest " + head + " }"},
           {"OPEN_CAMPAIGN", "OpenCampaignRequest " + head + " }"},
           {"CLOSE_CAMPAIGN", "CloseCampaignRequest " + head + " }"},
           {"OPEN_APPRAISAL", "OpenAppraisalRequest " + head + " }"},
           {"CLOSE_APPRAISAL", "CloseAppraisalRequest " + head + " }"},
           {"OPEN_VOTE", "OpenVoteRequest " + head + " }"},
           {"CLOSE_VOTE", "CloseVoteRequest " + head + " }"},
           {"COMPUTE_TALLY", "ComputeTallyRequest " + head + " }"},
           {"END_OFFICE",
            "EndMemberRequest " + head + " reason: END_REASON_APPRAISAL_TWICE_UNFIT }"},
           {"SUBJECT_REQUEST_BREACH",
            "DetectSubjectRequestBreachRequest " + head + " due { seconds: 77 } }"},
           {"NOTICE_ELAPSED", "NotePeriodElapsedRequest " + head + " min_until { seconds: 77 } }"},
       }) {
    EXPECT_TRUE(Send(c.kind).ok()) << c.kind;
    EXPECT_EQ(LastHeard(), c.request);
  }
  EXPECT_TRUE(Send("REOPEN").ok());
  EXPECT_TRUE(LastHeard().starts_with("ReopenComplaintRequest " + head + " reason: "))
      << LastHeard();
}

TEST_F(GrpcSenderTest, SaysWhoItIs) {
  EXPECT_TRUE(Send("RESUME").ok());
  absl::MutexLock lock(&heard_.mutex);
  EXPECT_EQ(heard_.service, "timekeeper");
  EXPECT_EQ(heard_.secret, "s3cret");
}

TEST_F(GrpcSenderTest, HandsOnWhatTheServerAnswers) {
  {
    absl::MutexLock lock(&heard_.mutex);
    heard_.answer = grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "not due");
  }
  EXPECT_EQ(Send("RESUME"), absl::FailedPreconditionError("not due"));
}

TEST_F(GrpcSenderTest, AnUnknownKindIsABug) {
  EXPECT_EQ(Send("DANCE").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(LastHeard(), "");
}

TEST_F(GrpcSenderTest, CancelEndsWhatIsUnderWay) {
  absl::MutexLock hold(&heard_.mutex);  // The server can't answer.
  absl::Status answer;
  absl::Notification answered;
  sender_->Send({"k", "RESUME", kDue, kDue}, "id", [&](absl::Status status) {
    answer = std::move(status);
    answered.Notify();
  });
  sender_->Cancel();
  answered.WaitForNotification();
  EXPECT_EQ(answer.code(), absl::StatusCode::kCancelled);
}

TEST(GrpcSender, AServerThatIsNotThereIsUnavailable) {
  const auto channel =
      grpc::CreateChannel("unix:/nowhere/at/all.sock", grpc::InsecureChannelCredentials());
  const auto sender = MakeGrpcSender(channel, "s3cret");
  absl::Status answer;
  absl::Notification answered;
  sender->Send({"k", "RESUME", kDue, kDue}, "id", [&](absl::Status status) {
    answer = std::move(status);
    answered.Notify();
  });
  answered.WaitForNotification();
  EXPECT_EQ(answer.code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace sanzhang::timekeeper
