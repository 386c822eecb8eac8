#include "ovid/sim/host.hpp"

#include <algorithm>
#include <utility>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;
using Condition = Processes::Condition;

/// From something to do until the loop runs: what arrives meanwhile is served in the same turn.
constexpr base::Duration kWakeUp = 20us;
constexpr int kPacketsPerTurn = 64;
/// After a stop the loop may run before the I/O thread has read what waited in the kernel.
constexpr base::Duration kDeafMax = 1ms;
constexpr int kLinesPerTurn = 256;
constexpr base::ClientId kMaster{1};

}  // namespace

/// Stands between node and agent and shows the observer what passes.
class Host::Observed final : public agent::Agent {
 public:
  Observed(Host& host, std::unique_ptr<agent::Agent> agent)
      : host_(host), agent_(std::move(agent)) {}
  void step(const agent::Event& event, agent::Effects& effects) override {
    host_.observer_.event(host_, event);
    agent_->step(event, effects);
  }

 private:
  Host& host_;
  std::unique_ptr<agent::Agent> agent_;
};

Host::Host(const link::Config& config, MakeAgent make_agent, Agenda& agenda, Network& network,
           SeededRandom& random, Observer& observer)
    : config_(config),
      make_agent_(make_agent),
      agenda_(agenda),
      network_(network),
      random_(random),
      observer_(observer),
      clock_(random.between(1s, 1000000s)) {}

Host::~Host() = default;

void Host::start() {
  ++life_;
  condition_ = Condition::Running;
  crashed_ = false;
  wake_at_ = base::kNever;
  // Not make_unique: only this class may see itself as what the node borrows.
  node_.reset(new node::Node(config_, std::make_unique<Observed>(*this, make_agent_()), *this,
                             *this, random_, *this));
  node_->start(clock_.local(agenda_.now()), disk_);
  wake(agenda_.now());
}

void Host::kill() {
  condition_ = Condition::Gone;
  node_.reset();
  reports_.clear();
  lines_.clear();
  network_.gone(id());
}

void Host::stop() {
  condition_ = Condition::Stopped;
}

void Host::proceed() {
  condition_ = Condition::Running;
  wake_at_ = base::kNever;
  deaf_until_ = agenda_.now() + random_.between(0s, kDeafMax);
  network_.continued(id());
  wake(agenda_.now());
}

void Host::line(std::string text) {
  lines_.push_back(std::move(text));
  wake(agenda_.now());
}

void Host::report(base::NodeId peer, Report what) {
  reports_.emplace_back(peer, what);
  wake(agenda_.now());
}

void Host::wake(base::Time at) {
  if (condition_ != Condition::Running || at == base::kNever) return;
  at = std::max(at, agenda_.now() + kWakeUp);
  if (at >= wake_at_) return;
  if (service_.late_most > 0s) at += random_.between(0s, service_.late_most);
  if (at >= wake_at_) return;
  wake_at_ = at;
  agenda_.add(at, Event::Kind::Wake, id());
}

void Host::turn() {
  if (condition_ != Condition::Running || agenda_.now() < wake_at_) return;
  wake_at_ = base::kNever;
  const base::Time local = clock_.local(agenda_.now());
  node_->turn_begins(local);
  take_reports(local);
  take_packets(local);
  for (int i = 0; i < kLinesPerTurn && !lines_.empty() && node_->accepts_lines(); ++i) {
    const std::string text = std::move(lines_.front());
    lines_.pop_front();
    node_->line(kMaster, text);
    if (crashed_) return kill();
  }
  node_->turn_ends(local);
  if (crashed_) return kill();
  wake(clock_.world(node_->deadline()));
  if (!lines_.empty() && node_->accepts_lines()) wake(agenda_.now());
}

void Host::take_reports(base::Time local) {
  for (const auto& [peer, what] : std::exchange(reports_, {})) switch (what) {
      case Report::Connected:
        node_->links().connected(local, peer);
        break;
      case Report::Disconnected:
        node_->links().disconnected(local, peer);
        break;
      case Report::Refused:
        node_->links().refused(local, peer);
        break;
      case Report::Unreachable:
        node_->links().unreachable(local, peer);
        break;
      case Report::Writable:
        node_->links().writable(peer);
        break;
    }
}

void Host::take_packets(base::Time local) {
  if (agenda_.now() < deaf_until_) return wake(deaf_until_);
  const bool slow = service_.slow_by > 0s;
  if (slow && agenda_.now() < taken_at_ + service_.slow_by)
    return wake(taken_at_ + service_.slow_by);
  for (int budget = slow ? 1 : kPacketsPerTurn; budget > 0; --budget) {
    auto packet = network_.take(id());
    if (!packet) return;
    if (const auto next = network_.next_sender(id())) node_->links().expect(*next);
    taken_at_ = agenda_.now();
    for (int times = observer_.packet(*this, *packet); times > 0; --times)
      node_->links().frame(local, {packet->envelope.data(), packet->envelope.size()},
                           packet->body.view());
  }
  wake(slow ? taken_at_ + service_.slow_by : agenda_.now());
}

void Host::connect(base::NodeId peer) {
  network_.connect(id(), peer);
}

bool Host::send(base::NodeId peer, const wire::Envelope& envelope, const base::Bytes& body) {
  return network_.send(id(), peer, wire::encode(envelope), body);
}

void Host::reply(base::ClientId, base::Rope text) {
  observer_.reply(*this, text);
}

void Host::persist(std::string_view value) {
  disk_.emplace_back(value);
}

void Host::crash() {
  crashed_ = true;
}

void Host::note(base::Severity severity, std::optional<base::NodeId> peer, std::string_view text) {
  observer_.note(*this, severity, peer, text);
}

}  // namespace ovid::sim
