#include "projections/engine/log_feed.h"

#include <vector>

#include "absl/status/status.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "tests/projections/engine/fake_log.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::projections {
namespace {

class ALogFeed : public testing::Test {
 protected:
  void SetUp() override { log_.Serve(folder_.path()); }

  support::TempDir folder_;
  FakeLog log_;
};

TEST_F(ALogFeed, ReachesNothingThatHasEndedWhenItIsCancelled) {
  for (const int calls : {0, 1, 2}) {
    LogFeed feed(log_.Channel(), {});
    for (int call = 0; call < calls; ++call) ASSERT_EQ(*feed.Head(), 0);
    feed.Cancel();
    feed.Cancel();
  }
}

// As by a server that is stopped while its views start: they call once more, and stop twice.
TEST_F(ALogFeed, BeginsNothingOnceItIsCancelled) {
  LogFeed feed(log_.Channel(), {});
  feed.Cancel();
  EXPECT_EQ(feed.Head().status().code(), absl::StatusCode::kCancelled);
  // In the place of the call that is gone: whatever still reaches for it finds rubbish.
  const std::vector<unsigned char> rubbish(sizeof(grpc::ClientContext), 0xa5);
  feed.Cancel();
  feed.Open(1);
  EXPECT_EQ(feed.Take().status().code(), absl::StatusCode::kCancelled);
  feed.Cancel();
}

}  // namespace
}  // namespace sanzhang::projections
