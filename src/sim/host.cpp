#include "ovid/sim/host.hpp"

#include <algorithm>
#include <utility>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;
using Condition = Processes::Condition;

/// Time from an event to the turn that handles it. What arrives meanwhile is handled in the same
/// turn.
constexpr base::Duration kWakeUp = 20us;
constexpr int kPacketsPerTurn = 64;
/// Number of messages that are loaded into the processor's caches, with their links, before they
/// are read.
constexpr std::size_t kMessagesAhead = 3;
/// Maximum time after a stop in which no message is read: a real loop may run before its I/O thread
/// has read what waited in the kernel.
constexpr base::Duration kNotReadMax = 1ms;
constexpr int kLinesPerTurn = 256;
/// The length field before the text of a body's first record (wire/body.hpp).
constexpr std::size_t kLengthBytes = 4;

}  // namespace

/// Shows each effect of an agent to the observer and to the agent's promises, and passes it on to
/// the node.
class Host::Watched final : public agent::AsValues {
 public:
  Watched(Host& host, agent::AgentId agent, agent::Promises* promises, agent::Effects& inner)
      : host_(host), agent_(agent), promises_(promises), inner_(inner) {}

 private:
  void done(agent::Effect effect) override {
    if (host_.killed()) return;
    if (!crashed_) {  // effects after a crash are ignored
      host_.observer_.effect(host_, agent_, effect);
      if (promises_) promises_->effect(effect);
    }
    crashed_ = crashed_ || std::holds_alternative<agent::CrashNode>(effect);
    perform(std::move(effect), inner_);
  }

  Host& host_;
  const agent::AgentId agent_;
  agent::Promises* const promises_;
  agent::Effects& inner_;
  bool crashed_ = false;
};

/// Stands between node and agent. Shows each event to the observer and to the agent's promises.
class Host::Observed final : public agent::Agent {
 public:
  Observed(Host& host, agent::AgentId id, node::Hosted hosted)
      : host_(host),
        id_(id),
        agent_(std::move(hosted.agent)),
        promises_(std::move(hosted.promises)) {}
  void step(const agent::Event& event, agent::Effects& effects) override {
    if (host_.killed()) return;
    host_.observer_.event(host_, id_, event);
    if (promises_) promises_->event(event);
    Watched watched(host_, id_, promises_.get(), effects);
    agent_->step(event, watched);
    if (!promises_ || host_.killed()) return;
    promises_->stepped();
    if (const auto& broken = promises_->violation())
      host_.observer_.promise_broken(host_, id_, *broken);
  }
  bool needs_store() const override { return agent_->needs_store(); }

 private:
  Host& host_;
  const agent::AgentId id_;
  std::unique_ptr<agent::Agent> agent_;
  const std::unique_ptr<agent::Promises> promises_;
};

Host::Host(const link::Config& config, MakeAgents make_agents, Agenda& agenda, Network& network,
           SeededRandom& random, Observer& observer)
    : config_(config),
      make_agents_(std::move(make_agents)),
      agenda_(agenda),
      network_(network),
      random_(random),
      observer_(observer),
      clock_(random.between(1s, 1000000s)),
      end_(config.self, network) {
  stream_.give(*this, observer.kinds());
}

Host::~Host() = default;

void Host::start() {
  ++life_;
  condition_ = Condition::Running;
  crashed_ = false;
  kill_point_.reset();
  unfinished_.reset();
  wake_at_ = base::kNever;
  failure_.clear();
  client_ = 1;
  std::vector<node::Hosted> agents = make_agents_(id());
  for (std::size_t i = 0; i < agents.size(); ++i) {
    const agent::AgentId agent{static_cast<std::uint16_t>(i)};
    agents[i] = {agents[i].name, std::make_unique<Observed>(*this, agent, std::move(agents[i]))};
  }
  // Built here, because only this class can convert itself to its private bases.
  const node::Services services{*this, *this, random_, stream_, this};
  node_ =
      std::make_unique<node::Node>(config_, std::move(agents), node::through(between_, services));
  node_->start(clock_.local(agenda_.now()));
  if (crashed_) return end_process();
  wake(agenda_.now());
}

void Host::kill() {
  disk_.crash(random_);
  end_process();
}

void Host::end_process() {
  condition_ = Condition::Gone;
  node_.reset();
  end_.clear();
  lines_.clear();
  replies_.clear();
  network_.gone(id());
}

void Host::stop() {
  condition_ = Condition::Stopped;
}

void Host::proceed() {
  condition_ = Condition::Running;
  wake_at_ = base::kNever;
  not_read_until_ = agenda_.now() + random_.between(0s, kNotReadMax);
  network_.continued(id());
  wake(agenda_.now());
}

void Host::line(std::string text) {
  lines_.push_back({{client_}, std::move(text)});
  wake(agenda_.now());
}

void Host::change_client() {
  if (condition_ == Condition::Gone) return;
  lines_.push_back({{client_++}, std::nullopt});
  wake(agenda_.now());
}

void Host::report(base::NodeId peer, Report what) {
  end_.add(peer, what);
  wake(agenda_.now());
}

