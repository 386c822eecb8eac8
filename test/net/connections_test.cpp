// The maximum number of connections, and how dead connections are detected.

#include <vector>

#include "door.hpp"
#include "grid.hpp"
#include "patience.hpp"
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "ovid/net/descriptors.hpp"

namespace ovid::net_test {
namespace {

int port_of(int socket, bool own) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  const int failed = own ? getsockname(socket, any, &size) : getpeername(socket, any, &size);
  return failed == 0 && address.sin_family == AF_INET ? ntohs(address.sin_port) : -1;
}

int option(int socket, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  getsockopt(socket, level, name, &value, &size);
  return value;
}

/// The connected sockets of this process whose own port (own) or whose peer's port is `port`.
std::vector<int> connected_at(int port, bool own) {
  std::vector<int> found;
  for (int socket = 0; socket < 4096; ++socket)
    if (port_of(socket, own) == port && port_of(socket, false) > 0) found.push_back(socket);
  return found;
}

void expect_kept_alive(const std::vector<int>& sockets) {
  for (const int socket : sockets) {
    EXPECT_EQ(option(socket, SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_KEEPIDLE), 20);
    EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_KEEPCNT), 4);
    EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_KEEPINTVL), 5);
    // This option would disconnect clients that are alive but do not read.
    EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT), 0);
  }
}

TEST(Connections, HaveKeepaliveOnBothPortsInBothDirections) {
  Grid grid(3);
  ASSERT_TRUE(grid.all_see_all());
  Tcp client = grid.client(0);
  ASSERT_EQ(client.ask("alive"), "alive 0,1,2");
  const int mesh = grid.ports().mesh();
  for (const std::vector<int>& sockets : {connected_at(mesh, true), connected_at(mesh, false)}) {
    EXPECT_EQ(sockets.size(), 2u);
    expect_kept_alive(sockets);
  }
  const std::vector<int> clients = connected_at(grid.ports().master(0), true);
  EXPECT_EQ(clients.size(), 1u);
  expect_kept_alive(clients);
  for (const int socket : clients) EXPECT_NE(option(socket, IPPROTO_TCP, TCP_NODELAY), 0);
}

TEST(Connections, BeyondTheShareAreClosedAndTheOthersAreServed) {
  Door door({.connections_max = 3});
  std::vector<Tcp> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(door.connect());
  for (Tcp& client : clients) ASSERT_EQ(client.ask("in"), "2:in");
  for (int i = 0; i < 50; ++i) {
    Tcp excess = door.connect();
    ASSERT_EQ(excess.line(), "(end)");
  }
  EXPECT_EQ(door.log_lines(), 2);  // one for the first and one for the tenth
  for (Tcp& client : clients) EXPECT_EQ(client.ask("in"), "2:in");
  clients.pop_back();
  EXPECT_TRUE(eventually([&] { return door.connections() == 2; }));
  EXPECT_EQ(door.connect().ask("in"), "2:in");
}

TEST(Connections, OfABurstBeyondTheShareAreClosedAtOnce) {
  Door door({.connections_max = 10});
  Tcp first = door.connect();
  ASSERT_EQ(first.ask("x"), "1:x");
  std::vector<Tcp> burst;
  for (int i = 0; i < 300; ++i) burst.push_back(door.connect());
  for (std::size_t i = 9; i < burst.size(); ++i) ASSERT_EQ(burst[i].line(), "(end)") << i;
  EXPECT_EQ(door.connections(), 10u);
  EXPECT_EQ(first.ask("x"), "1:x");
}

/// Sets the soft limit of this process for descriptors, until the object is destroyed.
class Limit {
 public:
  explicit Limit(rlim_t descriptors) {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit now = before_;
    now.rlim_cur = descriptors;
    setrlimit(RLIMIT_NOFILE, &now);
  }
  ~Limit() { setrlimit(RLIMIT_NOFILE, &before_); }
  Limit(const Limit&) = delete;
  Limit& operator=(const Limit&) = delete;

 private:
  rlimit before_{};
};

TEST(Descriptors, AreReservedForPeersFirst) {
  const int open = net::open_descriptors(1000000);
  ASSERT_GT(open, 2);
  const Limit limit(static_cast<rlim_t>(open) + 500);
  const int alone = net::connections_for_clients(0);
  EXPECT_LT(alone, 500);
  EXPECT_GE(alone, 480);
  EXPECT_LE(net::connections_for_clients(100), alone - 300);
  EXPECT_EQ(net::connections_for_clients(1000), 1);
}

TEST(Descriptors, AreReportedAsUsedUp) {
  EXPECT_FALSE(net::out_of_descriptors());
  const Limit limit(3);  // descriptors 0, 1 and 2 are open
  EXPECT_TRUE(net::out_of_descriptors());
}

}  // namespace
}  // namespace ovid::net_test
