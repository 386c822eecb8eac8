#include "ovid/agents/echo_promises.hpp"

#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "ovid/base/match.hpp"

namespace ovid::agents {
namespace {

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

}  // namespace

void EchoPromises::event(const agent::Event& event) {
  expected_.reset();
  std::visit(base::Match{
                 [&](const agent::Start& e) {
                   if (!e.recovered) return;
                   if (e.recovered->checkpoint) keep(number_of(*e.recovered->checkpoint));
                   kept_ += e.recovered->appended.size();
                   given_ = kept_;
                 },
                 [&](const agent::Line& e) {
                   expected_ = agent::Reply{e.client, fmt::format("{} {}\n", given_ + 1, e.text)};
                 },
                 [](const agent::Message&) {},
                 [](const agent::Timer&) {},
                 [](const agent::PeerUp&) {},
                 [](const agent::PeerDown&) {},
                 [](const agent::ClientGone&) {},
             },
             event);
}

void EchoPromises::keep(std::optional<std::uint64_t> number) {
  if (!number) return broken("a checkpoint is no number");
  if (*number < kept_)
    broken(fmt::format("a checkpoint of {} forgets that {} numbers were given", *number, kept_));
  kept_ = *number;
}

void EchoPromises::effect(const agent::Effect& effect) {
  if (std::holds_alternative<agent::Append>(effect)) ++kept_;
  if (const auto* checkpoint = std::get_if<agent::Checkpoint>(&effect))
    keep(number_of(checkpoint->value));
  const auto* reply = std::get_if<agent::Reply>(&effect);
  if (!reply) return;
  if (!expected_) return broken(fmt::format("does what nobody asked for: {}", text_of(effect)));
  if (*reply != *expected_)
    broken(fmt::format("does {}, not {}", text_of(effect), text_of(*expected_)));
  expected_.reset();
  ++given_;
}

void EchoPromises::stepped() {
  if (expected_) broken(fmt::format("does not do: {}", text_of(*expected_)));
  if (kept_ < given_)
    broken(fmt::format("gives the number {} and keeps only that {} were given", given_, kept_));
}

}  // namespace ovid::agents
