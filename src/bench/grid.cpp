#include "ovid/bench/grid.hpp"

#include <chrono>
#include <csignal>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ovid/bench/loopback.hpp"

namespace ovid::bench {
namespace {

using namespace std::chrono_literals;

/// Between two questions to nodes whose answer is not the expected one yet.
constexpr auto kPause = 100us;
/// Between two checks that all nodes still run.
constexpr auto kLook = 100ms;

}  // namespace

Starter nodes_of(const std::string& program, Sessions sessions) {
  return [=](const Seat& seat) {
    return Child::run(
        {program, "node", std::to_string(seat.self), std::to_string(seat.nodes),
         std::to_string(seat.master_port), "--base-port", std::to_string(seat.base_port)},
        sessions);
  };
}

Grid::Grid(Starter starter, int nodes)
    : starter_(std::move(starter)), base_port_(free_ports(2 * nodes)) {
  nodes_.resize(static_cast<std::size_t>(nodes));
  for (int node = 0; node < nodes; ++node) start(node);
}

void Grid::start(int node) {
  nodes_[static_cast<std::size_t>(node)].process.push_back(
      starter_({node, size(), base_port_, master_port(node)}));
}

void Grid::crash(int node) {
  process(node).send_signal(SIGKILL);
  nodes_[static_cast<std::size_t>(node)].crashed = true;
}

void Grid::kill(int node) {
  Place& place = nodes_[static_cast<std::size_t>(node)];
  place.crashed = false;
  place.process.clear();
  place.client.clear();
}

Client& Grid::client(int node) {
  Place& place = nodes_[static_cast<std::size_t>(node)];
  if (place.client.empty()) place.client.emplace_back(master_port(node), place.process.front());
  return place.client.front();
}

const Child& Grid::process(int node) const {
  return nodes_[static_cast<std::size_t>(node)].process.front();
}

void Grid::await_answer(int node, std::string_view question, const std::string& expected,
                        Clock::time_point end) {
  auto look_at = Clock::now() + kLook;
  while (client(node).ask(question) != expected) {
    if (Clock::now() > look_at) {
      check_all();
      look_at = Clock::now() + kLook;
    }
    if (Clock::now() > end)
      throw BenchError(fmt::format("node {} never answered `{}`", node, expected));
    std::this_thread::sleep_for(kPause);
  }
}

void Grid::check_all() const {
  for (int node = 0; node < size(); ++node) {
    const Place& place = nodes_[static_cast<std::size_t>(node)];
    for (const Child& process : place.process)
      if (const auto how = place.crashed ? std::nullopt : process.ended())
        throw BenchError(fmt::format("node {} has ended: {}", node, *how));
  }
}

/// Asks one node after the other: a question costs as much CPU time as what is measured, and nodes
/// that are asked later usually have the expected answer by then.
Clock::time_point Grid::await_alive(const std::vector<int>& at, const std::vector<int>& shown) {
  const std::string expected = fmt::format("alive {}", fmt::join(shown, ","));
  const auto end = Clock::now() + kPatience;
  for (const int node : at) await_answer(node, "alive", expected, end);
  return Clock::now();
}

void Grid::await_whole() {
  await_alive(others(), others());
}

void Grid::await_count(std::int64_t messages) {
  const auto end = Clock::now() + kPatience;
  const std::string expected = fmt::format("count {}", messages);
  for (const int node : others()) await_answer(node, "count", expected, end);
}

std::vector<int> Grid::others(int without) const {
  std::vector<int> ids;
  for (int id = 0; id < size(); ++id)
    if (id != without) ids.push_back(id);
  return ids;
}

Seconds Grid::processor_time() const {
  Seconds total{};
  for (const Place& place : nodes_)
    for (const Child& process : place.process) total += process.processor_time();
  return total;
}

}  // namespace ovid::bench
