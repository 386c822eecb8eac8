#pragma once
// One link manager, controlled by a fuzzer, with its transport, listener, log and random numbers.
// Its promises are checked at every step.

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "input.hpp"
#include "link_account.hpp"

#include "ovid/link/link_manager.hpp"

namespace ovid::fuzz {

using namespace std::chrono_literals;

class World;

class Node final : private link::Transport,
                   private link::Listener,
                   private observe::Reader,
                   private base::RandomSource {
 public:
  using Report = link::Report;

  struct Peer {
    bool reported_made = false;  // the end was not reported yet
    base::Time attempt_at;       // the time of the last attempt
    base::Time attempt_ends;     // then its outcome must have been reported
    // The last message was not taken, and Writable was not reported yet.
    bool full = false;
    bool up = false;
    link::SessionName session;    // of the present or last session
    std::uint64_t delivered = 0;  // messages in this session
    std::uint64_t records = 0;    // of these messages
    std::uint64_t offered = 0;    // over all sessions
    base::Epoch shown;            // our epoch as last sent to the peer
    link::Ledger ledger;          // at the last check
  };

  Node(World& world, const link::Config& config, std::uint64_t seed, bool talkative);

  const base::NodeId self;
  Peer& peer(base::NodeId id) { return peers_[id.value]; }
  const link::LinkManager& links() const { return links_; }
  bool drew(std::uint64_t number) const { return drawn_.contains(number); }
  /// The number that was drawn `ago` draws before the last one. After the first draw, counting
  /// continues with the last one.
  std::uint64_t drawn(std::size_t ago) const {
    return draws_[draws_.size() - 1 - ago % draws_.size()];
  }

  /// Ends the turn, and begins another one at the world's time.
  void turn();
  /// Makes this happen to the connection if it is possible, and reports the result if there is one.
  void report(base::NodeId about, Report wanted);
  void receive(std::string_view envelope, std::string_view body);
  void send(base::NodeId to, std::size_t bytes);
  void broadcast(std::size_t bytes);

  // Counts of what has happened so far. A message without knowledge of a secret must not increase
  // them (but it may cause one action as its answer).
  std::uint64_t transitions = 0;  ///< how often a peer went up or down
  std::uint64_t delivered = 0;
  std::uint64_t actions = 0;  ///< how many attempts to connect and messages sent

 private:
  void connect(base::NodeId to, const link::AttemptLimits& limits) override;
  bool send(base::NodeId to, const wire::Envelope& envelope, const base::Bytes& body) override;
  void peer_up(base::NodeId id) override;
  void peer_down(base::NodeId id, const link::Evidence& evidence) override;
  void message(base::NodeId from, std::string_view contents) override;
  void read(const observe::Event& event) override;
  std::uint64_t next() override;

  void offer(base::NodeId to, const Record& record);
  std::uint64_t arrived(base::NodeId from);
  void check_promises();
  void check_turn_ended();
  void check_log() const;

  World& world_;
  const link::Config config_;
  const bool talkative_;
  int answers_left_ = 40;  // limited, so that the conversation of two talkative nodes ends
  base::Time now_;         // the time of the present turn
  const base::Time started_;
  std::uint64_t random_;
  std::set<std::uint64_t> drawn_;
  std::vector<std::uint64_t> draws_;
  std::array<Peer, kNodes> peers_;
  std::uint64_t frames_ = 0;
  std::uint64_t reports_ = 0;
  std::uint64_t attempts_ = 0;
  std::uint64_t lines_ = 0;            // log lines of other kinds than the next two
  std::uint64_t lines_dropped_ = 0;    // log lines about bad messages that were dropped
  std::uint64_t lines_unreached_ = 0;  // log lines about peers that are not reached
  observe::Stream stream_;
  link::LinkManager links_;
};

}  // namespace ovid::fuzz
