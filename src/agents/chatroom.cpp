#include "ovid/agents/chatroom.hpp"

#include <string>
#include <utility>
#include <vector>

#include "ovid/agents/chat_command.hpp"
#include "ovid/base/match.hpp"
#include "ovid/wire/master_line.hpp"

namespace ovid::agents {
namespace {

base::Rope one_piece(std::string text) {
  return {base::Bytes::of(std::move(text))};
}

}  // namespace

void Chatroom::step(const agent::Event& event, agent::Effects& effects) {
  std::visit(base::Match{
                 [&](const agent::Start& start) { alive_.insert(start.self.node); },
                 [&](const agent::Message& message) { log_.append(message.contents); },
                 [&](const agent::PeerUp& up) { alive_.insert(up.peer); },
                 [&](const agent::PeerDown& down) { alive_.erase(down.peer); },
                 [&](const agent::Line& text) { line(text, effects); },
                 [](const agent::Timer&) {},
                 [](const agent::ClientGone&) {},
             },
             event);
}

void Chatroom::line(const agent::Line& line, agent::Effects& effects) {
  const auto answer = [&](std::string text) {
    effects.reply(line.client, one_piece(std::move(text)));
  };
  std::visit(base::Match{
                 [&](const Broadcast& broadcast) {
                   log_.append(broadcast.text);
                   effects.broadcast(broadcast.text);
                 },
                 [&](const Get&) {
                   base::Rope text = one_piece("messages ");
                   for (base::Bytes& piece : log_.text()) text.push_back(std::move(piece));
                   text.push_back(base::Bytes::of("\n"));
                   effects.reply(line.client, std::move(text));
                 },
                 [&](const Alive&) {
                   answer(alive_line({alive_.begin(), alive_.end()}));
                 },
                 [&](const Count&) { answer(count_line(log_.messages())); },
                 [&](const Crash&) { effects.crash(agent::Crash::AtOnce); },
                 [&](const Malformed& malformed) { answer(wire::error_line(malformed.reason)); },
             },
             parse_chat_command(line.text));
}

}  // namespace ovid::agents
