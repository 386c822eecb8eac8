#pragma once
// A node whose agents do what a test tells them. Its connections always succeed, and the test sends
// messages in the name of its peer 1. The trace has one line for each event of an agent and for
// everything that leaves the node.

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../link/words.hpp"
#include <gtest/gtest.h>

#include "ovid/link/assembly.hpp"
#include "ovid/link/receiver.hpp"
#include "ovid/node/node.hpp"
#include "ovid/node/sources.hpp"
#include "ovid/sim/seeded_random.hpp"

namespace ovid::test {

using namespace std::chrono_literals;

using Lines = std::vector<std::string>;
/// What an agent does at an event. It gets the event as text.
using Act = std::function<void(const std::string&, agent::Effects&)>;

class Scripted final : public agent::Agent {
 public:
  Scripted(std::string name, Lines& trace, const Act& act, bool needs_store)
      : name_(std::move(name)), trace_(trace), act_(act), needs_store_(needs_store) {}
  void step(const agent::Event& event, agent::Effects& effects) override {
    trace_.push_back(name_ + text_of(event));
    if (act_) act_(text_of(event), effects);
  }
  bool needs_store() const override { return needs_store_; }

 private:
  const std::string name_;
  Lines& trace_;
  const Act& act_;
  const bool needs_store_;
};

class NodeTest : public ::testing::Test,
                 public link::Transport,
                 public node::Outside,
                 public node::Store,
                 public node::Sources,
                 public observe::Reader {
 protected:
  /// Of one agent, or of several, each with what it does.
  NodeTest();

  void host(int agents, bool with_store = true, bool needs_store = true);

  // link::Transport
  void connect(base::NodeId, const link::AttemptLimits&) override {}
  bool send(base::NodeId peer, const wire::Envelope& envelope, const base::Bytes& body) override;
  // node::Outside
  void reply(base::ClientId client, base::Rope text) override;
  void send_replies() override;
  std::size_t reply_bytes_left() override { return reply_bytes_left_; }
  void crash() override { trace_.push_back("killed"); }
  void fail(const std::string& why) override { trace_.push_back("fails: " + why); }
  // node::Store
  node::Recovery recover(agent::AgentId agent) override;
  void append(agent::AgentId agent, std::string_view value) override;
  void checkpoint(agent::AgentId agent, std::string_view value) override;
  void sync() override { trace_.push_back("sync"); }
  // node::Sources
  void give_reports(link::Receiver& to) override;
  void give_messages(link::Receiver& to) override;
  void give_lines(node::Node& to) override;
  // observe::Reader
  void read(const observe::Event& event) override;

  void turn() { node_->turn(now_, *this); }
  /// Makes one turn, in which the first agent gets this line.
  void line(std::string_view text);
  /// Sends records of peer 1, numbered from `first` on, in the session that its greeting began.
  void say(std::uint64_t first, const std::vector<std::string>& texts, std::uint64_t ack = 0);
  void start_with_peer();

  observe::Stream stream_;
  Lines trace_;
  std::vector<Act> acts_{3};  // what each agent does, by its id
  Act& act_ = acts_[0];
  std::vector<std::string> recovered_;  // the appended values that each agent recovers
  std::vector<std::pair<base::NodeId, link::Report>> reports_;
  std::deque<Message> frames_;
  Lines replies_;  // replies that were given to the node but not sent yet
  std::size_t reply_bytes_left_ = 0;
  std::vector<std::function<void(node::Node&)>> lines_;
  wire::Envelope said_;
  std::map<base::NodeId, link::Assembly> assemblies_;  // of what has left
  sim::SeededRandom random_{9};
  base::Time now_{10s};
  std::unique_ptr<node::Node> node_;
};

}  // namespace ovid::test
