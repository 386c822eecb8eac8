#include "ovid/sim/witness.hpp"

#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace ovid::sim {
namespace {

double seconds(base::Time at) {
  return std::chrono::duration<double>(at.time_since_epoch()).count();
}

}  // namespace

void Witness::event(Host& host, const agent::Event& event) {
  const base::Time now = agenda_.now();
  if (const auto* up = std::get_if<agent::PeerUp>(&event)) {
    ++changes_;
    mix(1 + up->peer.value);
    checker_.peer_up(host, now, up->peer);
  } else if (const auto* down = std::get_if<agent::PeerDown>(&event)) {
    ++changes_;
    mix(2000 + down->peer.value);
    checker_.peer_down(host, now, down->peer);
  } else if (const auto* message = std::get_if<agent::Message>(&event)) {
    mix(4000 + message->contents.size());
    checker_.message(host, message->from, message->contents);
  } else if (const auto* line = std::get_if<agent::Line>(&event)) {
    constexpr std::string_view kBroadcast = "broadcast ";
    if (line->text.starts_with(kBroadcast) && line->text.size() > kBroadcast.size())
      checker_.offered(host, line->text.substr(kBroadcast.size()));
  }
}

void Witness::reply(Host& host, const base::Rope& text) {
  if (!trace_) return;
  std::string line = base::flatten(text);
  if (line.ends_with('\n')) line.pop_back();
  trace(fmt::format("{:.6f} node {} says: {}", seconds(agenda_.now()), host.id().value, line));
}

void Witness::note(Host& host, base::Severity severity, std::optional<base::NodeId> peer,
                   std::string_view text) {
  if (!trace_ || severity == base::Severity::Debug) return;
  const std::string about = peer ? fmt::format(" peer {}", peer->value) : "";
  trace(fmt::format("{:.6f} node {}{} {}", seconds(agenda_.now()), host.id().value, about, text));
}

int Witness::packet(Host& host, Packet& packet) {
  std::uint64_t words[wire::kEnvelopeBytes / 8];
  std::memcpy(words, packet.envelope.data(), sizeof words);
  mix(host.id().value ^ words[0]);
  for (const std::uint64_t word : {words[1], words[4], words[6], words[7]}) mix(word);
  if (corrupt_per_thousand > 0 &&
      random_.chance(static_cast<std::uint64_t>(corrupt_per_thousand), 1000))
    corrupt(packet);
  const bool twice = duplicate_per_thousand > 0 &&
                     random_.chance(static_cast<std::uint64_t>(duplicate_per_thousand), 1000);
  return twice ? 2 : 1;
}

/// A wrong byte, anywhere but in contents: those are TCP's to protect, and nobody else's here.
void Witness::corrupt(Packet& packet) {
  constexpr std::size_t kStructure = 8;  // length and "msg " or "ping" of the first record
  const auto wrong = static_cast<char>(1 + random_.below(255));
  if (random_.chance(1, 2) || packet.body.size() < kStructure) {
    packet.envelope[random_.below(packet.envelope.size())] ^= wrong;
    return;
  }
  std::string body(packet.body.view());
  body[random_.below(kStructure)] ^= wrong;
  packet.body = base::Bytes::of(std::move(body));
}

void Witness::mix(std::uint64_t value) {
  const auto now = static_cast<std::uint64_t>(agenda_.now().time_since_epoch().count());
  hash_ = (hash_ ^ value ^ (now << 20)) * 0x9e3779b97f4a7c15;
  hash_ ^= hash_ >> 29;
}

void Witness::trace(const std::string& line) {
  if (trace_) trace_(line);
}

}  // namespace ovid::sim
