#pragma once
// What each signal does to a node, whatever its parent had blocked or ignored. docs/signals.md has
// the table.

#include <csignal>
#include <map>

#include "ovid/base/note.hpp"

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
  /// Reads what has come. True if one of them ends the node; the others are noted by tally. Both
  /// have a line.
  bool end_node(base::Notes& notes);

  /// No signal is blocked any more: for a process that only has to say why it could not start, to
  /// somebody who may never read it.
  static void give_back();

 private:
  int descriptor_ = -1;
  std::map<int, base::Tally> ignored_;
};

}  // namespace ovid::app
