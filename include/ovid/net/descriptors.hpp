#pragma once
// How the file descriptors of the process, whose number is limited (getrlimit(2), RLIMIT_NOFILE),
// are divided: first those that peers need, the rest for clients.

namespace ovid::net {

/// How many descriptors with numbers below `limit` are in use now.
int open_descriptors(int limit);

/// How many clients may be connected at a time, so that a descriptor is always left for each
/// connection of the mesh; at least 1. Call it when both ports are bound and no peer is connected.
int connections_for_clients(int peers);

/// Whether no descriptor is left for another connection, in this process or on this machine.
bool out_of_descriptors();

}  // namespace ovid::net
