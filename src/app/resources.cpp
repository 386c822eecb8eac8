#include "ovid/app/resources.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <latch>
#include <limits>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ovid/base/cannot_start.hpp"
#include "ovid/net/descriptors.hpp"

namespace ovid::app {
namespace {

/// libzmq has two and the log has one.
constexpr int kThreads = 3;
/// A higher limit counts as this.
constexpr rlim_t kDescriptorsMax = 1 << 30;
constexpr std::size_t kMiB = std::size_t{1} << 20;
/// For each thread of libzmq, because RLIMIT_STACK may be unlimited or very small.
constexpr std::size_t kStackBytes = kMiB;
/// Enough to read the options, make a text, and for the C++ runtime's reserve for exceptions
/// (allocated before main; without it, a throw ends the process by SIGABRT).
constexpr std::size_t kThrowBytes = kMiB;
/// For the first thread: several times what a start needs.
constexpr rlim_t kFirstStackBytes = 256 << 10;

void check_stack() {
  rlimit limit{};
  getrlimit(RLIMIT_STACK, &limit);
  if (limit.rlim_cur >= kFirstStackBytes) return;
  limit.rlim_cur = std::min(limit.rlim_max, kFirstStackBytes);
  if (limit.rlim_cur < kFirstStackBytes || setrlimit(RLIMIT_STACK, &limit) != 0)
    throw base::CannotStart(fmt::format("a node needs a stack of {} KiB, the limit is {} KiB",
                                        kFirstStackBytes >> 10, limit.rlim_max >> 10));
}

/// Per peer: a socket and its connection, two for its monitor, and the connection from the peer.
/// The others are the node's own and those of a few clients.
void allow_descriptors(int nodes) {
  const int needed = 61 + 6 * nodes;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  // Inherited descriptors count too, and some may lie beyond the limit.
  const auto all = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, kDescriptorsMax));
  const int open = net::open_descriptors(all);
  if (all - open < needed)
    throw base::CannotStart(
        fmt::format("{} nodes need {} file descriptors, the limit is {} and {} are in use", nodes,
                    needed, all, open));
}

/// Does what libzmq will do: two epoll descriptors at once, each with something to watch.
void try_epoll() {
  std::array<int, 4> descriptors{};
  std::generate(descriptors.begin(), descriptors.end(), [i = 0]() mutable {
    return i++ % 2 == 0 ? epoll_create1(EPOLL_CLOEXEC) : eventfd(0, EFD_CLOEXEC);
  });
  int error = 0;
  epoll_event event{};
  for (std::size_t i = 0; i < descriptors.size() && error == 0; i += 2)
    if (descriptors[i] < 0 || descriptors[i + 1] < 0 ||
        epoll_ctl(descriptors[i], EPOLL_CTL_ADD, descriptors[i + 1], &event) != 0)
      error = errno;
  for (const int each : descriptors)
    if (each >= 0) close(each);
  if (error != 0) throw base::CannotStart(fmt::format("epoll: {}", std::strerror(error)));
}

/// Starts all at once, so that they exist at the same time.
void try_threads() {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_setattr_default_np(&attributes);
  std::latch over(1);
  const auto wait = [](void* until) -> void* {
    static_cast<std::latch*>(until)->wait();
    return nullptr;
  };
  std::vector<pthread_t> threads;
  int error = 0;
  for (int i = 0; i < kThreads && error == 0; ++i) {
    pthread_t thread{};
    error = pthread_create(&thread, &attributes, wait, &over);
    if (error == 0) threads.push_back(thread);
  }
  over.count_down();
  for (const pthread_t thread : threads) pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  if (error != 0)
    throw base::CannotStart(fmt::format("a node needs {} threads besides its first, got {}: {}",
                                        kThreads, threads.size(), std::strerror(error)));
}

/// Whether so much memory can be allocated now.
bool can_map(std::size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory != MAP_FAILED && munmap(memory, bytes) == 0;
}

bool is_limited(int resource) {
  rlimit limit{};
  getrlimit(static_cast<__rlimit_resource>(resource), &limit);
  return limit.rlim_cur != RLIM_INFINITY;
}

void try_memory(int nodes) {
  // An arena for each thread would take 64 MiB of the address space, used or not.
  if (is_limited(RLIMIT_AS) || is_limited(RLIMIT_DATA)) mallopt(M_ARENA_MAX, 1);
  const std::size_t needed = 4 * kMiB + (static_cast<std::size_t>(nodes) * kMiB) / 8;
  if (!can_map(needed))
    throw base::CannotStart(fmt::format("{} nodes need {} MiB of memory: {}", nodes, needed / kMiB,
                                        std::strerror(errno)));
}

}  // namespace

bool can_throw() {
  return can_map(kThrowBytes);
}

void open_standard_streams() {
  for (int stream = 0; stream <= 2; ++stream)
    if (fcntl(stream, F_GETFD) < 0)
      static_cast<void>(open("/dev/null", O_RDWR));  // the lowest that is free: this one
}

void claim_resources(int nodes) {
  check_stack();
  allow_descriptors(nodes);
  try_epoll();
  try_threads();
  try_memory(nodes);
}

void keep_receive_buffers() {
  // What glibc chooses by itself once a block of 2 MiB was freed (mallopt(3), M_MMAP_THRESHOLD):
  // the end of the heap goes back when it is twice as large.
  mallopt(M_MMAP_THRESHOLD, 2 << 20);
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
}

void keep_freed_memory() {
  // mallopt(3): blocks up to the largest threshold there is come from the heap, and the end of the
  // heap is never given back.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  mallopt(M_TOP_PAD, 16 << 20);
}

}  // namespace ovid::app
