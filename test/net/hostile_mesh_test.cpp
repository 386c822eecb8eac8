// Programs that are no nodes send messages to the mesh port. Whatever they send, the set of peers
// that a node sees as alive does not change, broadcasts arrive, and the log stays short.

#include <atomic>
#include <optional>
#include <random>

#include "grid.hpp"
#include "patience.hpp"
#include "stranger.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ovid/wire/body.hpp"

namespace ovid::net_test {
namespace {

using Strings = std::vector<std::string>;

class HostileMesh : public testing::Test {
 protected:
  /// Maximum number of lines that the garbage of one test may add to one node's log.
  static constexpr std::size_t kLogLinesMax = 25;

  void SetUp() override {
    ASSERT_TRUE(grid_.all_see_all());
    remember();
  }

  void TearDown() override {
    if (HasFatalFailure()) return;
    expect_undisturbed();
    everybody_speaks();
  }

  /// Stores the present state. From now on, nothing may change.
  void remember() {
    for (int id = 0; id < grid_.size(); ++id) {
      if (!grid_.running(id)) continue;
      changes_[id] = grid_.witness(id).changes();
      log_lines_[id] = grid_.witness(id).log_lines();
    }
  }

  void expect_undisturbed() {
    for (const auto& [id, changes] : changes_) {
      const Witness& witness = grid_.witness(id);
      EXPECT_EQ(witness.changes(), changes) << "node " << id << "\n" << witness.log();
      EXPECT_LE(witness.log_lines(), log_lines_[id] + kLogLinesMax) << witness.log();
      EXPECT_EQ(witness.strays(), 0);
    }
  }

  /// Every node broadcasts a text. All others receive it, and they never received any other text.
  void everybody_speaks() {
    ++said_;
    for (const auto& [id, unused] : changes_)
      ASSERT_TRUE(grid_.client(id).send(fmt::format("broadcast word {}\n", said_)));
    Strings expected;
    for (int i = 1; i <= said_; ++i) expected.push_back(fmt::format("word {}", i));
    for (const auto& [here, unused] : changes_)
      for (const auto& [from, unused_too] : changes_)
        if (here != from) {
          EXPECT_TRUE(eventually([&, here = here, from = from] {
            return grid_.witness(here).received(from).size() >= expected.size();
          }));
          EXPECT_EQ(grid_.witness(here).received(from), expected);
        }
  }

  /// Forged messages in the name of node 1, with every number that an attacker can know. That is
  /// all numbers except node 0's epoch, which is sent to node 1's port only.
  std::vector<wire::Envelope> forgeries(std::uint64_t guess) {
    std::vector<wire::Envelope> all;
    const wire::Envelope real = grid_.genuine(1, 0);
    for (const std::uint64_t to_epoch : {std::uint64_t{0}, guess})
      for (const auto from_epoch : {real.from_epoch, base::Epoch{guess}, base::Epoch{0}})
        for (const auto from : {real.from_incarnation, base::Incarnation{guess}})
          for (const auto to : {real.to_incarnation, base::Incarnation{0}}) {
            wire::Envelope e = real;
            e.to_epoch = {to_epoch};
            e.from_epoch = from_epoch;
            e.from_incarnation = from;
            e.to_incarnation = to;
            all.push_back(e);
          }
    return all;
  }

  Grid grid_{3};
  std::map<int, std::size_t> changes_;
  std::map<int, std::size_t> log_lines_;
  int said_ = 0;
};

/// Sends greetings in another node's name to one node, as fast as it handles them, on a thread of
/// its own.
class Flood {
 public:
  Flood(Grid& grid, int victim, int in_whose_name)
      : stranger_(grid, victim), thread_([this, victim, in_whose_name] {
          const std::string body = hello_body(in_whose_name);
          for (std::uint64_t i = 1; !over_; ++i)
            stranger_.say(hello(in_whose_name, victim, i, i), body);
        }) {}
  ~Flood() {
    over_ = true;
    thread_.join();
  }
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

