// Clients that do not read what they get: replies that they have asked for, and replies that agents
// send them unasked, on timers for example.

#include <atomic>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "door.hpp"
#include "patience.hpp"
#include "tcp.hpp"
#include <gtest/gtest.h>

#include "ovid/net/replies.hpp"

namespace ovid::net_test {
namespace {

using net::Asked;
using net::kUnaskedBytesMax;

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

TEST(Replies, CountWhatNobodyAskedForUntilItIsSent) {
  net::Replies replies;
  const base::Bytes shared = base::Bytes::of(std::string(kMebibyte, 'm'));
  replies.add({base::Bytes::of("a")});
  EXPECT_EQ(replies.unasked(), 0u);
  replies.add({base::Bytes::of("bc"), shared, base::Bytes::of("d")}, Asked::No);
  replies.add({base::Bytes::of("e"), shared});
  EXPECT_EQ(replies.unasked(), 2 + kMebibyte + 1);
  std::string all;
  while (!replies.empty()) {
    const base::Bytes front = replies.front();
    all += front.view();
    replies.pop(front.size());
    if (all.ends_with("d")) {
      EXPECT_EQ(replies.unasked(), 0u);
    }
  }
  EXPECT_TRUE(all == "abc" + std::string(kMebibyte, 'm') + "de" + std::string(kMebibyte, 'm'));
  EXPECT_EQ(replies.unasked(), 0u);
}

TEST(Replies, CountTheLengthThatStandsBeforeThem) {
  net::Replies replies;
  replies.add_with_length({base::Bytes::of("hello\n")}, Asked::No);
  EXPECT_EQ(replies.unasked(), std::string("5-hello").size());
}

/// No thread runs the door: the test makes its turns, and replies between them.
class UnreadReplies : public ::testing::Test {
 protected:
  UnreadReplies() : door_(context_, {.port = ports_.master(0)}, log_.stream) {}

  void turn() {
    const auto on_line = [this](base::ClientId client, std::string_view line) {
      client_ = client;
      lines_.emplace_back(line);
      if (line == "ask") door_.reply(client, answer_);
      return true;
    };
    door_.read_held(on_line);
    door_.receive_some(on_line, 32, true);
    door_.flush();
  }
  bool heard(std::size_t lines) {
    return eventually([&] {
      turn();
      return lines_.size() == lines;
    });
  }
  /// A client that has sent this line.
  Tcp connect(const std::string& line) {
    Tcp client(ports_.master(0));
    client.narrow();
    EXPECT_TRUE(client.send(line + "\n"));
    EXPECT_TRUE(heard(lines_.size() + 1));
    return client;
  }
  /// Reads so many bytes while the door has its turns.
  std::string take(Tcp& client, std::size_t bytes) {
    std::atomic<bool> over{false};
    std::string taken;
    std::thread reader([&] {
      taken = client.take(bytes);
      over = true;
    });
    while (!over) turn();
    reader.join();
    return taken;
  }
  /// Sends this text unasked, again and again, until the client is disconnected. Returns how many
  /// bytes that were.
  std::size_t pile_up(const base::Rope& text) {
    std::size_t bytes = 0;
    for (; log_.count == 0 && bytes < 4 * kUnaskedBytesMax; bytes += base::size_of(text)) {
      door_.reply(client_, text);
      turn();
    }
    return bytes;
  }
  base::Rope mebibytes(std::size_t count) const { return base::Rope(count, mebibyte_); }

