#pragma once
// What a node needs from its driver besides connections.

#include <cstddef>
#include <string>

#include "ovid/base/bytes.hpp"
#include "ovid/base/ids.hpp"

namespace ovid::node {

/// Called on the loop's thread. After crash() or fail() the node takes no more inputs.
class Outside {
 public:
  virtual ~Outside() = default;
  /// Text to a client, in order; dropped if the client has disconnected. It is queued and must not
  /// be sent before send_replies, but counts as unread by the client from now on.
  virtual void reply(base::ClientId client, base::Rope text) = 0;
  /// Called at the end of a turn, when everything is durable: queued replies may be sent.
  virtual void send_replies() = 0;
  /// How many bytes of replies, of those that may be sent, would be lost if the process ended now.
  /// Only a node that is leaving asks. While there are any, it gets a turn every few milliseconds.
  virtual std::size_t reply_bytes_left() = 0;
  /// The process is to end as if it had been killed, after the present turn and without sending
  /// anything more.
  virtual void crash() = 0;
  /// The process is to end because an agent has broken the contract, or because it cannot run here.
  virtual void fail(const std::string& why) = 0;
};

}  // namespace ovid::node
