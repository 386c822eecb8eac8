#pragma once
// What is going to happen in a simulated world, in order of time; what happens at the same time
// happens in the order in which it was decided. It has the virtual clock, which moves on to the
// time of whatever happens.

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
    Wake,         ///< node a's loop
    Arrival,      ///< the oldest message on its way from a to b
    Outcome,      ///< of a's attempt to connect to b; token: the attempt
    Unreachable,  ///< that attempt has taken too long
    Handshake,    ///< that attempt was accepted but has not become a connection in time
    Reset,        ///< a learns that its connection to b is gone; token: the attempt that made it
    Room,         ///< a's connection to b takes messages again
    Stray,        ///< a message of a broken connection arrives after all; token: which
    Ends,         ///< the effect of an action; token: which
    Unseen,       ///< by now nobody may show what an action took away; token: which
    Back,         ///< by now a stopped node that has continued is in sessions again; token: which
    Left,         ///< by now a must know that b has left their session; token: a's epoch of it
    Workload,     ///< node a's master has something to say
    Forgery,      ///< a stranger has something to say; token: until when
    Rest,         ///< node a's master wants it to crash no more, or to do nothing more
    Again,        ///< node a, which has ended by itself, is started again; token: its life
  };
  base::Time at;
  std::uint64_t order = 0;
  std::uint64_t token = 0;
  Kind kind = Kind::Wake;
  base::NodeId a{};
  base::NodeId b{};
};

/// A heap while there are few events. When a thousand nodes ping each other at once there are a
/// million. Those of the next half millisecond then go to slices of time, unordered, and a slice is
/// put in order when its time has come; those of the next half second go to blocks, and a block is
/// spread over the slices when its time has come. (Hierarchical timing wheels: G. Varghese,
/// T. Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987, section 6.2; slices that are
/// sorted when they are due: R. Brown, "Calendar Queues", CACM 31(10), 1988.)
class Agenda {
 public:
  base::Time now() const { return now_; }
  /// Not before now.
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
  /// Moves the clock on to a time for which nobody has put anything on the agenda: no event is
  /// before it.
  void advance(base::Time to) { now_ = std::max(now_, to); }
  /// An event that is going to happen soon, for who wants to prepare; null: nothing is known.
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
  static constexpr std::int64_t kSlices = 4096;  // half a millisecond; a block is as long
  static constexpr std::int64_t kBlocks = 1024;  // half a second
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
  std::vector<Pile> slices_;      // a ring, by number; none before there are many events
  std::size_t in_slices_ = 0;     // events there
  std::int64_t next_slice_ = 0;   // the first that is not empty, if any is not
  std::vector<Pile> blocks_;      // a ring, by number; block k is of slices k * kSlices and on
  std::size_t in_blocks_ = 0;     // events there
  std::int64_t next_block_ = 0;   // the first that is not empty, if any is not
  std::int64_t first_slice_ = 0;  // of the last block that was opened: no slice before it is used
  std::vector<Event> open_;       // the last slice whose time has come, in order
  std::size_t place_ = 0;         // open_[0, place_) have happened
  std::int64_t opened_ = -1;      // its number; every slice with events has a higher one
  base::Time now_{};
  std::uint64_t order_ = 0;
};

}  // namespace ovid::sim
