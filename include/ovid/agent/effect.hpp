#pragma once
// Effects as values: what an agent wanted done, to be printed, compared and kept.

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "ovid/agent/effects.hpp"

namespace ovid::agent {

struct Send {
  Destination to;
  std::string contents;
  bool operator==(const Send&) const = default;
};
struct SetTimer {
  TimerId id;
  base::Duration min{};
  base::Duration max{};
  bool operator==(const SetTimer&) const = default;
};
struct CancelTimer {
  TimerId id;
  bool operator==(const CancelTimer&) const = default;
};
struct Reply {
  base::ClientId client;
  std::string text;
  bool operator==(const Reply&) const = default;
};
struct Append {
  std::string value;
  bool operator==(const Append&) const = default;
};
struct Checkpoint {
  std::string value;
  bool operator==(const Checkpoint&) const = default;
};
struct Note {
  base::Severity severity = base::Severity::Info;
  std::string text;
  bool operator==(const Note&) const = default;
};
struct CrashNode {
  Crash how = Crash::AtOnce;
  bool operator==(const CrashNode&) const = default;
};

using Effect =
    std::variant<Send, SetTimer, CancelTimer, Reply, Append, Checkpoint, Note, CrashNode>;

/// On one line, for people and tests: `send everybody: hello`. Long texts are cut short.
std::string text_of(const Effect& effect);

/// Writes down what an agent does, in its order. For tests of agents and for who watches them.
class Recorder final : public Effects {
 public:
  const std::vector<Effect>& effects() const { return effects_; }
  /// What was done since the last call.
  std::vector<Effect> take() { return std::exchange(effects_, {}); }
  /// The same as lines.
  std::vector<std::string> take_texts();

  void send(const Destination& to, std::string_view contents) override;
  void timer(TimerId id, base::Duration min, base::Duration max) override;
  void cancel(TimerId id) override;
  void reply(base::ClientId client, base::Rope text) override;
  void append(std::string_view value) override;
  void checkpoint(std::string_view value) override;
  void note(base::Severity severity, std::string_view text) override;
  void crash(Crash how) override;

 private:
  std::vector<Effect> effects_;
};

}  // namespace ovid::agent
