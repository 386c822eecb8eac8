#include "ovid/net/mesh.hpp"

#include <cerrno>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ovid/base/check.hpp"
#include "ovid/net/descriptors.hpp"
#include "ovid/wire/body.hpp"

namespace ovid::net {
namespace {

using link::Report;
using std::chrono::milliseconds;

/// Messages (batches) per connection between the link's queue and TCP: enough to keep the I/O
/// thread busy, few enough that batches grow while it is (FanOut), and that what is lost with a
/// connection is soon sent again. With 4, nodes wake up so often to refill the queue that they need
/// 10 % more CPU time; with 32, batches hardly ever grow.
constexpr int kSendQueueMax = 12;
/// Messages per connection between TCP and the loop.
constexpr int kReceiveQueueMax = 64;
/// A DEALER here receives nothing but the handshake.
constexpr std::int64_t kForeignBytesMax = 4096;
/// An interval in milliseconds after which libzmq would reconnect by itself: never. Not -1, which
/// would close the endpoint some time after a disconnection, together with a newer connection.
constexpr int kReconnectNever = 24 * 3600 * 1000;
/// Connections may be pending when all nodes start at once. The kernel's own limit applies as well.
constexpr int kBacklog = 1024;

/// If an attempt fails later than this, the reason may be that the host does not exist: without an
/// answer to ARP, the kernel gives up after three seconds (arp(7), mcast_solicit).
constexpr milliseconds kRefusalMax{1000};

// What a ready descriptor stands for: the kind in the upper half, the peer in the lower.
constexpr std::uint64_t kMonitor = std::uint64_t{1} << 32;
constexpr std::uint64_t kDealer = std::uint64_t{2} << 32;
constexpr std::uint64_t kRouterMonitor = std::uint64_t{4} << 32;
constexpr std::uint64_t kProbe = std::uint64_t{8} << 32;

constexpr int kBadHandshakes = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                               ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                               ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;

/// If no process listens on an ephemeral port, the kernel may give a connection to that port the
/// same port as its own: it is connected to itself (RFC 9293, section 3.5, simultaneous open), and
/// the node that should listen there cannot bind the port.
bool is_own(int socket) {
  sockaddr_in here{};
  sockaddr_in there{};
  socklen_t size = sizeof here;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&here), &size) != 0) return false;
  size = sizeof there;
  if (getpeername(socket, reinterpret_cast<sockaddr*>(&there), &size) != 0) return false;
  return here.sin_family == AF_INET && here.sin_port == there.sin_port &&
         here.sin_addr.s_addr == there.sin_addr.s_addr;
}

/// Its port is free when this returns: no FIN, no TIME_WAIT (connect(2), AF_UNSPEC).
void abort_connection(int socket) {
  sockaddr nobody{};
  nobody.sa_family = AF_UNSPEC;
  static_cast<void>(::connect(socket, &nobody, sizeof nobody));
}

int error_of(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

/// The error of a connection so far, 0 if there is none. A connection to itself counts as refused.
int answer_of(int socket) {
  if (!is_own(socket)) return error_of(socket);
  abort_connection(socket);
  return ECONNREFUSED;
}

}  // namespace

Mesh::Mesh(zmq::context_t& context, const MeshConfig& config, observe::Stream& stream)
    : config_(config),
      context_(context),
      stream_(stream),
      drops_(stream),
      router_(context, zmq::socket_type::router) {
  router_.set(zmq::sockopt::linger, 0);
  router_.set(zmq::sockopt::rcvhwm, kReceiveQueueMax);
  router_.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(wire::kBodyBytesMax));
  router_.set(zmq::sockopt::handshake_ivl, static_cast<int>(config_.handshake_max.count()));
  router_.set(zmq::sockopt::backlog, kBacklog);
  keep_alive(router_);
  router_monitor_.emplace(context, router_, "mesh.router", kBadHandshakes);
  bind_or_throw(router_, config_.host, config_.base_port + config_.self.value, "mesh");
  epoll_.watch(router_monitor_->descriptor(), kRouterMonitor);
  note_strangers();
  peers_.resize(static_cast<std::size_t>(config_.nodes));
  for (int id = 0; id < config_.nodes; ++id)
    if (id != config_.self.value) open({static_cast<std::uint16_t>(id)});
}

