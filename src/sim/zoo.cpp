#include "ovid/sim/zoo.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "ovid/base/match.hpp"
#include "ovid/sim/seeded_random.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

constexpr agent::TimerId kPace{0};
constexpr agent::TimerId kNever{1};  // always cancelled before it can fire
constexpr agent::TimerId kShort{2};
/// How many nodes of a large grid, on average, react to a peer that comes up or goes down.
constexpr std::uint64_t kFew = 8;
/// After so many appended values the next one is written as a checkpoint.
constexpr std::uint64_t kValuesMax = 20;
/// The name in kCrashEvents of an event's kind; "" if it has none.
std::string_view kind_of(const agent::Event& event) {
  if (std::holds_alternative<agent::Line>(event)) return "line";
  if (std::holds_alternative<agent::Message>(event)) return "message";
  if (std::holds_alternative<agent::Timer>(event)) return "timer";
  if (std::holds_alternative<agent::PeerUp>(event)) return "peer up";
  if (std::holds_alternative<agent::PeerDown>(event)) return "peer down";
  return "";
}

/// Number of messages to itself in one step: more than are delivered in a turn.
constexpr int kSwarm = 100;

/// Its random numbers come from its own seed. It keeps a counter: each value that it appends or
/// checkpoints is the next number. So what it recovers must be numbers without a gap.
class Creature final : public agent::Agent {
 public:
  Creature(std::uint64_t seed, const ZooOptions& options) : options_(options), random_(seed) {}

  bool needs_store() const override { return true; }

  void step(const agent::Event& event, agent::Effects& effects) override {
    if (const auto* line = std::get_if<agent::Line>(&event)) hear(line->text, effects);
    if (const auto* said = std::get_if<agent::Message>(&event);
        said && said->from.node == self_.node)
      obey(said->contents);
    if (doom_ && doom_->in == kind_of(event)) return crash(doom_->how, effects);
    std::visit(
        base::Match{
            [&](const agent::Start& e) { start(e, effects); },
            [&](const agent::Message& e) { message(e, effects); },
            [&](const agent::Timer& e) { timer(e, effects); },
            [&](const agent::PeerUp& e) {
              if (few_have_to()) effects.send(agent::Address(e.peer), "welcome");
            },
            [&](const agent::PeerDown& e) {
              if (few_have_to())
                effects.broadcast(fmt::format("lost {}: {}", e.peer.value, base::text_of(e.cause)));
            },
            [&](const agent::Line& e) { line(e, effects); },
            [&](const agent::ClientGone& e) { clients_.erase(e.client); },
        },
        event);
  }

 private:
  void start(const agent::Start& e, agent::Effects& effects) {
    self_ = e.self;
    nodes_ = static_cast<std::uint64_t>(e.nodes);
    if (!e.recovered) throw std::runtime_error("a creature needs a store");
    if (e.recovered->checkpoint) count_ = number_of(*e.recovered->checkpoint);
    for (const std::string_view value : e.recovered->appended)
      if (number_of(value) != ++count_)
        throw std::runtime_error(fmt::format("recovered {} where {} was kept", value, count_));
    kept_ = e.recovered->appended.size();
    effects.send(self_, "I am");
    effects.timer(kPace, 0ns, options_.pace_max);
  }

  static std::uint64_t number_of(std::string_view text) {
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    if (std::from_chars(text.data(), end, number).ptr != end)
      throw std::runtime_error("recovered what it did not keep");
    return number;
  }

  void keep(agent::Effects& effects) {
    if (kept_ < kValuesMax) {
      effects.append(fmt::format("{}", ++count_));
      ++kept_;
    } else {
      effects.checkpoint(fmt::format("{}", ++count_));
      kept_ = 0;
    }
  }

  /// Passes a client's command on to the agents that must obey it: `rest` or `spare` to all agents
  /// of the node, a crash to one at random.
  void hear(std::string_view text, agent::Effects& effects) {
    const bool crash = text.starts_with(kLineCrashAtOnce) || text.starts_with(kLineCrashWhenSent);
    if (crash && (options_.agents == 1 || text.ends_with(kCrashEvents[0]))) return obey(text);
    if (crash) effects.send(agent::Address(self_.node, any_agent()), text);
    if (text != kLineRest && text != kLineSpare) return;
    for (int i = 0; i < options_.agents; ++i)
      effects.send(agent::Address(self_.node, {static_cast<std::uint16_t>(i)}), text);
  }

  void obey(std::string_view text) {
    if (text == kLineRest) resting_ = true;
    if (text == kLineRest || text == kLineSpare) doom_.reset();
    for (const auto& [line, how] : {std::pair(kLineCrashAtOnce, agent::Crash::AtOnce),
                                    std::pair(kLineCrashWhenSent, agent::Crash::WhenSent)})
      if (text.starts_with(line))
        doom_ = Doom{how, std::string(text.substr(std::string_view(line).size()))};
  }

