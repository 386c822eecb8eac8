#include "ovid/bench/grid_rate.hpp"

#include <algorithm>

#include <poll.h>

namespace ovid::bench {
namespace {

/// Bytes written at once to a node.
constexpr std::size_t kPieceBytes = std::size_t{1} << 18;

/// The lines for one node: the same line again and again.
class Script {
 public:
  Script(int bytes, std::int64_t lines) {
    const std::string line =
        "broadcast " + std::string(static_cast<std::size_t>(bytes), 'x') + "\n";
    while (piece_.size() < kPieceBytes) piece_ += line;
    left_ = static_cast<std::size_t>(lines) * line.size();
  }
  bool done() const { return left_ == 0; }
  void write_some(const Client& client) {
    const std::size_t max = std::min(piece_.size() - at_, left_);
    const std::size_t taken = client.write_some(std::string_view(piece_).substr(at_, max));
    at_ = (at_ + taken) % piece_.size();
    left_ -= taken;
  }

 private:
  std::string piece_;  // whole lines
  std::size_t at_ = 0;
  std::size_t left_ = 0;  // bytes
};

void say_all(Grid& grid, std::vector<Script>& scripts) {
  std::vector<pollfd> waiting;
  for (std::size_t i = 0; i < scripts.size(); ++i)
    waiting.push_back({grid.client(static_cast<int>(i)).descriptor(), POLLOUT, 0});
  for (std::size_t left = scripts.size(); left > 0;) {
    poll(waiting.data(), waiting.size(), -1);
    for (std::size_t i = 0; i < scripts.size(); ++i) {
      if (waiting[i].revents == 0) continue;
      scripts[i].write_some(grid.client(static_cast<int>(i)));
      if (!scripts[i].done()) continue;
      waiting[i].fd = -1;
      --left;
    }
  }
}

}  // namespace

Rate grid_rate(const Starter& starter, const Load& load) {
  Grid grid(starter, load.nodes);
  grid.await_whole();
  std::vector<Script> scripts(static_cast<std::size_t>(load.senders()),
                              Script(load.bytes, load.each()));
  const Seconds worked = grid.processor_time();
  const auto begin = Clock::now();
  say_all(grid, scripts);
  grid.await_count(load.each() * load.senders());
  const Seconds passed = Clock::now() - begin;
  return {load.deliveries() / passed.count(),
          (grid.processor_time() - worked).count() * 1e6 / load.deliveries()};
}

}  // namespace ovid::bench
