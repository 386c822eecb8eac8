#pragma once
// What a driver has for a node's turn.

#include "ovid/link/receiver.hpp"

namespace ovid::node {

class Node;

/// Where a driver's inputs wait for a turn. Each call hands over a limited number, in order, so
/// that a flood of one kind does not delay the others.
class Sources {
 public:
  virtual ~Sources() = default;
  virtual void give_reports(link::Receiver& to) = 0;
  virtual void give_messages(link::Receiver& to) = 0;
  /// Lines and departures of clients, through Node::take; no lines while it does not accept any.
  virtual void give_lines(Node& to) = 0;
};

}  // namespace ovid::node
