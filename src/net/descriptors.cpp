#include "ovid/net/descriptors.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <limits>
#include <system_error>

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ovid::net {
namespace {

/// Connected to the peer, looking whether its port still listens, connected from the peer, and the
/// peer's earlier connection that is not closed yet.
constexpr int kPerPeer = 4;
/// Strangers at the mesh port, and what the program opens now and then.
constexpr int kBesides = 12;

}  // namespace

int open_descriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator all("/proc/self/fd", error);
  if (error) return -1;
  return static_cast<int>(std::distance(all, {})) - 1;  // one to look with
}

int connections_for_masters(int peers) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  constexpr int kMost = std::numeric_limits<int>::max() / 2;
  const int all = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, kMost));
  return std::max(1, all - open_descriptors() - kPerPeer * peers - kBesides);
}

bool out_of_descriptors() {
  const int one = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (one >= 0) {
    close(one);
    return false;
  }
  return errno == EMFILE || errno == ENFILE;
}

}  // namespace ovid::net
