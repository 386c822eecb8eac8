#include "ovid/bench/bare_rate.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "ovid/agents/chat_log.hpp"
#include "ovid/base/check.hpp"
#include "ovid/bench/bare_socket.hpp"
#include "ovid/bench/child.hpp"
#include "ovid/bench/loopback.hpp"
#include "ovid/net/zmq.hpp"

namespace ovid::bench {
namespace {

/// Between two attempts to receive while sending: enough to keep both directions busy.
constexpr int kBudget = 64;

std::int64_t now() {
  return Clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

/// One bare process: a ROUTER, and a DEALER for each receiver.
class Process {
 public:
  Process(int port, Bare how, int bytes)
      : router_(context_, zmq::socket_type::router),
        how_(how),
        text_(static_cast<std::size_t>(bytes), 'x') {
    net::bind_or_throw(router_, "127.0.0.1", port, "bench");
  }

  /// Each connection has carried a message when all receivers have `greeted` so many.
  void connect(int port) {
    dealers_.emplace_back(context_, zmq::socket_type::dealer);
    dealers_.back().connect(fmt::format("tcp://127.0.0.1:{}", port));
    dealers_.back().send(zmq::message_t(1), zmq::send_flags::none);
  }

  void receive_records(std::int64_t records) {
    for (; records > 0; --records) {
      receive(router_, id_);
      receive(router_, record_);
      if (how_ == Bare::Kept) log_.append(net::view_of(record_));
    }
  }

  void send_records(std::int64_t records) {
    for (; records > 0; --records) {
      compose();
      for (zmq::socket_t& dealer : dealers_) {
        take();
        while (zmq_msg_send(part_.handle(), dealer.handle(), 0) < 0)
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
        if (net::send(dealers_[next], part_, false) != net::Sent::Yes) break;
        moved = true;
        if (++next == dealers_.size()) --to_send;
      }
      for (int i = 0; i < kBudget && to_receive > 0 && net::receive(router_, id_); ++i) {
        receive(router_, record_);
        --to_receive;
        moved = true;
      }
      if (!moved) {
        zmq_pollitem_t item{router_.handle(), 0, ZMQ_POLLIN, 0};
        zmq_poll(&item, 1, 1);
      }
    }
  }

 private:
  void compose() {
    if (how_ != Bare::Copy) whole_.rebuild(text_.data(), text_.size());
  }
  void take() {
    if (how_ == Bare::Copy)
      part_.rebuild(text_.data(), text_.size());
    else
      part_.copy(whole_);
  }

  zmq::context_t context_;
  zmq::socket_t router_;
  std::vector<zmq::socket_t> dealers_;
  const Bare how_;
  const std::string text_;
  zmq::message_t id_, record_, whole_, part_;
  agents::ChatLog log_;
};

}  // namespace

Rate bare_rate(Bare how, const Load& load) {
  const int port = free_ports(load.nodes);
  const int senders = load.all_send ? load.nodes : 1;
  const std::int64_t each = load.records / senders;
  std::vector<Child> processes;
  for (int self = 0; self < load.nodes; ++self) {
    const bool sends = self < senders;
    const std::int64_t received = each * (senders - (sends ? 1 : 0));
    processes.push_back(Child::run([=](const Channel& parent) {
      Process process(port + self, how, load.bytes);
      parent.say(now());
      parent.hear();  // all have bound
      for (int peer = 0; sends && peer < load.nodes; ++peer)
        if (peer != self) process.connect(port + peer);
      process.receive_records(senders - (sends ? 1 : 0));  // the greetings
      parent.say(now());
      parent.hear();  // all have been greeted
      const std::int64_t began = now();
      if (!sends)
        process.receive_records(received);
      else if (load.all_send)
        process.exchange_records(each, received);
      else
        process.send_records(each);
      parent.say(began);
      parent.say(now());
      parent.hear();  // no process ends before all is measured
    }));
  }
  for (int step = 0; step < 2; ++step) {
    for (const Child& each_one : processes) hear(each_one, processes);
    if (step == 1) break;
    for (const Child& each_one : processes) each_one.channel().say(0);
  }
  Seconds worked{};
  for (const Child& process : processes) worked -= process.processor_time();
  for (const Child& process : processes) process.channel().say(0);
  std::int64_t began = INT64_MAX;
  std::int64_t ended = 0;
  for (const Child& process : processes) {
    began = std::min(began, hear(process, processes));
    ended = std::max(ended, hear(process, processes));
  }
  for (const Child& process : processes) worked += process.processor_time();
  const auto deliveries = static_cast<double>(each * senders * (load.nodes - 1));
  return {deliveries * 1e9 / static_cast<double>(ended - began), worked.count() * 1e6 / deliveries};
}

}  // namespace ovid::bench
