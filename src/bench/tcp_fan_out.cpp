#include "ovid/bench/tcp_fan_out.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>

#include "ovid/agents/chat_log.hpp"
#include "ovid/app/growing_memory.hpp"
#include "ovid/bench/batches.hpp"
#include "ovid/bench/frames.hpp"
#include "ovid/bench/loopback.hpp"
#include "ovid/bench/team.hpp"

namespace ovid::bench {
namespace {

std::string framed_record(int bytes) {
  std::string record;
  add_frame(record, std::string(static_cast<std::size_t>(bytes), 'x'));
  return record;
}

class FanOut final : public Member {
 public:
  explicit FanOut(const Part& part)
      : part_(part),
        listener_(listen_on(part.port + part.self)),
        batches_(framed_record(part.load.bytes), part.load.sent_by(part.self)),
        missing_(part.load.received_by(part.self)) {}

  void meet() override {
    for (int peer = 0; peer < part_.load.nodes; ++peer) {
      if (peer == part_.self || !(part_.load.sends(part_.self) || part_.load.sends(peer))) continue;
      lanes_.emplace_back(peer < part_.self ? connect_to(part_.port + peer)
                                            : accept_from(listener_));
      waiting_.push_back({lanes_.back().connection.number(), POLLIN, 0});
    }
  }

  void work() override {
    while (missing_ > 0 || unsent_ > 0 || !batches_.done()) {
      if (unsent_ == 0 && !batches_.done()) begin_batch();
      poll(waiting_.data(), waiting_.size(), -1);
      for (std::size_t i = 0; i < lanes_.size(); ++i) {
        if ((waiting_[i].revents & POLLOUT) != 0) send_on(i);
        if ((waiting_[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0) receive_on(i);
      }
    }
  }

 private:
  /// One connection.
  struct Lane {
    explicit Lane(Descriptor&& open) : connection(std::move(open)) {}
    Descriptor connection;
    std::string_view unsent{};  // of the batch
    Inbox inbox{};
  };

  void begin_batch() {
    const std::string_view batch = batches_.next();
    for (Lane& lane : lanes_) lane.unsent = batch;
    for (pollfd& each : waiting_) each.events = POLLIN | POLLOUT;
    unsent_ = lanes_.size();
  }

  void send_on(std::size_t i) {
    if (!send_some(lanes_[i].connection, lanes_[i].unsent)) fail();
    if (!lanes_[i].unsent.empty()) return;
    waiting_[i].events = POLLIN;
    --unsent_;
  }

  void receive_on(std::size_t i) {
    Lane& lane = lanes_[i];
    if (!lane.inbox.receive(lane.connection.number(), false)) fail();
    read_frames(lane.inbox, [this](std::string_view text) {
      log_.append(text);
      --missing_;
    });
  }

  [[noreturn]] static void fail() { throw BenchError("a connection of plain TCP has ended"); }

  const Part part_;
  const Descriptor listener_;
  Batches batches_;
  std::int64_t missing_;  // records to be received
  std::vector<Lane> lanes_;
  std::vector<pollfd> waiting_;  // of the lane at the same place
  std::size_t unsent_ = 0;       // lanes that have not taken the whole batch
  app::GrowingMemory memory_{agents::ChatLog::kChunkBytesMax};
  agents::ChatLog log_{memory_};
};

}  // namespace

Rate tcp_fan_out_rate(const Load& load, Sessions sessions) {
  return team_rate(load, sessions, [](const Part& part) { return std::make_unique<FanOut>(part); });
}

}  // namespace ovid::bench
