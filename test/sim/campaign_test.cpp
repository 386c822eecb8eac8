// Runs of campaigns: the same seed gives the same run, byte for byte, and the report of a failure
// contains what is needed to repeat it.

#include "ovid/sim/campaign.hpp"

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "ovid/agents/chatroom.hpp"
#include "ovid/sim/kill_point.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

std::vector<node::Hosted> make_chatroom(base::NodeId) {
  return node::alone("chatroom", std::make_unique<agents::Chatroom>());
}

CampaignOptions options(const std::string& faults, base::Duration length = 15s) {
  CampaignOptions campaign;
  campaign.length = length;
  campaign.faults = std::get<Faults>(parse_faults(faults));
  campaign.make_agents = make_chatroom;
  return campaign;
}

/// Options with a silence limit that is so long that promise 4 is broken.
CampaignOptions too_patient() {
  CampaignOptions campaign = options("pause,duplicate,drift");
  campaign.links.silence = 1500ms;
  campaign.promised = link::Config();
  campaign.fault_count = 8;
  return campaign;
}

std::uint64_t failing_seed(const CampaignOptions& campaign) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed)
    if (run_seed(campaign, seed).violation) return seed;
  return 0;
}

TEST(ARun, IsTheSameForTheSameSeed) {
  std::string first;
  std::string second;
  const Verdict one = run_seed(options("all"), 3, [&](const auto& line) { first += line + "\n"; });
  const Verdict two = run_seed(options("all"), 3, [&](const auto& line) { second += line + "\n"; });
  EXPECT_EQ(one.trace_hash, two.trace_hash);
  EXPECT_EQ(one.delivered, two.delivered);
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(first, second);
}

TEST(ARun, IsTheSameWhetherItIsTracedOrNot) {
  EXPECT_EQ(run_seed(options("all"), 3, [](const auto&) {}).trace_hash,
            run_seed(options("all"), 3).trace_hash);
}

TEST(ARun, DiffersForAnotherSeed) {
  EXPECT_NE(run_seed(options("all"), 3).trace_hash, run_seed(options("all"), 4).trace_hash);
}

TEST(ARun, WithoutFaultsDeliversToEverybody) {
  const Verdict verdict = run_seed(options("none"), 1);
  EXPECT_EQ(verdict.violation, std::nullopt);
  EXPECT_GT(verdict.delivered, 500u);
}

TEST(ARun, Of64NodesKeepsEveryPromise) {
  CampaignOptions campaign = options("all", 10s);
  campaign.nodes = 64;
  EXPECT_EQ(run_seed(campaign, 1).violation, std::nullopt);
}

TEST(ASeed, DrawsFactorsOfTheWaitsOfARealNodeOfTheGrid) {
  CampaignOptions campaign = options("all");
  campaign.draw = true;
  std::set<base::Duration> silences;
  std::set<base::Duration> hellos;
  for (const int nodes : {5, 200}) {
    campaign.nodes = nodes;
    campaign.links = link::Config::for_grid({}, nodes, nodes);
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
      const Drawn drawn = drawn_by(campaign, seed);
      EXPECT_EQ(drawn.links.ping, drawn.links.silence / 2);
      EXPECT_EQ(drawn.links.mute, campaign.links.mute);
      EXPECT_EQ(drawn.links.connect_grown_max, campaign.links.connect_grown_max);
      silences.insert(drawn.links.silence);
      hellos.insert(drawn.links.hello);
    }
  }
  EXPECT_EQ(silences, (std::set<base::Duration>{400ms, 600ms, 1000ms, 1200ms, 1800ms, 3000ms}));
  EXPECT_EQ(hellos, (std::set<base::Duration>{50ms, 100ms, 150ms, 1000ms, 2000ms, 3000ms}));
}

TEST(ASeed, LetsAFaultLastForEverWhereAllCanNoticeItInTime) {
  const auto permanent = [](int nodes) {
    CampaignOptions campaign = options("all");
    campaign.draw = true;
    campaign.nodes = nodes;
    campaign.links = link::Config::for_grid({}, nodes, nodes);
    int runs = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) runs += drawn_by(campaign, seed).permanent;
    return runs;
  };
  EXPECT_GT(permanent(5), 5);
  EXPECT_EQ(permanent(1000), 0);
}

