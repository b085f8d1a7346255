#include "tests/support/process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/status/status.h"

extern char** environ;

namespace sanzhang::support {
namespace {

// To read the rest of the output; a child of the process may hold it open for ever.
constexpr absl::Duration kLastOutputMax = absl::Seconds(5);

int ExitCode(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  return pointers;
}

// The whole line of `output` that contains `text`, if it has ended.
std::optional<std::string> LineWith(std::string_view text, const std::string& output) {
  const std::size_t at = output.find(text);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t end = output.find('\n', at);
  if (end == std::string::npos) return std::nullopt;
  const std::size_t before = output.rfind('\n', at);
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  return output.substr(begin, end - begin);
}

}  // namespace

std::uint16_t FreePort() {
  const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(socket_fd, generic, size) != 0 || getsockname(socket_fd, generic, &size) != 0) {
    std::perror("no free port");
    std::abort();
  }
  close(socket_fd);
  return ntohs(address.sin_port);
}

absl::StatusOr<std::unique_ptr<Process>> Process::Start(std::vector<std::string> arguments,
                                                        std::vector<std::string> environment) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe2");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);

  std::vector<char*> argument_pointers = Pointers(arguments);
  argument_pointers.push_back(nullptr);
  // The added ones stand first: the first of two values of one name holds.
  std::vector<char*> environment_pointers = Pointers(environment);
  for (char** variable = environ; *variable != nullptr; ++variable) {
    environment_pointers.push_back(*variable);
  }
  environment_pointers.push_back(nullptr);

  pid_t id = 0;
  const int error = posix_spawn(&id, arguments.front().c_str(), &actions, nullptr,
                                argument_pointers.data(), environment_pointers.data());
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (error != 0) {
    close(ends[0]);
    return absl::ErrnoToStatus(error, arguments.front());
  }
  return std::unique_ptr<Process>(new Process(id, ends[0]));
}

Process::Process(pid_t id, int output) : id_(id) {
  reader_ = std::thread([this, output] { ReadOutput(output); });
}

Process::~Process() {
  if (!WaitForExit(absl::ZeroDuration()).has_value()) {
    Signal(SIGKILL);
    WaitForExit(absl::InfiniteDuration());
  }
  reader_.join();
}

void Process::ReadOutput(int output) {
  char buffer[4096];
  ssize_t count = 0;
  while ((count = read(output, buffer, sizeof(buffer))) > 0) {
    absl::MutexLock lock(&mutex_);
    output_.append(buffer, static_cast<std::size_t>(count));
  }
  close(output);
  absl::MutexLock lock(&mutex_);
  output_ended_ = true;
}

std::optional<std::string> Process::WaitForLine(std::string_view text, absl::Duration timeout) {
  std::optional<std::string> line;
  const auto settled = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    line = LineWith(text, output_);
    return line.has_value() || output_ended_;
  };
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&settled), timeout);
  return line;
}

std::string Process::Output() const {
  absl::MutexLock lock(&mutex_);
  return output_;
}

void Process::Signal(int signal) const {
  if (!exit_code_.has_value()) kill(id_, signal);
}

std::optional<int> Process::WaitForExit(absl::Duration timeout) {
  if (exit_code_.has_value()) return exit_code_;
  // glibc 2.36 has pidfd_open, but its header declares it without extern "C".
  // signal.h.
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, id_, 0));
  pollfd ended{.fd = handle, .events = POLLIN, .revents = 0};
  const bool for_ever = timeout == absl::InfiniteDuration();
  poll(&ended, 1, for_ever ? -1 : static_cast<int>(absl::ToInt64Milliseconds(timeout)));
  close(handle);
  int status = 0;
  if (waitpid(id_, &status, for_ever ? 0 : WNOHANG) != id_) return std::nullopt;
  exit_code_ = ExitCode(status);
  // What it printed last may be on its way still.
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&output_ended_), kLastOutputMax);
  return exit_code_;
}

Ended RunToEnd(std::vector<std::string> arguments, absl::Duration timeout) {
  const auto process = Process::Start(std::move(arguments));
  if (!process.ok()) return {-1, process.status().ToString()};
  const int code = (*process)->WaitForExit(timeout).value_or(-1);
  return {code, (*process)->Output()};
}

}  // namespace sanzhang::support
