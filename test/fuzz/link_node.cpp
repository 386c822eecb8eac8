#include "link_node.hpp"

#include <utility>

#include "link_world.hpp"

#include "ovid/observe/text.hpp"

namespace ovid::fuzz {
namespace {

constexpr std::size_t kLineBytesMax = 300;

}  // namespace

Node::Node(World& world, const link::Config& config, std::uint64_t seed, bool talkative)
    : self(config.self),
      world_(world),
      config_(config),
      talkative_(talkative),
      now_(world.network().now()),
      started_(now_),
      random_(seed),
      links_(config, *this, *this, stream_, *this) {
  stream_.give(*this, observe::Kinds::at_least(base::Severity::Debug) -
                          observe::Kinds::of<observe::Backpressure, observe::Late>());
  links_.start(now_);
  links_.turn_begins(now_);
}

void Node::turn() {
  links_.settle(now_);
  links_.flush(now_);
  check_turn_ended();
  now_ = world_.network().now();
  links_.turn_begins(now_);
  check_promises();
}

void Node::report(base::NodeId about, Report wanted) {
  const auto what = world_.network().let(self, about, wanted);
  if (!what) return;
  ++reports_;
  Peer& p = peer(about);
  if (*what != Report::Writable) p.reported_made = *what == Report::Connected;
  p.full = false;
  links_.report(now_, about, *what);
  check_promises();
}

void Node::receive(std::string_view envelope, std::string_view body) {
  ++frames_;
  const Exact own_envelope(envelope);
  const Exact own_body(body);
  links_.frames(now_, {own_envelope.view(), own_body.view()});
  check_promises();
}

void Node::send(base::NodeId to, std::size_t bytes) {
  const Record record = world_.account().new_record(bytes);
  offer(to, record);
  links_.send(to, record.text());
}

void Node::broadcast(std::size_t bytes) {
  const Record record = world_.account().new_record(bytes);
  for (std::uint16_t id = 0; id < kNodes; ++id) offer({id}, record);
  links_.broadcast(record.text());
}

void Node::offer(base::NodeId to, const Record& record) {
  Peer& p = peer(to);
  if (!p.up) return;
  ++p.offered;
  world_.account().offered(self, to, p.session, record);
}

void Node::connect(base::NodeId to, const link::AttemptLimits& limits) {
  Peer& p = peer(to);
  check(to != self && to.value < kNodes, "connects to peers only");
  check(limits.connect >= config_.connect_max && limits.connect <= config_.connect_grown_max &&
            limits.handshake >= config_.handshake_max &&
            limits.handshake <= config_.handshake_grown_max,
        "the limits of an attempt are in their ranges");
  check(!world_.network().pending(self, to) || now_ >= p.attempt_ends,
        "no attempt while one is pending, unless its time is up");
  world_.network().connect(self, to);
  p.attempt_at = now_;
  p.attempt_ends = now_ + limits.connect + limits.handshake + config_.attempt_margin;
  p.reported_made = p.full = false;
  ++attempts_;
  ++actions;
}

bool Node::send(base::NodeId to, const wire::Envelope& e, const base::Bytes& body) {
  Peer& p = peer(to);
  check(p.reported_made, "sends over connections only");
  check(!p.full, "sends nothing to a full connection until it is writable");
  check(e.from == self && e.to == to, "an envelope says from whom to whom");
  check(e.from_incarnation == links_.incarnation() && drew(e.from_epoch.value),
        "a sender names its own incarnation and an epoch of its own");
  wire::BodyReader reader;
  check(!std::holds_alternative<wire::BadBody>(reader.read(body.view(), e.count, self)),
        "a body is good");
  check(!p.up || e.to_epoch != p.session.peer || e.ack <= arrived(to),
        "acknowledges what has arrived only");
  ++actions;
  if (!world_.network().send(self, to, wire::encode(e), body)) {
    p.full = world_.network().made(self, to);
    return false;
  }
  p.shown = e.from_epoch;
  world_.account().said({e, body});
  return true;
}

/// How many records of the peer's session may have arrived.
std::uint64_t Node::arrived(base::NodeId from) {
  const Peer& p = peer(from);
  return p.records + world_.account().pieces_before_end(from, self, p.session, p.delivered);
}

void Node::peer_up(base::NodeId id) {
  Peer& p = peer(id);
  check(!p.up, "up comes once");
  p.up = true;
  p.session = links_.state(id).session.value();
  check(drew(p.session.mine.value) && p.session.peer != base::Epoch{}, "a session has its name");
  p.delivered = p.records = 0;
  ++transitions;
  if (talkative_) send(id, 3);
}

void Node::peer_down(base::NodeId id, const link::Evidence& evidence) {
  Peer& p = peer(id);
  check(p.up, "down comes after up");
  check(base::text_of(evidence.cause) != std::string_view("?"), "an end has a reason");
  check(evidence.cause != link::Cause::Gap || world_.account().meddled(),
        "what a cut lost is sent again");
  p.up = false;
  ++transitions;
  if (talkative_) broadcast(4);
}

void Node::message(base::NodeId from, std::string_view contents) {
  Peer& p = peer(from);
  check(p.up, "messages come while up only");
  world_.account().check_delivery(from, self, p.session, p.delivered, contents);
  ++p.delivered;
  p.records += wire::records_of(contents.size());
  ++delivered;
  if (talkative_ && answers_left_ > 0) {
    --answers_left_;
    send(from, contents.size() % 100);
  }
}

void Node::read(const observe::Event& event) {
  const std::string text = observe::text_of(event);
  check(!text.empty() && text.size() <= kLineBytesMax, "a line is short");
  check(text.find('\n') == text.npos, "a line is one line");
  if (!observe::is_worth_a_line(event)) return;
  ++(std::holds_alternative<observe::Dropped>(event)      ? lines_dropped_
     : std::holds_alternative<observe::NotReached>(event) ? lines_unreached_
                                                          : lines_);
}

/// The random number generator SplitMix64.
std::uint64_t Node::next() {
  std::uint64_t z = (random_ += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  z ^= z >> 31;
  drawn_.insert(z);
  draws_.push_back(z);
  return z;
}

}  // namespace ovid::fuzz
