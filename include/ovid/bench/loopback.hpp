#pragma once
// TCP on this machine: ports for what is measured, and connections to them.

namespace ovid::bench {

/// The first of `count` neighbouring TCP ports on loopback that are free now, below the ephemeral
/// ones.
int free_ports(int count);

/// The descriptor of a connection to that port, which the caller owns; -1 if no process listens
/// there.
int connect_to(int port);

}  // namespace ovid::bench
