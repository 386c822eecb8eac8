#pragma once
// One process of a grid in memory: a link manager on the simulator's network, with a turn whenever
// the grid says so. What its listener is told is written down.

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

/// What the processes of one id have asked of their transport about one peer.
struct Asked {
  std::vector<base::Time> dials;  ///< attempts to connect
  std::vector<Message> sent;      ///< all that was handed over, lost or not
};

/// Owned by the grid, as all that is borrowed here.
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
  std::set<base::NodeId> up;  ///< of whom it was told so
  Collector happened{observe::Kinds::at_least(base::Severity::Debug)};
  link::OwnFault fault;  ///< what it finds against itself
  int looks = 0;         ///< how often it has looked for a fault
  /// Called after told was written, from within the event.
  std::function<void(const std::string&)> on_told;

  /// The texts of the peer's records, in order, of all sessions.
  std::vector<std::string> heard_from(int peer) const;

  /// Waits for the next turn.
  void report(base::NodeId peer, link::Report what) { reports_.emplace_back(peer, what); }
  /// What was reported and what has arrived, timers, and what is to be sent.
  void turn();

 private:
  // link::Transport
  void connect(base::NodeId peer) override;
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
