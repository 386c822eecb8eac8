#include "ovid/app/log_writer.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ovid/app/log_line.hpp"

namespace ovid::app {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kPipeBytes = 4096;  // the minimum
constexpr std::string_view kNotInTime = " lost: the log was not read in time";

/// A pipe with the smallest buffer.
class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) std::abort();
    fcntl(ends_[1], F_SETPIPE_SZ, kPipeBytes);
  }
  ~Pipe() {
    for (const int end : ends_) close(end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int writer() const { return ends_[1]; }
  /// The next bytes; empty if none come for so long.
  std::string read_some(std::chrono::milliseconds patience = 10s) const {
    pollfd item{ends_[0], POLLIN, 0};
    if (poll(&item, 1, static_cast<int>(patience.count())) <= 0) return {};
    std::string bytes(kPipeBytes, '\0');
    const ssize_t count = read(ends_[0], bytes.data(), bytes.size());
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return bytes;
  }
  /// The lines up to the first that contains `end`.
  std::vector<std::string> lines_until(std::string_view end) const {
    std::string text;
    while (text.find(end) == std::string::npos || !text.ends_with('\n')) {
      const std::string more = read_some();
      if (more.empty()) {
        ADD_FAILURE() << "no line contains " << end;
        break;
      }
      text += more;
    }
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t next = std::min(text.find('\n', at), text.size());
      lines.push_back(text.substr(at, next - at));
      at = next + 1;
    }
    return lines;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

std::string numbered(int number) {
  return fmt::format("line {:06} {}\n", number, std::string(60, 'x'));
}

/// The number of lost lines that a line reports, 0 if it reports none.
int lost_in(const std::string& line) {
  const std::size_t end = line.find(kNotInTime);
  if (end == std::string::npos) return 0;
  const std::size_t unit = line.rfind(' ', end - 1);  // "line" or "lines"
  return std::stoi(line.substr(line.rfind(' ', unit - 1) + 1));
}

TEST(LogWriter, EveryLineArrivesInItsOrder) {
  const Pipe pipe;
  LogWriter writer(pipe.writer(), LogFormat::Text, {3});
  for (int i = 0; i < 1000; ++i) writer.push(numbered(i));
  const auto lines = pipe.lines_until("line 000999");
  ASSERT_EQ(lines.size(), 1000u);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(lines[static_cast<std::size_t>(i)] + "\n", numbered(i));
}

/// Reads until each of the lines `next` to `until` - 1 has arrived or was counted as lost.
void expect_all(const Pipe& pipe, int next, int until) {
  while (next < until) {
    for (const std::string& line : pipe.lines_until("\n")) {
      const int lost = lost_in(line);
      if (lost == 0) {
        ASSERT_EQ(line + "\n", numbered(next));
      } else {
        ASSERT_NE(line.find("Z node 3 warning: "), std::string::npos) << line;
      }
      next += std::max(lost, 1);
    }
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  EXPECT_EQ(next, until);
}

TEST(LogWriter, PushingNeverWaitsForAReader) {
  const Pipe pipe;
  constexpr int kPushed = 100000;
  {
    LogWriter writer(pipe.writer(), LogFormat::Text, {3});
    for (int i = 0; i < kPushed; ++i) writer.push(numbered(i));
  }
  expect_all(pipe, 0, kPushed);  // written by the thread, which outlives the writer
}

TEST(LogWriter, LinesThatDoNotFitAreCountedOnceAndWhereTheyAreMissing) {
  const Pipe pipe;
  LogWriter writer(pipe.writer(), LogFormat::Text, {3});
  constexpr int kPushed = 5000;
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < kPushed; ++i) writer.push(numbered(round * kPushed + i));
    expect_all(pipe, round * kPushed, (round + 1) * kPushed);
  }
  writer.push("and on\n");
  EXPECT_EQ(pipe.lines_until("and on"), std::vector<std::string>{"and on"});
}

TEST(LogWriter, LosesNothingThatFitsIntoTheQueue) {
  const Pipe pipe;
  LogWriter writer(pipe.writer(), LogFormat::Text, {3});
  constexpr int kLines = static_cast<int>(LogWriter::kLinesMax);
  for (int i = 0; i < kLines; ++i) writer.push(numbered(i));
  EXPECT_EQ(pipe.lines_until(fmt::format("line {:06}", kLines - 1)).size(), LogWriter::kLinesMax);
}

TEST(LogWriter, TheEndWritesAllIfItIsReadInTimeAndJoins) {
  const Pipe pipe;
  std::thread reader;
  std::vector<std::string> lines;
  {
    LogWriter writer(pipe.writer(), LogFormat::Text, {3});
    for (int i = 0; i < 500; ++i) writer.push(numbered(i));
    writer.push("end\n");
    writer.close();
    writer.push("too late\n");
    reader = std::thread([&] { lines = pipe.lines_until("end"); });
  }
  reader.join();
  EXPECT_EQ(lines.size(), 501u);
  EXPECT_EQ(pipe.read_some(0ms), "");
}

TEST(LogWriter, TheEndWaitsForAReaderUpToItsLimit) {
  const Pipe pipe;
  const auto begin = Clock::now();
  {
    LogWriter writer(pipe.writer(), LogFormat::Text, {3});
    for (int i = 0; i < 500; ++i) writer.push(numbered(i));
    writer.close();
  }
  EXPECT_GE(Clock::now() - begin, LogWriter::kClosingMax);
  EXPECT_LT(Clock::now() - begin, LogWriter::kClosingMax + 5s);
  // The thread still exists: it writes what was queued when the pipe is read.
  EXPECT_EQ(pipe.lines_until("line 000499").size(), 500u);
}

TEST(LogWriter, LinesOfManyWritersOnOnePipeStayWhole) {
  const Pipe pipe;
  std::vector<std::unique_ptr<LogWriter>> writers;
  for (std::uint16_t i = 0; i < 4; ++i)
    writers.push_back(std::make_unique<LogWriter>(pipe.writer(), LogFormat::Text, base::NodeId{i}));
  // A line of maximum length fills the pipe.
  for (int i = 0; i < 200; ++i)
    for (std::size_t w = 0; w < writers.size(); ++w)
      writers[w]->push(std::string(1 + static_cast<std::size_t>(i * 997) % (kLineBytesMax - 1),
                                   static_cast<char>('a' + w)) +
                       "\n");
  std::array<int, 4> seen{};
  std::string text;
  while (std::count(text.begin(), text.end(), '\n') < 800) {
    const std::string more = pipe.read_some();
    ASSERT_FALSE(more.empty());
    text += more;
  }
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    EXPECT_EQ(line, std::string(line.size(), line[0]));
    ++seen.at(static_cast<std::size_t>(line[0] - 'a'));
    at = end + 1;
  }
  EXPECT_EQ(seen, (std::array<int, 4>{200, 200, 200, 200}));
}

