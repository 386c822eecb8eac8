#include "ovid/bench/bare_rate.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "ovid/agents/chat_log.hpp"
#include "ovid/app/growing_memory.hpp"
#include "ovid/base/check.hpp"
#include "ovid/bench/bare_socket.hpp"
#include "ovid/bench/team.hpp"
#include "ovid/net/zmq.hpp"

namespace ovid::bench {
namespace {

/// Between two attempts to receive while sending: enough to keep both directions busy.
constexpr int kBudget = 64;

/// A ROUTER, and a DEALER for each receiver.
class Process final : public Member {
 public:
  Process(const Part& part, Bare how)
      : part_(part),
        router_(context_, zmq::socket_type::router),
        how_(how),
        text_(static_cast<std::size_t>(part.load.bytes), 'x') {
    net::bind_or_throw(router_, "127.0.0.1", part.port + part.self, "bench");
  }

  /// Each connection has carried a message when all receivers have got the greetings.
  void meet() override {
    const Load& load = part_.load;
    for (int peer = 0; load.sends(part_.self) && peer < load.nodes; ++peer)
      if (peer != part_.self) greet(part_.port + peer);
    receive_records(load.senders() - (load.sends(part_.self) ? 1 : 0));
  }

  void work() override {
    const std::int64_t to_send = part_.load.sent_by(part_.self);
    const std::int64_t to_receive = part_.load.received_by(part_.self);
    if (to_send == 0)
      receive_records(to_receive);
    else if (to_receive == 0)
      send_records(to_send);
    else
      exchange_records(to_send, to_receive);
  }

 private:
  void greet(int port) {
    dealers_.emplace_back(context_, zmq::socket_type::dealer);
    dealers_.back().connect(fmt::format("tcp://127.0.0.1:{}", port));
    dealers_.back().send(zmq::message_t(1), zmq::send_flags::none);
  }

  void receive_records(std::int64_t records) {
    for (; records > 0; --records) {
      receive(router_, id_);
      take_record();
    }
  }

  void send_records(std::int64_t records) {
    for (; records > 0; --records) {
      compose();
      for (zmq::socket_t& dealer : dealers_) {
        take();
        while (zmq_msg_send(piece_.handle(), dealer.handle(), 0) < 0)
          base::check(zmq_errno() == EINTR, "zmq_msg_send");
      }
    }
  }

  /// Both at a time, on one thread and without waiting for either alone.
  void exchange_records(std::int64_t to_send, std::int64_t to_receive) {
    std::size_t next = dealers_.size();  // no record is being sent
    while (to_send > 0 || to_receive > 0) {
      bool moved = false;
      for (int i = 0; i < kBudget && to_send > 0; ++i) {
        if (next == dealers_.size()) {
          compose();
          next = 0;
        }
        take();
        if (net::send(dealers_[next], piece_, false) != net::Sent::Yes) break;
        moved = true;
        if (++next == dealers_.size()) --to_send;
      }
      for (int i = 0; i < kBudget && to_receive > 0 && net::receive(router_, id_); ++i) {
        take_record();
        --to_receive;
        moved = true;
      }
      if (!moved) {
        zmq_pollitem_t item{router_.handle(), 0, ZMQ_POLLIN, 0};
        zmq_poll(&item, 1, 1);
      }
    }
  }

  void take_record() {
    receive(router_, record_);
    if (how_ == Bare::Kept) log_.append(net::view_of(record_));
  }

  void compose() {
    if (how_ != Bare::Copy) whole_.rebuild(text_.data(), text_.size());
  }
  void take() {
    if (how_ == Bare::Copy)
      piece_.rebuild(text_.data(), text_.size());
    else
      piece_.copy(whole_);
  }

  const Part part_;
  zmq::context_t context_;
  zmq::socket_t router_;
  std::vector<zmq::socket_t> dealers_;
  const Bare how_;
  const std::string text_;
  zmq::message_t id_, record_, whole_, piece_;
  app::GrowingMemory memory_{agents::ChatLog::kChunkBytesMax};
  agents::ChatLog log_{memory_};
};

}  // namespace

Rate bare_rate(Bare how, const Load& load, Sessions sessions) {
  return team_rate(load, sessions,
                   [how](const Part& part) { return std::make_unique<Process>(part, how); });
}

}  // namespace ovid::bench
