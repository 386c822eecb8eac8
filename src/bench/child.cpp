#include "ovid/bench/child.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ovid::bench {
namespace {

[[noreturn]] void fail(const char* what) {
  throw BenchError(fmt::format("{}: {}", what, std::strerror(errno)));
}

}  // namespace

Channel::~Channel() {
  if (descriptor_ >= 0) close(descriptor_);
}

void Channel::say(std::int64_t value) const {
  if (::send(descriptor_, &value, sizeof value, MSG_NOSIGNAL) != sizeof value)
    fail("a measured process is gone");
}

std::int64_t Channel::hear() const {
  pollfd waiting{descriptor_, POLLIN, 0};
  const auto patience = std::chrono::milliseconds(kPatience);
  const int ready = poll(&waiting, 1, static_cast<int>(patience.count()));
  std::int64_t value = 0;
  if (ready == 0) throw BenchError("a measured process does not answer");
  if (ready < 0 || ::recv(descriptor_, &value, sizeof value, 0) != sizeof value)
    throw BenchError("a measured process has ended");
  return value;
}

Child Child::fork_off(const std::function<void(int descriptor)>& work) {
  std::array<int, 2> ends{};
  // Packets: each number arrives whole.
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) fail("socketpair");
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid > 0) {
    close(ends[1]);
    return {pid, ends[0]};
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  close(ends[0]);
  work(ends[1]);
  _exit(0);
}

Child Child::run(const std::vector<std::string>& command) {
  return fork_off([&](int) {
    const int null = open("/dev/null", O_RDWR);
    for (int stream = 0; stream <= 2; ++stream) dup2(null, stream);
    std::vector<char*> words;
    // execv takes char* and does not write.
    for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    execv(words[0], words.data());
    _exit(127);
  });
}

Child Child::run(const std::function<void(const Channel& parent)>& work) {
  return fork_off([&](int descriptor) {
    try {
      work(Channel(descriptor));
    } catch (const std::exception&) {
      _exit(1);  // the parent notices that the channel is closed
    }
  });
}

Child::~Child() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void Child::send_signal(int signal) const {
  kill(pid_, signal);
}

Seconds Child::processor_time() const {
  // proc(5) counts ticks of 10 ms in stat; schedstat has nanoseconds, but for each thread.
  std::uint64_t total = 0;
  std::error_code gone;
  const auto folder = std::filesystem::path("/proc") / std::to_string(pid_) / "task";
  for (const auto& thread : std::filesystem::directory_iterator(folder, gone)) {
    std::uint64_t nanoseconds = 0;
    std::ifstream(thread.path() / "schedstat") >> nanoseconds;
    total += nanoseconds;
  }
  return std::chrono::nanoseconds(total);
}

std::uint64_t Child::resident_bytes() const {
  std::ifstream file(fmt::format("/proc/{}/statm", pid_));
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::string this_program() {
  return std::filesystem::read_symlink("/proc/self/exe").string();
}

}  // namespace ovid::bench
