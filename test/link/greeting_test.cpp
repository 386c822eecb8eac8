// How sessions begin, and which greetings begin none: who may send which greeting, and which
// greetings are believed.

#include <string>
#include <vector>

#include "grid.hpp"
#include <gtest/gtest.h>

namespace ovid::test {
namespace {

using Told = std::vector<std::string>;

/// Node 0 runs. The port of node 1 accepts connections, but its process sends nothing: the test
/// sends messages in its name.
class Greeting0 : public ::testing::Test {
 protected:
  Greeting0() : grid_(3) {
    grid_.start(1);
    grid_.hang(1);
    grid_.start(0);
    grid_.run(2ms);
  }

  /// The last message that node 0 sent to the port of node 1.
  const wire::Envelope& said() { return grid_.asked(0, 1).sent.back().envelope; }
  std::size_t words() { return grid_.asked(0, 1).sent.size(); }
  /// A ping in the session that the greeting offers, with the number of the next record.
  static Message numbered(Message greeting, std::uint64_t first) {
    greeting.envelope.greeting = false;
    greeting.envelope.first = first;
    return {greeting.envelope, wire::ping_body(greeting.envelope.from)};
  }
  bool up() const { return grid_.up(0, 1); }
  Greeting echo() {
    return {.to_incarnation = said().from_incarnation, .to_epoch = said().from_epoch};
  }

