#pragma once
// The account of what happens in one node. Its readers: the log, the simulator's trace, checkers,
// tests.

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
  /// From now on the reader gets events of these kinds. With none, it is no longer a reader.
  void give(Reader& reader, Kinds kinds);

  /// Whether any reader wants events of this kind. Ask before making an event, so that what is not
  /// read costs this question only.
  template <typename E>
  bool wants() const {
    return wanted_.has<E>();
  }
  /// Gives the event to all readers that want it.
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
