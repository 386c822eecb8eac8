#pragma once
// The records of agents that wait on a held path. All else passes at once, as if the sender had not
// sent these records yet: greetings, and pings with acknowledgements. So sessions continue, and
// both sides learn which records the other has received.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "ovid/base/bytes.hpp"
#include "ovid/base/fifo.hpp"
#include "ovid/wire/envelope.hpp"

namespace ovid::sim {

/// The hold of one path. Owned by the network.
class Hold {
 public:
  struct Message {
    wire::EnvelopeBytes envelope;
    base::Bytes body;
  };

  /// What the agents of the sender have sent.
  struct Sent {
    wire::Envelope session;  ///< of which only the session's four numbers count
    std::uint64_t last = 0;  ///< number of the last record in that session
  };

  /// Holds nest: a path is held until each begin() has had its end(). Then its records may pass.
  /// Records sent before the first begin() may always pass, also when their sender sends them
  /// again.
  void begin(const Sent& before);
  void end() { --holds_; }
  bool on() const { return holds_ > 0; }

  /// Takes the records out of a message that the sender hands over; returns a ping that passes
  /// instead. A ping's `first` says that all records with lower numbers were sent. Held records
  /// must not count as sent, so `first` is the number of the oldest held one. Held records of
  /// another session than the message's are dropped, because their session is over. A greeting
  /// passes unchanged.
  Message keep(const wire::EnvelopeBytes& envelope, const base::Bytes& body);
  /// Lets up to `count` more of the oldest records pass; returns how many. Those of them that the
  /// sender has `sent` but keeps back, because its window is full of held ones, pass when they
  /// come.
  std::size_t let(std::size_t count, const Sent& sent);
  /// The oldest record, in a message of its own, if it may pass.
  std::optional<Message> take();
  /// The connection is lost, and the records with it. Their sender will send them again; those that
  /// were allowed to pass still are.
  void lose();

  bool empty() const { return records_.empty(); }
  bool may_pass() const { return !empty() && (!on() || let_ > 0); }
  /// Number of records that may not pass.
  std::size_t held() const { return on() ? records_.size() - let_ : 0; }
  /// Number of the oldest of these in its session. Precondition: there is one.
  std::uint64_t first_held() const { return records_[let_].envelope.first; }

 private:
  struct Record {
    wire::Envelope envelope;
    base::Bytes body;
  };

  int holds_ = 0;
  wire::Envelope session_;      // of which only the session's four numbers count
  base::Fifo<Record> records_;  // in order, of this session
  std::size_t let_ = 0;         // records_[0, let_) may pass
  std::uint64_t passed_ = 0;  // highest number of a record of this session that was allowed to pass
};

}  // namespace ovid::sim
