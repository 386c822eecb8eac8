// The master port: lines that are divided anywhere, lines that never end, bytes of every kind,
// clients that connect and leave in every way, and a client that does not read.

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include "door.hpp"
#include "patience.hpp"
#include "tcp.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ovid/wire/master_line.hpp"

namespace ovid::net_test {
namespace {

constexpr std::size_t kLine = wire::kLineBytesMax;

TEST(MasterDoor, ALineMayComeByteByByte) {
  Door door;
  Tcp client = door.connect();
  for (const char c : std::string("hello\nwor")) {
    ASSERT_TRUE(client.send(std::string(1, c)));
    // The answer to another client shows that the byte was processed.
    EXPECT_EQ(door.connect().ask("x"), "1:x");
  }
  EXPECT_EQ(client.line(), "5:hello");
  EXPECT_EQ(client.ask("ld"), "5:world");
}

TEST(MasterDoor, ManyLinesInOnePieceAreAnsweredInOrder) {
  Door door;
  Tcp client = door.connect();
  std::string lines;
  for (int i = 0; i < 10000; ++i) lines += fmt::format("{}\n", i);
  std::thread sender([&] { client.send(lines); });
  for (int i = 0; i < 10000; ++i)
    ASSERT_EQ(client.line(), fmt::format("{}:{}", std::to_string(i).size(), i));
  sender.join();
}

TEST(MasterDoor, EmptyLinesNulBytesAndBothLineEndsAreLines) {
  Door door;
  Tcp client = door.connect();
  ASSERT_TRUE(client.send(std::string("\n\r\n\0\n a\0b \r\r\nc\rd\n", 17)));
  EXPECT_EQ(client.line(), "0:");
  EXPECT_EQ(client.line(), "0:");
  EXPECT_EQ(client.line(), std::string("1:\0", 3));
  EXPECT_EQ(client.line(), std::string("6: a\0b \r", 8));
  EXPECT_EQ(client.line(), "3:c\rd");
}

TEST(MasterDoor, ALineOfTheMaximumLengthIsAccepted) {
  Door door;
  Tcp client = door.connect();
  ASSERT_TRUE(client.send(std::string(kLine, 'x') + "\n"));
  EXPECT_EQ(client.line(), fmt::format("{}:{}", kLine, std::string(40, 'x')));
}

TEST(MasterDoor, TheEndOfALineDoesNotCountTowardsItsLength) {
  Door door;
  Tcp client = door.connect();
  ASSERT_TRUE(client.send(std::string(kLine, 'x') + "\r\n"));
  EXPECT_EQ(client.line(), fmt::format("{}:{}", kLine, std::string(40, 'x')));
}

TEST(MasterDoor, ALongerLineGetsOneErrorAndIsSkippedToItsEnd) {
  for (const std::size_t excess : {std::size_t{1}, std::size_t{2}, 5 * kLine}) {
    Door door;
    Tcp client = door.connect();
    ASSERT_TRUE(client.send("before\n" + std::string(kLine + excess, 'x') + "\nafter\n"));
    EXPECT_EQ(client.line(), "6:before");
    EXPECT_EQ(client.line(), fmt::format("error line longer than {} bytes", kLine));
    EXPECT_EQ(client.line(), "5:after");
  }
}

TEST(MasterDoor, ALineThatNeverEndsGetsAnErrorAtTheLimitAndDelaysNoOtherClient) {
  Door door;
  Tcp endless = door.connect();
  ASSERT_TRUE(endless.send(std::string(4 * kLine, 'x')));
  EXPECT_TRUE(endless.line().starts_with("error"));
  EXPECT_EQ(door.connect().ask("other"), "5:other");
  ASSERT_TRUE(endless.send(std::string(4 * kLine, 'x')));
  EXPECT_EQ(door.connect().ask("other"), "5:other");
  EXPECT_EQ(endless.ask("\nend"), "3:end");
}

TEST(MasterDoor, ManyOverlongLinesDoNotFillTheLog) {
  Door door;
  Tcp client = door.connect();
  const std::string line = std::string(kLine + 1, 'x') + "\n";
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(client.send(line));
    ASSERT_TRUE(client.line().starts_with("error"));
  }
  EXPECT_LE(door.log_lines(), 5);
}

TEST(MasterDoor, SeveralClientsAreServedAtTheSameTime) {
  Door door;
  std::vector<Tcp> clients;
  for (int i = 0; i < 100; ++i) clients.push_back(door.connect());
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < clients.size(); ++i) clients[i].send(fmt::format("client {}\n", i));
    for (std::size_t i = 0; i < clients.size(); ++i)
      EXPECT_TRUE(clients[i].line().ends_with(fmt::format(":client {}", i)));
  }
  EXPECT_EQ(door.connections(), clients.size());
}

