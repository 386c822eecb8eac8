#pragma once
// The events of a socket's connections (zmq_socket_monitor(3), version 1 of the events).

#include <cstdint>
#include <optional>
#include <string>

#include "ovid/net/zmq.hpp"

namespace ovid::net {

struct MonitorEvent {
  std::uint16_t kind = 0;   ///< ZMQ_EVENT_...
  std::uint32_t value = 0;  ///< a descriptor, an error number or an interval; see the man page
  std::string endpoint;
};

/// Owned with the monitored socket and destroyed before it; used on its thread. Nothing is reported
/// to one that is no more: without a receiver, the I/O thread would wait for it.
class Monitor {
 public:
  /// `name` is unique in the context; `events` a mask of ZMQ_EVENT_...
  Monitor(zmq::context_t& context, zmq::socket_t& socket, const std::string& name, int events);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  /// The next event, in the order of the I/O thread; nullopt if there is none yet.
  std::optional<MonitorEvent> next();

  /// Edge-triggered, and only after next() has returned nothing.
  int descriptor() { return receiver_.get(zmq::sockopt::fd); }

 private:
  zmq::socket_t& watched_;
  zmq::socket_t receiver_;
};

}  // namespace ovid::net
