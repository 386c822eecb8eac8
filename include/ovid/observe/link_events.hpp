#pragma once
// What happens between a node and its peers. Each event is a value with
//
//   kName       as in a log of JSON objects
//   kSeverity   or severity(), and then kSeverity is the highest
//   fields(f)   calls f(name, value) for each of its members, in order
//
// Counts and numbers of records are per session; a long message of an agent is several records, and
// the accounts of offered, acknowledged and received count messages. Times are durations on the
// node's own clock.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ovid/base/end_cause.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/base/severity.hpp"
#include "ovid/base/time.hpp"

namespace ovid::observe {

/// A session with the peer has begun: both directions are confirmed.
struct SessionBegan {
  static constexpr std::string_view kName = "session_began";
  static constexpr base::Severity kSeverity = base::Severity::Info;
  base::NodeId peer;
  base::Incarnation incarnation;  ///< the peer's
  base::Epoch mine;               ///< this node's part of the session's name
  base::Epoch theirs;
  template <typename F>
  void fields(F&& f) const {
    f("peer", peer), f("incarnation", incarnation), f("mine", mine), f("theirs", theirs);
  }
  bool operator==(const SessionBegan&) const = default;
};

/// A session has ended, with the evidence and with the account of its records.
struct SessionEnded {
  static constexpr std::string_view kName = "session_ended";
  static constexpr base::Severity kSeverity = base::Severity::Warning;
  base::NodeId peer;
  base::Incarnation incarnation;
  base::Epoch mine;
  base::Epoch theirs;
  base::EndCause cause = base::EndCause::Silent;
  base::Duration silent{};  ///< since the last message of the peer, without this node's own delays
  base::Duration limit{};   ///< of silence, see SilenceLimit
  base::Duration late{};
  base::Duration round_trip{};
  std::uint64_t offered = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t fate_unknown = 0;  ///< offered and not acknowledged
  std::uint64_t received = 0;
  template <typename F>
  void fields(F&& f) const {
    f("peer", peer), f("incarnation", incarnation), f("mine", mine), f("theirs", theirs);
    f("cause", cause), f("silent_ms", silent), f("limit_ms", limit), f("late_ms", late);
    f("round_trip_ms", round_trip), f("offered", offered), f("acknowledged", acknowledged);
    f("fate_unknown", fate_unknown), f("received", received);
  }
  bool operator==(const SessionEnded&) const = default;
};

struct ConnectionMade {
  static constexpr std::string_view kName = "connection_made";
  static constexpr base::Severity kSeverity = base::Severity::Info;
  base::NodeId peer;
  bool in_session = false;  ///< replaces a connection that was lost within the session
  base::Severity severity() const { return in_session ? kSeverity : base::Severity::Debug; }
  template <typename F>
  void fields(F&& f) const {
    f("peer", peer), f("in_session", in_session);
  }
  bool operator==(const ConnectionMade&) const = default;
};

/// Or the peer's kernel has accepted a connection, but the handshake was not answered.
struct ConnectionLost {
  static constexpr std::string_view kName = "connection_lost";
  static constexpr base::Severity kSeverity = base::Severity::Info;
  base::NodeId peer;
  bool in_session = false;
  base::Severity severity() const { return in_session ? kSeverity : base::Severity::Debug; }
  template <typename F>
  void fields(F&& f) const {
    f("peer", peer), f("in_session", in_session);
  }
  bool operator==(const ConnectionLost&) const = default;
};

struct ConnectionRefused {
  static constexpr std::string_view kName = "connection_refused";
  static constexpr base::Severity kSeverity = base::Severity::Debug;
  base::NodeId peer;
  template <typename F>
  void fields(F&& f) const {
    f("peer", peer);
  }
  bool operator==(const ConnectionRefused&) const = default;
};

/// An attempt to connect was neither accepted nor refused in time.
struct ConnectionTimedOut {
  static constexpr std::string_view kName = "connection_timed_out";
  static constexpr base::Severity kSeverity = base::Severity::Debug;
  base::NodeId peer;
  template <typename F>
  void fields(F&& f) const {
    f("peer", peer);
  }
  bool operator==(const ConnectionTimedOut&) const = default;
};

/// Records first .. first + count - 1 were handed to the connection, perhaps again.
struct RecordsSent {
  static constexpr std::string_view kName = "records_sent";
  static constexpr base::Severity kSeverity = base::Severity::Trace;
  base::NodeId peer;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;     ///< of the body
  std::uint64_t messages = 0;  ///< of the session, that end with one of these or before
  template <typename F>
  void fields(F&& f) const {
    f("peer", peer), f("first", first), f("count", count), f("bytes", bytes);
    f("messages", messages);
  }
  bool operator==(const RecordsSent&) const = default;
};

/// Records first .. first + count - 1 have arrived for the first time, and go to the agents.
struct RecordsDelivered {
  static constexpr std::string_view kName = "records_delivered";
  static constexpr base::Severity kSeverity = base::Severity::Trace;
  base::NodeId peer;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::uint64_t messages = 0;  ///< of the session, that end with one of these or before
  template <typename F>
  void fields(F&& f) const {
    f("peer", peer), f("first", first), f("count", count), f("messages", messages);
  }
  bool operator==(const RecordsDelivered&) const = default;
};

/// The peer has acknowledged all records up to this one.
struct RecordsAcknowledged {
  static constexpr std::string_view kName = "records_acknowledged";
  static constexpr base::Severity kSeverity = base::Severity::Trace;
  base::NodeId peer;
  std::uint64_t last = 0;
  std::uint64_t messages = 0;  ///< of the session, that end with this record or before
  template <typename F>
  void fields(F&& f) const {
    f("peer", peer), f("last", last), f("messages", messages);
  }
  bool operator==(const RecordsAcknowledged&) const = default;
};

/// So many bytes for the peer are unacknowledged that clients' lines are not read; or no longer.
struct Backpressure {
  static constexpr std::string_view kName = "backpressure";
  static constexpr base::Severity kSeverity = base::Severity::Debug;
  base::NodeId peer;
  bool on = false;
  std::uint64_t unacknowledged_bytes = 0;
  template <typename F>
  void fields(F&& f) const {
    f("peer", peer), f("on", on), f("unacknowledged_bytes", unacknowledged_bytes);
  }
  bool operator==(const Backpressure&) const = default;
};

/// A turn began later than planned: timers were late, and messages of peers may have waited.
struct Late {
  static constexpr std::string_view kName = "late";
  static constexpr base::Severity kSeverity = base::Severity::Debug;
  base::Duration by{};
  base::Duration doubt{};  ///< so much the silence limit is extended now
  template <typename F>
  void fields(F&& f) const {
    f("by_ms", by), f("doubt_ms", doubt);
  }
  bool operator==(const Late&) const = default;
};

/// The silence limit of a peer has become longer by a quarter since it was told last, or is an
/// ordinary one again.
struct SilenceLimit {
  static constexpr std::string_view kName = "silence_limit";
  static constexpr base::Severity kSeverity = base::Severity::Info;
  base::NodeId peer;
  base::Duration limit{};
  base::Duration late{};        ///< of messages, since a minute without lateness
  base::Duration round_trip{};  ///< the least that was measured lately
  template <typename F>
  void fields(F&& f) const {
    f("peer", peer), f("limit_ms", limit), f("late_ms", late), f("round_trip_ms", round_trip);
  }
  bool operator==(const SilenceLimit&) const = default;
};

/// A peer's silence has reached the limit, and this node itself may be the cause.
struct SilenceExcused {
  static constexpr std::string_view kName = "silence_excused";
  static constexpr base::Severity kSeverity = base::Severity::Warning;
  base::NodeId peer;
  base::Duration silent{};
  std::string because;  ///< what this node "has" or "had", for example no descriptor left
  template <typename F>
  void fields(F&& f) const {
    f("peer", peer), f("silent_ms", silent), f("because", because);
  }
  bool operator==(const SilenceExcused&) const = default;
};

/// Two processes claim the peer's id at the same time.
struct SecondProcess {
  static constexpr std::string_view kName = "second_process";
  static constexpr base::Severity kSeverity = base::Severity::Warning;
  base::NodeId peer;
  base::Incarnation greets;
  base::Incarnation answers;  ///< on the peer's port
  std::uint64_t count = 0;    ///< so far
  template <typename F>
  void fields(F&& f) const {
    f("peer", peer), f("greets", greets), f("answers", answers), f("count", count);
  }
  bool operator==(const SecondProcess&) const = default;
};

/// Peers that have had no session with this node for some time.
struct NotReached {
  static constexpr std::string_view kName = "not_reached";
  static constexpr base::Severity kSeverity = base::Severity::Info;
  struct Peer {
    base::NodeId peer;
    std::string address;  ///< may be empty
    std::string failure;  ///< of the attempts to connect
    bool operator==(const Peer&) const = default;
  };
  base::Duration lasting{};  ///< since a session last began or ended
  std::vector<Peer> peers;   ///< the first ones
  std::uint64_t more = 0;    ///< that are not listed
  template <typename F>
  void fields(F&& f) const {
    f("lasting_ms", lasting), f("peers", peers), f("more", more);
  }
  bool operator==(const NotReached&) const = default;
};

/// Why a message was dropped. Each has a count of its own.
enum class DropReason : std::uint8_t {
  Malformed,     ///< a correct peer never sends it
  Stranger,      ///< belongs to no current session
  OtherGrid,     ///< a greeting of a grid of another name or size
  OtherVersion,  ///< of the wire format
  Frames,        ///< not two frames
  NoSuchAgent,   ///< for an agent that this node does not host
};
inline constexpr std::size_t kDropReasons = 6;

/// As in a log of JSON objects.
constexpr std::string_view text_of(DropReason reason) {
  switch (reason) {
    case DropReason::Malformed:
      return "malformed";
    case DropReason::Stranger:
      return "stranger";
    case DropReason::OtherGrid:
      return "other grid";
    case DropReason::OtherVersion:
      return "other version";
    case DropReason::Frames:
      return "frames";
    case DropReason::NoSuchAgent:
      return "no such agent";
  }
  return "?";
}

/// A message was dropped.
struct Dropped {
  static constexpr std::string_view kName = "dropped";
  static constexpr base::Severity kSeverity = base::Severity::Warning;
  std::optional<base::NodeId> peer{};  ///< the sender, if it is known or claimed
  DropReason reason = DropReason::Malformed;
  std::string what;         ///< what was wrong, for people; empty if not worth a line
  std::uint64_t count = 0;  ///< dropped for this reason so far
  template <typename F>
  void fields(F&& f) const {
    f("peer", peer), f("reason", reason), f("what", what), f("count", count);
  }
  bool operator==(const Dropped&) const = default;
};

}  // namespace ovid::observe
