#pragma once
// The nodes of a stage, driven as loops drive theirs, with an account of all that passes.

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

/// Every report is checked against the sequences of the contract.
class Nodes {
 public:
  explicit Nodes(std::unique_ptr<Stage> stage) : stage_(std::move(stage)) {}

  /// What is at the ports.
  Stage& stage() { return *stage_; }
  void start(int node);
  void clear(int node);

  void connect(int from, int to);
  /// Whether the message was taken.
  bool send(int from, int to, const std::string& body);
  /// Connects, and returns when Connected is reported.
  void make(int from, int to);
  /// Sends all of them, as fast as they are taken.
  void send_all(int from, int to, const Texts& bodies);
  /// Sends "<word>0", "<word>1" ... until one is not taken; those that were.
  Texts fill(int from, int to, const std::string& word);

  /// A node that does not look has no turns: it reads no reports and no messages.
  void look(int node, bool looks) { looks_.at(at(node)) = looks; }
  /// A node that does not read has turns, in which it reads no messages.
  void read(int node, bool reads) { reads_.at(at(node)) = reads; }
  /// One turn of each node.
  void turn();
  /// True as soon as it holds, after as many turns as that takes; false if it never did.
  bool eventually(const std::function<bool()>& holds);
  /// As eventually(), without turns.
  bool wait_until(const std::function<bool()>& holds);

  /// Of the present attempt.
  const Reports& reports(int from, int to) { return reports_[{from, to}]; }
  /// Bodies, in the order of their arrival.
  const Texts& received(int at, int from) { return received_[{at, from}]; }
  /// Called for each report, from within it.
  std::function<void(int node, int peer, Report what)> on_report;

  /// What a node was told against the contract, for people; empty if nothing was.
  std::string violations() const;

 private:
  class Ear;
  using Pair = std::pair<int, int>;

  static std::size_t at(int node) { return static_cast<std::size_t>(node); }
  std::string violation_of(int node) const;

  const std::unique_ptr<Stage> stage_;
  std::array<bool, Stage::kNodes> runs_{};
  std::array<bool, Stage::kNodes> looks_{true, true, true};
  std::array<bool, Stage::kNodes> reads_{true, true, true};
  std::array<Sequences, Stage::kNodes> sequences_;
  std::string violations_;  // of processes that have ended
  std::map<Pair, Reports> reports_;
  std::map<Pair, Texts> received_;
};

/// For messages of failed tests.
std::string text_of(const Reports& reports);

}  // namespace ovid::transport_test
