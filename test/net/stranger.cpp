#include "stranger.hpp"

#include <stdexcept>

#include "patience.hpp"
#include <fmt/format.h>

#include "ovid/wire/little_endian.hpp"

namespace ovid::net_test {
namespace {

/// How many messages the node has dropped because they had not exactly two frames.
unsigned long misshapen_dropped(const Witness& witness) {
  const auto dropped = witness.last<observe::Dropped>();
  return dropped && dropped->reason == observe::DropReason::Frames ? dropped->count : 0;
}

}  // namespace

Stranger::Stranger(Grid& grid, int victim)
    : grid_(grid), victim_(victim), context_(1), dealer_(context_, zmq::socket_type::dealer) {
  dealer_.set(zmq::sockopt::linger, 0);
  dealer_.set(zmq::sockopt::sndtimeo,
              static_cast<int>(std::chrono::milliseconds(kPatience).count()));
  dealer_.connect(fmt::format("tcp://127.0.0.1:{}", grid.ports().mesh(victim)));
}

void Stranger::say(const std::vector<std::string>& frames) {
  if (frames.size() != 2) ++grid_.misshapen_said(victim_);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto flags = i + 1 < frames.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
    if (!dealer_.send(zmq::buffer(frames[i]), flags))
      throw std::runtime_error("the node does not read its mesh port");
  }
}

void Stranger::say(const wire::Envelope& envelope, std::string_view body) {
  say({text_of(envelope), std::string(body)});
}

/// The messages of one connection are handled in order, and messages that have not exactly two
/// frames are counted. So this sends more messages of that kind until the node has counted more of
/// them than were sent before. Then it has handled everything that was sent earlier.
bool Stranger::heard() {
  const unsigned long before = grid_.misshapen_said(victim_);
  return eventually([&] {
    for (int i = 0; i < 20; ++i) say({std::string("are you there?")});
    return misshapen_dropped(grid_.witness(victim_)) > before;
  });
}

std::string body_of(const std::vector<std::string>& records) {
  std::string body;
  for (const std::string& record : records) {
    char length[4];
    wire::put<std::uint32_t>(length, static_cast<std::uint32_t>(record.size()));
    body.append(length, sizeof length).append(record);
  }
  return body;
}

std::string text_of(const wire::Envelope& envelope) {
  const wire::EnvelopeBytes bytes = wire::encode(envelope);
  return {bytes.data(), bytes.size()};
}

wire::Envelope hello(int from, int to, std::uint64_t incarnation, std::uint64_t epoch) {
  wire::Envelope envelope;
  envelope.from = {static_cast<std::uint16_t>(from)};
  envelope.to = {static_cast<std::uint16_t>(to)};
  envelope.from_incarnation = {incarnation};
  envelope.from_epoch = {epoch};
  envelope.count = 1;
  envelope.greeting = true;
  return envelope;
}

std::string hello_body(int from) {
  return body_of({fmt::format("msg {} hello 3 ", from)});
}

}  // namespace ovid::net_test
