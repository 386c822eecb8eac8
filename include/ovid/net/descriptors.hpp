#pragma once
// File descriptors, of which a process has a limited number (getrlimit(2), RLIMIT_NOFILE) and two
// doors take from: the peers' come first.

namespace ovid::net {

/// How many of the numbers below `limit` are in use now.
int open_descriptors(int limit);

/// How many connections masters may have at a time, so that the mesh always finds a descriptor for
/// each connection it may want. To be asked when both ports are bound and no peer is connected.
/// At least 1.
int connections_for_masters(int peers);

/// There is no descriptor left for another connection, in this process or on this machine.
bool out_of_descriptors();

}  // namespace ovid::net
