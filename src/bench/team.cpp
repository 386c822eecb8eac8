#include "ovid/bench/team.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "ovid/bench/loopback.hpp"

namespace ovid::bench {
namespace {

std::int64_t now() {
  return Clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

/// Between two steps all wait for the slowest.
void await_the_others(const Channel& parent) {
  parent.say(0);
  parent.hear();
}

void take_part(const Channel& parent, const Part& part, const MakeMember& make) {
  const std::unique_ptr<Member> member = make(part);
  await_the_others(parent);
  member->meet();
  await_the_others(parent);
  const std::int64_t began = now();
  member->work();
  parent.say(began);
  parent.say(now());
  parent.hear();  // no process ends before all is measured
}

void await_all(const std::vector<Child>& processes) {
  for (const Child& process : processes) hear(process, processes);
}

void go_on(const std::vector<Child>& processes) {
  for (const Child& process : processes) process.channel().say(0);
}

Seconds worked(const std::vector<Child>& processes, const Child* server) {
  Seconds total = server ? server->processor_time() : Seconds();
  for (const Child& process : processes) total += process.processor_time();
  return total;
}

}  // namespace

Rate team_rate(const Load& load, Sessions sessions, const MakeMember& make, const Child* server) {
  const int port = free_ports(load.nodes);
  std::vector<Child> processes;
  for (int self = 0; self < load.nodes; ++self)
    processes.push_back(Child::run(
        [&, self](const Channel& parent) {
          take_part(parent, {self, port, load}, make);
        },
        sessions));
  await_all(processes);
  go_on(processes);
  await_all(processes);
  const Seconds before = worked(processes, server);
  go_on(processes);
  std::int64_t began = INT64_MAX;
  std::int64_t ended = 0;
  for (const Child& process : processes) {
    began = std::min(began, hear(process, processes));
    ended = std::max(ended, hear(process, processes));
  }
  const Seconds used = worked(processes, server) - before;
  return {load.deliveries() * 1e9 / static_cast<double>(ended - began),
          used.count() * 1e6 / load.deliveries()};
}

}  // namespace ovid::bench
