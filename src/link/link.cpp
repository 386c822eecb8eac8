#include "ovid/link/link.hpp"

#include <utility>

#include "ovid/base/check.hpp"

namespace ovid::link {
namespace {

using observe::DropReason;
using Kind = TimerKey::Kind;
using Connection = Dialer::Connection;

/// First pause after a refused connection.
constexpr base::Duration kRefusedDelay = 50ms;
/// Pauses longer than this end at the same time as those of other links: waking up once for many
/// absent peers takes a third of the CPU time.
constexpr base::Duration kAlignment = 50ms;
/// If an absent peer sends a greeting, connect at once, but not more often than this.
constexpr base::Duration kGreetedDelay = 2ms;

}  // namespace

void Link::connect(base::Time now) {
  dialer_.begin(now);
  rival_.forget();
  shared_.timers.set({Kind::Connect, peer_}, now + dialer_.attempt_time(shared_.config));
  shared_.timers.cancel({Kind::Hello, peer_});
  shared_.transport.connect(peer_, dialer_.limits(shared_.config));
}

void Link::connected(base::Time now) {
  dialer_.connected(now, shared_.config);
  blocked_ = false;
  handshake_.anew();
  shared_.timers.cancel({Kind::Connect, peer_});
  shared_.stream.tell(observe::ConnectionMade{peer_, up()});
  if (session_) {
    session_->reconnected();
    want_flush();
    ping(now);
  } else {
    greet(now);
    expect_answer(now);
  }
}

/// Sets the time until which the connection may be without an answer. The peer's own greetings do
/// not extend it: they show that it does not receive this node's.
void Link::expect_answer(base::Time now) {
  shared_.timers.set({Kind::Connect, peer_}, now + dialer_.answer_time(shared_.config));
}

void Link::disconnected(base::Time now) {
  if (dialer_.connection() == Connection::None) return;
  dialer_.lost(now, shared_.config);
  shared_.stream.tell(observe::ConnectionLost{peer_, up()});
  reconnect_after(now, base::Duration{});
}

void Link::refused(base::Time now) {
  dialer_.refused();
  shared_.stream.tell(observe::ConnectionRefused{peer_});
  if (session_) end_session(now, Cause::Refused);
  reconnect_after(now, kRefusedDelay);
}

void Link::unreachable(base::Time now) {
  dialer_.not_made(now, shared_.config);
  shared_.stream.tell(observe::ConnectionTimedOut{peer_});
  reconnect_after(now, base::Duration{});
}

/// After a working session the first attempt is immediate; each further one waits longer.
void Link::reconnect_after(base::Time now, base::Duration min) {
  shared_.timers.cancel({Kind::Hello, peer_});
  rival_.forget();
  const base::Duration delay = dialer_.next_pause(min, shared_.config);
  if (delay == base::Duration{}) return connect(now);
  base::Time at = now + shared_.random.between(delay / 2, delay);
  if (delay > kAlignment) at += kAlignment - at.time_since_epoch() % kAlignment;
  shared_.timers.set({Kind::Connect, peer_}, at);
}

void Link::greet(base::Time now) {
  wire::Envelope hello =
      handshake_.greeting(shared_.config.self, peer_, shared_.incarnation, shared_.random);
  detector_.stamp(now, hello, shared_.own_node());
  if (!blocked_) blocked_ = !shared_.transport.send(peer_, hello, shared_.hello);
  if (!session_) shared_.timers.set({Kind::Hello, peer_}, now + handshake_.pause(shared_.config));
}

/// Answers a greeting in the peer's name. The answer goes to the peer's own port only.
void Link::answer(base::Time now) {
  if (!handshake_.take_answer()) return;
  switch (dialer_.connection()) {
    case Connection::Made:
      return greet(now);
    case Connection::None:
      if (now - dialer_.attempt_at() >= kGreetedDelay) return connect(now);
      return shared_.timers.set({Kind::Connect, peer_}, dialer_.attempt_at() + kGreetedDelay);
    case Connection::Pending:
      return;  // connected() greets
  }
}

bool Link::in_session(const wire::Envelope& e) const {
  return session_ && session_->covers(e, shared_.incarnation);
}

/// Without an own connection no session can begin.
bool Link::echoes_offer(const wire::Envelope& e) const {
  return handshake_.is_echoed_by(e, shared_.incarnation) && dialer_.made();
}

void Link::expect() const {
  constexpr std::size_t kLine = 64;
  const char* first = reinterpret_cast<const char*>(this);
  for (std::size_t at = 0; at < kHotBytes; at += kLine) __builtin_prefetch(first + at, 1);
}

void Link::frame(base::Time now, const wire::Envelope& envelope, std::string_view body) {
  if (in_session(envelope)) return hear(now, envelope, body);
  if (envelope.from_epoch == base::Epoch{} || envelope.from_incarnation == base::Incarnation{})
    return drop(DropReason::Malformed, "a greeting without an epoch");
  if (echoes_offer(envelope)) {
    if (session_)
      end_session(now, envelope.from_incarnation == session_->peer() ? Cause::PeerLeft
                                                                     : Cause::NewIncarnation);
    if (envelope.first > 1) {  // the peer began it earlier: its first records are lost
      handshake_.withdraw();
      return consider(now, envelope);  // the answer shows that this node is not in it
    }
    begin_session(now, envelope);
    return hear(now, envelope, body);
  }
  consider(now, envelope);
}

/// Handles messages that are not of the present session and do not begin a new one.
void Link::consider(base::Time now, const wire::Envelope& e) {
  if (session_) {
    const bool knows_session =
        e.to_epoch == session_->name().mine && e.to_incarnation == shared_.incarnation;
    const bool same_peer = e.from_incarnation == session_->peer();
    if (same_peer && e.from_epoch == session_->name().peer) return;  // sent before the session
    if (e.to_epoch != base::Epoch{} && !knows_session)
      return drop(DropReason::Stranger, "a message that does not belong to the current session");
    if (knows_session)
      end_session(now, same_peer ? Cause::PeerLeft : Cause::NewIncarnation);
    else if (e.greeting && !same_peer && dialer_.made())
      rival_.greeted(shared_.own_time.at(now), e.from_incarnation);
  }
  handshake_.claimed(e.from_incarnation, e.from_epoch);
  if (!session_) detector_.arrived(now, e, shared_.own_node());
  answer(now);
}

void Link::look_for_rival() {
  const auto rival = rival_.outlived(detector_.heard_at(), shared_.config.longest_silence());
  if (rival)
    shared_.stream.tell(observe::SecondProcess{peer_, *rival, session_->peer(), ++shared_.rivals});
}

void Link::begin_session(base::Time now, const wire::Envelope& envelope) {
  session_.emplace(handshake_.begin(envelope.from_epoch), envelope.from_incarnation,
                   shared_.config);
  detector_.arrived(now, envelope, shared_.own_node());
  detector_.session_began(now, shared_.own_node());
  shared_.timers.cancel({Kind::Hello, peer_});
  shared_.timers.cancel({Kind::Connect, peer_});
  shared_.timers.set({Kind::Silence, peer_}, now + shared_.config.silence);
  shared_.stream.tell(
      observe::SessionBegan{peer_, session_->peer(), session_->name().mine, session_->name().peer});
  shared_.keeper.peer_up(peer_);
  // This ping proves to the peer that this node is in the session. The greeting that echoed the
  // peer's offer may have arrived when the peer had no connection, so that it could not begin the
  // session.
  if (envelope.greeting) ping(now);
}

void Link::end_session(base::Time now, Cause cause) {
  const Evidence evidence = detector_.evidence(now, cause, shared_.own_node());
  shared_.keeper.peer_ends(peer_);
  const Session ended = std::move(*session_);
  session_.reset();
  count_congestion();
  const Ledger ledger = ended.outbox().ledger().closed();
  ended_ = ended_ + ledger;
  handshake_.claimed(ended.peer(), ended.name().peer);
  handshake_.anew();
  shared_.timers.cancel({Kind::Silence, peer_});
  rival_.forget();
  if (dialer_.made()) expect_answer(now);
  shared_.stream.tell(observe::SessionEnded{
      peer_, ended.peer(), ended.name().mine, ended.name().peer, cause, evidence.silent,
      evidence.limit, evidence.late, evidence.round_trip, ledger.offered, ledger.acknowledged,
      ledger.fate_unknown, ended.messages()});
  shared_.keeper.peer_down(peer_, evidence);
}

void Link::leave_session(base::Time now, Cause cause) {
  end_session(now, cause);
  if (dialer_.made()) greet(now);
}

void Link::hear(base::Time now, const wire::Envelope& envelope, std::string_view body) {
  if (envelope.greeting) return;  // not sent within the session: does not end a silence
  const auto content = shared_.reader.read(body, envelope.count, peer_);
  if (const auto* bad = std::get_if<wire::BadBody>(&content))
    return drop(DropReason::Malformed, wire::text_of(*bad));
  if (!acknowledge(now, envelope))
    return drop(DropReason::Malformed, "an acknowledgement of records that were never sent");
  dialer_.proved(now);
  look_for_rival();
  if (session_->misses_before(envelope.first)) return leave_session(now, Cause::Gap);
  if (const auto* records = std::get_if<const wire::Records*>(&content))
    receive(now, envelope, **records, body.size());
}

/// False if a correct peer cannot have sent that.
bool Link::acknowledge(base::Time now, const wire::Envelope& envelope) {
  Outbox& outbox = session_->outbox();
  const bool news = envelope.ack > outbox.acknowledged();
  if (!outbox.acknowledge(envelope.ack)) return false;
  const auto round_trip = detector_.heard(now, envelope, shared_.own_node());
  if (round_trip) dialer_.measured(*round_trip);
  if (!news) return true;
  if (round_trip) session_->window().returned(*round_trip, outbox.in_flight());
  shared_.stream.tell(
      observe::RecordsAcknowledged{peer_, envelope.ack, outbox.ledger().acknowledged});
  count_congestion();
  if (outbox.has_unsent()) want_flush();
  return true;
}

/// Records that were sent again may have arrived already: each is delivered once.
void Link::receive(base::Time now, const wire::Envelope& envelope, const wire::Records& records,
                   std::size_t bytes) {
  const std::size_t known = session_->known_from(envelope.first);
  tell_delivered(records, known);
  for (std::size_t i = known; i < records.size(); ++i) {
    if (const auto message = session_->receive(records[i]))
      shared_.keeper.message(peer_, *message);
    else if (!records[i].goes_on && session_->ended_too_long())
      drop(DropReason::Malformed, "a message that is too long");
  }
  session_->release_message();
  if (session_->owes_much(now, bytes, shared_.config) || envelope.asks) want_ping();
  if (!std::exchange(acknowledging_, true))
    shared_.timers.set({Kind::Acknowledge, peer_}, session_->acknowledge_at());
}

void Link::tell_delivered(const wire::Records& records, std::size_t known) {
  if (known >= records.size() || !shared_.stream.wants<observe::RecordsDelivered>()) return;
  observe::RecordsDelivered event{peer_, session_->received() + 1, records.size() - known,
                                  session_->messages()};
  for (std::size_t i = known; i < records.size(); ++i)
    if (!records[i].goes_on) ++event.messages;
  shared_.stream.tell(event);
}

void Link::acknowledge_if_due(base::Time now) {
  acknowledging_ = false;
  if (!session_ || session_->acknowledge_at() == base::kNever) return;
  // A node that is short of CPU time waits longer; the sender does not need this to continue.
  const base::Time due = session_->acknowledge_at() + shared_.own_time.doubt(now);
  if (now >= due) return want_ping();
  acknowledging_ = true;
  shared_.timers.set({Kind::Acknowledge, peer_}, due);
}

void Link::push(const Batch& batch) {
  session_->outbox().push(batch);
  count_congestion();
  want_flush();
}

/// Sends what waited for the connection: records, or a greeting if there is no session.
void Link::writable(base::Time now) {
  blocked_ = false;
  if (session_)
    want_flush();
  else if (dialer_.made())
    greet(now);
}

void Link::count_congestion() {
  const bool congested = unacked_bytes() >= shared_.config.unacked_bytes_max;
  if (std::exchange(congested_, congested) == congested) return;
  shared_.congested += congested ? 1 : -1;
  shared_.stream.tell(observe::Backpressure{peer_, congested, unacked_bytes()});
}

PeerState Link::state() const {
  PeerState state;
  state.ledger = ledger();
  state.silence_limit = detector_.limit();
  if (!session_) return state;
  state.session = session_->name();
  state.incarnation = session_->peer();
  state.last_record = session_->outbox().offered();
  state.last_acknowledged = session_->outbox().acknowledged();
  state.unacked_bytes = unacked_bytes();
  return state;
}

void Link::flush(base::Time now) {
  queued_ = false;
  const bool ping_wanted = std::exchange(ping_wanted_, false);
  if (!session_ || !dialer_.made() || blocked_) return;
  if (!send_unsent(now) && ping_wanted) ping(now);
}

/// Returns whether something was sent, and an acknowledgement with it.
bool Link::send_unsent(base::Time now) {
  Outbox& outbox = session_->outbox();
  Window& window = session_->window();
  bool sent = false;
  for (; outbox.has_unsent(); sent = true) {
    const Outbox::Slice slice = outbox.unsent(window.slice());
    if (!window.admits(slice.body.size(), outbox.in_flight())) {
      window.full(outbox.in_flight());
      break;
    }
    wire::Envelope envelope = envelope_of(now, slice.first, slice.count);
    envelope.asks = window.asks(slice.body.size(), outbox.in_flight());
    if (!shared_.transport.send(peer_, envelope, slice.body)) {
      blocked_ = true;
      break;
    }
    outbox.sent(slice);
    window.sent(slice.body.size(), envelope.asks);
    session_->acknowledged();
    shared_.stream.tell(
        observe::RecordsSent{peer_, slice.first, slice.count, slice.body.size(), slice.messages});
  }
  return sent;
}

/// Sends a ping, with an acknowledgement. Does nothing if the connection is full: the messages in
/// it show as well that this node is alive.
void Link::ping(base::Time now) {
  if (!dialer_.made() || blocked_) return;
  if (shared_.transport.send(peer_, envelope_of(now, session_->outbox().next(), 1), shared_.ping)) {
    session_->acknowledged();
  } else {
    blocked_ = true;
  }
}

wire::Envelope Link::envelope_of(base::Time now, std::uint64_t first, std::uint32_t count) const {
  wire::Envelope envelope =
      session_->envelope(shared_.config.self, peer_, shared_.incarnation, first, count);
  detector_.stamp(now, envelope, shared_.own_node());
  return envelope;
}

void Link::ping_due() {
  handshake_.allow_answers();
  if (session_) want_ping();
}

void Link::fire(base::Time now, TimerKey::Kind kind) {
  switch (kind) {
    case Kind::Silence: {
      const auto verdict = detector_.judge(now, peer_, shared_.own_node());
      if (!verdict.again) return leave_session(now, verdict.cause);
      return shared_.timers.set({Kind::Silence, peer_}, now + *verdict.again);
    }
    case Kind::Hello:
      handshake_.unanswered();
      return greet(now);
    case Kind::Connect:
      if (dialer_.connection() == Connection::Pending) return unreachable(now);
      if (dialer_.made()) dialer_.renewed();
      return connect(now);
    case Kind::Acknowledge:
      return acknowledge_if_due(now);
    case Kind::Ping:
    case Kind::Unreached:
      break;
  }
  base::check(false, "a timer that is not a link's");
}

void Link::drop(DropReason reason, std::string_view what) {
  shared_.drops.count(peer_, reason, what);
}

}  // namespace ovid::link
