// A stopped process that continues must soon be back in all its sessions. The checker demands this
// only if no other fault keeps it away.

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "scripted_world.hpp"
#include <gtest/gtest.h>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

constexpr base::NodeId kStopped{2};

/// While `mute` is set, everything that the node sends is lost.
class Mute final : public link::Transport {
 public:
  Mute(link::Transport& inner, const bool& mute) : inner_(inner), mute_(mute) {}
  void connect(base::NodeId peer, const link::AttemptLimits& limits) override {
    inner_.connect(peer, limits);
  }
  bool send(base::NodeId peer, const wire::Envelope& envelope, const base::Bytes& body) override {
    return mute_ || inner_.send(peer, envelope, body);
  }

 private:
  link::Transport& inner_;
  const bool& mute_;
};

/// Returns what is broken in a scenario with three nodes that stops node 2. Node 2 becomes mute as
/// soon as a line of the trace contains `continues`; if that is empty, it never does.
std::string broken_in(std::string_view scenario, std::string_view continues,
                      base::Duration length = 4s) {
  bool mute = false;
  std::vector<std::unique_ptr<Mute>> mutes;
  WorldOptions options{.nodes = 3, .make_agents = make_chatroom, .links = {}};
  options.between = [&](base::NodeId node, const node::Services& host) {
    if (node != kStopped) return host;
    mutes.push_back(std::make_unique<Mute>(host.transport, mute));
    return node::Services{*mutes.back(), host.outside, host.random,
                          host.stream,   host.store,   host.inputs};
  };
  const auto see = [&](const std::string& line) {
    if (!continues.empty() && line.find(continues) != std::string::npos) mute = true;
  };
  World world(options, std::get<std::vector<Action>>(parse_script(scenario, 3, length)), see);
  world.run(length);
  return world.violation().value_or("nothing");
}

TEST(TheReturnOfAStoppedNode, IsSoonEnough) {
  EXPECT_EQ(broken_in("t=1 pause 2 for_ms=2000\n", ""), "nothing");
  EXPECT_EQ(broken_in("t=1 pause 2\nt=3 continue 2\n", ""), "nothing");
}

TEST(TheReturnOfAStoppedNode, IsMissedAfterAStopThatEndsByItself) {
  const std::string broken = broken_in("t=1 pause 2 for_ms=2000\n", "end of: ");
  EXPECT_NE(broken.find("again 300.6 ms after 2 has continued"), std::string::npos) << broken;
}

TEST(TheReturnOfAStoppedNode, IsMissedAfterAStopThatIsEnded) {
  const std::string broken = broken_in("t=1 pause 2\nt=3 continue 2\n", "continue 2");
  EXPECT_NE(broken.find("again 300.6 ms after 2 has continued"), std::string::npos) << broken;
}

TEST(TheReturnOfAStoppedNode, IsMissedThoughSomethingElseHappenedDuringTheStop) {
  const std::string broken = broken_in(
      "t=1 pause 2\nt=1.5 cut 0 - 1\nt=2.5 crash 1 for_ms=10\nt=2.9 line 0 alive\n"
      "t=3 continue 2\n",
      "continue 2");
  EXPECT_NE(broken.find("again 300.6 ms after 2 has continued"), std::string::npos) << broken;
}

TEST(TheReturnOfAStoppedNode, IsNotAskedForIfSomethingElseHappensMeanwhile) {
  EXPECT_EQ(broken_in("t=1 pause 2\nt=3 continue 2\nt=3.1 pause 2\n", "continue 2", 3500ms),
            "nothing");
  EXPECT_EQ(broken_in("t=1 pause 2\nt=3 continue 2\nt=3.1 cut 0 - 1\n", "continue 2", 3500ms),
            "nothing");
}

}  // namespace
}  // namespace ovid::sim
