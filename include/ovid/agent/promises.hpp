#pragma once
// What an agent promises to its clients, checked from outside by its events and effects. The
// simulator checks it in every run; a real node does not.

#include <optional>
#include <string>
#include <utility>

#include "ovid/agent/effect.hpp"
#include "ovid/agent/event.hpp"

namespace ovid::agent {

/// Of one agent in one process of its node. Shares no code with the agent, so that it does not have
/// the same bugs.
class Promises {
 public:
  virtual ~Promises() = default;

  // A step: the event, the effects in their order, and its end.
  virtual void event(const Event& event) = 0;
  virtual void effect(const Effect& effect) = 0;
  virtual void stepped() = 0;

  /// The first promise that was broken, as a text.
  const std::optional<std::string>& violation() const { return violation_; }

 protected:
  void broken(std::string what) {
    if (!violation_) violation_ = std::move(what);
  }

 private:
  std::optional<std::string> violation_;
};

}  // namespace ovid::agent
