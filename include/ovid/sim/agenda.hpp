#pragma once
// What is going to happen in a simulated world, in order of time; what happens at the same time
// happens in the order in which it was decided. Nothing else moves the virtual clock.

#include <cstdint>
#include <queue>
#include <vector>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"

namespace ovid::sim {

struct Event {
  enum class Kind : std::uint8_t {
    Wake,         ///< node a's loop
    Arrival,      ///< the oldest message on its way from a to b
    Outcome,      ///< of a's attempt to connect to b; token: the attempt
    Unreachable,  ///< that attempt has taken too long
    Handshake,    ///< that attempt was accepted but has not become a connection in time
    Reset,        ///< a learns that its connection to b is gone; token: the attempt that made it
    Room,         ///< a's connection to b takes messages again
    Stray,        ///< a message of a broken connection arrives after all; token: which
    Begins,       ///< an action; token: which
    Ends,         ///< its effect; token: which
    Unseen,       ///< by now nobody may show what an action took away; token: which
    Workload,     ///< node a's master has something to say
    Forgery,      ///< a stranger has something to say; token: until when
  };
  base::Time at;
  std::uint64_t order = 0;
  std::uint64_t token = 0;
  Kind kind = Kind::Wake;
  base::NodeId a{};
  base::NodeId b{};
};

class Agenda {
 public:
  base::Time now() const { return now_; }
  /// Not before now.
  void add(base::Time at, Event::Kind kind, base::NodeId a, base::NodeId b = {},
           std::uint64_t token = 0) {
    events_.push({at < now_ ? now_ : at, order_++, token, kind, a, b});
  }
  bool empty() const { return events_.empty(); }
  base::Time next() const { return events_.empty() ? base::kNever : events_.top().at; }
  /// Takes the next event; the clock is then at its time.
  Event pop() {
    const Event event = events_.top();
    events_.pop();
    now_ = event.at;
    return event;
  }

 private:
  struct Later {
    bool operator()(const Event& x, const Event& y) const {
      return x.at != y.at ? x.at > y.at : x.order > y.order;
    }
  };
  std::priority_queue<Event, std::vector<Event>, Later> events_;
  base::Time now_{};
  std::uint64_t order_ = 0;
};

}  // namespace ovid::sim
