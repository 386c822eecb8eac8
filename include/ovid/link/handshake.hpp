#pragma once
// How a session begins, as one side of a link knows it. A session is named by four numbers: both
// incarnations and both epochs.
//
//   1. Each side holds an offer: a fresh epoch for the next session, sent only to the peer's own
//      port. A greeting carries the offer and echoes the epoch last claimed by the peer (0: none).
//   2. A side that receives its own offer back knows that messages now pass in both directions: the
//      session (own offer, sender's epoch) begins. No third program can know the offer, so none can
//      begin a session.
//   3. Its next message carries all four numbers, which is the proof for the other side.
//
// A side that ends a session greets again, echoing the session's epoch: so the peer learns that the
// session has ended. A bare greeting proves nothing and only gets an answer, in a session or not.
// (The exchange is the three-way handshake of RFC 9293, section 3.5, with random epochs in the
// place of initial sequence numbers.)

#include "ovid/base/ids.hpp"
#include "ovid/base/random.hpp"
#include "ovid/base/time.hpp"
#include "ovid/link/config.hpp"
#include "ovid/link/session.hpp"
#include "ovid/wire/envelope.hpp"

namespace ovid::link {

/// Owned by a link. A pure value that the link calls.
class Handshake {
 public:
  /// A greeting from the incarnation `self`. Draws the offer if there is none.
  wire::Envelope greeting(base::NodeId from, base::NodeId to, base::Incarnation self,
                          base::RandomSource& random);
  /// Whether a message to the incarnation `self` proves step 2.
  bool is_echoed_by(const wire::Envelope& envelope, base::Incarnation self) const;
  /// This epoch was claimed in the peer's name: greetings echo it.
  void claimed(base::Incarnation incarnation, base::Epoch epoch) { claim_ = {incarnation, epoch}; }

  /// The session that the offer's echo has begun. The next one gets another offer.
  SessionName begin(base::Epoch peer);
  /// Drops the offer without a session.
  void withdraw() { offer_ = {}; }

  /// After what time to greet again, if there is no answer; doubles up to eight times as long.
  base::Duration pause(const Config& config) const { return config.hello * (1 << unanswered_); }
  /// There was no answer.
  void unanswered();
  /// A connection was made, or a session has ended: pauses are short again.
  void anew() { unanswered_ = 0; }

  /// Takes one of the answers to claims that are left until allow_answers(): claims may be forged,
  /// so answers are bounded. False if none is left.
  bool take_answer();
  void allow_answers() { answers_left_ = kAnswersMax; }

 private:
  struct Claim {
    base::Incarnation incarnation;
    base::Epoch epoch;
  };
  static constexpr int kAnswersMax = 8;

  base::Epoch offer_;  // 0: none drawn yet. Changes only when a session takes it, or by withdraw()
  Claim claim_;        // epoch 0: none
  int unanswered_ = 0;
  int answers_left_ = kAnswersMax;
};

}  // namespace ovid::link
