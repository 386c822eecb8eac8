#include "nodes.hpp"

#include <variant>

#include <gtest/gtest.h>

namespace ovid::transport_test {
namespace {

/// The maximum number of messages that a node reads in one turn.
constexpr int kBudget = 64;
/// More messages than any connection accepts.
constexpr std::size_t kMany = 3000;

base::NodeId id_of(int node) {
  return {static_cast<std::uint16_t>(node)};
}

}  // namespace

/// Receives the reports and messages of one node during one turn.
class Nodes::Ear final : public link::Receiver {
 public:
  Ear(Nodes& nodes, int node) : nodes_(nodes), node_(node) {}

  void report(base::NodeId peer, link::Report what) override {
    nodes_.sequences_.at(at(node_)).reported(peer, what);
    nodes_.reports_[{node_, peer.value}].push_back(what);
    if (nodes_.on_report) nodes_.on_report(node_, peer.value, what);
  }
  void frames(const link::Frames& frames) override {
    const auto decoded = wire::decode_envelope(frames.envelope);
    const auto* envelope = std::get_if<wire::Envelope>(&decoded);
    ASSERT_TRUE(envelope) << "an envelope arrives as it was sent";
    EXPECT_EQ(envelope->to, id_of(node_));
    nodes_.received_[{node_, envelope->from.value}].emplace_back(frames.body);
  }

 private:
  Nodes& nodes_;
  const int node_;
};

void Nodes::start(int node) {
  clear(node);
  stage_->start(node);
  runs_.at(at(node)) = true;
}

void Nodes::clear(int node) {
  violations_ += violation_of(node);
  sequences_.at(at(node)) = {};
  runs_.at(at(node)) = false;
  for (int other = 0; other < Stage::kNodes; ++other) reports_[{node, other}].clear();
  stage_->clear(node);
}

void Nodes::connect(int from, int to) {
  sequences_.at(at(from)).connect(id_of(to));
  reports_[{from, to}].clear();
  stage_->transport(from).connect(id_of(to), limits_);
}

bool Nodes::send(int from, int to, const std::string& body) {
  wire::Envelope envelope;
  envelope.from = id_of(from);
  envelope.to = id_of(to);
  envelope.first = 1;
  envelope.count = 1;
  const bool taken = stage_->transport(from).send(id_of(to), envelope, base::Bytes::of(body));
  sequences_.at(at(from)).sent(id_of(to), taken);
  return taken;
}

void Nodes::make(int from, int to) {
  connect(from, to);
  ASSERT_TRUE(eventually([&] { return !reports(from, to).empty(); })) << "no report";
  ASSERT_EQ(text_of(reports(from, to)), "Connected");
}

void Nodes::send_all(int from, int to, const Texts& bodies) {
  std::size_t sent = 0;
  ASSERT_TRUE(eventually([&] {
    while (sent < bodies.size() && send(from, to, bodies[sent])) ++sent;
    return sent == bodies.size();
  })) << "took "
      << sent << " of " << bodies.size() << " messages";
}

Texts Nodes::fill(int from, int to, const std::string& word) {
  Texts taken;
  for (std::string next = word + "0"; taken.size() < kMany && send(from, to, next);
       next = word + std::to_string(taken.size()))
    taken.push_back(next);
  return taken;
}

void Nodes::turn() {
  for (int node = 0; node < Stage::kNodes; ++node) {
    if (!runs_.at(at(node)) || !looks_.at(at(node))) continue;
    Ear ear(*this, node);
    if (stage_->has_news(node)) stage_->give_reports(node, ear);
    if (reads_.at(at(node))) stage_->give_messages(node, ear, kBudget);
  }
}

bool Nodes::eventually(const std::function<bool()>& holds) {
  return wait_until([&] {
    turn();
    return holds();
  });
}

bool Nodes::wait_until(const std::function<bool()>& holds) {
  while (!holds())
    if (!stage_->wait()) return false;
  return true;
}

std::string Nodes::violations() const {
  std::string all = violations_;
  for (int node = 0; node < Stage::kNodes; ++node) all += violation_of(node);
  return all;
}

std::string Nodes::violation_of(int node) const {
  const auto& violation = sequences_.at(at(node)).violation();
  return violation ? "node " + std::to_string(node) + ": " + *violation + "\n" : "";
}

std::string text_of(const Reports& reports) {
  std::string text;
  for (const link::Report each : reports)
    text += (text.empty() ? "" : " ") + std::string(text_of(each));
  return text;
}

}  // namespace ovid::transport_test
