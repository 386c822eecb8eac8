#pragma once
// Checks before the start that the system has what a node needs: libzmq aborts if it gets no
// thread, memory or epoll descriptor.

namespace ovid::app {

/// Whether there is enough memory to throw an exception.
bool can_throw();

/// Opens standard input, output and error if they are closed, so that no socket gets their numbers.
void open_standard_streams();

/// Raises soft limits, or throws CannotStart with what is missing for a grid of this size. Call it
/// before the first thread starts.
void claim_resources(int nodes);

}  // namespace ovid::app
