#pragma once
// The future events of a simulated world, in order of time. Events with the same time happen in the
// order in which they were added. The agenda also has the virtual clock: taking an event moves the
// clock to the event's time.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <queue>
#include <vector>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"
#include "ovid/sim/event_piles.hpp"

namespace ovid::sim {

struct Event {
  enum class Kind : std::uint8_t {
    Wake,         ///< node a's loop runs
    Arrival,      ///< the oldest message in flight from a to b arrives
    Outcome,      ///< a's attempt to connect to b has its result; token: the attempt
    Unreachable,  ///< that attempt has taken too long; token: the attempt
    Handshake,    ///< that attempt got no handshake in time; token: the attempt
    Reset,        ///< a learns that its connection to b is gone; token: the attempt that made it
    Room,         ///< a's connection to b takes messages again; token: the attempt that made it
    Stray,        ///< a message of a lost connection arrives after all; token: its number
    Ends,         ///< an action ends; token: its index
    Unseen,       ///< no node may still show as up what an action took away; token: its index
    Back,         ///< a node that has continued must be in sessions; token: the action's index
    Left,         ///< a must know by now that b has left their session; token: a's epoch in it
    Workload,     ///< node a's client sends a line; token: see Outsiders::speak
    Forgery,      ///< a forged message is sent; token: the action's index
    Rest,         ///< node a's client tells creatures (zoo.hpp) to crash no more, or to rest
    Meet,         ///< all nodes must be in sessions with each other (HealthyChecker)
    Again,        ///< node a, whose process has ended, is started again; token: Host::life
  };
  base::Time at;
  std::uint64_t order = 0;
  std::uint64_t token = 0;
  Kind kind = Kind::Wake;
  base::NodeId a{};
  base::NodeId b{};
};

/// A heap while there are few events. When a thousand nodes ping each other at once, there are a
/// million. Then the events of the next half millisecond are kept in slices of time, unsorted; a
/// slice is sorted when its time has come. The events of the next half second are kept in blocks,
/// as long as all slices together; a block is distributed over the slices when its time has come.
/// (Hierarchical timing wheels: G. Varghese, T. Lauck, "Hashed and Hierarchical Timing Wheels",
/// SOSP 1987, section 6.2; slices that are sorted when they are due: R. Brown, "Calendar Queues",
/// CACM 31(10), 1988.)
class Agenda {
 public:
  base::Time now() const { return now_; }
  /// A time before now() counts as now().
  void add(base::Time at, Event::Kind kind, base::NodeId a, base::NodeId b = {},
           std::uint64_t token = 0) {
    const Event event{at < now_ ? now_ : at, order_++, token, kind, a, b};
    if (few_.size() < kFew || !put_in_wheels(event)) few_.push(event);
  }
  bool empty() const {
    return few_.empty() && place_ == open_.size() && in_slices_ == 0 && in_blocks_ == 0;
  }
  base::Time next() { return empty() ? base::kNever : first().at; }
  /// Takes the next event; the clock is then at its time.
  Event pop();
  /// Moves the clock forward to a time at which there is no event. Precondition: no event on the
  /// agenda is earlier.
  void advance(base::Time to) { now_ = std::max(now_, to); }
  /// An event that will happen soon, so that its data can be loaded into the processor's caches;
  /// null if none is known.
  const Event* soon() const {
    return open_.size() - place_ > kSoon ? &open_[place_ + kSoon] : nullptr;
  }

 private:
  struct Later {
    bool operator()(const Event& x, const Event& y) const {
      return x.at != y.at ? x.at > y.at : x.order > y.order;
    }
  };
  static constexpr std::size_t kFew = 512;
  static constexpr std::int64_t kSliceNs = 128;
  static constexpr std::int64_t kSlices = 4096;  // together half a millisecond
  static constexpr std::int64_t kBlocks = 1024;  // together half a second
  static constexpr std::size_t kSoon = 8;
  using Pile = EventPiles<Event>::Pile;

  static std::int64_t slice_of(base::Time at) { return at.time_since_epoch().count() / kSliceNs; }
  Pile& slice(std::int64_t number) { return slices_[static_cast<std::size_t>(number % kSlices)]; }
  Pile& block(std::int64_t number) { return blocks_[static_cast<std::size_t>(number % kBlocks)]; }
  bool put_in_wheels(const Event& event);
  void put_in_slice(const Event& event, std::int64_t number);
  void open_block();
  void open_slice();
  const Event& first();

  std::priority_queue<Event, std::vector<Event>, Later> few_;
  EventPiles<Event> piles_;
  std::vector<Pile> slices_;      // a ring, by slice number; empty until there are many events
  std::size_t in_slices_ = 0;     // events in slices_
  std::int64_t next_slice_ = 0;   // the first slice that is not empty, if in_slices_ > 0
  std::vector<Pile> blocks_;      // a ring, by block number; block k begins with slice k * kSlices
  std::size_t in_blocks_ = 0;     // events in blocks_
  std::int64_t next_block_ = 0;   // the first block that is not empty, if in_blocks_ > 0
  std::int64_t first_slice_ = 0;  // first slice of the block opened last; earlier ones are not used
  std::vector<Event> open_;       // the events of the slice opened last, sorted
  std::size_t place_ = 0;         // open_[0, place_) have happened
  std::int64_t opened_ = -1;  // number of that slice; all slices with events have higher numbers
  base::Time now_{};
  std::uint64_t order_ = 0;
};

}  // namespace ovid::sim
