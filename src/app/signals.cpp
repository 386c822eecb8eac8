#include "ovid/app/signals.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "ovid/base/cannot_start.hpp"

namespace ovid::app {
namespace {

/// By default they end a process; a node ignores them.
constexpr std::array kNotedOnly{SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU,  SIGVTALRM,
                                SIGPROF, SIGIO,   SIGPWR,  SIGSTKFLT};
/// These end the node and leave a core, also if it was started with `&` by a shell, which ignores
/// SIGQUIT.
constexpr std::array kLeaveACore{SIGQUIT, SIGABRT, SIGSEGV, SIGBUS,
                                 SIGILL,  SIGFPE,  SIGTRAP, SIGSYS};

using Handler = void (*)(int);

/// The signal's present handler: SIG_DFL, SIG_IGN or a function.
Handler handler_of(int signal) {
  struct sigaction action {};
  sigaction(signal, nullptr, &action);
  return action.sa_handler;
}

/// A profiler or a sanitizer may have installed a handler before main.
bool is_somebodys(int signal) {
  const Handler handler = handler_of(signal);
  return handler != SIG_DFL && handler != SIG_IGN;
}

sigset_t ours() {
  sigset_t set;
  sigemptyset(&set);
  // Also if the node was started with `&` by a script, whose shell ignores SIGINT for it.
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  // nohup(1)
  if (handler_of(SIGHUP) != SIG_IGN) sigaddset(&set, SIGHUP);
  for (const int signal : kNotedOnly)
    if (!is_somebodys(signal)) sigaddset(&set, signal);
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal)
    if (!is_somebodys(signal)) sigaddset(&set, signal);
  return set;
}

std::string name_of(int signal) {
  if (const char* name = sigabbrev_np(signal)) return fmt::format("SIG{}", name);
  return fmt::format("SIGRTMIN+{}", signal - SIGRTMIN);
}

const char* meaning_of(int signal) {
  switch (signal) {
    case SIGHUP:
      return "its terminal was closed; nohup prevents this";
    case SIGXCPU:
      return "the soft limit of CPU time is reached; the hard limit ends the process";
    default:
      return "";
  }
}

}  // namespace

Signals::Signals() {
  const sigset_t set = ours();
  // Only these; signals that the parent had blocked are unblocked.
  sigprocmask(SIG_SETMASK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a node continues if its log is closed,
  std::signal(SIGXFSZ, SIG_IGN);  // or may not grow any more
  for (const int signal : kLeaveACore)
    if (handler_of(signal) == SIG_IGN) std::signal(signal, SIG_DFL);
  descriptor_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor_ < 0)
    throw base::CannotStart(fmt::format("no descriptor for signals: {}", std::strerror(errno)));
}

Signals::~Signals() {
  close(descriptor_);
}

bool Signals::end_node(observe::Stream& stream) {
  std::array<signalfd_siginfo, 8> come{};
  const ssize_t bytes = read(descriptor_, come.data(), sizeof come);
  const std::size_t count = bytes > 0 ? static_cast<std::size_t>(bytes) / sizeof come[0] : 0;
  for (std::size_t i = 0; i < count; ++i) {
    const int signal = static_cast<int>(come[i].ssi_signo);
    if (signal == SIGTERM || signal == SIGINT || signal == SIGHUP) {
      stream.tell(observe::SignalEndsNode{name_of(signal), meaning_of(signal)});
      return true;
    }
    stream.tell(observe::SignalIgnored{name_of(signal), meaning_of(signal), ++ignored_[signal]});
  }
  return false;
}

void Signals::give_back() {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace ovid::app
