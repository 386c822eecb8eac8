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
  /// Text to a client, in order; dropped if the client has gone. It is queued and must not leave
  /// before send_replies, but counts as unread by the client.
  virtual void reply(base::ClientId client, base::Rope text) = 0;
  /// At the end of a turn, when everything is durable: what was queued may leave.
  virtual void send_replies() = 0;
  /// How many bytes of replies that were let leave would be lost if the process ended now. Only a
  /// node asks that waits for its end. While there are any, it gets a turn every few milliseconds.
  virtual std::size_t reply_bytes_left() = 0;
  /// The process is to end as if it had been killed, after the present turn and without sending
  /// anything more.
  virtual void crash() = 0;
  /// The process is to end because an agent has broken the contract, or because it cannot run here.
  virtual void fail(const std::string& why) = 0;
};

}  // namespace ovid::node
