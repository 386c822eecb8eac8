#pragma once
// Which report may follow which: the sequences of link/transport.hpp as a state machine.

#include <map>
#include <optional>
#include <string>

#include "ovid/link/transport.hpp"

namespace ovid::transport_test {

const char* text_of(link::Report report);

/// Is told of every call and report between one node and its transport, and says whether one of
/// them violates the contract.
class Sequences {
 public:
  void connect(base::NodeId peer);
  void sent(base::NodeId peer, bool taken);
  void reported(base::NodeId peer, link::Report what);

  /// The first violation, as text for people; empty if there was none.
  const std::optional<std::string>& violation() const { return violation_; }

 private:
  enum class Attempt : std::uint8_t { None, Begun, Made, Over };
  struct Peer {
    Attempt attempt = Attempt::None;
    bool refused_message = false;  // whether a message was refused since the connection was made
    std::string so_far{};          // the reports of this attempt, as text for people
  };

  void check(bool allowed, const Peer& peer, base::NodeId id, const std::string& what);

  std::map<base::NodeId, Peer> peers_;
  std::optional<std::string> violation_;
};

}  // namespace ovid::transport_test
