#pragma once
// Answers on their way to one client.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "ovid/base/bytes.hpp"

namespace ovid::net {

/// Whether a reply answers a line that the client has sent, while this line is handled.
enum class Asked : std::uint8_t { No, Yes };

/// Small pieces are copied together, large ones are shared with their owner. Used on the loop's
/// thread.
class Replies {
 public:
  void add(base::Rope text, Asked asked = Asked::Yes);
  /// The same as `<length>-<text>`: the text is the answer without its line feed, the length counts
  /// its bytes. The masters of 2018 and 2019 expect the header together with the first bytes of the
  /// text, so these are sent in one piece.
  void add_with_length(base::Rope text, Asked asked = Asked::Yes);
  bool empty() const { return pieces_.empty() && gathered_.empty(); }
  /// All that is to be sent. Takes time for each piece.
  std::size_t bytes() const;
  /// Bytes to be sent that the client has not asked for, shared or not.
  std::size_t unasked() const { return unasked_; }
  /// Whether so much is unread that the client does not seem to read.
  bool many() const;
  /// The next bytes to be sent, few enough that one long answer does not delay other clients.
  base::Bytes front();
  /// So many of them have been sent.
  void pop(std::size_t sent);

 private:
  void begin(Asked asked);
  void add_piece(base::Bytes piece);
  void close_gathered();
  struct Piece {
    base::Bytes bytes;
    bool copied = false;
    Asked asked = Asked::Yes;
  };
  std::deque<Piece> pieces_;
  std::string gathered_;      // follows pieces_
  Asked asked_ = Asked::Yes;  // all that is gathered
  std::size_t copied_ = 0;    // bytes in both that are not shared
  std::size_t unasked_ = 0;   // bytes in both that were not asked for
};

}  // namespace ovid::net