Mesh::~Mesh() {
  for (Peer& peer : peers_) end_probe(peer);
}

void Mesh::open(base::NodeId id) {
  Peer& peer = peers_[id.value];
  const auto elsewhere = config_.elsewhere.find(id);
  peer.address = elsewhere != config_.elsewhere.end()
                     ? elsewhere->second
                     : Address{config_.host, config_.base_port + id.value};
  peer.endpoint = fmt::format("tcp://{}:{}", peer.address.host, peer.address.port);
  peer.sockets = make_sockets(id);
}

Mesh::Sockets::Sockets(zmq::context_t& context, const std::string& name, bool may_meet_itself)
    : dealer(context, zmq::socket_type::dealer),
      monitor(context, dealer, name,
              (may_meet_itself ? ZMQ_EVENT_CONNECTED : 0) | ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
                  ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CLOSED) {
  dealer.set(zmq::sockopt::linger, 0);
  dealer.set(zmq::sockopt::immediate, true);
  dealer.set(zmq::sockopt::sndhwm, kSendQueueMax);
  dealer.set(zmq::sockopt::rcvhwm, 1);
  dealer.set(zmq::sockopt::maxmsgsize, kForeignBytesMax);
  dealer.set(zmq::sockopt::reconnect_ivl, kReconnectNever);
  keep_alive(dealer);
}

std::unique_ptr<Mesh::Sockets> Mesh::make_sockets(base::NodeId id) {
  auto made = std::make_unique<Sockets>(context_, fmt::format("mesh.peer.{}", sockets_++),
                                        config_.may_meet_itself);
  epoll_.watch(made->monitor.descriptor(), kMonitor | id.value);
  epoll_.watch(made->dealer.get(zmq::sockopt::fd), kDealer | id.value);
  // The descriptor reports events only after a first look.
  while (made->monitor.next()) {
  }
  static_cast<void>(made->dealer.get(zmq::sockopt::events));
  return made;
}

/// The options of a socket concern connections that are made later.
void Mesh::connect(base::NodeId id, const link::AttemptLimits& limits) {
  Peer& peer = peers_[id.value];
  if (peer.attempt != Attempt::None) give_up(id);
  end_probe(peer);
  peer.attempt = Attempt::Begun;
  peer.active = true;
  peer.full = false;
  peer.attempt_at = Clock::now();
  peer.connect_max = std::chrono::ceil<milliseconds>(limits.connect);
  zmq::socket_t& dealer = peer.sockets->dealer;
  dealer.set(zmq::sockopt::connect_timeout, static_cast<int>(peer.connect_max.count()));
  dealer.set(zmq::sockopt::handshake_ivl,
             static_cast<int>(std::chrono::ceil<milliseconds>(limits.handshake).count()));
  dealer.connect(peer.endpoint);
}

/// The I/O thread learns only later that an attempt is given up. What it still reports of one that
/// is not over must not pass for news of the next one, so that one gets new sockets. If there are
/// no descriptors left for them, the old ones must do.
void Mesh::give_up(base::NodeId id) {
  Peer& peer = peers_[id.value];
  while (next_event(peer)) {
  }
  if (peer.active) {
    try {
      peer.sockets = make_sockets(id);
      return;
    } catch (const std::exception&) {
    }
  }
  zmq_disconnect(peer.sockets->dealer.handle(), peer.endpoint.c_str());
}

/// What the monitor reports next. After these two kinds it reports nothing more of the attempt.
std::optional<MonitorEvent> Mesh::next_event(Peer& peer) {
  auto event = peer.sockets->monitor.next();
  if (event && (event->kind == ZMQ_EVENT_DISCONNECTED || event->kind == ZMQ_EVENT_CLOSED))
    peer.active = false;
  return event;
}

