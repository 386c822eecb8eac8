#include "ovid/node/turn_effects.hpp"

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
  if (life_ == Life::Leaves && !links_.owed()) end(Life::Ended);
}

}  // namespace ovid::node
