// Answers in the form that the masters of 2018 and 2019 expect: <length>-<text>, with nothing in
// between.

#include <string>

#include "door.hpp"
#include "patience.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ovid/net/replies.hpp"
#include "ovid/wire/master_line.hpp"

namespace ovid::net_test {
namespace {

constexpr net::DoorConfig kByLength{.answers = net::Answers::Length};

std::string framed(const std::string& text) {
  return fmt::format("{}-{}", text.size(), text);
}

std::string take(net::Replies& replies) {
  std::string all;
  while (!replies.empty()) {
    const base::Bytes front = replies.front();
    all += front.view();
    replies.pop(front.size());
  }
  return all;
}

TEST(AnswersByLength, HaveTheirLengthInBytesAndNoLineFeed) {
  net::Replies replies;
  replies.add_with_length({base::Bytes::of("alive 0,2\n")});
  replies.add_with_length(
      {base::Bytes::of("messages "), base::Bytes::of("caf\xc3\xa9"), base::Bytes::of("\n")});
  replies.add_with_length({base::Bytes::of("messages "), base::Bytes(), base::Bytes::of("\n")});
  replies.add_with_length({base::Bytes::of("no line feed")});
  EXPECT_EQ(take(replies),
            "9-alive 0,214-messages caf\xc3\xa9"
            "9-messages 12-no line feed");
}

TEST(AnswersByLength, TheHeaderIsSentWithTheBeginningOfALongText) {
  net::Replies replies;
  const base::Bytes shared = base::Bytes::of(std::string(1 << 20, 'm'));
  replies.add_with_length({shared, shared, base::Bytes::of("\n")});
  EXPECT_TRUE(replies.front().view().starts_with("2097152-mmmm"));
  EXPECT_EQ(take(replies), framed(std::string(2 << 20, 'm')));
}

TEST(AnswersByLength, ALongTextIsSharedAndNotCopied) {
  net::Replies replies;
  const base::Bytes shared = base::Bytes::of(std::string(1 << 20, 'm'));
  replies.add_with_length({shared, base::Bytes::of("\n")});
  replies.pop(replies.front().size());
  const char* rest = replies.front().view().data();
  EXPECT_GE(rest, shared.view().data());
  EXPECT_LT(rest, shared.view().data() + shared.size());
  EXPECT_FALSE(replies.many());
}

TEST(AnswersByLength, ComeInOrderThroughTheDoorAndErrorsAreFramedToo) {
  Door door(kByLength);
  Tcp client = door.connect();
  std::string expected;
  std::string lines;
  for (int i = 0; i < 2000; ++i) {
    const std::string line = fmt::format("{}", i);
    lines += line + "\n";
    expected += framed(fmt::format("{}:{}", line.size(), line));
  }
  lines += "wide x\nbig 3\n" + std::string(wire::kLineBytesMax + 1, 'x') + "\nend\n";
  expected += framed(fmt::format("{:.<4000}", "wide x"));
  expected += framed(std::string(3 << 20, 'm'));
  expected += framed(fmt::format("error line longer than {} bytes", wire::kLineBytesMax));
  expected += framed("3:end");
  std::thread sender([&] { client.send(lines); });
  EXPECT_TRUE(client.take(expected.size()) == expected);
  sender.join();
}

TEST(AnswersByLength, AClientThatReadsLateGetsAllOfThem) {
  Door door(kByLength);
  Tcp late = door.connect();
  late.narrow();
  ASSERT_TRUE(late.send("big 20\nbig 20\nx\n"));
  EXPECT_EQ(door.connect().take(0), "");
  const std::string big = framed(std::string(20 << 20, 'm'));
  EXPECT_TRUE(late.take(2 * big.size()) == big + big);
  EXPECT_EQ(late.take(5), "3-1:x");
}

}  // namespace
}  // namespace ovid::net_test
