#include "ovid/node/node.hpp"

#include <string>
#include <vector>

#include "harness.hpp"

#include "ovid/base/cannot_start.hpp"

namespace ovid::test {
namespace {

TEST_F(NodeTest, StartsItsAgentFirstWithWhatTheStoreHas) {
  recovered_ = {"a", "b", "c"};
  node_->start(now_);
  EXPECT_EQ(trace_, (Lines{"start 0 of 3, recovered 3"}));
}

TEST_F(NodeTest, AnEmptyStoreIsNotNoStore) {
  node_->start(now_);
  EXPECT_EQ(trace_, (Lines{"start 0 of 3, recovered 0"}));
  trace_.clear();
  host(1, false, false);
  node_->start(now_);
  EXPECT_EQ(trace_, (Lines{"start 0 of 3"}));
}

TEST_F(NodeTest, WithoutAStoreAnAgentThatNeedsOneIsRefusedAtTheStart) {
  try {
    host(1, false, true);
    FAIL() << "not refused";
  } catch (const base::CannotStart& error) {
    EXPECT_STREQ(error.what(), "agent agent 0 needs a store, and this node has none");
  }
}

TEST_F(NodeTest, APeerIsUpBeforeItsFirstMessage) {
  node_->start(now_);
  reports_.emplace_back(id(1), link::Report::Connected);
  turn();
  say(1, {"first"});
  trace_.clear();
  turn();
  EXPECT_EQ(trace_, (Lines{"up 1", "message 1: first"}));
}

TEST_F(NodeTest, APeerThatIsGoneIsDownAndTheAgentIsToldWhy) {
  start_with_peer();
  reports_.emplace_back(id(1), link::Report::Refused);
  turn();
  EXPECT_EQ(trace_, (Lines{"down 1: refused"}));
}

TEST_F(NodeTest, ALineGoesToTheAgentAndItsReplyToTheClientThatAsked) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event == "line 7: get") effects.reply({7}, {base::Bytes::of("a"), base::Bytes::of("b\n")});
  };
  start_with_peer();
  line("get");
  EXPECT_EQ(trace_, (Lines{"line 7: get", "said 7 ab\n"}));
}

TEST_F(NodeTest, AnAgentLearnsThatAClientHasGone) {
  start_with_peer();
  lines_.push_back([](node::Node& to) { to.take(node::Left{{7}}); });
  turn();
  EXPECT_EQ(trace_, Lines{"gone 7"});
}

TEST_F(NodeTest, TakesNoLinesWhileAPeerOwesTooMuch) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event.starts_with("line"))
      effects.send(base::NodeId(id(1)), std::string(std::size_t{1} << 20, 'x'));
  };
  start_with_peer();
  for (int i = 0; i < 63; ++i) line("more");
  EXPECT_TRUE(node_->accepts_lines());
  line("more");
  EXPECT_FALSE(node_->accepts_lines());
}

}  // namespace
}  // namespace ovid::test
