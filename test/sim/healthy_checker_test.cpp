// The checker of "healthy on a poor path" finds a session that ends, whatever the reason, nodes
// that do not meet, and records that do not arrive.

#include "ovid/sim/healthy_checker.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <variant>

#include "scripted_world.hpp"
#include <gtest/gtest.h>

#include "ovid/sim/campaign.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

constexpr int kNodes = 3;

/// What is broken in a grid that must be healthy, "none" if nothing is.
std::string broken(std::string_view scenario, const PathQuality& path = {},
                   const link::Config& links = {}, base::Duration length = 12s) {
  auto script = parse_script(scenario, kNodes, length);
  if (const auto* what = std::get_if<std::string>(&script)) return *what;
  WorldOptions options{
      .nodes = kNodes, .make_agents = make_chatroom, .links = links, .healthy = true};
  options.network.path = path;
  World world(options, std::get<std::vector<Action>>(std::move(script)));
  world.run(length);
  world.check_convergence();
  return world.violation().value_or("none");
}

TEST(AHealthyGrid, IsOneInWhichNothingHappens) {
  EXPECT_EQ(broken("t=1 line 0 broadcast one\nt=2 line 1 broadcast two\n"), "none");
}

TEST(AHealthyGrid, StaysSoOnAPathThatIsOnlySlowAndFar) {
  EXPECT_EQ(broken("t=1 line 0 broadcast one\nt=2 line 1 broadcast two\n",
                   {.rate_bits_per_s = 20'000'000, .delay = 40ms}),
            "none");
}

/// The limits of attempts to connect, and the time until a connection without an answer is made
/// again, are the defaults: they grow.
TEST(AHealthyGrid, MeetsOverARoundTripOfTwoSeconds) {
  link::Config links;
  links.silence = 6s;
  EXPECT_EQ(
      broken("t=30 line 0 broadcast one\nt=31 line 1 broadcast two\n", {.delay = 1s}, links, 60s),
      "none");
}

/// Links that wait longer than any path takes show that the paths lose nothing, and that clients
/// fall silent early enough.
TEST(AHealthyGrid, HasLinksThatWaitLongEnoughOnAnyPathThatACampaignDraws) {
  CampaignOptions options;
  options.nodes = kNodes;
  options.links.silence = 60s;
  options.links.silence_max = 90s;
  options.links.ping = 1s;
  options.links.mute = 60s;
  options.links.connect_max = options.links.handshake_max = 10s;
  options.draw_path = true;
  options.healthy = true;
  options.make_agents = make_chatroom;
  int poor = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const PathQuality path = drawn_by(options, seed).network.path;
    poor += path.rate_bits_per_s == 256'000 || path.loss_percent == 5 ? 1 : 0;
    EXPECT_EQ(run_seed(options, seed).violation.value_or("none"), "none")
        << seed << ": " << text_of(path);
  }
  EXPECT_GT(poor, 15);
}

TEST(AHealthyGrid, EndsNoSessionEvenIfItsLinksAreTooImpatientForThePath) {
  link::Config impatient;
  impatient.silence = 150ms;
  impatient.ping = 75ms;
  const std::string what = broken("t=2 poor 0 > 1 delay_ms=400\n", {}, impatient);
  EXPECT_TRUE(what.starts_with("not healthy: after 2.")) << what;
  EXPECT_TRUE(what.ends_with(" session of node 1 with 0 ends: silent")) << what;
}

TEST(AHealthyGrid, EndsNoSessionAlsoForAReasonThatOtherCheckersAccept) {
  const std::string what = broken("t=2 pause 1 for_ms=3000\n");
  EXPECT_TRUE(what.starts_with("not healthy: after 2.")) << what;
  EXPECT_TRUE(what.ends_with(" with 1 ends: silent")) << what;
}

TEST(AHealthyGrid, MeetsInTime) {
  EXPECT_EQ(broken("t=0 refuse 0 > 1\nt=0 refuse 1 > 0\n"),
            "not healthy: nodes 0 and 1 have not met after 9.006 s");
}

TEST(AHealthyGrid, GetsEverything) {
  EXPECT_EQ(broken("t=1 hold 0 > 1\nt=2 line 0 broadcast one\n"),
            "not healthy: node 1 has 0 of the 1 records of 0 in the end");
}

}  // namespace
}  // namespace ovid::sim
