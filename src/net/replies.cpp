#include "ovid/net/replies.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace ovid::net {
namespace {

constexpr std::size_t kPieceBytesMax = std::size_t{256} << 10;
/// Pieces up to this size are copied together.
constexpr std::size_t kGatheredPieceMax = 4096;
/// If a client has more unread answers than this, in copied bytes or in pieces, its lines are not
/// read. (Shared pieces cost nothing, because the log keeps them anyway.)
constexpr std::size_t kCopiedBytesMany = std::size_t{1} << 20;
constexpr std::size_t kPiecesMany = 4096;
/// At least so much of the text is sent together with the header.
constexpr std::size_t kWithHeaderBytes = 64;

void remove_line_feed(base::Rope& text) {
  while (!text.empty() && text.back().size() == 0) text.pop_back();
  if (!text.empty() && text.back().view().ends_with('\n'))
    text.back() = text.back().first(text.back().size() - 1);
}

}  // namespace

void Replies::add(base::Rope text, Asked asked) {
  begin(asked);
  for (base::Bytes& piece : text) add_piece(std::move(piece));
}

void Replies::add_with_length(base::Rope text, Asked asked) {
  remove_line_feed(text);
  std::string head = fmt::format("{}-", base::size_of(text));
  if (!text.empty()) {
    base::Bytes& first = text.front();
    head += first.first(kWithHeaderBytes).view();
    first = first.without_first(std::min(first.size(), kWithHeaderBytes));
  }
  begin(asked);
  add_piece(base::Bytes::of(std::move(head)));
  add(std::move(text), asked);
}

void Replies::begin(Asked asked) {
  if (asked != asked_) close_gathered();
  asked_ = asked;
}

void Replies::add_piece(base::Bytes piece) {
  if (asked_ == Asked::No) unasked_ += piece.size();
  if (piece.size() <= kGatheredPieceMax) {
    gathered_ += piece.view();
    copied_ += piece.size();
    if (gathered_.size() >= kPieceBytesMax) close_gathered();
  } else {
    close_gathered();
    pieces_.push_back({std::move(piece), false, asked_});
  }
}

bool Replies::many() const {
  return copied_ >= kCopiedBytesMany || pieces_.size() >= kPiecesMany;
}

std::size_t Replies::bytes() const {
  std::size_t bytes = gathered_.size();
  for (const Piece& each : pieces_) bytes += each.bytes.size();
  return bytes;
}

void Replies::close_gathered() {
  if (!gathered_.empty())
    pieces_.push_back({base::Bytes::of(std::exchange(gathered_, {})), true, asked_});
}

base::Bytes Replies::front() {
  if (pieces_.empty()) close_gathered();
  return pieces_.front().bytes.first(kPieceBytesMax);
}

void Replies::pop(std::size_t sent) {
  Piece& front = pieces_.front();
  if (front.copied) copied_ -= sent;
  if (front.asked == Asked::No) unasked_ -= sent;
  if (sent == front.bytes.size())
    pieces_.pop_front();
  else
    front.bytes = front.bytes.without_first(sent);
}

}  // namespace ovid::net
