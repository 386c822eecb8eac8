#pragma once
// Splits a stream of bytes into lines; a TCP connection delivers it in pieces that end anywhere.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace ovid::wire {

/// One per connection. Holds at most `line_bytes_max` bytes of an unfinished line; what is longer
/// is reported once and skipped up to its end.
class LineSplitter {
 public:
  explicit LineSplitter(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  /// Calls on_line(std::string_view), without the line's end (LF, or CR LF), for every line that
  /// ends in `chunk`, until on_line returns false; and on_too_long() once for every line that is
  /// longer than the limit, its end not counted. The view is valid during the call only. Returns
  /// how much of the chunk was used: all of it, or up to the line for which on_line returned false.
  template <typename OnLine, typename OnTooLong>
  std::size_t feed(std::string_view chunk, OnLine&& on_line, OnTooLong&& on_too_long) {
    for (std::size_t used = 0; used < chunk.size();) {
      const std::size_t end = chunk.find('\n', used);
      const std::string_view piece = chunk.substr(used, end - used);
      if (end == std::string_view::npos) {
        begin_or_skip(piece, on_too_long);
        return chunk.size();
      }
      used = end + 1;
      if (begun_.empty() && !skipping_) {
        if (!finish(piece, on_line, on_too_long)) return used;
        continue;
      }
      begin_or_skip(piece, on_too_long);
      const std::string line = std::exchange(begun_, {});
      if (!std::exchange(skipping_, false) && !finish(line, on_line, on_too_long)) return used;
    }
    return chunk.size();
  }

 private:
  /// A CR at the end may belong to the end of the line.
  template <typename OnTooLong>
  void begin_or_skip(std::string_view piece, OnTooLong& on_too_long) {
    if (skipping_) return;
    begun_ += piece;
    if (begun_.size() <= line_bytes_max_ + (begun_.ends_with('\r') ? 1 : 0)) return;
    begun_ = {};
    skipping_ = true;
    on_too_long();
  }

  template <typename OnLine, typename OnTooLong>
  bool finish(std::string_view line, OnLine& on_line, OnTooLong& on_too_long) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() <= line_bytes_max_) return on_line(line);
    on_too_long();
    return true;
  }

  std::size_t line_bytes_max_;
  std::string begun_;      // the unfinished line; empty while skipping
  bool skipping_ = false;  // within a line that was reported as too long
};

}  // namespace ovid::wire