void Host::wake(base::Time at) {
  if (condition_ != Condition::Running || at == base::kNever) return;
  at = std::max(at, agenda_.now() + kWakeUp);
  if (at >= wake_at_) return;
  if (service_.late_max > 0s) at += random_.between(0s, service_.late_max);
  if (at >= wake_at_) return;
  wake_at_ = at;
  agenda_.add(at, Event::Kind::Wake, id());
}

void Host::turn() {
  wake_at_ = base::kNever;
  node_->turn(clock_.local(agenda_.now()), *this);
  if (killed()) observer_.killed_inside_turn(*this, *unfinished_);
  if (crashed_ || killed()) return end_process();
  wake(clock_.world(node_->deadline()));
  if (!lines_.empty() && node_->accepts_lines()) wake(agenda_.now());
}

void Host::expect_turn() const {
  if (condition_ != Condition::Running) return;
  for (std::size_t others = 0; others < kMessagesAhead; ++others) expect_message(others);
}

void Host::expect_message(std::size_t others) const {
  const auto sender = network_.sender_ahead(id(), others);
  if (!sender) return;
  network_.expect_packet(*sender, id());
  node_->expect(*sender);
}

void Host::pass(Moment moment) {
  if (killed() || !kill_point_ || kill_point_->moment != moment || --kill_point_->count > 0) return;
  const bool late = agenda_.now() >= kill_point_->until;
  kill_point_.reset();
  if (late) return;
  const std::size_t unsynced = disk_.unsynced();
  unfinished_ = Unfinished{.moment = moment, .unsynced = unsynced, .kept = disk_.crash(random_)};
}

void Host::give_reports(link::Receiver& to) {
  while (!killed() && end_.give_report(to)) {
  }
}

void Host::give_messages(link::Receiver& to) {
  if (agenda_.now() < not_read_until_) return wake(not_read_until_);
  const bool slow = service_.slow_by > 0s;
  if (slow && agenda_.now() < taken_at_ + service_.slow_by)
    return wake(taken_at_ + service_.slow_by);
  for (int budget = slow ? 1 : kPacketsPerTurn; budget > 0 && !killed(); --budget) {
    const auto packet = network_.take(id());
    if (!packet) return;
    expect_message(kMessagesAhead - 1);
    taken_at_ = agenda_.now();
    observer_.packet(*this, *packet);
    to.frames({{packet->envelope.data(), packet->envelope.size()}, packet->body.view()});
  }
  wake(slow ? taken_at_ + service_.slow_by : agenda_.now());
}

void Host::give_lines(node::Node& to) {
  for (int i = 0; i < kLinesPerTurn && !lines_.empty() && to.accepts_lines(); ++i) {
    if (killed()) return;
    const FromClient said = std::move(lines_.front());
    lines_.pop_front();
    if (said.text)
      to.take(node::Said{said.client, *said.text});
    else
      to.take(node::Left{said.client});
  }
}

void Host::connect(base::NodeId peer, const link::AttemptLimits& limits) {
  if (!killed()) end_.connect(peer, limits);
}

bool Host::send(base::NodeId peer, const wire::Envelope& envelope, const base::Bytes& body) {
  const bool records = !envelope.greeting && body.view().substr(kLengthBytes).starts_with("msg");
  pass_after_records();
  if (killed()) {
    unfinished_->messages += records ? 1 : 0;
    return false;
  }
  if (!end_.send(peer, envelope, body)) return false;
  if (records) {
    observer_.leaves(*this);
    records_sent_ = true;
  }
  return true;
}

/// Called later than in the send that took the records: the link tells observers only after that
/// call that they were sent.
void Host::pass_after_records() {
  if (std::exchange(records_sent_, false)) pass(Moment::RecordsSent);
}

void Host::reply(base::ClientId, base::Rope text) {
  replies_.push_back(std::move(text));
}

void Host::send_replies() {
  pass_after_records();
  if (!replies_.empty()) pass(Moment::BeforeReplies);
  if (killed()) {
    unfinished_->replies = replies_.size();
    return;
  }
  for (const base::Rope& text : std::exchange(replies_, {})) {
    observer_.leaves(*this);
    observer_.reply(*this, text);
  }
}

/// Values appended in this turn are lost. (After a crash "when sent" they have been synced.)
void Host::crash() {
  if (killed()) return;
  observer_.ends(*this);
  disk_.drop_unsynced();
  crashed_ = true;
}

void Host::fail(const std::string& why) {
  if (killed()) return;
  failure_ = why;
  crash();
}

void Host::append(agent::AgentId agent, std::string_view value) {
  if (killed()) return;
  disk_.append(agent, value);
  pass(Moment::Stored);
}

void Host::checkpoint(agent::AgentId agent, std::string_view value) {
  if (killed()) return;
  disk_.checkpoint(agent, value);
  pass(Moment::Stored);
}

void Host::sync() {
  pass(Moment::BeforeSync);
  if (killed()) return;
  disk_.sync();
  observer_.synced(*this);
  pass(Moment::Synced);
}

}  // namespace ovid::sim
