// Fuzz target: the link state machine. An input consists of a byte of settings, then events for one
// or two link managers. An event is an operation and its arguments. Of the operation, the low four
// bits say what happens, bit 4 at which node, and bit 5 which of the node's peers it is about.
// link_seeds.py has names for all of them.
//
// Promises: see link_node.cpp, link_promises.cpp, link_account.cpp and link_honest.cpp. In short:
// the process does not abort. "Peer up" and "peer down" alternate, and messages come only in
// between. Messages arrive in order, at most once and in the session in which they were sent,
// except in sessions whose secrets the input used. A sender that knows no secret has no influence.
// The ledgers add up. Queues and log are bounded. The transport is used as its contract says. On an
// honest network all nodes find each other again.

#include <string>

#include "link_world.hpp"

#include "ovid/wire/hello.hpp"

namespace ovid::fuzz {
namespace {

using base::NodeId;
using Report = Node::Report;

constexpr int kOperationsMax = 500;
constexpr std::size_t kUnackedBytesMax[] = {256, 512, 1024, 4096, 16384, 65536, 1 << 19, 1 << 22};
constexpr std::uint64_t kNobody = 0xbad;
constexpr std::uint64_t kNobodyElse = 0xbad2;

/// The numbers that a forger may put into a message: invented ones, and ones that it may know.
struct Known {
  World& world;
  Node& victim;
  NodeId from;

  std::uint64_t number(Input& input, std::uint8_t choice, std::uint64_t right) const {
    const Node::Peer& p = victim.peer(from);
    const Frame* said = world.account().said_to(victim.self, 0);
    switch (choice) {
      case 0:
        return 0;
      case 1:
        return kNobody;
      case 2:
        return kNobodyElse;
      case 3:
        return victim.links().incarnation().value;
      case 4:
        return p.session.mine.value;
      case 5:
        return p.session.peer.value;
      case 6:
        return p.shown.value;
      case 7:
        return said != nullptr ? said->envelope.from_epoch.value : 0;
      case 8:
        return victim.drawn(input.byte());
      case 9:
        return input.number(8);
      default:
        return right;
    }
  }
  std::uint64_t from_incarnation() const {
    if (const auto known = victim.links().state(from).incarnation) return known->value;
    return world.runs(from) ? world.node(from).links().incarnation().value : kNobody;
  }
  std::uint64_t from_epoch() const {
    const Node::Peer& p = victim.peer(from);
    if (p.up) return p.session.peer.value;
    if (!world.runs(from)) return kNobody;
    return world.node(from).peer(victim.self).shown.value;
  }
  std::uint64_t to_epoch() const {
    const Node::Peer& p = victim.peer(from);
    return p.up ? p.session.mine.value : p.shown.value;
  }
};

/// A number that differs a little from `base`, or any number if the first byte is 0x80.
std::uint64_t near(Input& input, std::uint64_t base) {
  const std::uint8_t step = input.byte();
  if (step == 0x80) return input.number(8);
  return base +
         static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int8_t>(step)));
}

/// A body of the kind that the input chooses. Sets `count` to the number of its records.
base::Bytes body_of(Input& input, NodeId from, std::uint16_t& count) {
  const std::uint8_t kind = input.byte();
  count = 1;
  if (kind % 16 == 0) return wire::ping_body(from);
  if (kind % 16 == 12) return wire::hello_body(from, {kNodes + 1, ""});
  if (kind % 16 == 13) return wire::hello_body(from, {kNodes, ""});
  if (kind % 16 == 15) return base::Bytes::of(std::string(input.take(input.byte())));
  wire::BodyWriter writer(kind % 16 == 14 ? NodeId{7} : from);
  count = kind % 16;
  const std::string piece(wire::kPieceBytesMax, 'f');
  for (std::uint16_t i = 0; i < count; ++i)
    writer.add(kind >= 0xc0 && i % 3 == 2 ? wire::Record{piece, true}
                                          : wire::Record{i % 2 == 0 ? "forged" : ""});
  return writer.take();
}

void forge(Input& input, World& world, Node& victim, NodeId from) {
  const Known known{world, victim, from};
  const std::uint8_t incarnations = input.byte();
  const std::uint8_t epochs = input.byte();
  Frame frame;
  wire::Envelope& e = frame.envelope;
  e.from = from;
  e.to = victim.self;
  e.from_incarnation = {known.number(input, incarnations & 15, known.from_incarnation())};
  e.to_incarnation = {known.number(input, incarnations >> 4, victim.links().incarnation().value)};
  e.from_epoch = {known.number(input, epochs & 15, known.from_epoch())};
  e.to_epoch = {known.number(input, epochs >> 4, known.to_epoch())};
  const Node::Peer& p = victim.peer(from);
  e.first = near(input, p.delivered + 1);
  e.greeting = e.first == 0;
  e.ack = near(input, p.up ? p.ledger.acknowledged : 0);
  frame.body = body_of(input, from, e.count);
  const std::uint8_t oddity = input.byte();
  if (oddity == 1) e.count = input.byte();
  if (oddity == 2) e.from = {static_cast<std::uint16_t>(input.number(2))};
  if (oddity == 3) e.to = {static_cast<std::uint16_t>(input.number(2))};
  e.asks = oddity == 4 && !e.greeting;
  if (oddity == 5) {
    e.sent = static_cast<std::uint32_t>(input.number(4));
    e.echo = static_cast<std::uint32_t>(input.number(4));
  }
  world.forge(victim.self, frame);
}

