#pragma once
// The floor of a grid on plain TCP: processes that are driven like nodes and do as little as
// possible.

#include "ovid/bench/grid.hpp"

namespace ovid::bench {

/// One connection for each pair and one thread with an epoll(7) loop in each process, which answers
/// the same lines of clients. A peer is gone when its connection has ended; a peer that does not
/// answer is never noticed. What was on its way then is lost. Records go out in one batch for all
/// lines that were read at once.
Starter tcp_mesh(Sessions sessions);

}  // namespace ovid::bench
