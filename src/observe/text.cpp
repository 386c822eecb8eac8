#include "ovid/observe/text.hpp"

#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "ovid/base/counted.hpp"
#include "ovid/base/shown.hpp"

namespace ovid::observe {
namespace {

/// Why a silence limit is what it is.
std::string path(base::Duration late, base::Duration round_trip) {
  return fmt::format("round trip {:.1f} ms, messages up to {:.1f} ms late", base::in_ms(round_trip),
                     base::in_ms(late));
}

/// Nothing if there is nothing to say about the path.
std::string limit(const SessionEnded& e) {
  if (e.late == base::Duration{} && e.round_trip == base::Duration{}) return {};
  return fmt::format(" (limit {:.1f} ms: {})", base::in_ms(e.limit), path(e.late, e.round_trip));
}

std::string evidence(const SessionEnded& e) {
  const double silent_ms = base::in_ms(e.silent);
  switch (e.cause) {
    case base::EndCause::Refused:
      return fmt::format("connection lost and refused, nothing received for {:.1f} ms", silent_ms);
    case base::EndCause::Silent:
      return fmt::format("silent for {:.1f} ms while this node was on time", silent_ms) + limit(e);
    case base::EndCause::NewIncarnation:
      return "restarted: a new incarnation answers on its port";
    case base::EndCause::PeerLeft:
      return fmt::format("the peer left the session, nothing received for {:.1f} ms", silent_ms);
    case base::EndCause::Gap:
      return "a record is missing";
    case base::EndCause::QueueFull:
      return "too many unacknowledged records";
    case base::EndCause::Unheard:
      return fmt::format("its last message, {:.1f} ms ago, said that nothing arrives there",
                         silent_ms) +
             limit(e);
  }
  return "?";
}

std::string text(const SessionBegan& e) {
  return fmt::format("up: incarnation {:016x}, session {:016x}.{:016x}", e.incarnation.value,
                     e.mine.value, e.theirs.value);
}

std::string text(const SessionEnded& e) {
  return fmt::format("down: {}; offered {}, acknowledged {}, fate unknown {}, received {}",
                     evidence(e), e.offered, e.acknowledged, e.fate_unknown, e.received);
}

std::string text(const ConnectionMade& e) {
  return e.in_session ? "reconnected within the session" : "connected";
}

std::string text(const ConnectionLost&) {
  return "connection lost";
}

std::string text(const ConnectionRefused&) {
  return "connection refused";
}

std::string text(const ConnectionTimedOut&) {
  return "connection timed out";
}

std::string range(std::uint64_t first, std::uint64_t count) {
  return count == 1 ? fmt::format("record {}", first)
                    : fmt::format("records {}..{}", first, first + count - 1);
}

std::string text(const RecordsSent& e) {
  return fmt::format("sent {}, {} bytes", range(e.first, e.count), e.bytes);
}

std::string text(const RecordsDelivered& e) {
  return "received " + range(e.first, e.count);
}

std::string text(const RecordsAcknowledged& e) {
  return fmt::format("acknowledged up to record {}", e.last);
}

std::string text(const Backpressure& e) {
  return fmt::format("{} bytes are unacknowledged: clients are {}", e.unacknowledged_bytes,
                     e.on ? "not read" : "read again");
}

std::string text(const Late& e) {
  return fmt::format("late by {:.1f} ms: silence limit extended by up to {:.1f} ms",
                     base::in_ms(e.by), base::in_ms(e.doubt));
}

std::string text(const SilenceLimit& e) {
  return fmt::format("silence limit {:.1f} ms: {}", base::in_ms(e.limit),
                     path(e.late, e.round_trip));
}

std::string text(const SilenceExcused& e) {
  return fmt::format(
      "silent for {:.1f} ms, but this node itself {}: the silence limit is doubled this time",
      base::in_ms(e.silent), e.because);
}

std::string text(const SecondProcess& e) {
  return fmt::format(
      "a second process with this id: incarnation {:016x} greets while {:016x} "
      "still answers on its port (seen {})",
      e.greets.value, e.answers.value, base::counted(e.count, "time"));
}

std::string text(const NotReached& e) {
  std::string line = fmt::format("not reached for {} s:",
                                 std::chrono::floor<std::chrono::seconds>(e.lasting).count());
  for (const NotReached::Peer& each : e.peers)
    fmt::format_to(std::back_inserter(line), "{} {} ({}{}{})", &each == e.peers.data() ? "" : ",",
                   each.peer.value, each.address, each.address.empty() ? "" : " ", each.failure);
  if (e.more > 0) fmt::format_to(std::back_inserter(line), ", and {} more", e.more);
  return line;
}

std::string text(const Dropped& e) {
  return fmt::format("dropped {}: {}", e.count, e.what);
}

/// Without the end of the line.
std::string_view line(std::string_view text) {
  return text.substr(0, text.size() - (text.ends_with('\n') ? 1 : 0));
}

std::string text(const LineRead& e) {
  return fmt::format("client {} sent: {}", e.client.value, line(e.text));
}

std::string text(const Replied& e) {
  return fmt::format("answer to client {}: {}", e.client.value, line(e.text));
}

std::string text(const AgentNote& e) {
  return e.text;
}

std::string text(const NodeFailed& e) {
  return e.why;
}

std::string text(const NodeStarted& e) {
  return fmt::format("started: {} nodes, mesh port {}, master port {}", e.nodes, e.mesh_port,
                     e.master_port);
}

std::string text(const OptionRemark& e) {
  return e.text;
}

std::string in_brackets(std::string_view meaning) {
  return meaning.empty() ? "" : fmt::format(" ({})", meaning);
}

std::string text(const SignalEndsNode& e) {
  return fmt::format("stopped by a signal: {}{}", e.signal, in_brackets(e.meaning));
}

std::string text(const SignalIgnored& e) {
  return fmt::format("ignored {}: {}{}", e.count, e.signal, in_brackets(e.meaning));
}

std::string text(const ClientDisconnected& e) {
  switch (e.reason) {
    case CloseReason::TooMany:
      return fmt::format(
          "client {} disconnected: too many clients ({} connected), the other file descriptors are "
          "reserved for peers; {} so far",
          e.client.value, e.connected, base::counted(e.count, "client"));
    case CloseReason::RepliesNotRead:
      return fmt::format(
          "client {} disconnected: it sent lines without reading the replies; {} so far",
          e.client.value, base::counted(e.count, "client"));
    case CloseReason::Tls:
    case CloseReason::Http:
      break;
  }
  return fmt::format("client {} disconnected: it speaks {}, as web browsers do; {} so far",
                     e.client.value, text_of(e.reason), base::counted(e.count, "client"));
}

std::string text(const LineTooLong& e) {
  return fmt::format("client {}: skipped a line of more than {} bytes; {} so far", e.client.value,
                     e.bytes_max, base::counted(e.count, "line"));
}

std::string text(const ConnectedToItself& e) {
  return fmt::format(
      "closed a connection to {} that led back to itself: no process listens there, and the port "
      "is ephemeral; {} so far",
      e.endpoint, base::counted(e.count, "connection"));
}

std::string text(const HandshakeMissing& e) {
  return fmt::format("mesh port: {} {} ZMTP handshake", base::counted(e.count, "connection"),
                     e.closed ? "closed before the" : "without a");
}

}  // namespace

std::string text_of(const Event& event) {
  return base::on_one_line(std::visit([](const auto& e) { return text(e); }, event));
}

}  // namespace ovid::observe