 private:
  Stranger stranger_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

TEST_F(HostileMesh, EmptyFramesDoNoHarm) {
  Stranger stranger(grid_, 0);
  for (std::size_t frames : {1, 2, 3, 7}) stranger.say(Strings(frames, ""));
  stranger.say({text_of(grid_.genuine(1, 0)), ""});
  stranger.say({"", body_of({"msg 1 x"})});
  EXPECT_TRUE(stranger.heard());
}

TEST_F(HostileMesh, AMessageWithoutExactlyTwoFramesIsDropped) {
  Stranger stranger(grid_, 0);
  const std::string envelope = text_of(grid_.genuine(1, 0));
  const std::string body = body_of({"msg 1 forged"});
  stranger.say({envelope});
  stranger.say({envelope, body, body});
  stranger.say({"", envelope, body});
  Strings many(100, body);
  many.front() = envelope;
  stranger.say(many);
  EXPECT_TRUE(stranger.heard());
}

TEST_F(HostileMesh, EnvelopesOfTheWrongSizeMagicVersionOrChecksumAreDropped) {
  Stranger stranger(grid_, 0);
  const std::string good = text_of(grid_.genuine(1, 0));
  Strings bad;
  for (std::size_t size = 0; size < good.size(); ++size) bad.push_back(good.substr(0, size));
  for (const std::size_t excess : {1, 64, 1 << 16}) bad.push_back(good + std::string(excess, 'x'));
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    bad.push_back(good);
    bad.back()[bit / 8] = static_cast<char>(good[bit / 8] ^ (1 << bit % 8));
  }
  for (const std::string& envelope : bad) stranger.say({envelope, body_of({"msg 1 forged"})});
  ASSERT_TRUE(stranger.heard());
  const auto as_bad = [](const observe::Dropped& dropped) {
    return dropped.reason == observe::DropReason::Malformed ||
           dropped.reason == observe::DropReason::OtherVersion;
  };
  EXPECT_EQ(grid_.witness(0).count<observe::Dropped>(-1, as_bad), bad.size());
}

TEST_F(HostileMesh, AnotherVersionIsRefusedAndNamed) {
  Stranger stranger(grid_, 0);
  std::string other = text_of(grid_.genuine(1, 0));
  for (int i = 0; i < 10; ++i) {
    other[4] = i < 9 ? 1 : 2;
    stranger.say({other, body_of({"msg 1 forged"})});
  }
  ASSERT_TRUE(stranger.heard());
  const auto refused = [this](const std::string& named, std::uint64_t count) {
    const observe::Dropped event{{}, observe::DropReason::OtherVersion, named, count};
    return grid_.witness(0).count<observe::Dropped>(
        -1, [&](const observe::Dropped& dropped) { return dropped == event; });
  };
  EXPECT_EQ(refused("a message of wire version 1, this node speaks 3", 1), 1u);
  EXPECT_EQ(refused("a message of wire version 2, this node speaks 3", 10), 1u);
}

TEST_F(HostileMesh, MalformedBodiesInASessionDeliverNothing) {
  Stranger stranger(grid_, 0);
  wire::Envelope real = grid_.genuine(1, 0);  // as if an attacker had learned all four numbers
  const auto say = [&](std::uint16_t count, const std::string& body) {
    real.count = count;
    stranger.say(real, body);
  };
  const std::string record = body_of({"msg 1 forged"});
  for (const int count : {0, 2, 0x7fff, 0xffff}) say(static_cast<std::uint16_t>(count), record);
  for (std::size_t size = 0; size < record.size(); ++size) say(1, record.substr(0, size));
  say(1, std::string("\xff\xff\xff\xff", 4) + "msg 1 forged");
  say(2, record + std::string("\x00\x00\x00\x80", 4));
  for (const char* other : {"msg 2 forged", "msg 0 forged", "msg 01 forged", "msg", "msg ", "",
                            "ping", "ping 2", "ping 1 ", "PING 1", "quit 1", "msg  1 forged"})
    say(1, body_of({other}));
  say(2, body_of({"ping 1", "msg 1 forged"}));
  say(2, body_of({"msg 1 forged", "ping 1"}));
  say(2, body_of({"msg 1 forged", "msg 2 forged"}));
  EXPECT_TRUE(stranger.heard());
}

TEST_F(HostileMesh, AcknowledgementsOfWhatWasNeverSentAreDropped) {
  Stranger stranger(grid_, 0);
  wire::Envelope real = grid_.genuine(1, 0);
  for (const std::uint64_t ack : {std::uint64_t{1}, std::uint64_t{1} << 32, ~std::uint64_t{0}}) {
    real.ack = ack;
    stranger.say(real, body_of({"msg 1 forged"}));
  }
  EXPECT_TRUE(stranger.heard());
}

TEST_F(HostileMesh, AFrameThatIsTooLargeEndsItsConnectionOnly) {
  Stranger stranger(grid_, 0);
  for (const std::size_t bytes :
       {wire::kBodyBytesMax, wire::kBodyBytesMax + 1, 8 * wire::kBodyBytesMax}) {
    stranger.say(grid_.genuine(1, 0), std::string(bytes, 'x'));
    EXPECT_TRUE(stranger.heard());  // possibly over a new connection
  }
}

TEST_F(HostileMesh, RandomFramesDoNoHarm) {
  constexpr std::uint64_t kSeed = 20240817;
  std::mt19937_64 random(kSeed);
  Stranger stranger(grid_, 0);
  const std::string body = body_of({"msg 1 forged", "msg 1 twice"});
  for (int i = 0; i < 5000; ++i) {
    wire::Envelope e = grid_.genuine(1, 0);
    // Only the node itself knows its epoch, so the forged one is always wrong.
    e.to_epoch.value ^= random() | 1;
    if (random() % 2 == 0) e.from.value = static_cast<std::uint16_t>(random());
    if (random() % 2 == 0) e.to.value = static_cast<std::uint16_t>(random());
    if (random() % 2 == 0) e.from_epoch.value = random();
    if (random() % 2 == 0) e.from_incarnation.value = random();
    if (random() % 2 == 0) e.to_incarnation.value = random();
    e.first = random() >> random() % 64;
    e.ack = random() >> random() % 64;
    e.count = static_cast<std::uint16_t>(random() >> random() % 64);
    std::string envelope = text_of(e);
    if (random() % 4 == 0) envelope[random() % envelope.size()] = static_cast<char>(random());
    std::string records = body;
    records[random() % records.size()] = static_cast<char>(random());
    stranger.say({envelope, records.substr(0, random() % (records.size() + 1))});
  }
  EXPECT_TRUE(stranger.heard()) << "seed " << kSeed;
}

TEST_F(HostileMesh, AProgramThatClaimsAPeersIdAndIncarnationIsNotBelieved) {
  Stranger stranger(grid_, 0);
  for (std::uint64_t guess = 1; guess <= 50; ++guess)
    for (const wire::Envelope& forged : forgeries(guess)) {
      stranger.say(forged, body_of({"msg 1 forged"}));
      stranger.say(forged, body_of({"ping 1"}));
      wire::Envelope greeting = forged;
      greeting.first = 0;
      greeting.greeting = true;
      stranger.say(greeting, hello_body(1));
    }
  EXPECT_TRUE(stranger.heard());
}

TEST_F(HostileMesh, MessagesToOrFromUnknownNodesAreDropped) {
  Stranger stranger(grid_, 0);
  for (const int from : {0, 1, 2, 3, 999, 65535})
    for (const int to : {0, 1, 2, 3, 999, 65535}) {
      wire::Envelope e = grid_.genuine(1, 0);
      if (from == 1 && to == 0) continue;
      e.from = {static_cast<std::uint16_t>(from)};
      e.to = {static_cast<std::uint16_t>(to)};
      stranger.say(e, body_of({fmt::format("msg {} forged", from)}));
      stranger.say(hello(from, to, 7, 7), hello_body(from));
    }
  EXPECT_TRUE(stranger.heard());
}

TEST_F(HostileMesh, ARecordedMessageIsNotDeliveredTwice) {
  everybody_speaks();
  const wire::Envelope recorded = grid_.genuine(1, 0);
  Stranger stranger(grid_, 0);
  for (int i = 0; i < 100; ++i) stranger.say(recorded, body_of({"msg 1 word 1"}));
  EXPECT_TRUE(stranger.heard());
}

TEST_F(HostileMesh, AMessageOfAnEndedSessionIsNotDelivered) {
  const wire::Envelope to_0 = grid_.genuine(1, 0);
  const wire::Envelope from_0 = grid_.genuine(0, 1);
  grid_.end(1);
  ASSERT_TRUE(grid_.all_see_all());
  grid_.start(1);
  ASSERT_TRUE(grid_.all_see_all());
  remember();
  Stranger at_0(grid_, 0);
  Stranger at_1(grid_, 1);
  for (int i = 0; i < 100; ++i) {
    at_0.say(to_0, body_of({"msg 1 stale"}));
    at_0.say(to_0, body_of({"ping 1"}));
    at_1.say(from_0, body_of({"msg 0 stale"}));
    at_1.say(from_0, body_of({"ping 0"}));
  }
  EXPECT_TRUE(at_0.heard());
  EXPECT_TRUE(at_1.heard());
}

TEST_F(HostileMesh, AFloodOfForgedGreetingsStopsNoRecords) {
  std::vector<std::unique_ptr<Stranger>> strangers;
  for (const int victim : {0, 0, 1, 2})
    strangers.push_back(std::make_unique<Stranger>(grid_, victim));
  std::uint64_t invented = 1;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 500; ++i, ++invented)
      for (const auto& stranger : strangers)
        for (const int from : {0, 1, 2})
          for (const int to : {0, 1, 2})
            stranger->say(hello(from, to, invented, invented), hello_body(from));
    everybody_speaks();
  }
  for (const auto& stranger : strangers) EXPECT_TRUE(stranger->heard());
}

