#include "ovid/node/turn_effects.hpp"

#include <chrono>
#include <utility>

namespace ovid::node {
namespace {

/// A client that has read this many bytes since the last look is making progress.
constexpr std::size_t kProgressBytes = std::size_t{64} << 10;
/// A node that leaves looks more often than this, if it is on time.
constexpr base::Duration kLookMax = std::chrono::milliseconds(10);

}  // namespace

TurnEffects::TurnEffects(const Services& services, Routes& routes, link::LinkManager& links)
    : services_(services),
      routes_(routes),
      links_(links),
      peers_(links.config().longest_silence(), 1, links.config().ping),
      clients_(links.config().silence, kProgressBytes, kLookMax) {}

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
  links_.flush(now_);
  services_.outside.send_replies();
  if (life_ == Life::Leaves && !waits()) end(Life::Ended);
}

/// A leaving node waits for acknowledgements and replies. For peers that acknowledge nothing it
/// waits no longer than the longest silence limit. How long it waits for clients depends on the
/// length of the replies, but not on clients that do not read.
bool TurnEffects::waits() {
  const bool for_peers = peers_.waits(links_.owed(), now_);
  const bool for_clients = clients_.waits(services_.outside.reply_bytes_left(), now_);
  return for_peers || for_clients;
}

}  // namespace ovid::node
