#include "ovid/bench/tcp_mesh.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "ovid/agents/chat_log.hpp"
#include "ovid/app/growing_memory.hpp"
#include "ovid/bench/frames.hpp"
#include "ovid/bench/inbox.hpp"
#include "ovid/bench/loopback.hpp"

namespace ovid::bench {
namespace {

using namespace std::chrono_literals;

/// Between two attempts to connect to peers that do not listen.
constexpr auto kRetry = 5ms;
constexpr std::string_view kBroadcast = "broadcast ";

/// The greeting on a new connection: who has made it.
void say_id(const Descriptor& connection, std::int32_t id) {
  send(connection.number(), &id, sizeof id, MSG_NOSIGNAL);
}

/// Waits for the greeting, which leaves at once; empty if the peer is gone or is no node.
std::optional<std::size_t> hear_id(const Descriptor& connection, int nodes) {
  std::int32_t id = -1;
  if (recv(connection.number(), &id, sizeof id, MSG_WAITALL) != sizeof id) return std::nullopt;
  return id >= 0 && id < nodes ? std::optional(static_cast<std::size_t>(id)) : std::nullopt;
}

class MeshNode {
 public:
  explicit MeshNode(const Seat& seat)
      : self_(static_cast<std::size_t>(seat.self)),
        base_port_(seat.base_port),
        epoll_(epoll_create1(EPOLL_CLOEXEC)),
        peer_door_(listen_on(seat.base_port + seat.self)),
        client_door_(listen_on(seat.master_port)),
        peers_(static_cast<std::size_t>(seat.nodes)) {
    watch(EPOLL_CTL_ADD, peer_door_, kPeerDoor, EPOLLIN);
    watch(EPOLL_CTL_ADD, client_door_, kClientDoor, EPOLLIN);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 64> events;
    for (;;) {
      const bool dials = dial();
      const int count =
          epoll_wait(epoll_.number(), events.data(), static_cast<int>(events.size()),
                     dials ? static_cast<int>(std::chrono::milliseconds(kRetry).count()) : -1);
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        take(event.data.u64, event.events);
      }
    }
  }

 private:
  struct Peer {
    Descriptor connection;  // none: it is not there
    Inbox inbox;
    std::string unsent;
  };
  struct Client {
    Descriptor connection;
    Inbox inbox;
  };
  // What an event is about: a peer by its id, a door, or a client.
  static constexpr std::uint64_t kPeerDoor = 1 << 16;
  static constexpr std::uint64_t kClientDoor = kPeerDoor + 1;
  static constexpr std::uint64_t kFirstClient = kPeerDoor + 2;

  void watch(int change, const Descriptor& descriptor, std::uint64_t tag, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = tag;
    if (epoll_ctl(epoll_.number(), change, descriptor.number(), &event) != 0)
      throw BenchError(fmt::format("epoll_ctl: {}", std::strerror(errno)));
  }

  /// Peers with higher ids connect to this one. True if one with a lower id is missing.
  bool dial() {
    bool missing = false;
    for (std::size_t id = 0; id < self_; ++id) missing = missing || !peers_[id].connection;
    if (!missing || Clock::now() < dial_at_) return missing;
    dial_at_ = Clock::now() + kRetry;
    for (std::size_t id = 0; id < self_; ++id) {
      if (peers_[id].connection) continue;
      Descriptor connection = connect_to(base_port_ + static_cast<int>(id));
      if (!connection) continue;
      say_id(connection, static_cast<std::int32_t>(self_));
      join(id, std::move(connection));
    }
    return true;
  }

  void join(std::size_t id, Descriptor connection) {
    if (peers_[id].connection) lose(id);
    peers_[id].connection = std::move(connection);
    watch(EPOLL_CTL_ADD, peers_[id].connection, id, EPOLLIN);
  }

  void lose(std::size_t id) {
    peers_[id] = Peer();
    dial_at_ = Clock::now() + kRetry;
    if (blocked_) unblock();
  }

