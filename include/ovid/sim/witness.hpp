#pragma once
// Sees and hears what the nodes of a simulated grid do: tells the checker, folds it into the trace
// hash, puts it into words where somebody wants to read them, and damages what is on the wire as
// the faults of the moment say.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "ovid/sim/checker.hpp"
#include "ovid/sim/host.hpp"

namespace ovid::sim {

/// Gets what happened, a line each, without line end: actions, notes, replies.
using Trace = std::function<void(const std::string&)>;

class Witness final : public Observer {
 public:
  Witness(Agenda& agenda, SeededRandom& random, Checker& checker, Trace trace)
      : agenda_(agenda), random_(random), checker_(checker), trace_(std::move(trace)) {}

  std::int64_t duplicate_per_thousand = 0;  ///< messages that arrive twice
  std::int64_t corrupt_per_thousand = 0;    ///< messages with a wrong byte

  /// How often somebody was seen to come or go.
  std::uint64_t changes() const { return changes_; }
  /// Of everything that happened.
  std::uint64_t hash() const { return hash_; }
  void trace(const std::string& line);

  void event(Host& host, const agent::Event& event) override;
  void reply(Host& host, const base::Rope& text) override;
  void note(Host& host, base::Severity severity, std::optional<base::NodeId> peer,
            std::string_view text) override;
  int packet(Host& host, Packet& packet) override;

 private:
  void corrupt(Packet& packet);
  void mix(std::uint64_t value);

  Agenda& agenda_;
  SeededRandom& random_;
  Checker& checker_;
  const Trace trace_;
  std::uint64_t changes_ = 0;
  std::uint64_t hash_ = 0;
};

}  // namespace ovid::sim
