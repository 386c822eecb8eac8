#pragma once
// The rate at which NATS core delivers as many records of the same size to as many subscribers:
// what a user may choose instead.

#include <string>

#include "ovid/bench/child.hpp"
#include "ovid/bench/load.hpp"

namespace ovid::bench {

/// A server with its defaults (`program` is the path of nats-server) and a process for each node,
/// all on loopback. Senders write batches as large as Ovid's; receivers count bytes, and neither
/// separate nor keep the records. Nothing is acknowledged: the server drops a client that is too
/// slow, which is a BenchError. The protocol:
/// https://docs.nats.io/reference/reference-protocols/nats-protocol
Rate nats_rate(const std::string& program, const Load& load, Sessions sessions);

}  // namespace ovid::bench
