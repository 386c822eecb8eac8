#include "ovid/agents/chatroom_promises.hpp"

#include <fmt/format.h>

#include "ovid/base/counted.hpp"
#include "ovid/base/match.hpp"
#include "ovid/base/text_hash.hpp"

namespace ovid::agents {
namespace {

/// Takes `text` off the beginning of what is left.
bool take(std::string_view& left, std::string_view text) {
  const bool there = left.starts_with(text);
  if (there) left.remove_prefix(text.size());
  return there;
}

}  // namespace

void ChatroomPromises::event(const agent::Event& event) {
  judges_ = true;
  expected_.clear();
  wants_log_.reset();
  std::visit(base::Match{
                 [&](const agent::Start& e) { up_.insert(e.self.node); },
                 [&](const agent::Message& e) {
                   log_.push_back({e.contents.size(), base::text_hash(e.contents)});
                 },
                 [&](const agent::PeerUp& e) { up_.insert(e.peer); },
                 [&](const agent::PeerDown& e) { up_.erase(e.peer); },
                 [&](const agent::Line& e) { line(e); },
                 [](const agent::Timer&) {},
                 [](const agent::ClientGone&) {},
             },
             event);
}

void ChatroomPromises::line(const agent::Line& line) {
  constexpr std::string_view kBroadcast = "broadcast ";
  if (line.text.starts_with(kBroadcast) && line.text.size() > kBroadcast.size()) {
    const std::string text(line.text.substr(kBroadcast.size()));
    log_.push_back({text.size(), base::text_hash(text)});
    expected_.push_back(agent::Send{agent::Everybody{}, text});
  } else if (line.text == "get") {
    wants_log_ = line.client;
  } else if (line.text == "count") {
    answer(line.client, fmt::format("count {}", log_.size()));
  } else if (line.text == "alive") {
    std::string ids;
    for (const base::NodeId id : up_) ids += fmt::format("{}{}", ids.empty() ? "" : ",", id.value);
    answer(line.client, "alive " + ids);
  } else {
    judges_ = false;
  }
}

void ChatroomPromises::answer(base::ClientId client, std::string text) {
  expected_.push_back(agent::Reply{client, std::move(text) + "\n"});
}

bool ChatroomPromises::has_log(std::string_view answer) const {
  if (!take(answer, "messages ")) return false;
  for (const Text& text : log_) {
    if (&text != log_.data() && !take(answer, ",")) return false;
    if (answer.size() < text.bytes || base::text_hash(answer.substr(0, text.bytes)) != text.hash)
      return false;
    answer.remove_prefix(text.bytes);
  }
  return answer == "\n";
}

std::string ChatroomPromises::log_reply(base::ClientId client) const {
  return fmt::format("reply {}: the whole log, {}", client.value,
                     base::counted(log_.size(), "message"));
}

void ChatroomPromises::effect(const agent::Effect& effect) {
  if (!judges_) return;
  if (wants_log_) {
    const auto* reply = std::get_if<agent::Reply>(&effect);
    if (!reply || reply->client != *wants_log_ || !has_log(reply->text))
      broken(fmt::format("expected {}; got {}", log_reply(*wants_log_), text_of(effect)));
    return wants_log_.reset();
  }
  if (expected_.empty()) return broken(fmt::format("unexpected effect: {}", text_of(effect)));
  if (expected_.front() != effect)
    broken(fmt::format("expected {}; got {}", text_of(expected_.front()), text_of(effect)));
  expected_.pop_front();
}

void ChatroomPromises::stepped() {
  if (judges_ && wants_log_) broken(fmt::format("missing effect: {}", log_reply(*wants_log_)));
  if (judges_ && !expected_.empty())
    broken(fmt::format("missing effect: {}", text_of(expected_.front())));
}

}  // namespace ovid::agents
