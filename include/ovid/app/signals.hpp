#pragma once
// What each signal does to a node, whatever its parent had blocked or ignored. docs/signals.md has
// the table.

#include <csignal>
#include <cstdint>
#include <map>

#include "ovid/observe/stream.hpp"

namespace ovid::app {

/// Takes the signals over that a node decides upon itself: they come as a descriptor, on the loop's
/// thread. One in a process, which lasts until the process ends.
class Signals {
 public:
  /// Before the first thread, so that all threads block them. Throws CannotStart.
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// Readable when a signal has come.
  int descriptor() const { return descriptor_; }
  /// Reads what has come. True if one of them ends the node; the others are ignored. The stream
  /// is told of both.
  bool end_node(observe::Stream& stream);

  /// No signal is blocked any more: for a process that only has to say why it could not start, to
  /// somebody who may never read it.
  static void give_back();

 private:
  int descriptor_ = -1;
  std::map<int, std::uint64_t> ignored_;  // how many of each
};

}  // namespace ovid::app
