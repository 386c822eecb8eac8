#pragma once
// What a held path keeps back: agents' records, one by one. What passes at once is what their
// sender would say if it had not sent them yet: greetings and pings, with what has arrived at the
// sender. So sessions live on, and both sides learn what the other has.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "ovid/base/bytes.hpp"
#include "ovid/base/fifo.hpp"
#include "ovid/wire/envelope.hpp"

namespace ovid::sim {

/// Of one path; owned by the network.
class Hold {
 public:
  struct Message {
    wire::EnvelopeBytes envelope;
    base::Bytes body;
  };

  /// What the sender has sent before a hold begins.
  struct Sent {
    wire::Envelope session;  ///< of which only the session's four numbers count
    std::uint64_t last = 0;  ///< number of the last record in that session
  };

  /// Calls nest: a path is held until all holds of it have ended. What is held then may pass. So
  /// may what was sent before the first one began, also if its sender sends it again.
  void begin(const Sent& before);
  void end() { --holds_; }
  bool on() const { return holds_ > 0; }

  /// Takes the records out of a message that its sender hands over; what passes is a ping in its
  /// place. A ping says that records before number `first` have been sent, of which the held ones
  /// are none: its `first` is the number of the oldest held one. Records of another session than
  /// the message's are of a session that is over: they are lost.
  Message keep(const wire::EnvelopeBytes& envelope, const base::Bytes& body);
  /// Lets so many more records pass, or all; how many that are.
  std::size_t let(std::size_t count);
  /// The oldest record, in a message of its own, if it may pass.
  std::optional<Message> take();
  /// The connection is lost, and the records with it. Their sender will send them again: those
  /// that might pass will pass.
  void lose();

  bool empty() const { return records_.empty(); }
  bool may_pass() const { return !empty() && (!on() || let_ > 0); }
  /// Records that may not pass.
  std::size_t held() const { return on() ? records_.size() - let_ : 0; }

 private:
  struct Record {
    wire::Envelope envelope;
    base::Bytes body;
  };

  int holds_ = 0;
  wire::Envelope session_;      // of which only the session's four numbers count
  base::Fifo<Record> records_;  // in order, of this session
  std::size_t let_ = 0;         // records_[0, let_) may pass
  std::uint64_t passed_ = 0;    // number of the last record that might pass, ever
};

}  // namespace ovid::sim
