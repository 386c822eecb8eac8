#pragma once
// Records on plain TCP connections: the length in four bytes, then the text.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "ovid/bench/inbox.hpp"

namespace ovid::bench {

inline void add_frame(std::string& bytes, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  char length[sizeof size];
  std::memcpy(length, &size, sizeof size);
  bytes.append(length, sizeof size).append(text);
}

/// Calls `each` with the text of every whole record.
template <typename Each>
void read_frames(Inbox& inbox, const Each& each) {
  for (;;) {
    const std::string_view unread = inbox.unread();
    std::uint32_t size = 0;
    if (unread.size() < sizeof size) return;
    std::memcpy(&size, unread.data(), sizeof size);
    if (unread.size() - sizeof size < size) return;
    each(unread.substr(sizeof size, size));
    inbox.skip(sizeof size + size);
  }
}

}  // namespace ovid::bench
