#pragma once
// A stream of bytes into lines: a TCP connection delivers pieces that end anywhere.

#include <cstddef>
#include <string>
#include <string_view>

namespace ovid::wire {

/// One per connection. Holds at most `line_bytes_max` bytes of an unfinished line; what is longer
/// is reported once and skipped up to its end.
class LineSplitter {
 public:
  explicit LineSplitter(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  /// Calls on_line(std::string_view) for every line that ends in `chunk`, without its end (LF, or
  /// CR LF), and on_too_long() once for every line that grows beyond the bound. The view is good
  /// during the call only.
  template <typename OnLine, typename OnTooLong>
  void feed(std::string_view chunk, OnLine&& on_line, OnTooLong&& on_too_long) {
    while (!chunk.empty()) {
      const std::size_t end = chunk.find('\n');
      const std::string_view piece = chunk.substr(0, end);
      if (!skipping_ && begun_.size() + piece.size() > line_bytes_max_) {
        skipping_ = true;
        begun_ = {};
        on_too_long();
      }
      if (end == std::string_view::npos) {
        if (!skipping_) begun_ += piece;
        return;
      }
      if (skipping_)
        skipping_ = false;
      else if (begun_.empty())
        on_line(without_cr(piece));
      else
        on_line(without_cr(begun_ += piece));
      begun_ = {};
      chunk.remove_prefix(end + 1);
    }
  }

 private:
  static std::string_view without_cr(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  std::size_t line_bytes_max_;
  std::string begun_;      // the unfinished line; empty while skipping
  bool skipping_ = false;  // within a line that was reported as too long
};

}  // namespace ovid::wire
