#pragma once
// Checks whether the streams of a simulated grid's nodes are true, each by itself and compared with
// each other:
//
//   sessions       begin and end in turn, with the same name
//   records        are sent, delivered and acknowledged in order, each delivered once, without gap;
//                  so are the messages that end with them
//   both sides     nothing is delivered that was not sent in the same session, and nothing
//                  acknowledged that was not delivered in it
//   account        the numbers in the event of a session's end agree with the events before it
//
// It uses nothing but the events.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ovid/base/ids.hpp"
#include "ovid/observe/event.hpp"
#include "ovid/sim/findings.hpp"

namespace ovid::sim {

class StreamChecker {
 public:
  StreamChecker(std::size_t nodes, Findings& findings)
      : nodes_(nodes), findings_(findings), sides_(nodes * nodes) {}

  static constexpr observe::Kinds kKinds =
      observe::Kinds::of<observe::SessionBegan, observe::SessionEnded, observe::RecordsSent,
                         observe::RecordsDelivered, observe::RecordsAcknowledged>();

  /// An event of the node's stream.
  void happened(base::NodeId node, const observe::Event& event);
  /// The node's process has ended, and its sessions with it. The stream has no events for that.
  void ended(base::NodeId node);

 private:
  /// How far something has come in a session.
  struct Reached {
    std::uint64_t last = 0;      // number of the last record
    std::uint64_t messages = 0;  // that end with it or before
    /// A record that goes on ends no message, so both count.
    bool operator<=(const Reached& other) const {
      return last <= other.last && messages <= other.messages;
    }
  };
  /// A node's session with another, the present or the last one.
  struct Side {
    bool open = false;
    base::Epoch mine;
    base::Epoch theirs;
    Reached sent{};
    Reached delivered{};
    Reached acknowledged{};
  };

  void tell(base::NodeId node, const observe::SessionBegan& e);
  void tell(base::NodeId node, const observe::SessionEnded& e);
  void tell(base::NodeId node, const observe::RecordsSent& e);
  void tell(base::NodeId node, const observe::RecordsDelivered& e);
  void tell(base::NodeId node, const observe::RecordsAcknowledged& e);
  Side& side(base::NodeId node, base::NodeId peer) {
    return sides_[node.value * nodes_ + peer.value];
  }
  /// The peer's side of the same session; null if it has another one by now.
  const Side* other_side(base::NodeId node, base::NodeId peer);
  void must(bool holds, base::NodeId node, base::NodeId peer, const char* what);

  const std::size_t nodes_;
  Findings& findings_;
  std::vector<Side> sides_;  // by node, peer
};

}  // namespace ovid::sim
