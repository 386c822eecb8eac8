#pragma once
// `ovid sim`: runs grids in the simulator, for many seeds or for a scenario.

#include <cstdint>
#include <string>
#include <variant>

#include "ovid/app/seed_runs.hpp"
#include "ovid/sim/campaign.hpp"

namespace CLI {
class App;
}

namespace ovid::app {

/// The agents of the nodes.
enum class SimAgents : std::uint8_t { Chatroom, Echo, Creatures, Both };

/// The command line as typed.
struct RawSim {
  int nodes = 0;
  double seconds = 30;
  std::string seeds = "1..100";
  std::string faults = "all";
  std::string only_faults;  // empty: all
  int fault_count = 0;
  SimAgents agents = SimAgents::Both;
  bool draw = true;
  std::string path;        // quality of all paths, or "drawn"; empty: perfect
  bool healthy = false;    // check that the grid is
  int silence_ms_max = 0;  // 0: 3000 on poor paths, else nothing is learned
  double broadcasts_per_s = 20;
  int unacked_kib_max = 0;
  int long_text_bytes = sim::kLongTextBytes;
  int jobs = 2;
  std::string script;
  bool trace = false;
};

struct SimOptions {
  sim::CampaignOptions campaign;
  SeedRange seeds;
  int jobs = 2;
  std::string script;  ///< a file's path; empty: seeds
  bool trace = false;
  std::string only_faults;  ///< as typed
  std::string command;      ///< to be typed to repeat the run, without seeds
};

void declare_sim(CLI::App& sim, RawSim& raw);
/// The options, or an error that names the wrong value.
std::variant<SimOptions, std::string> sim_options_of(const RawSim& raw);

/// Exit status: 0 every promise held, 1 one was broken, 2 the script cannot be read, or there was
/// not one of the faults that were asked for. Results go
/// to standard output, progress to standard error.
int run_sim(const SimOptions& options);

}  // namespace ovid::app
