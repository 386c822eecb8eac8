#pragma once
// One process of a grid in memory: a link manager on the simulator's network. The grid makes its
// turns. The process records every event that its listener gets.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../observe/collector.hpp"
#include "words.hpp"

#include "ovid/link/link_manager.hpp"
#include "ovid/sim/network.hpp"

namespace ovid::test {

/// All requests to the transport concerning one peer, by the processes of one id.
struct Asked {
  std::vector<base::Time> dials;            ///< attempts to connect
  std::vector<link::AttemptLimits> limits;  ///< of each of these
  std::vector<Message> sent;  ///< all messages given to the transport, whether lost or not
};

/// Owned by the grid, as is everything that is borrowed here.
class Process final : public link::Transport, public link::Listener {
 public:
  struct Surroundings {
    const sim::Agenda& agenda;
    sim::Network& network;
    std::map<int, Asked>& asked;  ///< by peer
  };

  Process(const Surroundings& surroundings, const link::Config& config, std::uint64_t seed);

  /// In order: "up 1", "down 1 silent", "1: text".
  std::vector<std::string> told;
  std::set<base::NodeId> up;  ///< the peers for which the last event was "up"
  Collector happened{observe::Kinds::at_least(base::Severity::Debug)};
  link::OwnFault fault;  ///< the answer to own_fault()
  int looks = 0;         ///< how often own_fault() was called
  /// Called within the event, after `told` was extended.
  std::function<void(const std::string&)> on_told;

  /// The texts of all records from the peer, in order, over all sessions.
  std::vector<std::string> heard_from(int peer) const;

  /// Keeps the report for the next turn.
  void report(base::NodeId peer, link::Report what) { reports_.emplace_back(peer, what); }
  /// Handles reports, messages that have arrived and due timers; then sends what is to be sent.
  void turn();

 private:
  // link::Transport
  void connect(base::NodeId peer, const link::AttemptLimits& limits) override;
  bool send(base::NodeId peer, const wire::Envelope& envelope, const base::Bytes& body) override;
  link::OwnFault own_fault(base::Time now) override;
  // link::Listener
  void peer_up(base::NodeId peer) override;
  void peer_down(base::NodeId peer, const link::Evidence& evidence) override;
  void message(base::NodeId from, std::string_view contents) override;

  void tell(std::string what);

  Surroundings around_;
  const base::NodeId self_;
  sim::SeededRandom random_;
  std::vector<std::pair<base::NodeId, link::Report>> reports_;

 public:
  link::LinkManager links;
};

}  // namespace ovid::test
