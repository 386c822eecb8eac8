#pragma once
// A grid within this process. Every node has a thread of its own, the sockets between them are
// real, and a witness records the events of each node's agent and event stream.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include "ports.hpp"
#include "tcp.hpp"

#include "ovid/net/loop.hpp"
#include "ovid/observe/stream.hpp"
#include "ovid/wire/envelope.hpp"

namespace ovid::net_test {

/// What one incarnation of a node saw. Written on the thread of the node's loop, read on the test's
/// thread.
class Witness final : public observe::Reader {
 public:
  Witness() { stream.give(*this, observe::Kinds::at_least(base::Severity::Debug)); }
  void read(const observe::Event& event) override;
  void saw_up(int peer);
  void saw_down(int peer);
  void saw_message(int from, std::string_view contents);

  std::set<int> alive() const;
  /// How many PeerUp and PeerDown events there were, so that a test notices even short changes.
  std::size_t changes() const;
  std::vector<std::string> received(int from) const;
  /// How many log lines there would be at level info and above.
  std::size_t log_lines() const;
  /// The last event of kind E. If the kind is about peers, the last one about this peer.
  template <typename E>
  std::optional<E> last(int peer = -1) const {
    const std::lock_guard lock(mutex_);
    for (auto each = events_.rbegin(); each != events_.rend(); ++each)
      if (const E* e = std::get_if<E>(&*each); e && is_about(*each, peer)) return *e;
    return std::nullopt;
  }
  /// How many events of kind E there were for which `chosen` holds: about this peer (-1: about no
  /// peer).
  template <typename E, std::predicate<const E&> Chosen>
  std::size_t count(int peer, const Chosen& chosen) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::count_if(events_.begin(), events_.end(), [&](const observe::Event& event) {
          const E* e = std::get_if<E>(&event);
          return e && is_about(event, peer) && chosen(*e);
        }));
  }
  std::string log() const;
  /// How many messages came outside of a session: before PeerUp or after PeerDown.
  int strays() const;

  observe::Stream stream;

 private:
  static bool is_about(const observe::Event& event, int peer);

  mutable std::mutex mutex_;  // guards all members below
  std::vector<observe::Event> events_;
  std::set<int> alive_;
  std::size_t changes_ = 0;
  std::map<int, std::vector<std::string>> received_;
  int strays_ = 0;
};

/// The numbers that name a session, as node `here` reported them.
struct SessionName {
  base::Incarnation here;
  base::Incarnation peer;
  base::Epoch mine;
  base::Epoch theirs;
};

/// A chatroom node. It runs from construction to destruction.
class RunningNode {
 public:
  RunningNode(const net::MeshConfig& mesh, int master_port, const link::Config& links,
              const node::Between& between = {});
  ~RunningNode();
  RunningNode(const RunningNode&) = delete;
  RunningNode& operator=(const RunningNode&) = delete;

  const Witness& witness() const { return witness_; }

 private:
  Witness witness_;
  net::SystemRandom random_;
  zmq::context_t context_;
  int stop_;
  net::Loop loop_;
  std::thread thread_;
};

class Grid {
 public:
  /// Starts all nodes.
  explicit Grid(int nodes, const link::Config& links = {});

  void start(int id);
  void end(int id) { nodes_.at(static_cast<std::size_t>(id)).reset(); }
  bool running(int id) const { return nodes_.at(static_cast<std::size_t>(id)) != nullptr; }
  const Witness& witness(int id) const {
    return nodes_.at(static_cast<std::size_t>(id))->witness();
  }
  const Ports& ports() const { return ports_; }
  Tcp client(int id) const { return Tcp(ports_.master(id)); }
  int size() const { return static_cast<int>(nodes_.size()); }

  /// Waits until every running node sees every running node. Returns false if the time limit is
  /// over first.
  bool all_see_all() const;
  /// The present session of `here` with `peer`.
  SessionName session(int here, int peer) const;
  /// An envelope that node `from` could send to `to` at this moment.
  wire::Envelope genuine(int from, int to) const;
  /// How many messages without exactly two frames have been sent to the node (see Stranger).
  unsigned long& misshapen_said(int id) { return misshapen_said_[id]; }

 private:
  Ports ports_;
  link::Config links_;
  std::vector<std::unique_ptr<RunningNode>> nodes_;
  std::map<int, unsigned long> misshapen_said_;
};

}  // namespace ovid::net_test
