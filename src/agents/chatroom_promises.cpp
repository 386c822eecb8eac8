#include "ovid/agents/chatroom_promises.hpp"

#include <fmt/format.h>

#include "ovid/base/match.hpp"

namespace ovid::agents {

void ChatroomPromises::event(const agent::Event& event) {
  judges_ = true;
  expected_.clear();
  std::visit(base::Match{
                 [&](const agent::Start& e) { up_.insert(e.self.node); },
                 [&](const agent::Message& e) { add(e.contents); },
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
    add(text);
    expected_.push_back(agent::Send{agent::Everybody{}, text});
  } else if (line.text == "get") {
    answer(line.client, "messages " + (texts_ > 0 ? log_.substr(1) : ""));
  } else if (line.text == "count") {
    answer(line.client, fmt::format("count {}", texts_));
  } else if (line.text == "alive") {
    std::string ids;
    for (const base::NodeId id : up_) ids += fmt::format("{}{}", ids.empty() ? "" : ",", id.value);
    answer(line.client, "alive " + ids);
  } else {
    judges_ = false;
  }
}

void ChatroomPromises::add(std::string_view text) {
  ++texts_;
  log_.append(",").append(text);
}

void ChatroomPromises::answer(base::ClientId client, std::string text) {
  expected_.push_back(agent::Reply{client, std::move(text) + "\n"});
}

void ChatroomPromises::effect(const agent::Effect& effect) {
  if (!judges_) return;
  if (expected_.empty())
    return broken(fmt::format("does what nobody asked for: {}", text_of(effect)));
  if (expected_.front() != effect)
    broken(fmt::format("does {}, not {}", text_of(effect), text_of(expected_.front())));
  expected_.pop_front();
}

void ChatroomPromises::stepped() {
  if (judges_ && !expected_.empty())
    broken(fmt::format("does not do: {}", text_of(expected_.front())));
}

}  // namespace ovid::agents
