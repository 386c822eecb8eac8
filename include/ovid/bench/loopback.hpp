#pragma once
// TCP on this machine: ports for what is measured, and connections to them.

#include <string_view>

#include "ovid/bench/child.hpp"
#include "ovid/bench/descriptor.hpp"

namespace ovid::bench {

/// The first of `count` neighbouring TCP ports on loopback that are free now, below the ephemeral
/// ones.
int free_ports(int count);

/// Connections can be made to the port from now on. BenchError if it is taken.
Descriptor listen_on(int port);
/// Waits for the next connection. Small writes leave at once, as on all connections here.
Descriptor accept_from(const Descriptor& listener);

/// A connection to that port; none if no process listens there.
Descriptor connect_to(int port);
/// The same, and waits until `process` listens there; BenchError if it ends first or takes longer
/// than kPatience.
Descriptor connect_to(int port, const Child& process);

/// Sends without waiting, and removes from `bytes` what was sent. False if the connection has
/// ended.
bool send_some(const Descriptor& connection, std::string_view& bytes);

}  // namespace ovid::bench