TEST(MasterDoor, NothingIsLeftOfClosedConnections) {
  Door door;
  for (int i = 0; i < 300; ++i) {  // combines all ways to leave with all states of a connection
    Tcp client = door.connect();
    if (i % 2 == 0) client.send("big 1\n");
    if (i % 3 == 0) client.send("a question\nhalf a line");
    if (i % 4 == 0) client.send(std::string(kLine + 1, 'x'));
    if (i % 5 == 0) client.reset();
  }
  Tcp last = door.connect();
  EXPECT_EQ(last.ask("still there?"), "12:still there?");
  EXPECT_TRUE(eventually([&] { return door.connections() == 1; })) << door.connections();
}

TEST(MasterDoor, AClientThatDoesNotReadDelaysNoOther) {
  Door door;
  Tcp deaf = door.connect();
  deaf.narrow();
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(deaf.send("big 200\n"));
  Tcp other = door.connect();
  std::vector<std::chrono::nanoseconds> waits;
  for (int i = 0; i < 100; ++i) {
    const auto asked = std::chrono::steady_clock::now();
    ASSERT_EQ(other.ask("hello"), "5:hello");
    waits.push_back(std::chrono::steady_clock::now() - asked);
  }
  std::nth_element(waits.begin(), waits.begin() + 50, waits.end());
  EXPECT_LT(waits[50], 10ms);
  EXPECT_EQ(door.connections(), 2u);
}

TEST(MasterDoor, ALongAnswerArrivesWholeAndBeforeTheNext) {
  Door door;
  Tcp client = door.connect();
  ASSERT_TRUE(client.send("big 50\nnext\n\n"));
  const std::string answers = client.line();
  EXPECT_EQ(answers, std::string(std::size_t{50} << 20, 'm') + "4:next");
}

TEST(MasterDoor, AClientThatSendsOnAndReadsNothingIsDisconnectedOnce) {
  Door door;
  Tcp deaf = door.connect();
  deaf.narrow();
  for (int i = 0; i < 40; ++i) deaf.send("big 200\n");
  for (int i = 0; i < 3000; ++i) deaf.send(std::string(1023, 'x') + "\n");
  EXPECT_TRUE(eventually([&] { return door.log_lines() > 0; }));
  EXPECT_EQ(door.connect().ask("other"), "5:other");
  // The stream ends, because the door closes the connection when its queue moves again.
  deaf.rest();
  EXPECT_TRUE(eventually([&] { return door.connections() == 0; })) << door.connections();
  EXPECT_EQ(door.log_lines(), 1);
}

TEST(MasterDoor, AClientThatReadsLateGetsAllAnswersInOrder) {
  Door door;
  Tcp late = door.connect();
  late.narrow();
  std::string questions;
  std::string answers;
  for (int i = 0; i < 6000; ++i) {  // far more than the node and TCP buffer for one client
    const std::string question = fmt::format("wide {}", i);
    questions += question + "\n";
    answers += Door::wide(question);
  }
  ASSERT_TRUE(late.send(questions));
  EXPECT_EQ(door.connect().ask("other"), "5:other");
  EXPECT_TRUE(late.take(answers.size()) == answers);
  EXPECT_EQ(door.log_lines(), 0);
}