TEST_F(HostileMesh, APeerComesBackWhileItsGreetingsAreForged) {
  for (int i = 0; i < 3; ++i) {
    {
      const Flood at_0(grid_, 0, 1);
      const Flood at_2(grid_, 2, 1);
      grid_.end(1);
      ASSERT_TRUE(grid_.all_see_all());
      grid_.start(1);
      ASSERT_TRUE(grid_.all_see_all());
    }
    said_ = 0;
    grid_.end(0);  // makes the log of every node empty
    grid_.end(2);
    grid_.start(0);
    grid_.start(2);
    ASSERT_TRUE(grid_.all_see_all());
  }
  remember();
}

TEST_F(HostileMesh, AnAbsentPeerIsNotShownAliveBecauseOfForgedMessages) {
  grid_.end(2);
  ASSERT_TRUE(grid_.all_see_all());
  changes_.clear();
  remember();
  Stranger stranger(grid_, 0);
  for (std::uint64_t i = 1; i <= 200; ++i) {
    stranger.say(hello(2, 0, i, i), hello_body(2));
    wire::Envelope e = hello(2, 0, i, i);
    e.to_incarnation = grid_.session(0, 1).here;
    e.to_epoch = {i};
    stranger.say(e, hello_body(2));
    stranger.say(e, body_of({"msg 2 forged"}));
  }
  EXPECT_TRUE(stranger.heard());
  EXPECT_TRUE(grid_.witness(0).received(2).empty());
}