bool Mesh::send(base::NodeId id, const wire::Envelope& envelope, const base::Bytes& body) {
  Peer& peer = peers_[id.value];
  if (peer.attempt != Attempt::Made) return false;
  const wire::EnvelopeBytes bytes = wire::encode(envelope);
  zmq::message_t head(bytes.data(), bytes.size());
  if (net::send(peer.sockets->dealer, head, true) != Sent::Yes) {
    // A send processes events of the I/O thread only now and then. This processes all of them;
    // otherwise the descriptor would never report again.
    const bool room = (peer.sockets->dealer.get(zmq::sockopt::events) & ZMQ_POLLOUT) != 0;
    if (!room || net::send(peer.sockets->dealer, head, true) != Sent::Yes) {
      peer.full = true;
      return false;
    }
  }
  zmq::message_t rest = message_of(body);
  // Fails only if the connection was lost between the frames; then the first is lost as well.
  static_cast<void>(net::send(peer.sockets->dealer, rest, false));
  return true;
}

std::string Mesh::address(base::NodeId id) const {
  const Address& address = peers_[id.value].address;
  return fmt::format("{}:{}", address.host, address.port);
}

void Mesh::report_connections(link::Receiver& to) {
  for (const std::uint64_t tag : epoll_.ready()) {
    const base::NodeId id{static_cast<std::uint16_t>(tag & 0xffff)};
    if (tag == kRouterMonitor) {
      note_strangers();
    } else if ((tag & kMonitor) != 0) {
      report(to, id);
    } else if ((tag & kProbe) != 0) {
      read_probe(to, id);
    } else {
      Peer& peer = peers_[id.value];
      const bool room = (peer.sockets->dealer.get(zmq::sockopt::events) & ZMQ_POLLOUT) != 0;
      if (peer.attempt == Attempt::Made && peer.full && room) {
        peer.full = false;
        to.report(id, Report::Writable);
      }
    }
  }
}

void Mesh::report(link::Receiver& to, base::NodeId id) {
  Peer& peer = peers_[id.value];
  while (const auto event = next_event(peer)) {
    if (peer.attempt == Attempt::Over) continue;
    if (event->kind == ZMQ_EVENT_CONNECTED) {
      if (drop_own(id, static_cast<int>(event->value)))
        refused(to, id);  // no process listens there
    } else if (event->kind == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
      peer.attempt = Attempt::Made;
      peer.met = true;
      to.report(id, Report::Connected);
    } else if (event->kind == ZMQ_EVENT_DISCONNECTED) {
      // Usually the process has ended; a probe of its port shows that before libzmq's next attempt.
      if (peer.met && probe(peer) == Probe::Refused) {
        refused(to, id);
      } else {
        end_probe(peer);
        over(to, id, Report::Disconnected);
      }
    } else {
      judge_failure(to, id);
    }
  }
}

void Mesh::over(link::Receiver& to, base::NodeId id, Report what) {
  peers_[id.value].attempt = Attempt::Over;
  to.report(id, what);
}

/// True if the connection that has just been made is one to itself; then it was closed. libzmq may
/// have closed its descriptor by now and reused the number. So a duplicate is examined and aborted:
/// it is the same connection throughout.
bool Mesh::drop_own(base::NodeId id, int descriptor) {
  if (!is_own(descriptor)) return false;
  Peer& peer = peers_[id.value];
  const int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  const bool own = copy >= 0 && is_own(copy);
  if (own) {
    abort_connection(copy);
    zmq_disconnect(peer.sockets->dealer.handle(), peer.endpoint.c_str());
    stream_.tell(observe::ConnectedToItself{id, peer.endpoint, ++own_connections_});
  }
  if (copy >= 0) close(copy);
  return own;
}

