// Searches for a seed in which the planted bug of this program breaks a promise.
//
//   hunt <last seed> [creatures | quiet | <path>]
//
// Exit status 0 as soon as a promise is broken, 1 if it never was. By default everything happens
// that campaigns can draw. `creatures`: the same, and no grid is one of chatrooms. `quiet`: one
// path becomes poor for a while, in a run so long that a quiet minute can follow. With a path, for
// example rate_kbit=256, all paths are so, nothing else happens, and the grid must stay healthy
// under long lines.

#include <atomic>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string_view>
#include <thread>

#include <unistd.h>

#include "ovid/agents/chatroom.hpp"
#include "ovid/agents/chatroom_promises.hpp"
#include "ovid/sim/campaign.hpp"

namespace ovid::test {

/// The name of the mutant, defined in the mutated source.
const char* mutant();

namespace {

constexpr int kJobs = 2;
constexpr int kLongTextBytes = 30'000;
std::atomic<std::uint64_t> running{0};

std::vector<node::Hosted> make_chatroom(base::NodeId) {
  return node::alone("chatroom", std::make_unique<agents::Chatroom>(),
                     std::make_unique<agents::ChatroomPromises>());
}

sim::CampaignOptions everything() {
  sim::CampaignOptions options;
  options.faults = std::get<sim::Faults>(sim::parse_faults("all"));
  options.draw = true;
  options.nodes = 0;
  options.make_agents = make_chatroom;
  options.questions = {"get", "alive", "count"};
  options.creatures = sim::Creatures::BySeed;
  return options;
}

sim::CampaignOptions quiet() {
  sim::CampaignOptions options = everything();
  options.faults = std::get<sim::Faults>(sim::parse_faults("poor"));
  options.fault_count = 1;
  options.nodes = 2;
  options.length = std::chrono::seconds(110);
  options.creatures = sim::Creatures::Never;
  options.links.silence_max = link::kSilenceMax;
  return options;
}

sim::CampaignOptions healthy_on(const sim::PathQuality& path) {
  sim::CampaignOptions options = everything();
  options.faults = {};
  options.draw = false;
  options.nodes = 3;
  options.creatures = sim::Creatures::Never;
  options.long_text_bytes = kLongTextBytes;
  options.network.path = path;
  options.links.silence_max = link::kSilenceMax;
  options.healthy = true;
  return options;
}

int hunt(std::uint64_t last, const sim::CampaignOptions& options) {
  std::atomic<std::uint64_t> next{1};
  std::atomic<bool> found{false};
  std::mutex telling;
  const auto work = [&] {
    for (std::uint64_t seed = next++; seed <= last && !found; seed = next++) {
      const sim::Verdict verdict = sim::run_seed(options, seed);
      if (!verdict.violation) continue;
      const std::lock_guard lock(telling);
      if (!found.exchange(true))
        std::printf("%s: seed %llu: %s\n", mutant(), static_cast<unsigned long long>(seed),
                    verdict.violation->c_str());
    }
  };
  std::vector<std::thread> workers;
  for (int i = 1; i < kJobs; ++i) workers.emplace_back(work);
  work();
  for (std::thread& worker : workers) worker.join();
  if (found) return 0;
  std::printf("%s: every promise held in %llu seeds\n", mutant(),
              static_cast<unsigned long long>(last));
  return 1;
}

}  // namespace
}  // namespace ovid::test

int main(int argc, char** argv) {
  using namespace ovid;
  std::uint64_t last = 0;
  const std::string_view where = argc == 3 ? argv[2] : "";
  sim::CampaignOptions options = test::everything();
  const auto path = sim::parse_quality(where);
  const auto* quality = std::get_if<sim::PathQuality>(&path);
  if (where == "creatures")
    options.creatures = sim::Creatures::Always;
  else if (where == "quiet")
    options = test::quiet();
  else if (quality)
    options = test::healthy_on(*quality);
  if (argc < 2 || argc > 3 || (argc == 3 && where != "creatures" && where != "quiet" && !quality) ||
      std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), last).ec != std::errc()) {
    std::fputs("usage: hunt <last seed> [creatures | quiet | <path>]\n", stderr);
    return 2;
  }
  return test::hunt(last, options);
}
