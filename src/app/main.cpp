// Wiring: the one place where clock, random numbers, sockets and agents are chosen.

#include <csignal>
#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "ovid/agents/chatroom.hpp"
#include "ovid/app/journal.hpp"
#include "ovid/app/options.hpp"
#include "ovid/app/results.hpp"
#include "ovid/base/cannot_start.hpp"
#include "ovid/net/loop.hpp"

namespace {

using namespace ovid;

/// SIGINT and SIGTERM as a descriptor; before the first thread, so that all threads block them.
int stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a closed log is no reason to stop
  return signalfd(-1, &signals, SFD_CLOEXEC);
}

/// Per peer: a socket and its connection, a monitor's two ends, and the peer's own connection.
void allow_descriptors(int nodes) {
  const rlim_t needed = 64 + 6 * static_cast<rlim_t>(nodes);
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < needed)
    throw base::CannotStart(fmt::format("{} nodes need {} file descriptors, the limit is {}", nodes,
                                        needed, limit.rlim_max));
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void run(const app::NodeOptions& options) {
  const int stop = stop_signals();
  allow_descriptors(options.mesh.nodes);
  app::Journal journal(options.mesh.self, options.least_severity);
  net::SystemRandom random;
  zmq::context_t context = net::make_context();
  net::Loop loop(context, options.mesh, options.door, options.links,
                 std::make_unique<agents::Chatroom>(), random, journal);
  journal.note(base::Severity::Info, std::nullopt,
               fmt::format("started: {} nodes, mesh port {}, master port {}", options.mesh.nodes,
                           options.mesh.base_port + options.mesh.self.value, options.door.port));
  for (const std::string& remark : options.remarks)
    journal.note(base::Severity::Warning, std::nullopt, remark);
  loop.run(stop);
  journal.note(base::Severity::Info, std::nullopt, "stopped by a signal");
}

}  // namespace

int main(int argc, char** argv) {
  const auto parsed = app::parse(argc, argv, app::surroundings());
  if (const auto* answer = std::get_if<app::Answer>(&parsed)) {
    std::fputs(answer->text.c_str(), answer->exit_code == 0 ? stdout : stderr);
    return app::with_results_written(answer->exit_code);
  }
  if (const auto* options = std::get_if<app::SimOptions>(&parsed))
    return app::with_results_written(app::run_sim(*options));
  if (const auto* options = std::get_if<app::BenchOptions>(&parsed))
    return app::with_results_written(app::run_bench(*options));
  try {
    run(std::get<app::NodeOptions>(parsed));
    return 0;
  } catch (const base::CannotStart& error) {
    std::fprintf(stderr, "ovid: %s\n", error.what());
    return 1;
  }
}
