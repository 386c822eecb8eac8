#include "ovid/net/io_thread.hpp"

#include <filesystem>
#include <fstream>
#include <system_error>

namespace ovid::net {
namespace {

using namespace std::chrono_literals;

/// The name that libzmq gives to the only I/O thread of a context.
constexpr const char* kName = "ZMQbg/IO/0";
/// Shorter waits do not count: on a busy machine every thread waits for some tens of milliseconds.
constexpr base::Duration kLate = 75ms;
/// An older first look belongs to another silence.
constexpr base::Duration kForgotten = 200ms;

std::string find_thread() {
  std::error_code error;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", error)) {
    std::string name;
    if (std::getline(std::ifstream(thread.path() / "comm"), name) && name == kName)
      return thread.path().string();
  }
  return {};
}

}  // namespace

IoThread::Verdict IoThread::judge(base::Time now) {
  const std::optional<Look> then = look(now);
  if (!then) return Verdict::OnTime;
  if (!first_ || now - first_->at > kForgotten) first_ = then;
  return judge(*first_, *then);
}

IoThread::Verdict IoThread::judge(const Look& first, const Look& then) {
  if (!then.runnable) return Verdict::OnTime;
  const base::Duration since = then.at - first.at;
  if (since < kLate) return Verdict::Unclear;
  const bool one_state = first.runnable && then.turns == first.turns;  // it waited, or it ran
  const bool ran = then.ran_ns - first.ran_ns >= static_cast<std::uint64_t>(since.count() / 2);
  return one_state && !ran ? Verdict::Late : Verdict::OnTime;
}

std::optional<IoThread::Look> IoThread::look(base::Time now) {
  if (folder_.empty()) folder_ = find_thread();
  if (folder_.empty()) return std::nullopt;
  Look look{.at = now};
  std::ifstream counted(folder_ + "/schedstat");
  std::string state;
  std::uint64_t waited_ns = 0;  // without the present wait, which is counted when it ends
  if (!(counted >> look.ran_ns >> waited_ns >> look.turns) ||
      !std::getline(std::ifstream(folder_ + "/stat"), state))
    return std::nullopt;
  look.runnable = state.find(") R ") != std::string::npos;
  return look;
}

}  // namespace ovid::net
