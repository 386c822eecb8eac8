#include "link_node.hpp"

#include <utility>

#include "link_world.hpp"

#include "ovid/observe/text.hpp"

namespace ovid::fuzz {
namespace {

constexpr std::size_t kLineBytesMax = 300;
/// What a listener's words about an end may add to a queue that was just judged.
constexpr std::size_t kLateWordsMax = 1024;

std::uint64_t digits(std::uint64_t number) {
  std::uint64_t count = 0;
  for (; number > 0; number /= 10) ++count;
  return count;
}

}  // namespace

Node::Node(World& world, const link::Config& config, std::uint64_t seed, bool talkative)
    : self(config.self),
      world_(world),
      config_(config),
      talkative_(talkative),
      now_(world.now),
      started_(world.now),
      random_(seed),
      links_(config, *this, *this, stream_, *this) {
  stream_.give(*this, observe::Kinds::at_least(base::Severity::Debug) -
                          observe::Kinds::of<observe::Backpressure, observe::Late>());
  links_.start(now_);
  links_.turn_begins(now_);
}

// ---- Events

void Node::turn() {
  links_.settle(now_);
  links_.flush();
  check_turn_ended();
  now_ = world_.now;
  links_.turn_begins(now_);
  check_promises();
}

void Node::report(base::NodeId about, Report what) {
  Peer& p = peer(about);
  const bool pending = p.connection == Connection::Pending;
  ++reports_;
  switch (what) {
    case Report::Writable:
      if (!std::exchange(p.full, false)) return;
      break;
    case Report::Connected:
      if (!pending) return;
      p.connection = Connection::Made;
      break;
    case Report::Unreachable:
      if (!pending) return;
      p.connection = Connection::None;
      break;
    case Report::Refused:       // of an attempt, or of the port of a connection that has ended
    case Report::Disconnected:  // of a connection, or of a handshake
      if (p.connection == Connection::None) return;
      p.connection = Connection::None;
      p.full = false;
      p.flight.clear();
      break;
  }
  links_.report(now_, about, what);
  check_promises();
}

void Node::lose(base::NodeId to) {
  Peer& p = peer(to);
  if (p.connection != Connection::Made) return;
  p.connection = Connection::Lost;
  p.full = false;
  p.flight.clear();
}

void Node::receive(std::string_view envelope, std::string_view body) {
  ++frames_;
  const Exact own_envelope(envelope);
  const Exact own_body(body);
  links_.frames(now_, {own_envelope.view(), own_body.view()});
  check_promises();
}

void Node::send(base::NodeId to, std::size_t bytes) {
  const Record record{world_.next_record(), bytes};
  offer(to, record);
  links_.send(to, record.text());
}

void Node::broadcast(std::size_t bytes) {
  const Record record{world_.next_record(), bytes};
  for (std::uint16_t id = 0; id < kNodes; ++id) offer({id}, record);
  links_.broadcast(record.text());
}

void Node::offer(base::NodeId to, const Record& record) {
  Peer& p = peer(to);
  if (!p.up) return;
  ++p.offered;
  world_.offered(self, to, p.session, record);
}

// ---- Transport

void Node::connect(base::NodeId to) {
  Peer& p = peer(to);
  check(to != self && to.value < kNodes, "connects to peers only");
  check(p.connection != Connection::Pending || now_ - p.attempt_at >= config_.attempt,
        "no attempt while one is pending, unless its time is up");
  p.connection = Connection::Pending;
  p.attempt_at = now_;
  ++attempts_;
  p.full = false;
  p.flight.clear();
  ++actions;
}

bool Node::send(base::NodeId to, const wire::Envelope& e, const base::Bytes& body) {
  Peer& p = peer(to);
  check(p.connection == Connection::Made || p.connection == Connection::Lost,
        "sends over connections only");
  check(!p.full, "sends nothing to a full connection until it is writable");
  check(e.from == self && e.to == to, "an envelope says from whom to whom");
  check(e.from_incarnation == links_.incarnation() && drew(e.from_epoch.value),
        "a sender names its own incarnation and an epoch of its own");
  wire::BodyReader reader;
  check(!std::holds_alternative<wire::BadBody>(reader.read(body.view(), e.count, self)),
        "a body is good");
  check(e.ack <= p.delivered || !p.up || e.to_epoch != p.session.peer,
        "acknowledges what was delivered only");
  ++actions;
  if (p.connection == Connection::Lost) return false;
  if (p.flight.size() >= p.room) {
    p.full = true;
    return false;
  }
  p.shown = e.from_epoch;
  p.flight.push_back({e, body});
  world_.said({e, body});
  return true;
}

// ---- Listener

void Node::peer_up(base::NodeId id) {
  Peer& p = peer(id);
  check(!p.up, "up comes once");
  p.up = true;
  p.session = links_.session(id).value();
  check(drew(p.session.mine.value) && p.session.peer != base::Epoch{}, "a session has its name");
  p.delivered = 0;
  ++transitions;
  if (talkative_) send(id, 3);
}

void Node::peer_down(base::NodeId id, const link::Evidence& evidence) {
  Peer& p = peer(id);
  check(p.up, "down comes after up");
  check(base::text_of(evidence.cause) != std::string_view("?"), "an end has a reason");
  check(evidence.cause != link::Cause::Gap || world_.meddled(), "what a cut lost is sent again");
  p.up = false;
  ++transitions;
  if (talkative_) broadcast(4);
}

void Node::message(base::NodeId from, std::string_view contents) {
  Peer& p = peer(from);
  check(p.up, "messages come while up only");
  world_.check_delivery(from, self, p.session, p.delivered, contents);
  ++p.delivered;
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

/// SplitMix64.
std::uint64_t Node::next() {
  std::uint64_t z = (random_ += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  z ^= z >> 31;
  drawn_.insert(z);
  draws_.push_back(z);
  return z;
}

// ---- Promises

void Node::check_promises() {
  bool congested = false;
  for (std::uint16_t i = 0; i < kNodes; ++i) {
    if (i == self.value) continue;
    const base::NodeId id{i};
    Peer& p = peer(id);
    const link::Ledger ledger = links_.ledger(id);
    check(ledger.offered == ledger.acknowledged + ledger.unacknowledged + ledger.fate_unknown,
          "the ledger balances");
    check(ledger.offered >= p.ledger.offered && ledger.acknowledged >= p.ledger.acknowledged &&
              ledger.fate_unknown >= p.ledger.fate_unknown,
          "what is in the ledger stays there");
    p.ledger = ledger;
    check((links_.state(id) == link::State::Up) == p.up, "the listener knows who is up");
    check(links_.session(id).has_value() == p.up, "a session is there while up");
    if (p.up) check(links_.session(id) == p.session, "another session comes with down and up");
    const std::size_t unacked = links_.unacked_bytes(id);
    check(p.up || (unacked == 0 && ledger.unacknowledged == 0), "nothing is kept for who is down");
    check((unacked == 0) == (ledger.unacknowledged == 0), "bytes are kept for records");
    congested = congested || unacked >= config_.unacked_bytes_max;
  }
  check(links_.congested() == congested, "congested while a queue is at its bound");
  check_log();
}

void Node::check_turn_ended() {
  check_promises();
  check(links_.deadline() > now_, "due timers fire at the end of a turn");
  for (std::uint16_t i = 0; i < kNodes; ++i) {
    if (i == self.value) continue;
    check(links_.ledger({i}).offered == peer({i}).offered, "what was sent is in the ledger");
    check(links_.unacked_bytes({i}) < 2 * config_.unacked_bytes_max + kLateWordsMax,
          "a queue beyond twice its bound ends the session");
  }
}

/// Garbage cannot fill a disk: the 1st, 10th, 100th ... of each of four kinds has a line
/// (malformed, of no session, of another grid, of another version), and so have second processes.
/// Peers that are not reached share a line after each change, and one a minute.
void Node::check_log() const {
  check(lines_dropped_ <= 4 * digits(frames_), "few lines about what was dropped");
  check(lines_ <= transitions + reports_ + attempts_ + digits(frames_), "a line a change at most");
  const auto minutes = static_cast<std::uint64_t>((now_ - started_) / 60s);
  check(lines_unreached_ <= 1 + transitions + minutes, "few lines about who is not reached");
}

}  // namespace ovid::fuzz