  void take(std::uint64_t tag, std::uint32_t events) {
    if (tag == kPeerDoor) {
      Descriptor connection = accept_from(peer_door_);
      if (const auto id = hear_id(connection, static_cast<int>(peers_.size())))
        join(*id, std::move(connection));
    } else if (tag == kClientDoor) {
      Client& client = clients_[next_client_];
      client.connection = accept_from(client_door_);
      watch(EPOLL_CTL_ADD, client.connection, next_client_++,
            blocked_ ? 0u : std::uint32_t{EPOLLIN});
    } else if (tag >= kFirstClient) {
      read_client(tag);
    } else {
      take_peer(static_cast<std::size_t>(tag), events);
    }
  }

  void take_peer(std::size_t id, std::uint32_t events) {
    Peer& peer = peers_[id];
    if (!peer.connection) return;  // lost in this turn
    if ((events & EPOLLOUT) != 0) flush(id);
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
    const bool open = peer.inbox.receive(peer.connection.number(), false);
    read_frames(peer.inbox, [this](std::string_view text) { log_.append(text); });
    if (!open) lose(id);
  }

  void read_client(std::uint64_t tag) {
    if (blocked_) return;  // since this turn
    Client& client = clients_[tag];
    if (!client.inbox.receive(client.connection.number(), false)) {
      clients_.erase(tag);
      return;
    }
    read_lines(client.inbox, [&](std::string_view line) {
      if (line.starts_with(kBroadcast)) return broadcast(line.substr(kBroadcast.size()));
      const std::string answer = answer_to(line);
      send(client.connection.number(), answer.data(), answer.size(), MSG_NOSIGNAL);
    });
    spread();
  }

  void broadcast(std::string_view text) {
    log_.append(text);
    add_frame(batch_, text);
  }

  std::string answer_to(std::string_view line) const {
    if (line == "count") return fmt::format("count {}\n", log_.messages());
    std::vector<std::size_t> alive;
    for (std::size_t id = 0; id < peers_.size(); ++id)
      if (id == self_ || peers_[id].connection) alive.push_back(id);
    return fmt::format("alive {}\n", fmt::join(alive, ","));
  }

  /// Sends the batch to all peers. While one has not taken it, no client is read: so there is never
  /// more than one batch.
  void spread() {
    if (batch_.empty()) return;
    for (std::size_t id = 0; id < peers_.size(); ++id) {
      if (!peers_[id].connection) continue;
      std::string_view unsent = batch_;
      send_some(peers_[id].connection, unsent);  // an end is noticed when it is read
      if (unsent.empty()) continue;
      peers_[id].unsent = unsent;
      watch(EPOLL_CTL_MOD, peers_[id].connection, id, EPOLLIN | EPOLLOUT);
      blocked_ = true;
    }
    batch_.clear();
    if (blocked_) watch_clients(0);
  }

  void flush(std::size_t id) {
    Peer& peer = peers_[id];
    std::string_view unsent = peer.unsent;
    send_some(peer.connection, unsent);
    peer.unsent.erase(0, peer.unsent.size() - unsent.size());
    if (!peer.unsent.empty()) return;
    watch(EPOLL_CTL_MOD, peer.connection, id, EPOLLIN);
    unblock();
  }

  void unblock() {
    for (const Peer& peer : peers_)
      if (!peer.unsent.empty()) return;
    blocked_ = false;
    watch_clients(EPOLLIN);
  }

  void watch_clients(std::uint32_t events) {
    for (const auto& [tag, client] : clients_) watch(EPOLL_CTL_MOD, client.connection, tag, events);
  }

  const std::size_t self_;
  const int base_port_;
  const Descriptor epoll_;
  const Descriptor peer_door_;
  const Descriptor client_door_;
  std::vector<Peer> peers_;  // by id; the own one stays empty
  std::map<std::uint64_t, Client> clients_;
  std::uint64_t next_client_ = kFirstClient;
  Clock::time_point dial_at_{};
  std::string batch_;     // of the lines of this turn
  bool blocked_ = false;  // a peer has unsent bytes
  app::GrowingMemory memory_{agents::ChatLog::kChunkBytesMax};
  agents::ChatLog log_{memory_};
};

}  // namespace

Starter tcp_mesh(Sessions sessions) {
  return [sessions](const Seat& seat) {
    return Child::run([seat](const Channel&) { MeshNode(seat).run(); }, sessions);
  };
}

}  // namespace ovid::bench