/// libzmq reports that an attempt has failed, but not why: refused, reset, no route, no descriptor
/// left. If a session may depend on it, the node makes a plain TCP connection to learn the reason.
void Mesh::judge_failure(link::Receiver& to, base::NodeId id) {
  Peer& peer = peers_[id.value];
  const auto took = Clock::now() - peer.attempt_at;
  if (took >= peer.connect_max) return over(to, id, Report::Unreachable);
  if (!peer.met && took < kRefusalMax) return refused(to, id);
  switch (probe(peer)) {
    case Probe::Pending:
      return epoll_.watch_writable(peer.probe, kProbe | id.value);
    case Probe::Refused:
      return refused(to, id);
    case Probe::Other:
      return over(to, id, Report::Unreachable);
  }
}

void Mesh::refused(link::Receiver& to, base::NodeId id) {
  peers_[id.value].met = false;
  over(to, id, Report::Refused);
}

/// A plain TCP connection, closed when its outcome is known. On one machine that is before
/// connect(2) returns.
Mesh::Probe Mesh::probe(Peer& peer) {
  end_probe(peer);
  peer.probe = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (peer.probe < 0) return Probe::Other;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(peer.address.port));
  inet_pton(AF_INET, peer.address.host.c_str(), &address.sin_addr);
  // connect(2) takes addresses of every family as sockaddr.
  const auto* any = reinterpret_cast<const sockaddr*>(&address);
  int error = ::connect(peer.probe, any, sizeof address) == 0 ? 0 : errno;
  const bool pending = error == EINPROGRESS;
  if (error == 0 || pending) error = answer_of(peer.probe);
  if (error == 0 && pending) return Probe::Pending;
  end_probe(peer);
  return error == ECONNREFUSED ? Probe::Refused : Probe::Other;
}

void Mesh::read_probe(link::Receiver& to, base::NodeId id) {
  Peer& peer = peers_[id.value];
  if (peer.probe < 0) return;
  const int error = answer_of(peer.probe);
  end_probe(peer);
  error == ECONNREFUSED ? refused(to, id) : over(to, id, Report::Unreachable);
}

void Mesh::end_probe(Peer& peer) {
  if (peer.probe >= 0) close(peer.probe);
  peer.probe = -1;
}

/// The cheapest check comes first.
link::OwnFault Mesh::own_fault(base::Time now) {
  using Verdict = link::OwnFault::Verdict;
  if (out_of_descriptors()) return {Verdict::Found, "has no file descriptor left"};
  switch (io_thread_.judge(now)) {
    case IoThread::Verdict::OnTime:
      break;
    case IoThread::Verdict::Unclear:
      return {Verdict::Unclear};
    case IoThread::Verdict::Late:
      return {Verdict::Found, "has an I/O thread that gets no CPU time"};
  }
  return {Verdict::None};
}

void Mesh::note_strangers() {
  while (const auto event = router_monitor_->next()) {
    // A peer that checks whether this port listens (probe) closes at once; so may other programs.
    const bool closed = event->value == EPIPE || event->value == ECONNRESET;
    std::uint64_t& count = closed ? closed_early_ : bad_handshakes_;
    stream_.tell(observe::HandshakeMissing{closed, ++count});
  }
}

bool Mesh::receive_some(link::Receiver& to, int budget) {
  zmq::message_t id;  // libzmq's routing id, which does not identify the peer
  zmq::message_t envelope;
  zmq::message_t body;
  zmq::message_t excess;
  for (; budget > 0; --budget) {
    if (!receive(router_, id)) return false;
    int frames = 0;
    for (bool more = id.more(); more; ++frames) {
      zmq::message_t& part = frames == 0 ? envelope : frames == 1 ? body : excess;
      base::check(receive(router_, part), "libzmq delivers messages whole");
      more = part.more();
    }
    if (frames == 2)
      to.frames({view_of(envelope), view_of(body)});
    else
      drops_.count(std::nullopt, observe::DropReason::Frames,
                   [frames] { return fmt::format("a message of {} frames, not 2", frames); });
  }
  return true;
}

}  // namespace ovid::net
