#include "ovid/bench/inbox.hpp"

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>

namespace ovid::bench {
namespace {

/// The maximum that is received at once.
constexpr std::size_t kRoomMax = std::size_t{128} << 10;

}  // namespace

bool Inbox::receive(int descriptor, bool waits) {
  make_room();
  for (;;) {
    const ssize_t got =
        recv(descriptor, bytes_.data() + end_, room_, waits ? 0 : int{MSG_DONTWAIT});
    if (got > 0) end_ += static_cast<std::size_t>(got);
    if (got == static_cast<ssize_t>(room_)) room_ = std::min(4 * room_, kRoomMax);
    if (got > 0 || (got < 0 && errno == EAGAIN)) return true;
    if (got == 0 || errno != EINTR) return false;
  }
}

void Inbox::make_room() {
  if (begin_ > 0) {
    std::copy(bytes_.begin() + static_cast<std::ptrdiff_t>(begin_),
              bytes_.begin() + static_cast<std::ptrdiff_t>(end_), bytes_.begin());
    end_ -= begin_;
    begin_ = 0;
  }
  if (bytes_.size() < end_ + room_) bytes_.resize(2 * end_ + room_);
}

}  // namespace ovid::bench
