#include "ovid/net/monitor.hpp"

#include <cstring>

#include "ovid/base/check.hpp"

namespace ovid::net {

Monitor::Monitor(zmq::context_t& context, zmq::socket_t& socket, const std::string& name,
                 int events)
    : watched_(socket), receiver_(context, zmq::socket_type::pair) {
  const std::string endpoint = "inproc://" + name;
  if (zmq_socket_monitor(socket.handle(), endpoint.c_str(), events) != 0) throw zmq::error_t();
  receiver_.set(zmq::sockopt::linger, 0);
  receiver_.connect(endpoint);
}

Monitor::~Monitor() {
  zmq_socket_monitor(watched_.handle(), nullptr, 0);
}

std::optional<MonitorEvent> Monitor::next() {
  zmq::message_t head;
  zmq::message_t endpoint;
  if (!receive(receiver_, head)) return std::nullopt;
  base::check(head.size() == 6 && head.more() && receive(receiver_, endpoint),
              "a monitor event of another version");
  MonitorEvent event;
  const auto* bytes = static_cast<const char*>(head.data());
  std::memcpy(&event.kind, bytes, sizeof event.kind);
  std::memcpy(&event.value, bytes + sizeof event.kind, sizeof event.value);
  event.endpoint = view_of(endpoint);
  return event;
}

}  // namespace ovid::net