/// How often processes were killed inside turns: by the moment of the kill, and by what was lost in
/// it.
std::map<std::string, int> kills_inside_turns(const CampaignOptions& campaign,
                                              std::uint64_t seeds) {
  std::map<std::string, int> times;
  const auto count = [&](const Unfinished& left) {
    const bool unsent = left.messages + left.replies > 0;
    ++times[text_of(left.moment)];
    if (left.kept > 0 && left.kept < left.unsynced) ++times["kept in part"];
    if (left.kept == 0 && left.unsynced > 0) ++times["all lost"];
    if (left.kept > 0 && left.kept == left.unsynced) ++times["all kept"];
    if (left.moment == Moment::Synced && unsent) ++times["synced and not sent"];
    if (left.moment == Moment::RecordsSent && left.messages > 0) ++times["sent to some only"];
  };
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Verdict verdict = run_seed(campaign, seed);
    EXPECT_EQ(verdict.violation, std::nullopt) << seed;
    for (const Killed& each : verdict.killed) count(each.unfinished);
  }
  return times;
}

TEST(Campaigns, KillCreaturesAtEveryPlaceOfATurn) {
  CampaignOptions campaign = options("crash");
  campaign.nodes = 3;
  campaign.creatures = Creatures::Always;
  campaign.fault_count = 1;
  const auto times = kills_inside_turns(campaign, 200);
  const auto at_least = [&](const std::string& what, int count) {
    const auto found = times.find(what);
    EXPECT_GE(found == times.end() ? 0 : found->second, count) << what;
  };
  for (std::size_t moment = 0; moment < kMoments; ++moment)
    at_least(text_of(static_cast<Moment>(moment)), 5);
  for (const char* what :
       {"kept in part", "all lost", "all kept", "synced and not sent", "sent to some only"})
    at_least(what, 5);
}

TEST(Campaigns, LetWhatIsLeftConvergeThoughAFaultNeverEnds) {
  CampaignOptions campaign = options("crash,partition");
  campaign.nodes = 4;
  campaign.draw = true;
  std::map<std::string, int> endless;
  const auto see = [&](const std::string& line) {
    if (!line.starts_with("t=") || line.find("for_ms") != std::string::npos) return;
    for (const char* verb : {" crash ", " partition "})
      if (line.find(verb) != std::string::npos) ++endless[verb];
  };
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    if (drawn_by(campaign, seed).permanent) {
      EXPECT_EQ(run_seed(campaign, seed, see).violation, std::nullopt) << seed;
    }
  EXPECT_GT(endless[" crash "], 2);
  EXPECT_GT(endless[" partition "], 2);
}

TEST(AReport, NamesOnlyTheFaultsThatAreNeeded) {
  const CampaignOptions campaign = too_patient();
  const std::uint64_t seed = failing_seed(campaign);
  ASSERT_NE(seed, 0u);
  CampaignOptions shrunk = campaign;
  shrunk.only_faults = shrink(campaign, seed);
  EXPECT_EQ(shrunk.only_faults->size(), 1u);
  EXPECT_TRUE(run_seed(shrunk, seed).violation);
  shrunk.only_faults->clear();
  EXPECT_FALSE(run_seed(shrunk, seed).violation);
}

TEST(AReport, TellsPromiseFaultsLastEventsAndACommandThatShowsItAgain) {
  const CampaignOptions campaign = too_patient();
  const std::uint64_t seed = failing_seed(campaign);
  ASSERT_NE(seed, 0u);
  const std::string text = report(campaign, seed, "ovid sim --nodes 5");
  EXPECT_NE(text.find("seed " + std::to_string(seed) + " breaks a promise: node "),
            std::string::npos);
  EXPECT_NE(text.find("faults needed, 1 of 8:"), std::string::npos) << text;
  EXPECT_NE(text.find(" pause "), std::string::npos);
  EXPECT_NE(text.find("last events:"), std::string::npos);
  const std::string only = std::to_string(shrink(campaign, seed).front());
  EXPECT_NE(text.find("replay: ovid sim --nodes 5 --seeds " + std::to_string(seed) +
                      " --only-faults " + only + " --trace\n"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace ovid::sim
