#include "ovid/node/replay.hpp"

#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "ovid/base/match.hpp"

namespace ovid::node {
namespace {

/// A driver that gives the recorded inputs and answers.
class Replay final : private link::Transport,
                     private Outside,
                     private base::RandomSource,
                     private Store {
 public:
  Replay(const std::vector<Entry>& entries, const link::Config& config, std::vector<Hosted> agents,
         observe::Stream& stream, bool with_store)
      : entries_(entries),
        services_{*this, *this, *this, stream, with_store ? this : nullptr, nullptr},
        node_(config, std::move(agents), services_) {}

  std::optional<Divergence> run() {
    while (!divergence_ && next_ < entries_.size()) {
      const Entry& entry = entries_[next_++];
      if (!give(entry))
        diverge(next_ - 1, fmt::format("nothing was done; expected: {}", name_of(entry)));
    }
    return divergence_;
  }

 private:
  /// Gives an input to the node. False if the entry is not an input: then the node should have
  /// asked for this answer, or have had this effect, already.
  bool give(const Entry& entry) {
    const auto input = std::visit(base::Match{
                                      [](const SawMessage& e) -> std::optional<Input> {
                                        return Arrived{{e.envelope, e.body}};
                                      },
                                      [](const SawLine& e) -> std::optional<Input> {
                                        return Said{e.client, e.text, e.to};
                                      },
                                      [](const auto& e) -> std::optional<Input> {
                                        if constexpr (std::is_constructible_v<Input, decltype(e)>)
                                          return e;
                                        else
                                          return std::nullopt;
                                      },
                                  },
                                  entry);
    if (input) node_.take(*input);
    return input.has_value();
  }

  void diverge(std::size_t at, std::string what) {
    if (!divergence_) divergence_ = Divergence{at, std::move(what)};
  }

  /// The next entry if it is of this kind; otherwise null, because the fresh node does something
  /// else than the recorded one.
  template <typename E>
  const E* expect() {
    if (divergence_) return nullptr;
    const E* found = next_ < entries_.size() ? std::get_if<E>(&entries_[next_]) : nullptr;
    if (!found)
      diverge(next_,
              fmt::format("done: {}; expected: {}", name_of(Entry(std::in_place_type<E>, E{})),
                          next_ < entries_.size() ? name_of(entries_[next_]) : "nothing"));
    ++next_;
    return found;
  }
  template <typename E>
  void expect_same(const E& done) {
    const E* recorded = expect<E>();
    if (recorded && *recorded != done)
      diverge(next_ - 1, fmt::format("done with other values: {}", name_of(Entry(done))));
  }

  void connect(base::NodeId peer, const link::AttemptLimits& limits) override {
    expect_same(DidConnect{peer, limits});
  }
  bool send(base::NodeId peer, const wire::Envelope& envelope, const base::Bytes& body) override {
    const auto* recorded =
        divergence_ || next_ >= entries_.size() ? nullptr : std::get_if<DidSend>(&entries_[next_]);
    const bool taken = recorded == nullptr || recorded->taken;
    expect_same(DidSend{peer, envelope, body, taken});
    return taken;
  }
  link::OwnFault own_fault(base::Time) override {
    const auto* found = expect<FoundFault>();
    return found ? found->fault : link::OwnFault{};
  }
  void reply(base::ClientId client, base::Rope text) override {
    expect_same(DidReply{client, base::flatten(text)});
  }
  void send_replies() override { expect_same(DidSendReplies{}); }
  std::size_t reply_bytes_left() override {
    const auto* found = expect<FoundRepliesLeft>();
    return found ? found->bytes : 0;
  }
  void crash() override { expect_same(DidCrash{}); }
  void fail(const std::string& why) override { expect_same(DidFail{why}); }
  std::uint64_t next() override {
    const auto* drew = expect<Drew>();
    // After a divergence any number will do, but never the same one twice: the caller may draw
    // until it gets another one.
    return drew ? drew->number : ++made_up_;
  }
  Recovery recover(agent::AgentId agent) override {
    const auto* got = expect<GotRecovered>();
    if (!got) return {};
    if (got->agent != agent) diverge(next_ - 1, "another agent has asked for its recovered values");
    Recovery recovery{std::nullopt, {got->appended.begin(), got->appended.end()}};
    if (got->checkpoint) recovery.checkpoint = *got->checkpoint;
    return recovery;
  }
  void append(agent::AgentId agent, std::string_view value) override {
    expect_same(DidAppend{agent, std::string(value)});
  }
  void checkpoint(agent::AgentId agent, std::string_view value) override {
    expect_same(DidCheckpoint{agent, std::string(value)});
  }
  void sync() override { expect_same(DidSync{}); }

  const std::vector<Entry>& entries_;
  std::size_t next_ = 0;
  std::uint64_t made_up_ = 0;
  std::optional<Divergence> divergence_;
  const Services services_;
  Node node_;  // draws its incarnation when it is made
};

}  // namespace

std::optional<Divergence> replay(const std::vector<Entry>& entries, const link::Config& config,
                                 std::vector<Hosted> agents, observe::Stream& stream,
                                 bool with_store) {
  return Replay(entries, config, std::move(agents), stream, with_store).run();
}

}  // namespace ovid::node
