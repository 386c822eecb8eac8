#pragma once
// What an agent promises to those who use it, checked from outside: by what it is told and what it
// does. A simulator checks them in every run; a node for real does not.

#include <optional>
#include <string>
#include <utility>

#include "ovid/agent/effect.hpp"
#include "ovid/agent/event.hpp"

namespace ovid::agent {

/// Of one agent in one process of its node. It has nothing of the agent's own code, or both have
/// the same mistakes.
class Promises {
 public:
  virtual ~Promises() = default;

  // A step: the event, the effects in their order, and its end.
  virtual void event(const Event& event) = 0;
  virtual void effect(const Effect& effect) = 0;
  virtual void stepped() = 0;

  /// The first promise that was broken, in words.
  const std::optional<std::string>& violation() const { return violation_; }

 protected:
  void broken(std::string what) {
    if (!violation_) violation_ = std::move(what);
  }

 private:
  std::optional<std::string> violation_;
};

}  // namespace ovid::agent
