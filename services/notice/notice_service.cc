#include "services/notice/notice_service.h"

#include "sanzhang/notice/v1/notice_service.grpc.pb.h"
#include "services/notice/notice.h"
#include "services/runtime/handle.h"

namespace sanzhang::notice {
namespace {

using Call = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

class NoticeService final : public v1::NoticeService::CallbackService {
 public:
  explicit NoticeService(runtime::CommandRunner& runner) : runner_(runner) {}

  Reactor* PublishNotice(Call* call, const v1::PublishNoticeRequest* request,
                         v1::PublishNoticeResponse* response) override {
    return runtime::Handle<Notice>(runner_, call, request, response);
  }
  Reactor* CorrectNotice(Call* call, const v1::CorrectNoticeRequest* request,
                         v1::CorrectNoticeResponse* response) override {
    return runtime::Handle<Notice>(runner_, call, request, response);
  }
  Reactor* TakeDownNotice(Call* call, const v1::TakeDownNoticeRequest* request,
                          v1::TakeDownNoticeResponse* response) override {
    return runtime::Handle<Notice>(runner_, call, request, response);
  }
  Reactor* RepublishNotice(Call* call, const v1::RepublishNoticeRequest* request,
                           v1::RepublishNoticeResponse* response) override {
    return runtime::Handle<Notice>(runner_, call, request, response);
  }
  Reactor* ObjectToNotice(Call* call, const v1::ObjectToNoticeRequest* request,
                          v1::ObjectToNoticeResponse* response) override {
    return runtime::Handle<Notice>(runner_, call, request, response);
  }
  Reactor* AnswerObjection(Call* call, const v1::AnswerObjectionRequest* request,
                           v1::AnswerObjectionResponse* response) override {
    return runtime::Handle<Notice>(runner_, call, request, response);
  }
  Reactor* AskInquiry(Call* call, const v1::AskInquiryRequest* request,
                      v1::AskInquiryResponse* response) override {
    return runtime::Handle<Notice>(runner_, call, request, response);
  }
  Reactor* AnswerInquiry(Call* call, const v1::AnswerInquiryRequest* request,
                         v1::AnswerInquiryResponse* response) override {
    return runtime::Handle<Notice>(runner_, call, request, response);
  }
  Reactor* NotePeriodElapsed(Call* call, const v1::NotePeriodElapsedRequest* request,
                             v1::NotePeriodElapsedResponse* response) override {
    return runtime::Handle<Notice>(runner_, call, request, response);
  }

 private:
  runtime::CommandRunner& runner_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeNoticeService(runtime::CommandRunner& runner) {
  return std::make_unique<NoticeService>(runner);
}

}  // namespace sanzhang::notice
