#pragma once
// Everything outside the grid that sends to its nodes: clients, which send lines, and an attacker,
// who sends forged messages.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ovid/sim/action.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/network.hpp"

namespace ovid::sim {

/// Bytes of a long text of a client.
inline constexpr std::size_t kLongTextBytes = 20000;

struct OutsiderOptions {
  std::uint64_t seed = 1;
  double broadcasts_per_s = 0;        ///< of all clients together, bursts included; 0: none
  base::Duration broadcasts_until{};  ///< since the beginning
  /// Whether the agents are creatures (zoo.hpp). Then until crashes_until some are told to crash,
  /// or are killed inside a turn; at broadcasts_until all are told to rest.
  bool creatures = false;
  base::Duration crashes_until{};
  /// Lines that clients send at random times to get the answers; may be empty.
  std::vector<std::string> questions{};
  std::size_t long_text_bytes = kLongTextBytes;
  bool long_bursts = true;  ///< long texts are also sent in bursts of up to a hundred
};

/// Borrows the world's hosts, agenda and network.
class Outsiders {
 public:
  using Hosts = std::vector<std::unique_ptr<Host>>;
  Outsiders(const OutsiderOptions& options, const Hosts& hosts, Agenda& agenda, Network& network)
      : options_(options),
        hosts_(hosts),
        agenda_(agenda),
        network_(network),
        random_(options.seed) {}

  /// Puts the first lines of the clients on the agenda, and lines just before each cut in
  /// `actions`, the actions of the run.
  void begin(const std::vector<Action>& actions);
  /// Handles the agenda's Workload: the node's client sends lines. `owed`: how many lines of a
  /// stream are left; 0: the client begins something new.
  void speak(Host& host, std::uint64_t owed);
  /// The node has just seen a peer come up or go down. Its client may send a line because of it.
  void hear_news(Host& host);
  /// Handles the agenda's Rest: tells creatures to crash no more or, at broadcasts_until, to do
  /// nothing more.
  void let_rest(Host& host);
  /// Sends one forged message. Its sender knows every id and every incarnation, but no epoch.
  void forge();

 private:
  /// The mean time between two lines of a client if `clients` of them share the rate.
  base::Duration mean_pause(std::size_t clients) const;
  std::size_t long_text() const;
  void say(Host& host, std::size_t padding);
  void say_to_creature(Host& host);
  void let_crash(Host& host);
  void ask(Host& host);

  const OutsiderOptions options_;
  const Hosts& hosts_;
  Agenda& agenda_;
  Network& network_;
  SeededRandom random_;
  std::uint64_t said_ = 0;
};

}  // namespace ovid::sim
