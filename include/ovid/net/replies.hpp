#pragma once
// Answers on their way to one master.

#include <cstddef>
#include <deque>
#include <string>

#include "ovid/base/bytes.hpp"

namespace ovid::net {

/// Small pieces are gathered, large ones shared with whoever keeps them. Used on the loop's thread.
class Replies {
 public:
  void add(base::Rope text);
  /// The same as `<length>-<text>`: the text is the answer without its line feed, the length counts
  /// its bytes. The masters that want it (2018 and 2019) read the header together with the first
  /// bytes of the text, so these travel in one piece.
  void add_with_length(base::Rope text);
  bool empty() const { return pieces_.empty() && gathered_.empty(); }
  /// More than a master that reads would leave unread.
  bool many() const;
  /// The next bytes to be sent, so few that one long answer does not hold up the other masters.
  base::Bytes front();
  /// So many of them have been sent.
  void pop(std::size_t sent);

 private:
  void add_piece(base::Bytes piece);
  void close_gathered();
  struct Piece {
    base::Bytes bytes;
    bool copied = false;
  };
  std::deque<Piece> pieces_;
  std::string gathered_;    // follows pieces_
  std::size_t copied_ = 0;  // bytes of our own in both
};

}  // namespace ovid::net
