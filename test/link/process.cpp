#include "process.hpp"

namespace ovid::test {

Process::Process(const Surroundings& surroundings, const link::Config& config, std::uint64_t seed)
    : around_(surroundings),
      self_(config.self),
      random_(seed),
      links(config, *this, random_, happened.stream, *this) {}

std::vector<std::string> Process::heard_from(int peer) const {
  const std::string prefix = std::to_string(peer) + ": ";
  std::vector<std::string> texts;
  for (const std::string& what : told)
    if (what.starts_with(prefix)) texts.push_back(what.substr(prefix.size()));
  return texts;
}

void Process::turn() {
  const base::Time now = around_.agenda.now();
  links.turn_begins(now);
  for (const auto& [peer, what] : std::exchange(reports_, {})) links.report(now, peer, what);
  while (const auto packet = around_.network.take(self_))
    links.frames(now, {{packet->envelope.data(), packet->envelope.size()}, packet->body.view()});
  links.settle(now);
  links.flush(now);
}

void Process::connect(base::NodeId peer, const link::AttemptLimits& limits) {
  around_.asked[peer.value].dials.push_back(around_.agenda.now());
  around_.asked[peer.value].limits.push_back(limits);
  around_.network.connect(self_, peer, limits);
}

bool Process::send(base::NodeId peer, const wire::Envelope& envelope, const base::Bytes& body) {
  if (!around_.network.send(self_, peer, wire::encode(envelope), body)) return false;
  around_.asked[peer.value].sent.push_back({envelope, body});
  return true;
}

link::OwnFault Process::own_fault(base::Time) {
  ++looks;
  return fault;
}

void Process::tell(std::string what) {
  told.push_back(std::move(what));
  if (on_told) on_told(std::string(told.back()));
}

void Process::peer_up(base::NodeId peer) {
  up.insert(peer);
  tell("up " + std::to_string(peer.value));
}

void Process::peer_down(base::NodeId peer, const link::Evidence& evidence) {
  up.erase(peer);
  tell("down " + std::to_string(peer.value) + " " + base::text_of(evidence.cause));
}

void Process::message(base::NodeId from, std::string_view contents) {
  tell(std::to_string(from.value) + ": " + std::string(contents));
}

}  // namespace ovid::test
