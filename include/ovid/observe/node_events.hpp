#pragma once
// What happens in a node and in its driver. See link_events.hpp for what each event has.

#include <cstdint>
#include <string>
#include <string_view>

#include "ovid/base/ids.hpp"
#include "ovid/base/severity.hpp"

namespace ovid::observe {

/// A client's line, before an agent takes it.
struct LineRead {
  static constexpr std::string_view kName = "line_read";
  static constexpr base::Severity kSeverity = base::Severity::Trace;
  base::ClientId client;
  std::string text;
  template <typename F>
  void fields(F&& f) const {
    f("client", client), f("text", text);
  }
  bool operator==(const LineRead&) const = default;
};

/// An answer to a client; it leaves at the end of the turn.
struct Replied {
  static constexpr std::string_view kName = "replied";
  static constexpr base::Severity kSeverity = base::Severity::Trace;
  base::ClientId client;
  std::string text;  ///< line ends included
  template <typename F>
  void fields(F&& f) const {
    f("client", client), f("text", text);
  }
  bool operator==(const Replied&) const = default;
};

/// A note of an agent for the people who run the node.
struct AgentNote {
  static constexpr std::string_view kName = "agent_note";
  static constexpr base::Severity kSeverity = base::Severity::Error;
  std::string agent;  ///< its name
  base::Severity level = base::Severity::Info;
  std::string text;
  base::Severity severity() const { return level; }
  template <typename F>
  void fields(F&& f) const {
    f("agent", agent), f("text", text);
  }
  bool operator==(const AgentNote&) const = default;
};

/// The node ends because an agent has broken the contract.
struct NodeFailed {
  static constexpr std::string_view kName = "node_failed";
  static constexpr base::Severity kSeverity = base::Severity::Error;
  std::string why;
  template <typename F>
  void fields(F&& f) const {
    f("why", why);
  }
  bool operator==(const NodeFailed&) const = default;
};

struct NodeStarted {
  static constexpr std::string_view kName = "node_started";
  static constexpr base::Severity kSeverity = base::Severity::Info;
  std::int64_t nodes = 0;
  std::int64_t mesh_port = 0;
  std::int64_t master_port = 0;
  template <typename F>
  void fields(F&& f) const {
    f("nodes", nodes), f("mesh_port", mesh_port), f("master_port", master_port);
  }
  bool operator==(const NodeStarted&) const = default;
};

/// About the options that the node was started with.
struct OptionRemark {
  static constexpr std::string_view kName = "option_remark";
  static constexpr base::Severity kSeverity = base::Severity::Warning;
  std::string text;
  template <typename F>
  void fields(F&& f) const {
    f("text", text);
  }
  bool operator==(const OptionRemark&) const = default;
};

struct SignalEndsNode {
  static constexpr std::string_view kName = "signal_ends_node";
  static constexpr base::Severity kSeverity = base::Severity::Info;
  std::string signal;   ///< its name
  std::string meaning;  ///< for people; may be empty
  template <typename F>
  void fields(F&& f) const {
    f("signal", signal), f("meaning", meaning);
  }
  bool operator==(const SignalEndsNode&) const = default;
};

struct SignalIgnored {
  static constexpr std::string_view kName = "signal_ignored";
  static constexpr base::Severity kSeverity = base::Severity::Warning;
  std::string signal;
  std::string meaning;
  std::uint64_t count = 0;  ///< of this signal so far
  template <typename F>
  void fields(F&& f) const {
    f("signal", signal), f("meaning", meaning), f("count", count);
  }
  bool operator==(const SignalIgnored&) const = default;
};

/// Why the node closed a client's connection.
enum class CloseReason : std::uint8_t {
  TooMany,         ///< the file descriptors that are left are reserved for peers
  RepliesNotRead,  ///< the client sends lines and does not read the replies
  Tls,
  Http,
};

constexpr std::string_view text_of(CloseReason reason) {
  switch (reason) {
    case CloseReason::TooMany:
      return "too many clients";
    case CloseReason::RepliesNotRead:
      return "replies not read";
    case CloseReason::Tls:
      return "TLS";
    case CloseReason::Http:
      return "HTTP";
  }
  return "?";
}

struct ClientDisconnected {
  static constexpr std::string_view kName = "client_disconnected";
  static constexpr base::Severity kSeverity = base::Severity::Warning;
  base::ClientId client;
  CloseReason reason = CloseReason::TooMany;
  std::uint64_t connected = 0;  ///< clients, without this one
  std::uint64_t count = 0;      ///< so far for this reason; TLS and HTTP count as one
  template <typename F>
  void fields(F&& f) const {
    f("client", client), f("reason", reason), f("connected", connected), f("count", count);
  }
  bool operator==(const ClientDisconnected&) const = default;
};

/// A line that was too long was skipped and answered with an error.
struct LineTooLong {
  static constexpr std::string_view kName = "line_too_long";
  static constexpr base::Severity kSeverity = base::Severity::Warning;
  base::ClientId client;
  std::uint64_t bytes_max = 0;
  std::uint64_t count = 0;  ///< so far, of all clients
  template <typename F>
  void fields(F&& f) const {
    f("client", client), f("bytes_max", bytes_max), f("count", count);
  }
  bool operator==(const LineTooLong&) const = default;
};

/// The kernel chose an absent peer's port for this end too, so the connection led to itself; it was
/// closed.
struct ConnectedToItself {
  static constexpr std::string_view kName = "connected_to_itself";
  static constexpr base::Severity kSeverity = base::Severity::Info;
  base::NodeId peer;
  std::string endpoint;
  std::uint64_t count = 0;
  template <typename F>
  void fields(F&& f) const {
    f("peer", peer), f("endpoint", endpoint), f("count", count);
  }
  bool operator==(const ConnectedToItself&) const = default;
};

/// A connection to the mesh port did not complete its ZMTP handshake.
struct HandshakeMissing {
  static constexpr std::string_view kName = "handshake_missing";
  static constexpr base::Severity kSeverity = base::Severity::Warning;
  bool closed = false;  ///< by the other side, as a peer does to check whether the port listens
  std::uint64_t count = 0;
  base::Severity severity() const { return closed ? base::Severity::Debug : kSeverity; }
  template <typename F>
  void fields(F&& f) const {
    f("closed", closed), f("count", count);
  }
  bool operator==(const HandshakeMissing&) const = default;
};

}  // namespace ovid::observe
