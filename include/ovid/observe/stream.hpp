#pragma once
// The account of what happens in one node, for whoever wants to read it: the log, a simulator's
// trace, checkers, tests.

#include <utility>
#include <vector>

#include "ovid/observe/event.hpp"

namespace ovid::observe {

/// Called on the node's thread, when it happens, in order. Must not change the node, nor call the
/// stream.
class Reader {
 public:
  virtual ~Reader() = default;
  virtual void read(const Event& event) = 0;
};

/// Used on the node's thread, and outlives the node. Readers are borrowed.
class Stream {
 public:
  /// From now on the reader gets events of these kinds; nothing of it is kept where it wants none.
  void give(Reader& reader, Kinds kinds);

  /// Whether anybody reads events of this kind: what nobody reads costs this question.
  template <typename E>
  bool wants() const {
    return wanted_.has<E>();
  }
  /// Gives the event to all who want it. What is expensive to describe is best asked for first.
  template <typename E>
  void tell(E event) {
    if (wants<E>()) [[unlikely]]
      publish(Event(std::in_place_type<E>, std::move(event)));
  }

 private:
  struct Subscription {
    Reader* reader;
    Kinds kinds;
  };

  void publish(const Event& event) const;

  Kinds wanted_;
  std::vector<Subscription> subscriptions_;
};

}  // namespace ovid::observe
