#pragma once
// The nodes of a stage, driven as a node's loop drives its transport. Records everything that
// passes between nodes and transports.

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sequences.hpp"
#include "stage.hpp"

namespace ovid::transport_test {

using link::Report;
using Reports = std::vector<Report>;
using Texts = std::vector<std::string>;

/// Every report is checked against the sequences that the contract allows.
class Nodes {
 public:
  explicit Nodes(std::unique_ptr<Stage> stage) : stage_(std::move(stage)) {}

  /// The stage decides what is at the nodes' ports.
  Stage& stage() { return *stage_; }
  void start(int node);
  void clear(int node);

  /// The limits of attempts from now on. At first they are longer than a busy machine needs.
  void limit(const link::AttemptLimits& limits) { limits_ = limits; }
  void connect(int from, int to);
  /// Returns whether the transport took the message.
  bool send(int from, int to, const std::string& body);
  /// Connects, and returns as soon as Connected is reported.
  void make(int from, int to);
  /// Sends all messages, as fast as the transport takes them.
  void send_all(int from, int to, const Texts& bodies);
  /// Sends "<word>0", "<word>1" ... until one is not taken. Returns those that were taken.
  Texts fill(int from, int to, const std::string& word);

  /// A node that does not look makes no turns: it reads neither reports nor messages.
  void look(int node, bool looks) { looks_.at(at(node)) = looks; }
  /// A node that does not read makes turns, but reads no messages in them.
  void read(int node, bool reads) { reads_.at(at(node)) = reads; }
  /// Makes one turn of each node.
  void turn();
  /// Makes turns until the condition holds. Returns false if the time limit is over first.
  bool eventually(const std::function<bool()>& holds);
  /// Like eventually(), but makes no turns.
  bool wait_until(const std::function<bool()>& holds);

  /// The reports about the present attempt.
  const Reports& reports(int from, int to) { return reports_[{from, to}]; }
  /// The bodies of messages, in the order in which they arrived.
  const Texts& received(int at, int from) { return received_[{at, from}]; }
  /// Called for each report, while it is being handled.
  std::function<void(int node, int peer, Report what)> on_report;

  /// The first violation of the contract at each node, as text for people; empty if there was none.
  std::string violations() const;

 private:
  class Ear;
  using Pair = std::pair<int, int>;

  static std::size_t at(int node) { return static_cast<std::size_t>(node); }
  std::string violation_of(int node) const;

  const std::unique_ptr<Stage> stage_;
  link::AttemptLimits limits_{std::chrono::seconds(20), std::chrono::seconds(20)};
  std::array<bool, Stage::kNodes> runs_{};
  std::array<bool, Stage::kNodes> looks_{true, true, true};
  std::array<bool, Stage::kNodes> reads_{true, true, true};
  std::array<Sequences, Stage::kNodes> sequences_;
  std::string violations_;  // violations in processes that have ended
  std::map<Pair, Reports> reports_;
  std::map<Pair, Texts> received_;
};

/// For the messages of failed tests.
std::string text_of(const Reports& reports);

}  // namespace ovid::transport_test
