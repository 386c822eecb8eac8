#pragma once
// What each signal does to a node, independent of what its parent had blocked or ignored.
// docs/signals.md has the table.

#include <csignal>
#include <cstdint>
#include <map>

#include "ovid/observe/stream.hpp"

namespace ovid::app {

/// Takes over the signals that a node handles itself: they arrive at a descriptor, on the loop's
/// thread. One for each process, until the process ends.
class Signals {
 public:
  /// Make it before the first thread starts, so that all threads block the signals. Throws
  /// CannotStart.
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// Readable when a signal has come.
  int descriptor() const { return descriptor_; }
  /// Reads the signals that have arrived. True if one of them ends the node; the others are
  /// ignored. Reports all of them to the stream.
  bool end_node(observe::Stream& stream);

  /// Unblocks all signals: for a process that only has to write why it could not start, to a
  /// standard error that may never be read.
  static void give_back();

 private:
  int descriptor_ = -1;
  std::map<int, std::uint64_t> ignored_;  // how many of each
};

}  // namespace ovid::app