/// Sends an earlier message again with one byte changed, in its envelope or in its body. A change
/// in the envelope makes its checksum wrong; bodies have no checksum.
void damage(Input& input, World& world, NodeId to) {
  const Frame* said = world.account().said_to(to, input.byte());
  const std::uint8_t where = input.byte();
  const char change = static_cast<char>(input.byte());
  if (said == nullptr || change == 0) return;
  wire::EnvelopeBytes bytes = wire::encode(said->envelope);
  std::string body(said->body.view());
  if (where >= 128) {
    body[where % body.size()] = static_cast<char>(body[where % body.size()] ^ change);
    return world.forge(to, {said->envelope, base::Bytes::of(body)});
  }
  const std::size_t at = where % bytes.size();
  bytes[at] = static_cast<char>(bytes[at] ^ change);
  world.garbage(to, {bytes.data(), bytes.size()}, body);
}

std::size_t size_of(std::uint8_t choice) {
  return choice < 200 ? choice : std::size_t{1} << (choice - 200) / 3;
}

class Play {
 public:
  explicit Play(Input& input) : Play(input, input.byte()) {}

  void run() {
    for (int i = 0; i < kOperationsMax && !input_.ended(); ++i) step(input_.byte());
    if (recovers_) world_.check_recovers();
  }

 private:
  Play(Input& input, std::uint8_t settings)
      : input_(input),
        world_((settings & 1) != 0 ? 2 : 1, kUnackedBytesMax[settings >> 1 & 7],
               (settings & 16) != 0),
        recovers_((settings & 32) == 0) {}

  void step(std::uint8_t operation) {
    const NodeId who{static_cast<std::uint16_t>((operation >> 4 & 1) % world_.managers())};
    const bool next = (operation >> 5 & 1) == 0;
    const NodeId whom{static_cast<std::uint16_t>((who.value + (next ? 1 : 2)) % kNodes)};
    const int which = operation & 15;
    if (which < 8)
      happen(which, who, whom);
    else
      speak(which, who, whom);
  }

  /// Operations of the network and the clock.
  void happen(int which, NodeId who, NodeId whom) {
    Node& node = world_.node(who);
    switch (which) {
      case 0:
        return node.turn();
      case 1: {
        const std::uint8_t time = input_.byte();
        world_.network().advance(world_.network().now() + (time < 100   ? time * 50us
                                                           : time < 200 ? (time - 100) * 10ms
                                                                        : (time - 200) * 250ms));
        return node.turn();
      }
      case 2:
        return node.report(whom, Report::Connected);
      case 3:
        return node.report(whom, input_.byte() % 2 == 0 ? Report::Refused : Report::Unreachable);
      case 4:
        return world_.network().lose(who, whom);
      case 5:
        return node.report(whom, Report::Disconnected);
      case 6:
        return world_.network().bound(who, whom, input_.byte() % 8);
      default:
        return node.report(whom, Report::Writable);
    }
  }

  /// Operations that send or deliver messages, or restart a node.
  void speak(int which, NodeId who, NodeId whom) {
    Node& node = world_.node(who);
    switch (which) {
      case 8:
        return world_.deliver(who, whom, input_.byte() % 16 + 1u);
      case 9:
        return world_.replay(who, input_.byte());
      case 10:
        return forge(input_, world_, node, whom);
      case 11:
        return damage(input_, world_, who);
      case 12: {
        const std::string_view envelope = input_.take(input_.byte());
        return world_.garbage(who, envelope, input_.take(input_.byte()));
      }
      case 13:
        return node.send(whom, size_of(input_.byte()));
      case 14:
        return node.broadcast(size_of(input_.byte()));
      default: {
        const std::uint8_t time = input_.byte();
        return time == 0 ? world_.restart(who) : world_.run(time * 4ms);
      }
    }
  }

  Input& input_;
  World world_;
  // Whether to check that all recovers, which takes longer than everything else.
  const bool recovers_;
};

}  // namespace
}  // namespace ovid::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ovid::fuzz::Input input(data, size);
  ovid::fuzz::Play(input).run();
  return 0;
}
