#pragma once
// What a process needs of the system: checks before a node starts (libzmq aborts if it gets no
// thread, memory or epoll descriptor), and the allocator's habits.

namespace ovid::app {

/// Whether there is enough memory to throw an exception.
bool can_throw();

/// Opens standard input, output and error if they are closed, so that no socket gets their numbers.
void open_standard_streams();

/// Raises soft limits, or throws CannotStart with what is missing for a grid of this size. Call it
/// before the first thread starts.
void claim_resources(int nodes);

/// Lets the allocator keep a few MiB of what is freed: libzmq receives each batch into new memory,
/// and a page that comes anew from the system costs a fault. Call it before the first thread
/// starts.
void keep_receive_buffers();

/// Lets the allocator keep what is freed instead of giving it back to the system, for runs that
/// need as much again at once: a page that comes anew from the system costs a fault.
void keep_freed_memory();

}  // namespace ovid::app
