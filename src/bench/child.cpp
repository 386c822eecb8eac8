#include "ovid/bench/child.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ovid::bench {
namespace {

[[noreturn]] void fail(const char* what) {
  throw BenchError(fmt::format("{}: {}", what, std::strerror(errno)));
}

constexpr std::size_t kOutputBytes = 2048;
constexpr std::size_t kLastLines = 3;
/// Maximum time between a closed connection and the end of its process.
constexpr std::chrono::seconds kEnding{1};
constexpr std::chrono::milliseconds kGlance{100};

std::string how_it_ended(const siginfo_t& child) {
  if (child.si_code == CLD_EXITED) return fmt::format("exit status {}", child.si_status);
  return fmt::format("killed by signal {} ({})", child.si_status, strsignal(child.si_status));
}

/// The last lines that are not empty, in their order.
std::vector<std::string> last_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t end = text.size();
  while (end != std::string::npos && lines.size() < kLastLines) {
    const std::size_t before = end == 0 ? std::string::npos : text.rfind('\n', end - 1);
    const std::size_t begin = before == std::string::npos ? 0 : before + 1;
    if (end > begin) lines.insert(lines.begin(), text.substr(begin, end - begin));
    end = before;
  }
  return lines;
}

}  // namespace

Channel::~Channel() {
  if (descriptor_ >= 0) close(descriptor_);
}

void Channel::say(std::int64_t value) const {
  if (::send(descriptor_, &value, sizeof value, MSG_NOSIGNAL) != sizeof value)
    fail("a measured process has ended");
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

bool Channel::has_word(std::chrono::milliseconds patience) const {
  pollfd waiting{descriptor_, POLLIN, 0};
  return poll(&waiting, 1, static_cast<int>(patience.count())) > 0;
}

Child Child::fork_off(std::array<int, 2> ends, Sessions sessions,
                      const std::function<void(int descriptor)>& work) {
  const int words = memfd_create("words", MFD_CLOEXEC);
  if (words < 0) fail("memfd_create");
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid > 0) {
    if (ends[1] >= 0) close(ends[1]);
    return {pid, ends[0], words};
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  if (sessions == Sessions::Own) setsid();
  if (ends[0] >= 0) close(ends[0]);
  dup2(words, STDERR_FILENO);
  work(ends[1]);
  _exit(0);
}

Child Child::run(const std::vector<std::string>& command, Sessions sessions) {
  return fork_off({-1, -1}, sessions, [&](int) {
    const int null = open("/dev/null", O_RDWR);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO}) dup2(null, stream);
    std::vector<char*> words;
    // execv takes char* and does not write.
    for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    execv(words[0], words.data());
    dprintf(STDERR_FILENO, "%s cannot be run: %s\n", words[0], std::strerror(errno));
    _exit(127);
  });
}

Child Child::run(const std::function<void(const Channel& parent)>& work, Sessions sessions) {
  std::array<int, 2> ends{};
  // Packets: each number arrives whole.
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) fail("socketpair");
  return fork_off(ends, sessions, [&](int descriptor) {
    try {
      work(Channel(descriptor));
    } catch (const std::exception& error) {
      dprintf(STDERR_FILENO, "%s\n", error.what());
      _exit(1);  // the parent notices that the channel is closed
    }
  });
}

Child::~Child() {
  if (words_ >= 0) close(words_);
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::optional<std::string> Child::ended() const {
  siginfo_t child{};
  // Not reaped, so that the process id is not reused before this object is destroyed.
  if (waitid(P_PID, static_cast<id_t>(pid_), &child, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      child.si_pid == 0)
    return std::nullopt;
  return how_it_ended(child) + last_output();
}

std::string Child::why_gone() const {
  const auto end = Clock::now() + kEnding;
  while (Clock::now() < end) {
    if (const auto how = ended()) return ": " + *how;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return "";
}

std::string Child::last_output() const {
  const off_t size = lseek(words_, 0, SEEK_END);
  std::string text(kOutputBytes, '\0');
  const off_t from = std::max<off_t>(0, size - static_cast<off_t>(kOutputBytes));
  const ssize_t got = pread(words_, text.data(), text.size(), from);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, got)));
  const auto lines = last_lines(text);
  return lines.empty() ? "" : fmt::format(": {}", fmt::join(lines, "; "));
}

std::int64_t hear(const Child& from, const std::vector<Child>& group) {
  const auto end = Clock::now() + kPatience;
  while (!from.channel().has_word(kGlance)) {
    for (const Child& each : group)
      if (const auto how = each.ended())
        throw BenchError(fmt::format("a measured process has ended: {}", *how));
    if (Clock::now() > end) throw BenchError("a measured process does not answer");
  }
  try {
    return from.channel().hear();
  } catch (const BenchError& error) {
    throw BenchError(error.what() + from.why_gone());
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

std::string program_beside(const std::string& name) {
  return std::filesystem::read_symlink("/proc/self/exe").replace_filename(name).string();
}

std::string program_in_path(const std::string& name) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string program = folder + "/" + name;
    if (!folder.empty() && access(program.c_str(), X_OK) == 0) return program;
  }
  return "";
}

}  // namespace ovid::bench
