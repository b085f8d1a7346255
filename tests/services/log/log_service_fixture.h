// An event-log service over real gRPC on a loopback port, above a log in memory.
#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "eventstore/memory_commit_log.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "sanzhang/log/v1/event_log_service.grpc.pb.h"
#include "services/log/log_service.h"
#include "tests/services/log/sent_calls.h"

namespace sanzhang::log {

inline constexpr absl::Duration kPatience = absl::Seconds(20);

// The reason that a status carries in its details.
inline google::rpc::ErrorInfo InfoOf(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  details.ParseFromString(status.error_details());
  for (const auto& detail : details.details()) {
    if (detail.UnpackTo(&info)) break;
  }
  return info;
}

class LogServiceTest : public testing::Test {
 protected:
  LogServiceTest() { Start({}); }
  ~LogServiceTest() override { Stop(); }

  void Start(LogService::Options options) {
    if (server_ != nullptr) Stop();
    service_ = std::make_unique<LogService>(
        *store_,
        [this](const grpc::CallbackServerContext&, const google::protobuf::Message&) {
          return admission_;
        },
        options);
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_->service());
    sent_ = std::make_unique<SentCalls>();
    sent_->Observe(builder);
    server_ = builder.BuildAndStart();
    address_ = "127.0.0.1:" + std::to_string(port);
    stub_ = v1::EventLogService::NewStub(
        grpc::CreateChannel(address_, grpc::InsecureChannelCredentials()));
  }

  void Stop() {
    service_->Drain();
    server_->Shutdown(absl::ToChronoTime(absl::Now() + kPatience));
    server_.reset();
    service_.reset();
  }

  // Appends records to a stream; returns the last position.
  std::uint64_t Append(const std::string& stream, int records = 1, std::size_t bytes = 10,
                       const std::string& type = "test.Happened") {
    eventstore::Append append;
    append.subject = stream;
    eventstore::StreamWrite write{stream};
    for (int i = 0; i < records; ++i) {
      v1::Record record;
      record.set_stream(stream);
      record.set_type(type);
      record.set_community("communities/c1");
      record.set_payload(std::string(bytes, 'x'));
      write.records.push_back(std::move(record));
    }
    append.writes.push_back(std::move(write));
    std::uint64_t position = 0;
    absl::Notification done;
    store_->Append(std::move(append), [&](eventstore::AppendResult result) {
      EXPECT_EQ(result.kind, eventstore::AppendResult::Kind::kCommitted) << result.message;
      position = result.receipt.position;
      done.Notify();
    });
    done.WaitForNotification();
    return position;
  }

  static std::unique_ptr<grpc::ClientContext> Context(absl::Duration patience = kPatience) {
    auto context = std::make_unique<grpc::ClientContext>();
    context->set_deadline(absl::ToChronoTime(absl::Now() + patience));
    return context;
  }

  template <class Response>
  static std::vector<std::uint64_t> Positions(const Response& response) {
    std::vector<std::uint64_t> positions;
    for (const std::string& bytes : response.records()) {
      v1::Record record;
      EXPECT_TRUE(record.ParseFromString(bytes));
      positions.push_back(record.position());
    }
    return positions;
  }

  // Reads messages until this many records have come; every resume position must be right.
  std::vector<std::uint64_t> ReadRecords(grpc::ClientReader<v1::SubscribeResponse>& reader,
                                         std::size_t records) {
    std::vector<std::uint64_t> positions;
    v1::SubscribeResponse message;
    while (positions.size() < records && reader.Read(&message)) {
      for (const std::uint64_t position : Positions(message)) positions.push_back(position);
      EXPECT_TRUE(positions.empty() || message.next_position() > positions.back());
      EXPECT_LE(message.next_position(), message.head_position() + 1);
      next_position_ = message.next_position();
    }
    return positions;
  }

  const std::unique_ptr<eventstore::EventStore> store_ =
      *eventstore::EventStore::Open(eventstore::MakeMemoryCommitLog(), {});
  absl::Status admission_;
  std::unique_ptr<SentCalls> sent_;  // Of the server that runs.
  std::unique_ptr<LogService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  std::unique_ptr<v1::EventLogService::Stub> stub_;
  std::uint64_t next_position_ = 0;
};

}  // namespace sanzhang::log
