#include "harness.hpp"

#include <utility>

#include "ovid/observe/text.hpp"

namespace ovid::test {

NodeTest::NodeTest() {
  host(1);
}

void NodeTest::host(int agents, bool with_store, bool needs_store) {
  std::vector<node::Hosted> hosted;
  for (int i = 0; i < agents; ++i) {
    const std::string name = agents > 1 ? std::to_string(i) + ": " : "";
    hosted.push_back({"agent " + std::to_string(i),
                      std::make_unique<Scripted>(name, trace_, acts_[static_cast<std::size_t>(i)],
                                                 needs_store)});
  }
  stream_.give(*this, observe::Kinds::of<observe::AgentNote, observe::Dropped>());
  node_ = std::make_unique<node::Node>(
      link::Config{.self = id(0), .nodes = 3}, std::move(hosted),
      node::Services{*this, *this, random_, stream_, with_store ? this : nullptr});
}

bool NodeTest::send(base::NodeId peer, const wire::Envelope& envelope, const base::Bytes& body) {
  said_ = envelope;
  if (envelope.greeting) return true;
  wire::BodyReader reader;
  const auto read = reader.read(body.view(), envelope.count, id(0));
  if (const auto* records = std::get_if<const wire::Records*>(&read))
    for (const wire::Record& record : **records)
      if (const auto text = assemblies_[peer].add(record))
        trace_.push_back("sent " + std::to_string(peer.value) + " " + std::string(*text));
  return true;
}

void NodeTest::reply(base::ClientId client, base::Rope text) {
  replies_.push_back("said " + std::to_string(client.value) + " " + base::flatten(text));
}

void NodeTest::send_replies() {
  for (std::string& text : std::exchange(replies_, {})) trace_.push_back(std::move(text));
}

node::Recovery NodeTest::recover(agent::AgentId) {
  return {std::nullopt, {recovered_.begin(), recovered_.end()}};
}

void NodeTest::append(agent::AgentId agent, std::string_view value) {
  trace_.push_back("append " + std::to_string(agent.value) + " " + std::string(value));
}

void NodeTest::checkpoint(agent::AgentId agent, std::string_view value) {
  trace_.push_back("checkpoint " + std::to_string(agent.value) + " " + std::string(value));
}

void NodeTest::read(const observe::Event& event) {
  if (!observe::peer_of(event)) trace_.push_back("note " + observe::text_of(event));
}

void NodeTest::give_reports(link::Receiver& to) {
  for (const auto& [peer, what] : std::exchange(reports_, {})) to.report(peer, what);
}

void NodeTest::give_messages(link::Receiver& to) {
  while (!frames_.empty()) {
    const Message message = std::move(frames_.front());
    frames_.pop_front();
    const wire::EnvelopeBytes bytes = wire::encode(message.envelope);
    to.frames({{bytes.data(), bytes.size()}, message.body.view()});
  }
}

void NodeTest::give_lines(node::Node& to) {
  for (const auto& line : std::exchange(lines_, {})) line(to);
}

void NodeTest::line(std::string_view text) {
  lines_.push_back([line = std::string(text)](node::Node& to) { to.take(node::Said{{7}, line}); });
  turn();
}

void NodeTest::say(std::uint64_t first, const std::vector<std::string>& texts, std::uint64_t ack) {
  wire::Envelope e =
      greeting({.to_incarnation = said_.from_incarnation, .to_epoch = said_.from_epoch}).envelope;
  e.greeting = false;
  e.first = first;
  e.ack = ack;
  e.count = static_cast<std::uint16_t>(std::max<std::size_t>(1, texts.size()));
  frames_.push_back({e, texts.empty() ? wire::ping_body(id(1)) : body_of(id(1), texts)});
}

void NodeTest::start_with_peer() {
  node_->start(now_);
  reports_.emplace_back(id(1), link::Report::Connected);
  turn();
  frames_.push_back(
      greeting({.to_incarnation = said_.from_incarnation, .to_epoch = said_.from_epoch}));
  turn();
  trace_.clear();
}

}  // namespace ovid::test
