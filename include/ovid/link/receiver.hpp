#pragma once
// What a transport has for a node: news of connections, and messages.

#include <string_view>

#include "ovid/base/ids.hpp"
#include "ovid/link/transport.hpp"

namespace ovid::link {

/// The two frames of a message (wire/envelope.hpp, wire/body.hpp). They may be any bytes, from any
/// sender.
struct Frames {
  std::string_view envelope;
  std::string_view body;
};

/// Receives what a transport has for a node. Called on the loop's thread, during a turn.
class Receiver {
 public:
  virtual ~Receiver() = default;
  virtual void report(base::NodeId peer, Report what) = 0;
  virtual void frames(const Frames& frames) = 0;
};

}  // namespace ovid::link
