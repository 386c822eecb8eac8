#include "ovid/node/recording.hpp"

#include <array>
#include <utility>

#include "ovid/base/match.hpp"

namespace ovid::node {

const char* name_of(const Entry& entry) {
  constexpr std::array<const char*, std::variant_size_v<Entry>> kNames{"the start",
                                                                       "the beginning of a turn",
                                                                       "a report on a connection",
                                                                       "a received message",
                                                                       "a line",
                                                                       "a client that leaves",
                                                                       "the end of a turn",
                                                                       "a random number",
                                                                       "a look for an own fault",
                                                                       "a look for replies left",
                                                                       "what was recovered",
                                                                       "a connect",
                                                                       "a sent message",
                                                                       "a reply",
                                                                       "replies that leave",
                                                                       "an append",
                                                                       "a checkpoint",
                                                                       "a sync",
                                                                       "a crash",
                                                                       "a failure"};
  return kNames[entry.index()];
}

Services Recorder::services() {
  return {*this, *this, *this, driver_.stream, driver_.store ? this : nullptr, this};
}

void Recorder::read(const Input& input) {
  std::visit(base::Match{
                 [this](const Arrived& e) {
                   entries_.emplace_back(
                       SawMessage{std::string(e.frames.envelope), std::string(e.frames.body)});
                 },
                 [this](const Said& e) {
                   entries_.emplace_back(SawLine{e.client, std::string(e.text), e.to});
                 },
                 [this](const auto& e) { entries_.emplace_back(e); },
             },
             input);
  if (driver_.inputs) driver_.inputs->read(input);
}

void Recorder::connect(base::NodeId peer, const link::AttemptLimits& limits) {
  entries_.emplace_back(DidConnect{peer, limits});
  driver_.transport.connect(peer, limits);
}

bool Recorder::send(base::NodeId peer, const wire::Envelope& envelope, const base::Bytes& body) {
  const bool taken = driver_.transport.send(peer, envelope, body);
  entries_.emplace_back(DidSend{peer, envelope, body, taken});
  return taken;
}

link::OwnFault Recorder::own_fault(base::Time now) {
  link::OwnFault fault = driver_.transport.own_fault(now);
  entries_.emplace_back(FoundFault{fault});
  return fault;
}

void Recorder::reply(base::ClientId client, base::Rope text) {
  entries_.emplace_back(DidReply{client, base::flatten(text)});
  driver_.outside.reply(client, std::move(text));
}

void Recorder::send_replies() {
  entries_.emplace_back(DidSendReplies{});
  driver_.outside.send_replies();
}

std::size_t Recorder::reply_bytes_left() {
  const std::size_t bytes = driver_.outside.reply_bytes_left();
  entries_.emplace_back(FoundRepliesLeft{bytes});
  return bytes;
}

void Recorder::crash() {
  entries_.emplace_back(DidCrash{});
  driver_.outside.crash();
}

void Recorder::fail(const std::string& why) {
  entries_.emplace_back(DidFail{why});
  driver_.outside.fail(why);
}

std::uint64_t Recorder::next() {
  const std::uint64_t number = driver_.random.next();
  entries_.emplace_back(Drew{number});
  return number;
}

Recovery Recorder::recover(agent::AgentId agent) {
  Recovery recovery = driver_.store->recover(agent);
  GotRecovered got{agent, std::nullopt, {recovery.appended.begin(), recovery.appended.end()}};
  if (recovery.checkpoint) got.checkpoint = *recovery.checkpoint;
  entries_.emplace_back(std::move(got));
  return recovery;
}

void Recorder::append(agent::AgentId agent, std::string_view value) {
  entries_.emplace_back(DidAppend{agent, std::string(value)});
  driver_.store->append(agent, value);
}

void Recorder::checkpoint(agent::AgentId agent, std::string_view value) {
  entries_.emplace_back(DidCheckpoint{agent, std::string(value)});
  driver_.store->checkpoint(agent, value);
}

void Recorder::sync() {
  driver_.store->sync();
  entries_.emplace_back(DidSync{});
}

}  // namespace ovid::node
