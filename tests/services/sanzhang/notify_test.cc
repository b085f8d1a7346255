#include "services/sanzhang/notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::app {
namespace {

// A datagram socket at a path, or under an abstract name if that begins with a zero byte.
class Listener {
 public:
  explicit Listener(const std::string& name) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, sizeof address.sun_path - 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0) << name;
  }
  ~Listener() { ::close(socket_); }

  // What has come; empty: nothing.
  std::string Take() const {
    char text[64];
    const ssize_t size = ::recv(socket_, text, sizeof text, MSG_DONTWAIT);
    return {text, size < 0 ? 0 : static_cast<std::size_t>(size)};
  }

 private:
  const int socket_;
};

class NotifyTest : public testing::Test {
 protected:
  ~NotifyTest() override { ::unsetenv("NOTIFY_SOCKET"); }
  static void Name(const std::string& socket) { ::setenv("NOTIFY_SOCKET", socket.c_str(), 1); }
  support::TempDir scratch_;
};

TEST_F(NotifyTest, TellsTheSocketAtAPath) {
  const Listener listener(scratch_.File("notify"));
  Name(scratch_.File("notify"));
  Notify(kReady);
  EXPECT_EQ(listener.Take(), "READY=1");
  Notify(kStopping);
  EXPECT_EQ(listener.Take(), "STOPPING=1");
}

TEST_F(NotifyTest, TellsAnAbstractSocket) {
  const std::string name = "sanzhang-notify-test-" + std::to_string(::getpid());
  const Listener listener('\0' + name);
  Name("@" + name);
  Notify(kReady);
  EXPECT_EQ(listener.Take(), "READY=1");
}

TEST_F(NotifyTest, GoesOnWhenNobodyListens) {
  Notify(kReady);
  Name("");
  Notify(kReady);
  Name(scratch_.File("nobody"));
  Notify(kReady);
  Name(std::string(200, 'x'));
  Notify(kReady);
}

// Whoever is full does not stop the process from serving.
TEST_F(NotifyTest, NeverWaits) {
  const Listener listener(scratch_.File("notify"));
  Name(scratch_.File("notify"));
  for (int i = 0; i < 50; ++i) Notify(kReady);
  EXPECT_EQ(listener.Take(), "READY=1");
}

}  // namespace
}  // namespace sanzhang::app
