// A process that is killed inside a turn does nothing more, at whatever point of the turn the kill
// happens.

#include "ovid/sim/kill_point.hpp"

#include <optional>
#include <string>

#include "small_world.hpp"
#include <gtest/gtest.h>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

constexpr int kNodes = 3;
constexpr base::NodeId kFirst{0};
constexpr base::Time kAnyTime = base::kNever;

/// For each line it appends two values, broadcasts the line, and replies twice.
class Writer final : public agent::Agent {
  bool needs_store() const override { return true; }
  void step(const agent::Event& event, agent::Effects& effects) override {
    const auto* line = std::get_if<agent::Line>(&event);
    if (!line) return;
    effects.append("a");
    effects.append("b");
    effects.broadcast(line->text);
    for (int i = 0; i < 2; ++i) effects.reply(line->client, {base::Bytes::of("done\n")});
  }
};

std::vector<node::Hosted> make_writer(base::NodeId) {
  return node::alone("writer", std::make_unique<Writer>());
}

class AKill : public ::testing::Test, protected SmallWorld {
 protected:
  AKill() : SmallWorld(kNodes) {
    for (std::uint16_t id = 0; id < kNodes; ++id)
      add({.self = {id}, .nodes = kNodes}, make_writer).start();
    run_until(base::Time(50ms));
    seen_.clear();
  }

  /// Sends a line to the first node, which is killed at this point of the turn. Returns what the
  /// node did in that turn and what arrived at the other nodes.
  std::string seen_when_killed(const KillPoint& point) {
    host(kFirst).kill_inside_turn(point);
    host(kFirst).line("hello");
    run_until(agenda_.now() + 50ms);
    return seen_;
  }
  bool gone() const { return hosts_[0]->condition() == Processes::Condition::Gone; }

  std::optional<Unfinished> unfinished_;

 private:
  void event(Host& host, agent::AgentId, const agent::Event& event) override {
    if (std::holds_alternative<agent::Message>(event)) seen_ += " arrived";
    if (host.id() == kFirst && std::holds_alternative<agent::Line>(event)) seen_ += " line";
  }
  void effect(Host&, agent::AgentId, const agent::Effect& effect) override {
    if (std::holds_alternative<agent::Append>(effect)) seen_ += " append";
    if (std::holds_alternative<agent::Send>(effect)) seen_ += " send";
    if (std::holds_alternative<agent::Reply>(effect)) seen_ += " reply";
  }
  void synced(Host&) override { seen_ += " synced"; }
  void reply(Host&, const base::Rope&) override { seen_ += " replied"; }
  void killed_inside_turn(Host&, const Unfinished& unfinished) override {
    seen_ += " killed";
    unfinished_ = unfinished;
  }

  std::string seen_;
};

TEST_F(AKill, DoesNotHappenWithoutItsPlaceInATurn) {
  EXPECT_EQ(seen_when_killed({Moment::Stored, 3, kAnyTime}),
            " line append append send reply reply synced replied replied arrived arrived");
  EXPECT_FALSE(gone());
  EXPECT_FALSE(unfinished_);
}

TEST_F(AKill, DoesNotHappenLaterThanAskedFor) {
  seen_when_killed({Moment::Stored, 1, agenda_.now()});
  EXPECT_FALSE(gone());
}

TEST_F(AKill, AfterAValueIsStoredLetsNothingElseHappen) {
  EXPECT_EQ(seen_when_killed({Moment::Stored, 1, kAnyTime}), " line append killed");
  EXPECT_TRUE(gone());
  ASSERT_TRUE(unfinished_);
  EXPECT_EQ(unfinished_->unsynced, 1u);
  EXPECT_EQ(unfinished_->messages, 0u);
}

TEST_F(AKill, BeforeTheSyncKeepsAFirstPart) {
  EXPECT_EQ(seen_when_killed({Moment::BeforeSync, 1, kAnyTime}),
            " line append append send reply reply killed");
  ASSERT_TRUE(unfinished_);
  EXPECT_EQ(unfinished_->unsynced, 2u);
  EXPECT_LE(unfinished_->kept, 2u);
  EXPECT_EQ(unfinished_->messages, 2u);
  EXPECT_EQ(unfinished_->replies, 2u);
}

TEST_F(AKill, AfterTheSyncKeepsAllAndSendsNothing) {
  EXPECT_EQ(seen_when_killed({Moment::Synced, 1, kAnyTime}),
            " line append append send reply reply synced killed");
  ASSERT_TRUE(unfinished_);
  EXPECT_EQ(unfinished_->unsynced, 0u);
  EXPECT_EQ(unfinished_->messages, 2u);
  EXPECT_EQ(unfinished_->replies, 2u);
}

TEST_F(AKill, BetweenTheRecordsForTwoPeersLetsThoseForTheFirstLeave) {
  const std::string seen = seen_when_killed({Moment::RecordsSent, 1, kAnyTime});
  EXPECT_TRUE(seen.starts_with(" line append append send reply reply synced killed")) << seen;
  ASSERT_TRUE(unfinished_);
  EXPECT_EQ(unfinished_->messages, 1u);
  EXPECT_EQ(unfinished_->replies, 2u);
}

TEST_F(AKill, BeforeTheRepliesLetsAllRecordsLeave) {
  EXPECT_EQ(seen_when_killed({Moment::BeforeReplies, 1, kAnyTime}).find("replied"),
            std::string::npos);
  ASSERT_TRUE(unfinished_);
  EXPECT_EQ(unfinished_->messages, 0u);
  EXPECT_EQ(unfinished_->replies, 2u);
  EXPECT_TRUE(gone());
}

TEST_F(AKill, IsForgottenWhenTheProcessEndsInAnotherWay) {
  host(kFirst).kill_inside_turn({Moment::Stored, 1, kAnyTime});
  host(kFirst).kill();
  host(kFirst).start();
  host(kFirst).line("hello");
  run_until(agenda_.now() + 50ms);
  EXPECT_FALSE(gone());
  EXPECT_FALSE(unfinished_);
}

}  // namespace
}  // namespace ovid::sim