  Grid grid_;
};

TEST(Sessions, TwoNodesSeeEachOtherWithinAFewTurns) {
  Grid grid(2);
  grid.start_all();
  EXPECT_TRUE(grid.run_until([&] { return grid.all_up(); }, 6ms));
  EXPECT_EQ(grid[0].told, Told{"up 1"});
  EXPECT_EQ(grid[1].told, Told{"up 0"});
  EXPECT_EQ(grid.links(0).state(id(1)).incarnation, grid.links(1).incarnation());
}

TEST(Sessions, BothSidesGiveTheSessionTheSameName) {
  Grid grid(2);
  grid.start_all();
  grid.run(10ms);
  const link::SessionName at0 = grid.links(0).state(id(1)).session.value();
  const link::SessionName at1 = grid.links(1).state(id(0)).session.value();
  EXPECT_EQ(at0.mine, at1.peer);
  EXPECT_EQ(at0.peer, at1.mine);
  EXPECT_NE(at0.mine, base::Epoch{});
}

TEST(Sessions, NothingIsSaidTwiceOnTheWayIntoASession) {
  Grid grid(2);
  grid.start(0);
  grid.run(60s);
  grid.start(1);  // node 1 connects at once; node 0 learns that it runs from its greeting
  ASSERT_TRUE(grid.run_until([&] { return grid.all_up(); }, 10ms));
  EXPECT_EQ(grid.asked(0, 1).sent.size() + grid.asked(1, 0).sent.size(), 3u)
      << "greeting, greeting with its echo, ping";
}

TEST(Sessions, WhoStartsLaterIsSeenAtOnce) {
  Grid grid(2);
  grid.start(0);
  grid.run(7300ms);
  grid.start(1);
  EXPECT_TRUE(grid.run_until([&] { return grid.all_up(); }, 10ms));
}

TEST(Sessions, AWholeGridComesUp) {
  Grid grid(12);
  grid.start_all();
  EXPECT_TRUE(grid.run_until([&] { return grid.all_up(); }, 10ms));
  EXPECT_EQ(grid[3].told.size(), 11u);
}

TEST_F(Greeting0, ASessionBeginsOnlyWithTheEchoOfWhatWasSentToThePeersOwnPort) {
  EXPECT_TRUE(grid_.connected(0, 1));
  grid_.put(0, greeting({}));
  EXPECT_FALSE(up());
  grid_.put(0, greeting(echo()));
  EXPECT_TRUE(up());
  EXPECT_EQ(grid_[0].told, Told{"up 1"});
  EXPECT_EQ(said().to_epoch.value, 0xbadu) << "the peer's own proof";
}

TEST_F(Greeting0, AGreetingIsAnsweredToThePortWithAnEchoOfItsEpoch) {
  const std::size_t before = words();
  grid_.put(0, greeting({.from_incarnation = {0x11}, .from_epoch = {0x22}}));
  ASSERT_EQ(words(), before + 1);
  EXPECT_EQ(said().to_epoch, base::Epoch{0x22});
  EXPECT_EQ(said().to_incarnation, base::Incarnation{0x11});
  EXPECT_FALSE(up());
}

TEST_F(Greeting0, AnEchoWithOneWrongNumberBeginsNothing) {
  Greeting wrong_epoch = echo();
  ++wrong_epoch.to_epoch.value;
  Greeting wrong_incarnation = echo();
  ++wrong_incarnation.to_incarnation.value;
  Greeting no_epoch_of_its_own = echo();
  no_epoch_of_its_own.from_epoch = {};
  Greeting no_incarnation = echo();
  no_incarnation.from_incarnation = {};
  Greeting somebody_else = echo();
  somebody_else.from = 2;
  for (const Greeting& words :
       {wrong_epoch, wrong_incarnation, no_epoch_of_its_own, no_incarnation, somebody_else})
    grid_.put(0, greeting(words));
  EXPECT_EQ(grid_[0].told, Told{});
}

TEST_F(Greeting0, AnOfferBeginsOneSessionOnly) {
  const Greeting words = echo();
  grid_.put(0, greeting(words));
  Greeting again = words;
  again.from_epoch = {0x33};
  grid_.put(0, greeting(again));
  grid_.put(0, greeting(again));
  EXPECT_EQ(grid_[0].told, (Told{"up 1", "down 1 peer left"}))
      << "who knows the session's epoch is the peer, and has begun anew; so must we";
  EXPECT_NE(said().from_epoch, words.to_epoch);
  grid_.put(0, greeting(echo()));
  EXPECT_EQ(grid_[0].told.back(), "up 1");
}

TEST_F(Greeting0, AGreetingMayHaveBeenMissedSoThatAWordOfTheSessionIsTheProof) {
  // Node 0 answers and echoes the epoch, but the peer may not be able to read yet.
  grid_.put(0, greeting({}));
  grid_.put(0, greeting(echo()));
  ASSERT_TRUE(up());
  EXPECT_NE(said().first, 0u);
}

TEST_F(Greeting0, ASessionWhoseFirstRecordsWereLostDoesNotBegin) {
  const wire::Envelope offered = said();
  const Message late = numbered(greeting(echo()), 2);
  grid_.put(0, late);
  EXPECT_EQ(grid_[0].told, Told{});
  EXPECT_EQ(said().to_epoch, late.envelope.from_epoch) << "the peer is told that it was not heard";
  EXPECT_NE(said().from_epoch, offered.from_epoch) << "and gets another offer";
  grid_.put(0, greeting(echo()));
  EXPECT_EQ(grid_[0].told, Told{"up 1"});
}

TEST_F(Greeting0, APeerThatIsMuteAfterAnEndIsDialledAnew) {
  grid_.put(0, greeting(echo()));
  Greeting next{.from_incarnation = {0xbad}, .from_epoch = {0x33}};
  // Node 0 answers with an offer for the session after the present one.
  grid_.put(0, greeting(next));
  next.to_incarnation = said().from_incarnation;
  next.to_epoch = said().from_epoch;
  const Message late = numbered(greeting(next), 2);
  const std::size_t dials = grid_.asked(0, 1).dials.size();
  grid_.put(0, late);
  ASSERT_EQ(grid_[0].told, (Told{"up 1", "down 1 peer left"}));
  grid_.run(1s + 2ms);
  EXPECT_EQ(grid_.asked(0, 1).dials.size(), dials + 1);
}

TEST_F(Greeting0, WithoutAConnectionOfOurOwnNothingBegins) {
  const Greeting words = echo();
  grid_.block(0, 1);
  grid_.break_connection(0, 1);
  grid_.run(1ms);
  ASSERT_FALSE(grid_.connected(0, 1));
  grid_.put(0, greeting(words));
  grid_.put(0, greeting({.from = 2, .to_incarnation = grid_.links(0).incarnation()}));
  EXPECT_EQ(grid_[0].told, Told{});
}

TEST_F(Greeting0, AFloodOfForgedGreetingsGetsABoundedNumberOfAnswers) {
  grid_.run(130ms);  // now a ping interval begins
  const std::size_t before = words();
  for (std::uint64_t i = 1; i <= 10000; ++i)
    grid_.put(0, greeting({.from_incarnation = {i}, .from_epoch = {i}}));
  EXPECT_LE(words() - before, 8u);
  grid_.run(1s);
  for (std::uint64_t i = 1; i <= 10000; ++i)
    grid_.put(0, greeting({.from_incarnation = {i}, .from_epoch = {i}}));
  EXPECT_LE(words() - before, 40u);
  EXPECT_GT(words() - before, 8u) << "the next interval has its own answers";
}

TEST(ForgedMessages, AFloodDoesNotKeepTheRealPeerOut) {
  Grid grid(2);
  grid.start(0);
  const auto flood = [&] {
    for (std::uint64_t i = 1; i <= 20; ++i)
      grid.put(0, greeting({.from_incarnation = {i}, .from_epoch = {i}}));
  };
  for (int i = 0; i < 50; ++i, grid.run(1ms)) flood();
  grid.start(1);
  for (int i = 0; i < 200; ++i, grid.run(1ms)) flood();
  EXPECT_TRUE(grid.all_up());
}

TEST(ForgedMessages, ForAnAbsentPeerDialNotMoreThanABoundedNumberOfTimes) {
  Grid grid(2);
  grid.start(0);
  grid.run(5s);
  const std::size_t before = grid.asked(0, 1).dials.size();
  for (int i = 0; i < 1000; ++i, grid.run(1ms)) grid.put(0, greeting({}));
  EXPECT_LE(grid.asked(0, 1).dials.size() - before, 8u * 9u);
  EXPECT_EQ(grid[0].told, Told{});
}

TEST(ForgedMessages, ForAnAbsentPeerDoNotDialFasterThanEveryOtherMillisecond) {
  Grid grid(2);
  grid.start(0);
  grid.run(5s);
  const std::size_t before = grid.asked(0, 1).dials.size();
  for (int i = 0; i < 8; ++i, grid.run(1ms)) grid.put(0, greeting({}));
  EXPECT_LE(grid.asked(0, 1).dials.size() - before, 5u);
}

TEST(ForgedMessages, NeitherEndASessionNorBeginOne) {
  Grid grid(2);
  grid.start_all();
  grid.run(10ms);
  const auto session = grid.links(0).state(id(1)).session;
  const base::Incarnation own = grid.links(0).incarnation();
  const base::Incarnation peer = grid.links(1).incarnation();
  for (const base::Incarnation claimed : {peer, base::Incarnation{0xbad}, own})
    for (const base::Epoch epoch : {base::Epoch{0xbad}, session->peer})
      for (const base::Incarnation to : {own, base::Incarnation{}, base::Incarnation{7}})
        for (const base::Epoch echoed : {base::Epoch{}, base::Epoch{0xbad}, session->peer}) {
          grid.put(0, greeting({.from_incarnation = claimed,
                                .from_epoch = epoch,
                                .to_incarnation = to,
                                .to_epoch = echoed}));
          grid.run(20ms);
        }
  grid.run(2s);
  EXPECT_EQ(grid[0].told, Told{"up 1"});
  EXPECT_EQ(grid[1].told, Told{"up 0"});
  EXPECT_EQ(grid.links(0).state(id(1)).session, session);
}

TEST(ForgedMessages, ARecordIsDeliveredOnlyWithAllFourNumbersRight) {
  for (int wrong = 0; wrong <= 4; ++wrong) {
    Grid grid(2);
    grid.start_all();
    grid.run(10ms);
    wire::Envelope e = in_session(grid, 1, 0, 1, 1);
    if (wrong == 1) e.from_incarnation.value ^= 1;
    if (wrong == 2) e.to_incarnation.value ^= 1;
    if (wrong == 3) e.from_epoch.value ^= 1;
    if (wrong == 4) e.to_epoch.value ^= 1;
    grid.put(0, {e, body_of(id(1), {"forged"})});
    EXPECT_EQ(grid[0].heard_from(1), wrong == 0 ? Told{"forged"} : Told{}) << wrong;
  }
}

TEST(Grids, OfAnotherNameOrSizeNeverSeeEachOtherAndBothSayWhy) {
  for (const bool other_name : {true, false}) {
    Grid grid(3, [other_name](link::Config& config) {
      if (config.self != id(2)) return;
      if (other_name)
        config.grid = "blue";
      else
        config.nodes = 4;
    });
    grid.start_all();
    grid.run(5s);
    for (int node = 0; node < 2; ++node) {
      EXPECT_TRUE(grid.up(node, 1 - node));
      EXPECT_FALSE(grid.up(node, 2));
      EXPECT_FALSE(grid.up(2, node));
      const std::string its = other_name ? "3 nodes with the name blue" : "4 nodes without a name";
      const std::string text = "a greeting from node 2 of another grid: it is in a grid of " + its +
                               ", this node is in a grid of 3 nodes without a name";
      EXPECT_GT(grid[node].happened.with(text), 0);
      EXPECT_LE(grid[node].happened.with("another grid"), 3) << "by tally";
    }
    EXPECT_GT(grid[2].happened.with("a greeting from node"), 0);
  }
}

TEST(Grids, ANodeThatIsBeyondThisGridIsNamedAsOneOfAnother) {
  Grid grid(2);
  grid.start_all();
  grid.put(0, greeting({.from = 7, .nodes = 8}));
  EXPECT_EQ(grid[0].happened.with("a greeting from node 7 of another grid: it is in a grid of 8 "
                                  "nodes without a name, this node is in a grid of 2 nodes"),
            1);
  EXPECT_EQ(grid[0].happened.with("outside this grid"), 0);
}

TEST_F(Greeting0, AGreetingWithoutAValidHelloRecordIsDropped) {
  for (const char* text : {"hi 3 ", "hello 3", "hello 03 ", "hello 3 a b"}) {
    Message words = greeting(echo());
    words.body = body_of(id(1), {text});
    grid_.put(0, words);
  }
  Message ping = greeting(echo());
  ping.body = wire::ping_body(id(1));
  grid_.put(0, ping);
  EXPECT_FALSE(up());
  EXPECT_EQ(grid_[0].happened.with("a greeting without a valid hello record"), 1);
}

class TwoProcesses : public ::testing::Test {
 protected:
  TwoProcesses() : grid_(2) {
    grid_.start_all();
    grid_.run(10ms);
  }
  /// A second process with id 1 greets node 0 again and again, as nodes do.
  void another_greets(base::Duration duration, std::uint64_t incarnation = 0xbad) {
    for (base::Duration passed{}; passed < duration; passed += 100ms, grid_.run(100ms))
      grid_.put(0, greeting({.from_incarnation = {incarnation}, .nodes = 2}));
  }
  long named() { return grid_[0].happened.with("a second process with this id"); }

  Grid grid_;
};

TEST_F(TwoProcesses, OfOneIdAreNamedByTally) {
  another_greets(2s);
  EXPECT_EQ(named(), 1);
  EXPECT_EQ(grid_[0].happened.with("incarnation 0000000000000bad greets while"), 1);
  another_greets(10s);
  EXPECT_EQ(named(), 2) << "the 1st and the 10th time";
  EXPECT_EQ(grid_[0].told, Told{"up 1"});
}

TEST_F(TwoProcesses, AreNotSuspectedWhenOneFollowsTheOther) {
  for (int life = 0; life < 300; ++life) {
    grid_.links(1).broadcast("words that arrive late");
    grid_.turn(1);
    const std::vector<Message> late = grid_.intercept(1, 0);
    grid_.kill(1);
    if (life % 3 == 0) grid_.run(1ms);
    grid_.start(1);
    grid_.run(1ms);
    for (const Message& message : late) grid_.put(0, message);
    ASSERT_TRUE(grid_.run_until([&] { return grid_.all_up(); }, 3s)) << life;
    if (life % 5 == 0) grid_.run(700ms);
  }
  EXPECT_EQ(named(), 0);
}

}  // namespace
}  // namespace ovid::test
