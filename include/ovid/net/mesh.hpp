#pragma once
// The node's connections to its peers, on ZeroMQ: one ROUTER that all peers connect to and that
// only receives; for every peer one DEALER that only sends, and its monitor.
//
// libzmq never reconnects by itself here (see Mesh::connect): after a connection was lost, the link
// decides which records to send first on the new one.

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ovid/link/receiver.hpp"
#include "ovid/link/transport.hpp"
#include "ovid/net/epoll.hpp"
#include "ovid/net/io_thread.hpp"
#include "ovid/net/monitor.hpp"
#include "ovid/observe/drops.hpp"
#include "ovid/observe/stream.hpp"

namespace ovid::net {

struct Address {
  std::string host;  ///< IPv4
  int port = 0;
};

struct MeshConfig {
  base::NodeId self;
  int nodes = 1;
  std::string host = "127.0.0.1";  ///< IPv4 address to bind and where the peers are
  int base_port = 3000;            ///< node i listens on base_port + i
  /// Addresses of peers that are not at host:base_port + i, for example behind a relay.
  std::map<base::NodeId, Address> elsewhere;
  /// Whether some peer's port may be ephemeral, so that a connection to an absent peer can be
  /// connected to itself. The check costs a wake-up per connection.
  bool may_meet_itself = true;
  /// A connection to this node's port is closed if its ZMTP greeting and handshake
  /// (rfc.zeromq.org/spec/23) are not done by then. They take two round trips after the connection
  /// was accepted. One value for all peers, because it cannot be changed without binding the port
  /// again; for a round trip of 2 s and a reserve.
  std::chrono::milliseconds handshake_max{5000};
};

/// Used on the loop's thread. Context and stream are borrowed.
class Mesh final : public link::Transport {
 public:
  /// Binds, or throws CannotStart. Nothing is connected yet.
  Mesh(zmq::context_t& context, const MeshConfig& config, observe::Stream& stream);
  ~Mesh() override;

  void connect(base::NodeId peer, const link::AttemptLimits& limits) override;
  [[nodiscard]] bool send(base::NodeId peer, const wire::Envelope& envelope,
                          const base::Bytes& body) override;
  std::string address(base::NodeId peer) const override;
  link::OwnFault own_fault(base::Time now) override;

  /// For the poll set: its descriptor is readable when there is something new.
  zmq::socket_t& inbound() { return router_; }
  /// For the poll set: readable when report_connections has something to do.
  int descriptor() const { return epoll_.descriptor(); }

  /// Reports what became of connections.
  void report_connections(link::Receiver& to);
  /// Hands over received messages, at most `budget`; true if more may be there.
  bool receive_some(link::Receiver& to, int budget);

 private:
  using Clock = std::chrono::steady_clock;
  struct Sockets {
    Sockets(zmq::context_t& context, const std::string& name, bool may_meet_itself);
    zmq::socket_t dealer;
    Monitor monitor;  // of the dealer
  };
  enum class Attempt : std::uint8_t { None, Begun, Made, Over };
  struct Peer {
    std::unique_ptr<Sockets> sockets;
    Address address;
    std::string endpoint;  // of the address, as libzmq names it
    Clock::time_point attempt_at;
    std::chrono::milliseconds connect_max{};  // of the attempt
    Attempt attempt = Attempt::None;
    bool active = false;  // the monitor may have more to report of the attempt
    bool full = false;    // refused a message; to be reported when writable again
    bool met = false;     // a connection was made since the last refusal
    int probe = -1;       // descriptor of the probe after a failed attempt, -1: none
  };

  enum class Probe { Refused, Pending, Other };

  void open(base::NodeId id);
  std::unique_ptr<Sockets> make_sockets(base::NodeId id);
  void give_up(base::NodeId id);
  static std::optional<MonitorEvent> next_event(Peer& peer);
  void report(link::Receiver& to, base::NodeId id);
  void over(link::Receiver& to, base::NodeId id, link::Report what);
  bool drop_own(base::NodeId id, int descriptor);
  void judge_failure(link::Receiver& to, base::NodeId id);
  static Probe probe(Peer& peer);
  void refused(link::Receiver& to, base::NodeId id);
  void read_probe(link::Receiver& to, base::NodeId id);
  static void end_probe(Peer& peer);
  void note_strangers();

  const MeshConfig config_;
  zmq::context_t& context_;
  observe::Stream& stream_;
  observe::Drops drops_;
  Epoll epoll_;
  zmq::socket_t router_;
  std::optional<Monitor> router_monitor_;
  std::vector<Peer> peers_;  // by id; this node's own entry has no socket
  IoThread io_thread_;
  std::uint64_t sockets_ = 0;  // that were made for peers
  std::uint64_t bad_handshakes_ = 0;
  std::uint64_t closed_early_ = 0;
  std::uint64_t own_connections_ = 0;
};

}  // namespace ovid::net
