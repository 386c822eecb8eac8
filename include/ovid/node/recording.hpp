#pragma once
// Everything that decides what a node does, and everything that it did, in one sequence: its
// inputs, the answers it got (random numbers, the store's values, whether a connection took a
// message, how many bytes of replies were left, whether the node was itself the cause of a
// silence), and its effects. A fresh node with the same inputs and answers has the same effects
// (replay.hpp). Agents' code is not recorded.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ovid/node/input.hpp"
#include "ovid/node/input_reader.hpp"
#include "ovid/node/node.hpp"

namespace ovid::node {

// Inputs are entries themselves (input.hpp), except those that are views.
struct SawMessage {
  std::string envelope;
  std::string body;
};
struct SawLine {
  base::ClientId client;
  std::string text;
  agent::AgentId to;
};

// Answers.
struct Drew {
  std::uint64_t number;
};
struct FoundFault {
  link::OwnFault fault;
};
struct FoundRepliesLeft {
  std::size_t bytes;
};
struct GotRecovered {
  agent::AgentId agent;
  std::optional<std::string> checkpoint;
  std::vector<std::string> appended;
};

// Effects; that of a message contains the answer.
struct DidConnect {
  base::NodeId peer;
  link::AttemptLimits limits;
  bool operator==(const DidConnect&) const = default;
};
struct DidSend {
  base::NodeId peer;
  wire::Envelope envelope;
  base::Bytes body;  ///< shared with the node
  bool taken;
  bool operator==(const DidSend&) const = default;
};
struct DidReply {
  base::ClientId client;
  std::string text;
  bool operator==(const DidReply&) const = default;
};
struct DidSendReplies {
  bool operator==(const DidSendReplies&) const = default;
};
struct DidAppend {
  agent::AgentId agent;
  std::string value;
  bool operator==(const DidAppend&) const = default;
};
struct DidCheckpoint {
  agent::AgentId agent;
  std::string value;
  bool operator==(const DidCheckpoint&) const = default;
};
/// The store has made everything durable.
struct DidSync {
  bool operator==(const DidSync&) const = default;
};
struct DidCrash {
  bool operator==(const DidCrash&) const = default;
};
struct DidFail {
  std::string why;
  bool operator==(const DidFail&) const = default;
};

using Entry =
    std::variant<Starts, TurnBegins, Reported, SawMessage, SawLine, Left, TurnEnds, Drew,
                 FoundFault, FoundRepliesLeft, GotRecovered, DidConnect, DidSend, DidReply,
                 DidSendReplies, DidAppend, DidCheckpoint, DidSync, DidCrash, DidFail>;

/// A short text for an entry, without its contents.
const char* name_of(const Entry& entry);

/// Between a node and its driver, for one process of a node. Used on the node's thread.
class Recorder final : private link::Transport,
                       private Outside,
                       private base::RandomSource,
                       private Store,
                       private InputReader {
 public:
  /// The driver's services are borrowed.
  explicit Recorder(const Services& driver) : driver_(driver) {}

  /// For the node, which the recorder must outlive.
  Services services();
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  // InputReader
  void read(const Input& input) override;
  // link::Transport
  void connect(base::NodeId peer, const link::AttemptLimits& limits) override;
  bool send(base::NodeId peer, const wire::Envelope& envelope, const base::Bytes& body) override;
  std::string address(base::NodeId peer) const override { return driver_.transport.address(peer); }
  link::OwnFault own_fault(base::Time now) override;
  // Outside
  void reply(base::ClientId client, base::Rope text) override;
  void send_replies() override;
  std::size_t reply_bytes_left() override;
  void crash() override;
  void fail(const std::string& why) override;
  // base::RandomSource
  std::uint64_t next() override;
  // Store
  Recovery recover(agent::AgentId agent) override;
  void append(agent::AgentId agent, std::string_view value) override;
  void checkpoint(agent::AgentId agent, std::string_view value) override;
  void sync() override;

  const Services driver_;
  std::vector<Entry> entries_;
};

}  // namespace ovid::node
