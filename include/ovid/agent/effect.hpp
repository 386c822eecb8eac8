#pragma once
// Effects as values, to be printed, compared and kept.

#include <string>
#include <string_view>
#include <variant>

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

/// On one line, for people and tests: `send everybody: hello`. Long texts are shortened.
std::string text_of(const Effect& effect);

/// Makes the call that the value stands for.
void perform(Effect effect, Effects& effects);

/// Turns an agent's calls into values.
class AsValues : public Effects {
 public:
  void send(const Destination& to, std::string_view contents) final;
  void timer(TimerId id, base::Duration min, base::Duration max) final;
  void cancel(TimerId id) final;
  void reply(base::ClientId client, base::Rope text) final;
  void append(std::string_view value) final;
  void checkpoint(std::string_view value) final;
  void note(base::Severity severity, std::string_view text) final;
  void crash(Crash how) final;

 private:
  /// In the order of the calls.
  virtual void done(Effect effect) = 0;
};

}  // namespace ovid::agent
