#pragma once
// A grid in memory: link managers whose connections are queues and whose time is moved by hand.
// One loop turn a millisecond for every process that is not stopped. The network can be told to
// cut, hold, fill or forget connections, and anybody's words can be put on any port.

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../observe/collector.hpp"
#include "fakes.hpp"

#include "ovid/link/link_manager.hpp"

namespace ovid::test {

using namespace std::chrono_literals;

class Network;

/// A frame pair as it travels, readable and as bytes.
struct Message {
  wire::Envelope envelope;
  base::Bytes body;
};

/// One process. What its listener is told is written down: "up 1", "down 1 silent", "1: text".
class Process final : public link::Transport, public link::Listener {
 public:
  Process(Network& network, const link::Config& config, std::uint64_t seed);

  std::vector<std::string> told;
  Collector happened{observe::Kinds::at_least(base::Severity::Debug)};
  SeededRandom random;
  link::OwnFault fault;  ///< what it finds against itself
  int looks = 0;         ///< how often it has looked for a fault
  /// Called after told was written, from within the event.
  std::function<void(const std::string&)> on_told;

 private:
  Network& network_;
  const base::NodeId self_;

 public:
  link::LinkManager links;

  /// The texts of the peer's records, in order, of all sessions.
  std::vector<std::string> heard_from(int peer) const;

  void connect(base::NodeId peer) override;
  bool send(base::NodeId peer, const wire::Envelope& envelope, const base::Bytes& body) override;
  link::OwnFault own_fault(base::Time now) override;
  void peer_up(base::NodeId peer) override;
  void peer_down(base::NodeId peer, const link::Evidence& evidence) override;
  void message(base::NodeId from, std::string_view contents) override;

 private:
  void tell(std::string what);
};

/// The connection from one process to another's port, and what is on its way there.
struct Wire {
  bool made = false;
  std::optional<link::Report> outcome;  // to be reported, at report_at
  base::Time report_at{};
  std::deque<Message> flight;
  std::deque<Message> strays;     // of a connection that is gone; the kernel still delivers them
  std::size_t room = 1000000;     ///< messages the connection takes before it is full
  bool full = false;              // refused a message; writable is owed
  bool held = false;              ///< nothing arrives until released
  bool cut = false;               ///< as held, and no connection can be made in either direction
  std::vector<base::Time> dials;  ///< attempts to connect so far
  std::vector<Message> sent;      ///< all that was ever handed over, lost or not
};

class Network {
 public:
  explicit Network(int nodes, const std::function<void(link::Config&)>& adjust = {});

  // ---- Processes
  void start(int node);
  void start_all();
  /// SIGKILL: its port is closed, its connections end; what it had sent still arrives.
  void kill(int node);
  void stop(int node) { stopped_[node] = true; }    ///< SIGSTOP
  void go_on(int node) { stopped_[node] = false; }  ///< SIGCONT
  bool running(int node) const { return processes_.contains(node); }
  Process& operator[](int node) { return *processes_.at(node); }
  link::LinkManager& links(int node) { return (*this)[node].links; }
  bool up(int node, int peer) { return links(node).state(id(peer)) == link::State::Up; }
  bool all_up();

  // ---- Time
  base::Time now() const { return now_; }
  void run(base::Duration duration);
  /// False if it has not come true within `limit`.
  bool run_until(const std::function<bool()>& holds, base::Duration limit = 2s);
  /// One turn of one process, now.
  void turn(int node);
  void wait(base::Duration duration) { now_ += duration; }

  // ---- Connections
  Wire& wire(int from, int to) { return wires_[{from, to}]; }
  /// The connection breaks, noticed at once; `lost`: with all that was on its way. Otherwise that
  /// arrives late, beside what a new connection brings.
  void break_connection(int from, int to, bool lost = true);
  /// Somebody's words on a node's port, in its present turn.
  void put(int to, const Message& message);
  void put_bytes(int to, std::string_view envelope, std::string_view body);

  link::Config config_of(int node) const;

 private:
  friend class Process;
  void dial(int from, int to);
  bool take(int from, int to, const Message& message);
  void report(int node);
  void deliver(int node);

  const int nodes_;
  const std::function<void(link::Config&)> adjust_;
  base::Time now_{10s};
  std::uint64_t seed_ = 1;
  std::map<int, std::unique_ptr<Process>> processes_;
  std::map<int, bool> stopped_;
  std::map<std::pair<int, int>, Wire> wires_;
};

/// What somebody says who calls himself `from`; epoch 0: echoes nothing.
struct Greeting {
  int from = 1;
  int to = 0;
  base::Incarnation from_incarnation{0xbad};
  base::Epoch from_epoch{0xbad};
  base::Incarnation to_incarnation{};
  base::Epoch to_epoch{};
  int nodes = 3;
  std::string grid{};
};
Message greeting(const Greeting& words);

/// Whether the ledger of `node` for `peer` balances.
bool balances(Network& network, int node, int peer);

/// The four numbers and the rest of a message that `from` would send to `to` in their session.
wire::Envelope in_session(Network& network, int from, int to, std::uint64_t first,
                          std::uint32_t count, std::uint64_t ack = 0);

}  // namespace ovid::test
