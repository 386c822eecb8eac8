#pragma once
// What has come on a connection and was not read yet. Its memory grows with the traffic.

#include <cstddef>
#include <string_view>
#include <vector>

namespace ovid::bench {

class Inbox {
 public:
  /// Receives once. Waits for bytes, or without `waits` returns if there are none. False if the
  /// connection has ended.
  bool receive(int descriptor, bool waits);
  std::string_view unread() const { return {bytes_.data() + begin_, end_ - begin_}; }
  /// The first bytes that were unread are read now.
  void skip(std::size_t bytes) { begin_ += bytes; }
  void clear() { begin_ = end_ = 0; }

 private:
  void make_room();

  std::size_t room_ = 512;  // for the next bytes
  std::vector<char> bytes_;
  std::size_t begin_ = 0;  // begin_ <= end_ <= bytes_.size()
  std::size_t end_ = 0;
};

/// Calls `each` with every whole line, without its end.
template <typename Each>
void read_lines(Inbox& inbox, const Each& each) {
  for (;;) {
    const std::string_view unread = inbox.unread();
    const std::size_t end = unread.find('\n');
    if (end == std::string_view::npos) return;
    each(unread.substr(0, end));
    inbox.skip(end + 1);
  }
}

}  // namespace ovid::bench
