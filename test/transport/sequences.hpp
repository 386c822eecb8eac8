#pragma once
// Which reports may follow which: the sequences of link/transport.hpp as an automaton.

#include <map>
#include <optional>
#include <string>

#include "ovid/link/transport.hpp"

namespace ovid::transport_test {

const char* text_of(link::Report report);

/// Is told of all that passes between one node and its transport; says what was against the
/// contract.
class Sequences {
 public:
  void connect(base::NodeId peer);
  void sent(base::NodeId peer, bool taken);
  void reported(base::NodeId peer, link::Report what);

  /// The first violation, for people; none if there was none.
  const std::optional<std::string>& violation() const { return violation_; }

 private:
  enum class Attempt : std::uint8_t { None, Begun, Made, Over };
  struct Peer {
    Attempt attempt = Attempt::None;
    bool refused_message = false;  // since it was made
    std::string so_far{};          // of this attempt, for people
  };

  void check(bool allowed, const Peer& peer, base::NodeId id, const std::string& what);

  std::map<base::NodeId, Peer> peers_;
  std::optional<std::string> violation_;
};

}  // namespace ovid::transport_test
