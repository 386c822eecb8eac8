#pragma once
// Who talks to the nodes of a simulated grid from outside: masters with lines, and a stranger with
// forged messages.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ovid/sim/action.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/network.hpp"

namespace ovid::sim {

struct OutsiderOptions {
  std::uint64_t seed = 1;
  double broadcasts_per_s = 0;        ///< by all masters together, in bursts and alone; 0: silent
  base::Duration broadcasts_until{};  ///< since the beginning
  /// Whether they talk to creatures (zoo.hpp): until crashes_until some are told to crash, or are
  /// killed inside a turn; at broadcasts_until all are told to rest.
  bool creatures = false;
  base::Duration crashes_until{};
  /// Lines that masters say now and then because of their answers; may be empty.
  std::vector<std::string> questions{};
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

  /// Puts what the masters will say on the agenda; `actions` are what will be done to the grid.
  void begin(const std::vector<Action>& actions);
  /// The agenda's Workload. `owed`: lines of a stream still to come; 0: something new.
  void speak(Host& host, std::uint64_t owed);
  /// The node has just seen somebody come or go: some masters have something to say about it.
  void hear_news(Host& host);
  /// The agenda's Rest: the crashes are over, or all that creatures do.
  void let_rest(Host& host);
  /// One message by somebody who knows every id and every incarnation, and no epoch.
  void forge();

 private:
  /// Between two words of a master, where so many share the rate.
  base::Duration mean_pause(std::size_t masters) const;
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