  void crash(agent::Crash how, agent::Effects& effects) {
    keep(effects);
    effects.broadcast("last words");
    effects.crash(how);
    effects.broadcast("never heard");
  }

  /// Reacts to a message, sometimes with an answer. Answers to answers come to an end: each
  /// contains how many may follow, one less than the one before.
  void message(const agent::Message& e, agent::Effects& effects) {
    if (resting_) {
      effects.cancel(kPace);
      effects.cancel(kShort);
      return;
    }
    if (random_.chance(1, 8)) keep(effects);
    constexpr std::string_view kAnswer = "answer ";
    const bool answer = e.contents.starts_with(kAnswer);
    if (!answer && !random_.chance(1, 8)) return;
    const std::uint64_t left = answer ? e.contents.back() - std::uint64_t{'0'} : 3;
    if (left > 0) effects.send(e.from, fmt::format("{}{}", kAnswer, left - 1));
  }

  void timer(const agent::Timer& e, agent::Effects& effects) {
    if (e.id == kNever) throw std::runtime_error("a timer fires that was cancelled");
    if (resting_) return;
    act(effects);
    if (e.id == kPace) effects.timer(kPace, 0ns, options_.pace_max);
  }

  void act(agent::Effects& effects) {
    effects.timer(kNever, 0ns, 1ms);
    switch (random_.below(10)) {
      case 0:
        effects.broadcast(fmt::format("all {}", ++said_));
        break;
      case 1:
        effects.send(anybody(), fmt::format("one {}", ++said_));
        break;
      case 2:
        effects.send(agent::Address(self_.node, any_agent()), fmt::format("self {}", ++said_));
        break;
      case 3:
        for (int i = random_.chance(1, 8) ? kSwarm : 3; i > 0; --i)
          effects.send(self_, fmt::format("swarm {}", i));
        break;
      case 4:
        keep(effects);
        break;
      case 5:
        keep(effects);
        effects.broadcast(fmt::format("kept {}", count_));
        keep(effects);
        break;
      case 6:
        effects.timer(kShort, 0ns, 1ms);
        effects.timer(kShort, 2ms, 5ms);
        break;
      case 7:
        effects.note(base::Severity::Debug, "nothing to say");
        effects.send(agent::Address(any_node()), std::string(random_.below(3000), 'x'));
        break;
      case 8:
        for (const base::ClientId client : clients_)
          effects.reply(client, {base::Bytes::of("news\n")});
        break;
      default:
        effects.send(anybody(), {});
        effects.broadcast(fmt::format("and all {}", ++said_));
    }
    effects.cancel(kNever);
  }

  void line(const agent::Line& e, agent::Effects& effects) {
    clients_.insert(e.client);
    if (e.text.starts_with(kLineBroadcast)) {
      effects.broadcast(e.text);
    } else {
      effects.reply(e.client, {base::Bytes::of("what?\n")});
    }
  }

  /// Whether this node reacts to an event that all nodes get: only a few of them do.
  bool few_have_to() { return !resting_ && random_.chance(kFew, std::max(kFew, nodes_)); }
  base::NodeId any_node() { return {static_cast<std::uint16_t>(random_.below(nodes_))}; }
  agent::AgentId any_agent() {
    return {static_cast<std::uint16_t>(random_.below(static_cast<std::uint64_t>(options_.agents)))};
  }
  agent::Address anybody() {
    const base::NodeId node = any_node();
    return {node, any_agent()};
  }

  struct Doom {
    agent::Crash how = agent::Crash::AtOnce;
    std::string in;
  };

  const ZooOptions options_;
  SeededRandom random_;
  agent::Address self_;
  std::uint64_t nodes_ = 1;
  std::uint64_t count_ = 0;  // the last number kept
  std::uint64_t kept_ = 0;   // values since the last checkpoint
  std::uint64_t said_ = 0;
  bool resting_ = false;
  std::optional<Doom> doom_;
  std::set<base::ClientId> clients_;
};

}  // namespace

std::vector<node::Hosted> make_creatures(const ZooOptions& options, base::NodeId node) {
  std::vector<node::Hosted> creatures;
  for (int i = 0; i < options.agents; ++i)
    creatures.push_back(
        {fmt::format("creature {}", i),
         std::make_unique<Creature>(options.seed ^ (std::uint64_t{node.value} << 32) ^
                                        (static_cast<std::uint64_t>(i) << 48),
                                    options)});
  return creatures;
}

}  // namespace ovid::sim
