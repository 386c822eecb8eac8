#include "ovid/net/epoll.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "ovid/base/cannot_start.hpp"

namespace ovid::net {

Epoll::Epoll() : descriptor_(epoll_create1(EPOLL_CLOEXEC)) {
  if (descriptor_ < 0)
    throw base::CannotStart(fmt::format("epoll_create1: {}", std::strerror(errno)));
}

Epoll::~Epoll() {
  close(descriptor_);
}

void Epoll::watch(int descriptor, std::uint64_t tag) {
  add(descriptor, EPOLLIN, tag);
}

void Epoll::watch_writable(int descriptor, std::uint64_t tag) {
  add(descriptor, EPOLLOUT, tag);
}

void Epoll::add(int descriptor, std::uint32_t events, std::uint64_t tag) {
  epoll_event event{};
  event.events = events | EPOLLET;
  event.data.u64 = tag;
  if (epoll_ctl(descriptor_, EPOLL_CTL_ADD, descriptor, &event) != 0)
    throw base::CannotStart(fmt::format("epoll_ctl: {}", std::strerror(errno)));
}

const std::vector<std::uint64_t>& Epoll::ready() {
  std::array<epoll_event, 128> events;
  ready_.clear();
  for (;;) {
    const int count = epoll_wait(descriptor_, events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < count; ++i) ready_.push_back(events[static_cast<std::size_t>(i)].data.u64);
    if (count < static_cast<int>(events.size())) return ready_;  // -1 (EINTR): next turn
  }
}

}  // namespace ovid::net
