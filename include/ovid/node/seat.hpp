#pragma once
// An agent's place in a node: its name, its timers, and the border at which what it asks for is
// checked. What passes goes to the node.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ovid/agent/agent.hpp"
#include "ovid/agent/promises.hpp"
#include "ovid/base/time.hpp"
#include "ovid/base/timers.hpp"

namespace ovid::node {

/// An agent, and what it is called in the log.
struct Hosted {
  std::string name;
  std::unique_ptr<agent::Agent> agent;
  /// For a driver that checks them; a node does not.
  std::unique_ptr<agent::Promises> promises{};
};
/// The agents of a node that hosts one.
std::vector<Hosted> alone(std::string name, std::unique_ptr<agent::Agent> agent,
                          std::unique_ptr<agent::Promises> promises = nullptr);

/// What a node does for its seats.
class SeatServices {
 public:
  virtual ~SeatServices() = default;
  virtual int nodes() const = 0;
  virtual base::Time now() const = 0;
  /// A time in [min, max] from now.
  virtual base::Time later(base::Duration min, base::Duration max) = 0;
  virtual void send(agent::AgentId from, const agent::Destination& to,
                    std::string_view contents) = 0;
  virtual void reply(base::ClientId client, base::Rope text) = 0;
  virtual void append(agent::AgentId from, std::string_view value) = 0;
  virtual void checkpoint(agent::AgentId from, std::string_view value) = 0;
  virtual void note(agent::AgentId from, base::Severity severity, std::string_view text) = 0;
  virtual void crash(agent::Crash how) = 0;
  virtual void fail(const std::string& why) = 0;
};

/// Owned by the node, on the loop's thread.
class Seat final : private agent::Effects {
 public:
  /// `obeys` is false from the moment on at which no agent of the node is to be stepped or obeyed.
  Seat(agent::AgentId id, Hosted hosted, SeatServices& services, const bool& obeys);

  agent::AgentId id() const { return id_; }
  const std::string& name() const { return name_; }
  bool needs_store() const { return agent_->needs_store(); }
  void step(const agent::Event& event);
  /// Steps the agent for every timer that is due.
  void fire_timers();
  base::Time deadline() const { return timers_.next(); }

 private:
  void send(const agent::Destination& to, std::string_view contents) override;
  void timer(agent::TimerId id, base::Duration min, base::Duration max) override;
  void cancel(agent::TimerId id) override;
  void reply(base::ClientId client, base::Rope text) override;
  void append(std::string_view value) override;
  void checkpoint(std::string_view value) override;
  void note(base::Severity severity, std::string_view text) override;
  void crash(agent::Crash how) override;

  bool may_keep(std::string_view value);
  void breach(const std::string& why);

  const agent::AgentId id_;
  const std::string name_;
  std::unique_ptr<agent::Agent> agent_;
  SeatServices& services_;
  const bool& obeys_;
  base::Timers<agent::TimerId> timers_;
  const agent::Event* event_ = nullptr;  // during a step
};

}  // namespace ovid::node