TEST_F(HostileMesh, RawBytesAndBrokenHandshakesDoNoHarm) {
  const std::string greeting =
      std::string("\xff\0\0\0\0\0\0\0\x01\x7f\x03\0NULL", 16) + std::string(48, '\0');
  const std::vector<std::string> openings = {
      "",
      "\n",
      "GET / HTTP/1.1\r\nHost: here\r\n\r\n",
      std::string(100000, '\0'),
      std::string(100000, '\xff'),
      greeting.substr(0, 1),
      greeting.substr(0, 10),
      greeting.substr(0, 12),
      greeting,
      greeting + std::string("\x04\x00", 2),
      greeting + std::string("\x04\xff", 2) + std::string(255, 'R'),
      greeting + std::string("\x06\xff\xff\xff\xff\xff\xff\xff\xff", 9),
      greeting + std::string("\x02\x7f\xff\xff\xff\xff\xff\xff\xff", 9),
      greeting + std::string("\x04\x29\x05READY\x0bSocket-Type\x00\x00\x00\x06ROUTER", 31)};
  std::vector<Tcp> open;
  for (int victim = 0; victim < grid_.size(); ++victim)
    for (const std::string& opening : openings) {
      Tcp(grid_.ports().mesh(victim)).send(opening);  // ends in an orderly way
      Tcp reset(grid_.ports().mesh(victim));
      reset.send(opening);
      reset.reset();
      open.emplace_back(grid_.ports().mesh(victim)).send(opening);  // stays open
    }
  // Connections that stay silent are closed when the time limit for a handshake is over.
  for (Tcp& each : open) each.rest();
  everybody_speaks();
}

TEST_F(HostileMesh, HundredsOfConnectionsOpenedAndClosedDoNoHarm) {
  for (int i = 0; i < 500; ++i) {
    Tcp connection(grid_.ports().mesh(i % grid_.size()));
    if (i % 2 == 0) connection.reset();
    if (i % 100 == 0) everybody_speaks();
  }
}

}  // namespace
}  // namespace ovid::net_test
