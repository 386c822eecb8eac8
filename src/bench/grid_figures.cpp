#include "ovid/bench/grid_figures.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

namespace ovid::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto kSettling = 300ms;  // between two trials, so that each begins with a quiet grid
constexpr auto kDownFor = 50ms;    // from the last node's notice of a crash to the restart
constexpr auto kStoppedFor = 1s;   // from the last node's notice of a stop to SIGCONT
constexpr auto kWarmUp = 1s;       // before idle cost is measured
constexpr auto kIdleFor = 4s;
constexpr int kMessages = 1'000'000;
constexpr int kMessageBytes = 32;

/// Trials are spread over the interval between pings, whatever it is (by the golden ratio).
std::chrono::milliseconds anywhere(int trial) {
  return 1ms * (trial * 618 % 1000);
}

double in_ms(Clock::duration duration) {
  return Seconds(duration).count() * 1e3;
}

void fill(const Client& client) {
  const std::string line = "broadcast " + std::string(kMessageBytes, 'x') + "\n";
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += line;
  for (int i = 0; i < kMessages / 1000; ++i) client.write(lines);
}

}  // namespace

double startup_ms(const Starter& starter, int nodes) {
  Grid grid(starter, nodes);
  const auto begin = Clock::now();
  return in_ms(grid.await_alive(grid.others(), grid.others()) - begin);
}

std::vector<Recovery> crashes(const Starter& starter, int nodes, Trials trials) {
  Grid grid(starter, nodes);
  grid.await_whole();
  std::vector<Recovery> result;
  for (int trial = trials.first; trial < trials.end; ++trial) {
    const int node = trial % nodes;
    std::this_thread::sleep_for(kSettling);
    const auto killed = Clock::now();
    grid.crash(node);
    const double seen_ms = in_ms(grid.await_alive(grid.others(node), grid.others(node)) - killed);
    grid.kill(node);
    std::this_thread::sleep_for(kDownFor);
    const auto started = Clock::now();
    grid.start(node);
    const double back_ms = in_ms(grid.await_alive(grid.others(), grid.others()) - started);
    result.push_back({seen_ms, back_ms});
  }
  return result;
}

std::vector<Recovery> stops(const Starter& starter, int nodes, Trials trials) {
  Grid grid(starter, nodes);
  grid.await_whole();
  std::vector<Recovery> result;
  for (int trial = trials.first; trial < trials.end; ++trial) {
    const int node = trial % nodes;
    std::this_thread::sleep_for(kSettling + anywhere(trial));
    const auto stopped = Clock::now();
    grid.process(node).send_signal(SIGSTOP);
    const double seen_ms = in_ms(grid.await_alive(grid.others(node), grid.others(node)) - stopped);
    std::this_thread::sleep_for(kStoppedFor);
    const auto continued = Clock::now();
    grid.process(node).send_signal(SIGCONT);
    const double back_ms = in_ms(grid.await_alive(grid.others(), grid.others()) - continued);
    result.push_back({seen_ms, back_ms});
  }
  return result;
}

Idle idle(const Starter& starter, int nodes) {
  Grid grid(starter, nodes);
  grid.await_whole();
  std::this_thread::sleep_for(kWarmUp);
  const Seconds worked = grid.processor_time();
  std::this_thread::sleep_for(kIdleFor);
  const Seconds used = grid.processor_time() - worked;
  double bytes = 0;
  for (int node = 0; node < nodes; ++node)
    bytes += static_cast<double>(grid.process(node).resident_bytes());
  return {100 * used.count() / Seconds(kIdleFor).count() / nodes, bytes / nodes / (1 << 20)};
}

BigLog big_log(const Starter& starter) {
  Grid grid(starter, 3);
  grid.await_whole();
  const auto before = static_cast<double>(grid.process(1).resident_bytes());
  fill(grid.client(0));
  grid.await_count(kMessages);
  std::this_thread::sleep_for(kSettling);
  const auto after = static_cast<double>(grid.process(1).resident_bytes());
  Client other(grid.master_port(1), grid.process(1));
  std::atomic<bool> done{false};
  double longest_ms = 0;
  std::thread asking([&] {
    while (!done) {
      const auto begin = Clock::now();
      other.ask("alive");
      longest_ms = std::max(longest_ms, Seconds(Clock::now() - begin).count() * 1e3);
    }
  });
  const auto begin = Clock::now();
  grid.client(1).ask("get");
  const double get_ms = Seconds(Clock::now() - begin).count() * 1e3;
  done = true;
  asking.join();
  return {get_ms, longest_ms, (after - before) / kMessages - kMessageBytes};
}

}  // namespace ovid::bench
