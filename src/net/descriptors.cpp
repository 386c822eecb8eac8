#include "ovid/net/descriptors.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ovid/base/numbers.hpp"

namespace ovid::net {
namespace {

/// The connection to the peer, the one from the peer, and a probe whether its port still listens.
/// Together with the descriptors of its sockets these are the six of app/resources.cpp.
constexpr int kPerPeer = 3;
/// For other programs at the mesh port, old connections of peers that are not closed yet, and what
/// the program opens now and then.
constexpr int kBesides = 16;
/// Without /proc, only so many numbers are checked.
constexpr int kLookedAtMax = 65536;

}  // namespace

int open_descriptors(int limit) {
  int open = 0;
  DIR* const folder = opendir("/proc/self/fd");
  if (folder == nullptr) {
    for (int number = 0; number < std::min(limit, kLookedAtMax); ++number)
      if (fcntl(number, F_GETFD) >= 0) ++open;
    return open;
  }
  while (const dirent* each = readdir(folder)) {
    const auto number = base::read_integer(each->d_name, 0, limit - 1);
    if (number && *number != dirfd(folder)) ++open;
  }
  closedir(folder);
  return open;
}

int connections_for_clients(int peers) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  constexpr int kMax = std::numeric_limits<int>::max() / 2;
  const int all = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, kMax));
  return std::max(1, all - open_descriptors(all) - kPerPeer * peers - kBesides);
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