TEST(LogWriter, WaitsForANonBlockingDescriptorAndDoesNotChangeIt) {
  const Pipe pipe;
  fcntl(pipe.writer(), F_SETFL, O_NONBLOCK);
  LogWriter writer(pipe.writer(), LogFormat::Text, {3});
  for (int i = 0; i < 1000; ++i) writer.push(numbered(i));
  EXPECT_EQ(pipe.lines_until("line 000999").size(), 1000u);
  EXPECT_TRUE((fcntl(pipe.writer(), F_GETFL) & O_NONBLOCK) != 0);
}

/// Whether a thread of this process has a pending SIGXFSZ: it stays pending, because the writing
/// thread blocks all signals.
bool has_met_the_limit() {
  const std::uint64_t mask = std::uint64_t{1} << (SIGXFSZ - 1);
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream status(thread.path() / "status");
    for (std::string word; status >> word;)
      if (word == "SigPnd:" && status >> word && (std::stoull(word, nullptr, 16) & mask) != 0)
        return true;
  }
  return false;
}

TEST(LogWriter, LinesThatCannotBeWrittenAreCountedAndATruncatedLineGetsAnEnd) {
  std::signal(SIGXFSZ, SIG_IGN);
  std::FILE* file = std::tmpfile();
  const int descriptor = fileno(file);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{100, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  {
    LogWriter writer(descriptor, LogFormat::Text, {3});
    writer.push(std::string(79, 'a') + "\n");
    writer.push(std::string(79, 'b') + "\n");  // of which 20 fit
    const auto end = Clock::now() + 10s;
    while (!has_met_the_limit() && Clock::now() < end) std::this_thread::yield();
    setrlimit(RLIMIT_FSIZE, &before);
    writer.push("after\n");
  }
  std::string text(1000, '\0');
  const ssize_t count = pread(descriptor, text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(count));
  std::fclose(file);
  const std::string whole = std::string(79, 'a') + "\n" + std::string(20, 'b') + "\n";
  EXPECT_EQ(text.substr(0, whole.size()), whole);
  EXPECT_NE(text.find("1 line lost: the log could not be written: File too large\nafter\n"),
            std::string::npos)
      << text;
}

TEST(LogWriter, ItsThreadBlocksAllSignals) {
  const Pipe pipe;
  const LogWriter writer(pipe.writer(), LogFormat::Text, {3});
  // A process-wide signal that the first thread blocks must not go to this one.
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &set, &before);
  kill(getpid(), SIGUSR1);
  timespec patience{10, 0};
  EXPECT_EQ(sigtimedwait(&set, nullptr, &patience), SIGUSR1);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace
}  // namespace ovid::app
