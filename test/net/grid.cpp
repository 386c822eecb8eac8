#include "grid.hpp"

#include <algorithm>
#include <stdexcept>
#include <variant>

#include "patience.hpp"
#include <sys/eventfd.h>
#include <unistd.h>

#include "ovid/agents/chatroom.hpp"
#include "ovid/observe/text.hpp"

namespace ovid::net_test {
namespace {

/// The chatroom agent. The witness records each of its events.
class Overheard final : public agent::Agent {
 public:
  explicit Overheard(Witness& witness) : witness_(witness) {}

  void step(const agent::Event& event, agent::Effects& effects) override {
    chatroom_.step(event, effects);
    if (const auto* up = std::get_if<agent::PeerUp>(&event)) witness_.saw_up(up->peer.value);
    if (const auto* down = std::get_if<agent::PeerDown>(&event))
      witness_.saw_down(down->peer.value);
    if (const auto* message = std::get_if<agent::Message>(&event))
      witness_.saw_message(message->from.node.value, message->contents);
  }

 private:
  agents::Chatroom chatroom_;
  Witness& witness_;
};

base::NodeId id_of(int id) {
  return {static_cast<std::uint16_t>(id)};
}

}  // namespace

void Witness::read(const observe::Event& event) {
  const std::lock_guard lock(mutex_);
  events_.push_back(event);
}

bool Witness::is_about(const observe::Event& event, int peer) {
  const auto about = observe::peer_of(event);
  return (about ? about->value : -1) == peer;
}

void Witness::saw_up(int peer) {
  const std::lock_guard lock(mutex_);
  ++changes_;
  alive_.insert(peer);
}

void Witness::saw_down(int peer) {
  const std::lock_guard lock(mutex_);
  ++changes_;
  alive_.erase(peer);
}

void Witness::saw_message(int from, std::string_view contents) {
  const std::lock_guard lock(mutex_);
  if (!alive_.contains(from)) ++strays_;
  received_[from].emplace_back(contents);
}

std::set<int> Witness::alive() const {
  const std::lock_guard lock(mutex_);
  return alive_;
}

std::size_t Witness::changes() const {
  const std::lock_guard lock(mutex_);
  return changes_;
}

std::vector<std::string> Witness::received(int from) const {
  const std::lock_guard lock(mutex_);
  const auto found = received_.find(from);
  return found == received_.end() ? std::vector<std::string>{} : found->second;
}

std::size_t Witness::log_lines() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(events_.begin(), events_.end(), [](const observe::Event& event) {
        return observe::severity_of(event) >= base::Severity::Info &&
               observe::is_worth_a_line(event);
      }));
}

std::string Witness::log() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const observe::Event& event : events_) {
    const auto peer = observe::peer_of(event);
    if (observe::is_worth_a_line(event))
      text += (peer ? "peer " + std::to_string(peer->value) + ": " : "") + observe::text_of(event) +
              "\n";
  }
  return text;
}

int Witness::strays() const {
  const std::lock_guard lock(mutex_);
  return strays_;
}

RunningNode::RunningNode(const net::MeshConfig& mesh, int master_port, const link::Config& links,
                         const node::Between& between)
    : context_(net::make_context()),
      stop_(eventfd(0, EFD_CLOEXEC)),
      loop_(context_, mesh, {.port = master_port}, links,
            node::alone("chatroom", std::make_unique<Overheard>(witness_)), random_,
            witness_.stream, nullptr, between),
      thread_([this] { loop_.run(stop_); }) {}

RunningNode::~RunningNode() {
  const std::uint64_t one = 1;
  if (write(stop_, &one, sizeof one) != sizeof one) std::abort();
  thread_.join();
  close(stop_);
}

Grid::Grid(int nodes, const link::Config& links) : links_(links) {
  nodes_.resize(static_cast<std::size_t>(nodes));
  for (int id = 0; id < nodes; ++id) start(id);
}

void Grid::start(int id) {
  net::MeshConfig mesh;
  mesh.self = id_of(id);
  mesh.nodes = size();
  mesh.base_port = ports_.mesh();
  links_.self = mesh.self;
  links_.nodes = mesh.nodes;
  nodes_.at(static_cast<std::size_t>(id)) =
      std::make_unique<RunningNode>(mesh, ports_.master(id), links_);
}

bool Grid::all_see_all() const {
  std::set<int> everybody;
  for (int id = 0; id < size(); ++id)
    if (running(id)) everybody.insert(id);
  return eventually([&] {
    return std::all_of(everybody.begin(), everybody.end(), [&](int id) {
      std::set<int> seen = witness(id).alive();
      seen.insert(id);
      return seen == everybody;
    });
  });
}

SessionName Grid::session(int here, int peer) const {
  const auto mine = witness(here).last<observe::SessionBegan>(peer);
  const auto theirs = witness(peer).last<observe::SessionBegan>(here);
  if (!mine || !theirs) throw std::runtime_error("no session has begun");
  return {theirs->incarnation, mine->incarnation, mine->mine, mine->theirs};
}

wire::Envelope Grid::genuine(int from, int to) const {
  const SessionName name = session(to, from);
  wire::Envelope envelope;
  envelope.from = id_of(from);
  envelope.to = id_of(to);
  envelope.from_incarnation = name.peer;
  envelope.to_incarnation = name.here;
  envelope.from_epoch = name.theirs;
  envelope.to_epoch = name.mine;
  envelope.first = 1;
  envelope.count = 1;
  return envelope;
}

}  // namespace ovid::net_test
