#include "ovid/node/turn_effects.hpp"

#include <algorithm>
#include <utility>

namespace ovid::node {

base::Time TurnEffects::later(base::Duration min, base::Duration max) {
  return now_ + services_.random.between(min, max);
}

void TurnEffects::reply(base::ClientId client, base::Rope text) {
  if (services_.stream.wants<observe::Replied>())
    services_.stream.tell(observe::Replied{client, base::flatten(text)});
  services_.outside.reply(client, std::move(text));
}

void TurnEffects::append(agent::AgentId from, std::string_view value) {
  services_.store->append(from, value);
  unsynced_ = true;
}

void TurnEffects::checkpoint(agent::AgentId from, std::string_view value) {
  services_.store->checkpoint(from, value);
  unsynced_ = true;
}

void TurnEffects::note(const std::string& agent, base::Severity severity, std::string_view text) {
  if (services_.stream.wants<observe::AgentNote>())
    services_.stream.tell(observe::AgentNote{agent, severity, std::string(text)});
}

void TurnEffects::crash(agent::Crash how) {
  end(how == agent::Crash::AtOnce ? Life::Ended : Life::Leaves);
}

void TurnEffects::end(Life life) {
  life_ = life;
  if (life == Life::Ended) services_.outside.crash();
}

void TurnEffects::fail(const std::string& why) {
  life_ = Life::Ended;
  services_.stream.tell(observe::NodeFailed{why});
  services_.outside.fail(why);
}

void TurnEffects::leave() {
  if (life_ == Life::Ended) return;
  if (std::exchange(unsynced_, false)) services_.store->sync();
  links_.flush();
  services_.outside.send_replies();
  if (life_ == Life::Leaves && has_left()) end(Life::Ended);
}

/// Whether everything has arrived, or nothing does any more: a peer that is alive and acknowledges
/// nothing is waited for no longer than a silent one. Of a pause of this node itself little counts,
/// because what has arrived in the meantime is not read yet.
bool TurnEffects::has_left() {
  const base::Duration passed = now_ - std::exchange(looked_at_, now_);
  waited_ += std::min(passed, links_.config().ping);
  const std::uint64_t owed = links_.owed();
  if (std::exchange(owed_, owed) != owed) waited_ = {};
  return owed == 0 || waited_ >= links_.config().silence;
}

base::Time TurnEffects::deadline() const {
  return life_ == Life::Leaves ? now_ + (links_.config().silence - waited_) : base::kNever;
}

}  // namespace ovid::node
