// What link/transport.hpp promises about messages.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

#include "a_transport.hpp"

#include "ovid/wire/body.hpp"

namespace ovid::transport_test {
namespace {

Texts numbered(const std::string& word, std::size_t count) {
  Texts texts;
  for (std::size_t i = 0; i < count; ++i) texts.push_back(word + std::to_string(i));
  return texts;
}

bool begins_with(const Texts& all, const Texts& first) {
  return first.size() <= all.size() && std::equal(first.begin(), first.end(), all.begin());
}

Texts with(const Texts& all, const std::string& word) {
  Texts found;
  std::copy_if(all.begin(), all.end(), std::back_inserter(found),
               [&](const std::string& text) { return text.starts_with(word); });
  return found;
}

TEST_P(ATransport, DeliversTheMessagesOfAConnectionInOrderAndEachOnce) {
  nodes_.start(1);
  nodes_.make(0, 1);
  const Texts all = numbered("", 20000);
  nodes_.send_all(0, 1, all);
  ASSERT_TRUE(nodes_.eventually([&] { return nodes_.received(1, 0).size() >= all.size(); }));
  EXPECT_TRUE(reaches(1, "the last"));
  EXPECT_EQ(nodes_.received(1, 0).size(), all.size() + 1);
  EXPECT_TRUE(begins_with(nodes_.received(1, 0), all));
}

TEST_P(ATransport, DeliversBodiesOfEverySize) {
  nodes_.start(1);
  nodes_.make(0, 1);
  Texts all;
  using Sizes = std::vector<std::size_t>;
  for (const std::size_t size :
       Sizes{0, 1, 511, 512, 513, 65536, 0, wire::kBodyBytesFull, wire::kBodyBytesMax, 0}) {
    std::string body(size, '\0');
    for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>(i * 31 + i / 251);
    all.push_back(body);
  }
  nodes_.send_all(0, 1, all);
  ASSERT_TRUE(nodes_.eventually([&] { return nodes_.received(1, 0).size() == all.size(); }));
  EXPECT_TRUE(nodes_.received(1, 0) == all);
  EXPECT_EQ(with({reports(1)}, "Connected").size(), 1u);
}

TEST_P(ATransport, DeliversTheMessagesOfEveryPeerToOneThatReadsThemAll) {
  for (const int node : {1, 2}) nodes_.start(node);
  const Texts all = numbered("", 2000);
  for (const int from : {1, 2}) nodes_.make(from, 0);
  for (const int from : {1, 2}) nodes_.send_all(from, 0, all);
  EXPECT_TRUE(nodes_.eventually(
      [&] { return nodes_.received(0, 1) == all && nodes_.received(0, 2) == all; }));
}

/// A message so large that the kernel's buffers hold only few of them.
std::string large(const std::string& word) {
  return std::string(60000, '.') + word;
}

TEST_P(ATransport, TakesABoundedNumberOfMessagesAndReportsWhenItTakesMore) {
  nodes_.start(1);
  nodes_.make(0, 1);
  Texts all;
  for (int round = 0; round < 5; ++round) {
    nodes_.read(1, false);
    const std::size_t reported = nodes_.reports(0, 1).size();
    const Texts taken = nodes_.fill(0, 1, large("round " + std::to_string(round) + " "));
    EXPECT_LT(taken.size(), 1000u);
    all.insert(all.end(), taken.begin(), taken.end());
    nodes_.read(1, true);
    ASSERT_TRUE(nodes_.eventually([&] { return nodes_.reports(0, 1).size() > reported; }));
    EXPECT_EQ(nodes_.reports(0, 1).back(), Report::Writable);
  }
  ASSERT_TRUE(nodes_.eventually([&] { return nodes_.send(0, 1, "the last"); }));
  all.emplace_back("the last");
  ASSERT_TRUE(nodes_.eventually([&] { return nodes_.received(1, 0).size() >= all.size(); }));
  EXPECT_TRUE(nodes_.received(1, 0) == all);
}

/// As long as the peer does not read, the number stays bounded, no matter how much time passes.
TEST_P(ATransport, TakesAllInAllABoundedNumberOfMessagesThatNobodyReads) {
  nodes_.start(1);
  nodes_.start(2);
  nodes_.make(0, 1);
  nodes_.read(1, false);
  std::size_t taken = 0;
  for (int i = 0; i < 20; ++i) {
    taken += nodes_.fill(0, 1, large("")).size();
    nodes_.make(0, 2);  // lets time pass
  }
  EXPECT_LT(taken, 1000u);
  EXPECT_GT(taken, 20u);
}

TEST_P(ATransport, ReportsNoWritableIfItTookEverything) {
  nodes_.start(1);
  nodes_.make(0, 1);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(reaches(1, std::to_string(i)));
  EXPECT_EQ(reports(1), "Connected");
}

TEST_P(ATransport, TakesNothingBeforeItHasReportedTheConnection) {
  nodes_.start(1);
  nodes_.start(2);
  nodes_.look(0, false);
  nodes_.connect(0, 1);
  EXPECT_FALSE(nodes_.send(0, 1, "at once"));
  for (int i = 0; i < 20; ++i) {  // gives node 1 plenty of time to accept the connection
    nodes_.make(2, 1);
    EXPECT_FALSE(nodes_.send(0, 1, "later"));
  }
  nodes_.look(0, true);
  ASSERT_TRUE(reports(1, "Connected"));
  EXPECT_TRUE(reaches(1, "first"));
  EXPECT_EQ(nodes_.received(1, 0), Texts{"first"});
  EXPECT_EQ(reports(1), "Connected");
}

TEST_P(ATransport, TakesNothingWithoutAConnection) {
  EXPECT_FALSE(nodes_.send(0, 1, "before the first attempt"));
  nodes_.connect(0, 1);
  ASSERT_TRUE(reports(1, "Refused"));
  EXPECT_FALSE(nodes_.send(0, 1, "after a refusal"));
  nodes_.start(1);
  nodes_.make(0, 1);
  nodes_.stage().cut(1);
  ASSERT_TRUE(reports(1, "Connected Disconnected"));
  EXPECT_FALSE(nodes_.send(0, 1, "after an end"));
  nodes_.make(0, 1);
  EXPECT_TRUE(reaches(1, "hello"));
  EXPECT_EQ(nodes_.received(1, 0), Texts{"hello"});
  EXPECT_EQ(reports(1), "Connected");
}

TEST_P(ATransport, LosesOfACutConnectionTheLastMessagesAlone) {
  nodes_.start(1);
  for (int cut = 0; cut < 10; ++cut) {
    nodes_.make(0, 1);
    const std::string word = "cut " + std::to_string(cut) + ", ";
    const Texts old = numbered(word + "old ", 50);
    nodes_.send_all(0, 1, old);
    nodes_.stage().cut(1);
    ASSERT_TRUE(nodes_.eventually([&] { return ended(1); }));
    nodes_.make(0, 1);
    const Texts young = numbered(word + "young ", 50);
    nodes_.send_all(0, 1, young);
    ASSERT_TRUE(nodes_.eventually(
        [&] { return with(nodes_.received(1, 0), word + "young ").size() == young.size(); }));
    EXPECT_EQ(with(nodes_.received(1, 0), word + "young "), young);
    EXPECT_TRUE(begins_with(old, with(nodes_.received(1, 0), word + "old ")));
  }
}

TEST_P(ATransport, ReportsTheEndOfAConnectionThatTookNoMore) {
  nodes_.start(1);
  nodes_.make(0, 1);
  nodes_.read(1, false);
  nodes_.fill(0, 1, large(""));
  nodes_.clear(1);
  EXPECT_TRUE(nodes_.eventually([&] { return ended(1); }));
}

TEST_P(ATransport, ReportsNoWritableOnANewConnectionBecauseTheOldOneWasFull) {
  nodes_.start(1);
  nodes_.make(0, 1);
  nodes_.read(1, false);
  nodes_.fill(0, 1, large("old"));
  nodes_.connect(0, 1);
  nodes_.read(1, true);
  ASSERT_TRUE(reports(1, "Connected"));
  EXPECT_TRUE(reaches(1, "young"));
  EXPECT_EQ(reports(1), "Connected");
}

}  // namespace
}  // namespace ovid::transport_test
