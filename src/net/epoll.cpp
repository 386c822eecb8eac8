#include "ovid/net/epoll.hpp"

#include <array>

#include <sys/epoll.h>
#include <unistd.h>

#include "ovid/base/check.hpp"

namespace ovid::net {

Epoll::Epoll() : descriptor_(epoll_create1(EPOLL_CLOEXEC)) {
  base::check(descriptor_ >= 0, "epoll_create1");
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
  base::check(epoll_ctl(descriptor_, EPOLL_CTL_ADD, descriptor, &event) == 0, "epoll_ctl");
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
