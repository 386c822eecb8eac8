#include "link_account.hpp"

#include "input.hpp"

#include "ovid/wire/body.hpp"

namespace ovid::fuzz {
namespace {

constexpr std::size_t kHistoryMax = 512;

}  // namespace

void Account::said(const Frame& frame) {
  auto& history = history_[frame.envelope.to.value];
  if (history.size() < kHistoryMax) history.push_back(frame);
}

const Frame* Account::said_to(base::NodeId to, std::size_t which) const {
  const auto& history = history_[to.value];
  return history.empty() ? nullptr : &history[history.size() - 1 - which % history.size()];
}

void Account::offered(base::NodeId from, base::NodeId to, const link::SessionName& session,
                      Record record) {
  sent_[key(from, to, session.mine, session.peer)].push_back(record);
}

void Account::forged(base::NodeId to, const wire::Envelope& e) {
  forged_.insert(key(e.from, to, e.from_epoch, e.to_epoch));
}

void Account::restarted(base::NodeId node) {
  for (auto& [ends, count] : arrived_)
    if (ends.first == node) count = 0;
}

void Account::check_delivery(base::NodeId from, base::NodeId to, const link::SessionName& session,
                             std::uint64_t k, std::string_view contents) {
  ++arrived_[{from, to}];
  const Key name = key(from, to, session.peer, session.mine);
  if (forged_.contains(name)) return;
  const auto& sent = sent_[name];
  check(k < sent.size(), "only what was sent in a session arrives in it");
  check(contents == sent[k].text(), "records arrive once, in order, without a gap");
}

std::uint64_t Account::pieces_before_end(base::NodeId from, base::NodeId to,
                                         const link::SessionName& session, std::uint64_t k) const {
  const Key name = key(from, to, session.peer, session.mine);
  if (forged_.contains(name)) return wire::records_of(wire::kContentsBytesMax);
  const auto found = sent_.find(name);
  if (found == sent_.end() || k >= found->second.size()) return 0;
  return wire::records_of(found->second[k].text().size()) - 1;
}

void Account::check_acknowledged(base::NodeId from, base::NodeId to, std::uint64_t acknowledged) {
  if (forged_.empty())
    check(acknowledged <= arrived_[{from, to}], "acknowledged is what has arrived");
}

}  // namespace ovid::fuzz
