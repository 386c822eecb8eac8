#pragma once
// One session as its link knows it: its name, the records that the peer has not acknowledged, and
// those that have arrived and are to be acknowledged. A pure value that the link calls.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"
#include "ovid/link/assembly.hpp"
#include "ovid/link/config.hpp"
#include "ovid/link/outbox.hpp"
#include "ovid/link/window.hpp"
#include "ovid/wire/envelope.hpp"

namespace ovid::link {

/// A session as one side sees it; the other side's is the same with the two exchanged.
struct SessionName {
  base::Epoch mine;
  base::Epoch peer;
  bool operator==(const SessionName&) const = default;
};

/// Owned by a link.
class Session {
 public:
  Session(const SessionName& name, base::Incarnation peer, const Config& config)
      : name_(name),
        peer_(peer),
        window_(config.learns() ? kForeignWaitMax : base::Duration::max()) {}

  const SessionName& name() const { return name_; }
  base::Incarnation peer() const { return peer_; }
  /// Whether a message to the incarnation `self` is of this session.
  bool covers(const wire::Envelope& envelope, base::Incarnation self) const {
    return envelope.to_epoch == name_.mine && envelope.from_epoch == name_.peer &&
           envelope.from_incarnation == peer_ && envelope.to_incarnation == self;
  }

  Outbox& outbox() { return outbox_; }
  const Outbox& outbox() const { return outbox_; }
  /// Of the present connection.
  Window& window() { return window_; }
  /// Whether records of so many bytes that are offered now may be sent at once, some at least.
  bool takes(std::size_t bytes) const {
    return !outbox_.has_unsent() &&
           window_.admits(std::min(bytes, window_.slice()), outbox_.in_flight());
  }
  /// The connection is a new one: it has another path, and what is not acknowledged is sent again.
  void reconnected() {
    window_ = window_.anew();
    outbox_.rewind();
  }

  /// Number of the last record that has arrived, 0 for none.
  std::uint64_t received() const { return received_; }
  /// Whether records before number `first` are missing.
  bool misses_before(std::uint64_t first) const { return first > received_ + 1; }
  /// How many of the records from number `first` on have arrived before; none is missing.
  std::size_t known_from(std::uint64_t first) const { return received_ + 1 - first; }
  /// Number of messages that have arrived whole, of any number of records.
  std::uint64_t messages() const { return messages_; }
  /// The next record has arrived. Returns the message that it completes (Assembly::add).
  std::optional<std::string_view> receive(const wire::Record& record) {
    ++received_;
    const auto message = assembly_.add(record);
    if (message) ++messages_;
    return message;
  }
  /// Forgets the message that receive() returned last.
  void release_message() { assembly_.release(); }
  /// Whether the last record that arrived has ended a message that was too long for delivery.
  bool ended_too_long() const { return assembly_.ended_too_long(); }

  /// A message with the last of the records received so far has been read, `bytes` long. True if so
  /// many bytes are not yet acknowledged that the acknowledgement should not wait.
  bool owes_much(base::Time now, std::size_t bytes, const Config& config);
  /// When the records that have arrived are to be acknowledged, unless a record that this node
  /// sends does it before; kNever if there are none.
  base::Time acknowledge_at() const;
  /// A message that acknowledges received() has been handed over.
  void acknowledged() { unsaid_bytes_ = 0; }

  /// The head of a message in this session: records `first` .. first + count - 1, or a ping.
  wire::Envelope envelope(base::NodeId from, base::NodeId to, base::Incarnation self,
                          std::uint64_t first, std::uint32_t count) const;

 private:
  // What pings need comes first (Link::kHotBytes).
  SessionName name_;
  base::Incarnation peer_;
  std::uint64_t received_ = 0;
  std::size_t unsaid_bytes_ = 0;  // received since the last acknowledgement
  base::Time received_at_{};      // when the last record arrived
  Outbox outbox_;
  Window window_;
  std::uint64_t messages_ = 0;
  Assembly assembly_;
};

}  // namespace ovid::link