TEST(MasterDoor, LinesThatAreNotWantedNowAreReadLater) {
  Door door;
  Tcp client = door.connect();
  ASSERT_EQ(client.ask("enough"), "6:enough");  // no other line was left over in this turn
  ASSERT_EQ(client.ask("hello"), "5:hello");
  ASSERT_TRUE(client.send("enough\na\nenough\nenough\nb\nenoug"));
  for (const char* answer : {"6:enough", "1:a", "6:enough", "6:enough", "1:b"})
    ASSERT_EQ(client.line(), answer);
  ASSERT_EQ(door.connect().ask("other"), "5:other");
  ASSERT_EQ(client.ask("h"), "6:enough");
}

TEST(MasterDoor, AClientWithLongAnswersDoesNotDelayOthers) {
  Door door;
  Tcp greedy = door.connect();
  std::atomic<bool> over{false};
  constexpr std::size_t kMebibytes = 1000;
  ASSERT_TRUE(greedy.send(fmt::format("big {0}\nbig {0}\n", kMebibytes / 2)));
  std::thread reader([&] {
    greedy.swallow(kMebibytes << 20);
    over = true;
  });
  Tcp other = door.connect();
  auto longest = 0ns;
  while (!over) {
    const auto asked = std::chrono::steady_clock::now();
    ASSERT_EQ(other.ask("hello"), "5:hello");
    longest = std::max<std::chrono::nanoseconds>(longest, std::chrono::steady_clock::now() - asked);
  }
  reader.join();
  RecordProperty("longest_ms", static_cast<int>(longest / 1ms));
  EXPECT_LT(longest, 100ms);
}

/// No thread runs the door: the test makes its turns.
class UnwantedLines : public ::testing::Test {
 protected:
  UnwantedLines()
      : door_(context_, {.port = ports_.master(0), .connections_max = 2}, log_.stream) {}

  void turn(bool wanted) {
    const auto on_line = [this](base::ClientId, std::string_view line) {
      heard_.emplace_back(line);
      return true;
    };
    if (wanted) door_.read_held(on_line);
    door_.receive_some(on_line, 32, wanted);
    door_.flush();
  }
  bool connected(std::size_t count) {
    return eventually([&] {
      turn(false);
      return door_.connections() == count;
    });
  }

  Ports ports_;
  LogLines log_;
  zmq::context_t context_ = net::make_context();
  net::MasterDoor door_;
  std::vector<std::string> heard_;
};

TEST_F(UnwantedLines, AreHeldInTheirOrderAndNewClientsAreNoticed) {
  Tcp first(ports_.master(0));
  ASSERT_TRUE(first.send("a\nb\nc"));
  ASSERT_TRUE(connected(1));
  Tcp second(ports_.master(0));
  ASSERT_TRUE(connected(2));
  Tcp third(ports_.master(0));
  EXPECT_TRUE(eventually([&] {
    turn(false);
    return log_.count == 1;
  })) << "one too many is disconnected";
  EXPECT_EQ(door_.connections(), 2u);
  EXPECT_TRUE(heard_.empty());
  EXPECT_FALSE(door_.holds_much());
  ASSERT_TRUE(first.send("\nd\n"));
  EXPECT_TRUE(eventually([&] {
    turn(true);
    return heard_.size() == 4;
  }));
  EXPECT_EQ(heard_, (std::vector<std::string>{"a", "b", "c", "d"}));
}

TEST_F(UnwantedLines, AreReadFromTheSocketUpToALimitOnly) {
  Tcp flood(ports_.master(0));
  constexpr std::size_t kLines = std::size_t{32} << 10;
  std::string lines;
  for (std::size_t i = 0; i < kLines; ++i) lines += std::string(1023, 'x') + '\n';
  std::thread sender([&] { flood.send(lines); });
  EXPECT_TRUE(eventually([&] {
    turn(false);
    return door_.holds_much();
  }));
  for (int i = 0; i < 1000; ++i) turn(false);
  EXPECT_TRUE(heard_.empty());
  EXPECT_TRUE(eventually([&] {
    turn(true);
    return heard_.size() == kLines;
  }));
  sender.join();
}

}  // namespace
}  // namespace ovid::net_test
