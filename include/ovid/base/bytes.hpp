#pragma once
// Bytes that are shared and never change: a batch on its way to many peers, a piece of a log on
// its way to a client. A copy shares the bytes.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ovid::base {

/// A view and a shared reference to the owner of its bytes. The owner may be released on any
/// thread (ZeroMQ's I/O thread does); the bytes never change.
class Bytes {
 public:
  Bytes() = default;
  Bytes(std::shared_ptr<const void> owner, std::string_view view)
      : owner_(std::move(owner)), view_(view) {}

  /// Takes the string's storage; no byte is copied.
  static Bytes of(std::string text) {
    auto owner = std::make_shared<const std::string>(std::move(text));
    const std::string_view view = *owner;
    return {std::move(owner), view};
  }

  std::string_view view() const { return view_; }
  std::size_t size() const { return view_.size(); }
  /// The first `count` bytes, or all if there are fewer; and the rest. Both share the owner.
  Bytes first(std::size_t count) const { return {owner_, view_.substr(0, count)}; }
  Bytes without_first(std::size_t count) const { return {owner_, view_.substr(count)}; }
  bool operator==(const Bytes& other) const { return view_ == other.view_; }

 private:
  std::shared_ptr<const void> owner_;
  std::string_view view_;
};

/// A text in pieces, to be read one after the other.
using Rope = std::vector<Bytes>;

inline std::size_t size_of(const Rope& rope) {
  std::size_t bytes = 0;
  for (const Bytes& piece : rope) bytes += piece.size();
  return bytes;
}

/// The whole text in one string (for tests and small texts).
inline std::string flatten(const Rope& rope) {
  std::string text;
  text.reserve(size_of(rope));
  for (const Bytes& piece : rope) text += piece.view();
  return text;
}

}  // namespace ovid::base
