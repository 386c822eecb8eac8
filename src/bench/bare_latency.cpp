#include "ovid/bench/bare_latency.hpp"

#include <string>

#include <fmt/format.h>

#include "ovid/bench/bare_socket.hpp"

namespace ovid::bench {
namespace {

void bare_side(const Channel& parent, int self, int port, int bytes) {
  zmq::context_t context;
  zmq::socket_t router(context, zmq::socket_type::router);
  net::bind_or_throw(router, "127.0.0.1", port + self, "bench");
  zmq::socket_t dealer(context, zmq::socket_type::dealer);
  dealer.connect(fmt::format("tcp://127.0.0.1:{}", port + 1 - self));
  const std::string text(static_cast<std::size_t>(bytes), 'x');
  zmq::message_t id;
  zmq::message_t record;
  RoundTrips trips;
  for (bool first = true;; first = false) {
    if (!first || self == 1) {
      receive(router, id);
      receive(router, record);
      if (self == 0 && trips.end()) break;
    }
    trips.begin();
    zmq::message_t out(text.data(), text.size());
    dealer.send(out, zmq::send_flags::none);
  }
  trips.tell(parent);
  parent.hear();
}

}  // namespace

Latency bare_latency(int bytes, Sessions sessions) {
  return latency(bare_side, bytes, sessions);
}

}  // namespace ovid::bench