  const base::Bytes mebibyte_ = base::Bytes::of(std::string(kMebibyte, 'm'));
  Ports ports_;
  LogLines log_;
  zmq::context_t context_ = net::make_context();
  net::MasterDoor door_;
  base::Rope answer_;  // to the line `ask`
  base::ClientId client_{};
  std::vector<std::string> lines_;
};

/// What libzmq and the kernel take for a client that does not read.
constexpr std::size_t kOnTheWayMax = 24 * kMebibyte;

TEST_F(UnreadReplies, ThatNobodyAskedForEndAtALimit) {
  Tcp deaf = connect("hello");
  const std::size_t bytes = pile_up(mebibytes(1));
  EXPECT_EQ(log_.count.load(), 1);
  EXPECT_GT(bytes, kUnaskedBytesMax);
  EXPECT_LT(bytes, kUnaskedBytesMax + kOnTheWayMax);
  EXPECT_EQ(door_.reply_bytes_left(), 0u) << "nothing is kept for it";
  door_.reply(client_, mebibytes(1));
  EXPECT_EQ(door_.reply_bytes_left(), 0u);
  EXPECT_EQ(log_.count.load(), 1);
  // The stream ends, because the door closes the connection when its queue moves again.
  std::thread reader([&] { deaf.rest(); });
  EXPECT_TRUE(eventually([&] {
    turn();
    return door_.connections() == 0;
  }));
  reader.join();
  EXPECT_EQ(door_.take_gone(), std::vector<base::ClientId>{client_});
}

TEST_F(UnreadReplies, ThatAreSmallEndAtTheSameLimit) {
  const Tcp deaf = connect("hello");
  const std::size_t bytes = pile_up({base::Bytes::of(std::string(4000, 'm'))});
  EXPECT_EQ(log_.count.load(), 1);
  EXPECT_GT(bytes, kUnaskedBytesMax);
  EXPECT_LT(bytes, kUnaskedBytesMax + kOnTheWayMax);
}

TEST_F(UnreadReplies, ThatAClientHasAskedForMayBeOfAnySize) {
  answer_ = mebibytes(70);
  Tcp late = connect("ask");
  ASSERT_TRUE(late.send("ask\n"));
  EXPECT_TRUE(heard(2)) << "shared pieces cost nothing";
  door_.reply(client_, {base::Bytes::of("news\n")});
  const std::string all = take(late, 140 * kMebibyte + 5);
  EXPECT_EQ(all.size(), 140 * kMebibyte + 5);
  EXPECT_TRUE(all.ends_with("mnews\n"));
  EXPECT_EQ(log_.count.load(), 0);
}

TEST_F(UnreadReplies, OfWhichOneIsLongMayBeUnasked) {
  Tcp late = connect("hello");
  door_.reply(client_, {base::Bytes::of("first\n")});
  door_.reply(client_, mebibytes(70));
  const std::string all = take(late, 70 * kMebibyte + 6);
  EXPECT_EQ(all.size(), 70 * kMebibyte + 6);
  door_.reply(client_, {base::Bytes::of("last\n")});
  EXPECT_EQ(take(late, 5), "last\n");
  EXPECT_EQ(log_.count.load(), 0);
}

TEST_F(UnreadReplies, ThatAreReadInTheEndDoNotCountAnyMore) {
  Tcp slow = connect("hello");
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 32; ++j) door_.reply(client_, mebibytes(1));
    EXPECT_EQ(take(slow, 32 * kMebibyte).size(), 32 * kMebibyte);
  }
  EXPECT_EQ(log_.count.load(), 0);
}

TEST_F(UnreadReplies, KeepAClientsLinesUnreadEvenIfEachComesAlone) {
  constexpr std::size_t kPieces = 8000;
  constexpr std::size_t kPiece = 4000;
  answer_ = base::Rope(kPieces, base::Bytes::of(std::string(kPiece, 'x')));
  Tcp late = connect("ask");
  Tcp other = connect("hello");
  std::vector<std::string> lines{"ask", "hello"};
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(late.send("more\n"));
    // The line of another client shows that this one has arrived.
    ASSERT_TRUE(other.send("hello\n"));
    lines.push_back("hello");
    ASSERT_TRUE(eventually([&] {
      turn();
      return lines_.back() == "hello" && lines_.size() >= lines.size();
    }));
    EXPECT_EQ(lines_, lines);
  }
  EXPECT_EQ(take(late, kPieces * kPiece).size(), kPieces * kPiece);
  EXPECT_TRUE(heard(lines.size() + 3));
  lines.insert(lines.end(), 3, "more");
  EXPECT_EQ(lines_, lines);
}

}  // namespace
}  // namespace ovid::net_test
