#include "ovid/bench/contenders.hpp"

#include "ovid/bench/bare_rate.hpp"
#include "ovid/bench/grid_rate.hpp"
#include "ovid/bench/nats_rate.hpp"
#include "ovid/bench/tcp_fan_out.hpp"
#include "ovid/bench/tcp_mesh.hpp"

namespace ovid::bench {

std::vector<Contender> contenders(const Choice& choice) {
  std::vector<Contender> all;
  const Sessions sessions = choice.sessions;
  const auto bare = [&](const char* name, Bare how) {
    all.push_back({name, [=](const Load& load) { return bare_rate(how, load, sessions); }});
  };
  const auto grid = [&](const char* name, const Starter& starter) {
    all.push_back({name, [=](const Load& load) { return grid_rate(starter, load); }});
  };
  bare("bare, copied", Bare::Copy);
  bare("bare, shared", Bare::Shared);
  bare("bare, kept", Bare::Kept);
  all.push_back(
      {"TCP fan-out", [=](const Load& load) { return tcp_fan_out_rate(load, sessions); }});
  grid("TCP mesh", tcp_mesh(sessions));
  if (!choice.nats.empty())
    all.push_back({kNats, [sessions, program = choice.nats](const Load& load) {
                     return nats_rate(program, load, sessions);
                   }});
  grid(kOvid, nodes_of(choice.program, sessions));
  if (choice.against.empty()) return all;
  grid("the other", nodes_of(choice.against, sessions));
  // How far apart two runs of one program are.
  grid("ovid again", nodes_of(choice.program, sessions));
  return all;
}

}  // namespace ovid::bench
