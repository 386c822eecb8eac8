#pragma once
// What a node needs of the system is tried before libzmq asks for it: libzmq aborts where it gets
// no thread, memory or epoll descriptor.

namespace ovid::app {

/// There is memory enough to say by an exception what else is missing.
bool can_throw();

/// Standard input, output and error are something, so that no socket takes their place.
void open_standard_streams();

/// Raises what limits allow, or throws CannotStart with what is missing for a grid of this size.
/// Before the first thread.
void claim_resources(int nodes);

}  // namespace ovid::app
