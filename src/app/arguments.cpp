#include "ovid/app/arguments.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "ovid/base/numbers.hpp"

namespace ovid::app {
namespace {

constexpr std::size_t kShownMax = 100;

/// As it was typed; in quotes if its ends are not clear, and shortened if it is long.
std::string shown(const std::string& text) {
  const bool plain = !text.empty() && text.find_first_of(" \t\r\n") == std::string::npos;
  const std::string start =
      text.size() > kShownMax ? text.substr(0, kShownMax) + "..." : std::string(text);
  return plain ? start : fmt::format("'{}'", start);
}

/// Reads all texts, which must have the same value. `read` returns nullopt for a text that is
/// wrong; `wrong` describes what is.
template <typename Value, typename Read>
Take take(Value& value, const Read& read, const std::string& wrong) {
  return [&value, read, wrong](const std::string& called, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      const std::optional<Value> one = read(text);
      if (!one) refuse(called, text, wrong);
      value = *one;
    }
    refuse_contradictions(called, texts, [&](const std::string& x, const std::string& y) {
      return read(x) == read(y);
    });
  };
}

template <typename Integer>
Take take_any_integer(Integer& value, Integer min, Integer max) {
  return take(
      value, [=](const std::string& text) { return base::read_integer(text, min, max); },
      fmt::format("is not a whole number in {}..{}", min, max));
}

}  // namespace

void refuse(const std::string& called, const std::string& text, const std::string& wrong) {
  throw CLI::ValidationError(fmt::format("{} {} {}", called, shown(text), wrong));
}

void refuse_contradictions(
    const std::string& called, const std::vector<std::string>& texts,
    const std::function<bool(const std::string&, const std::string&)>& same) {
  for (const std::string& text : texts)
    if (!same(texts.front(), text))
      throw CLI::ValidationError(
          fmt::format("{} is given twice: {} and {}", called, shown(texts.front()), shown(text)));
}

Take take_integer(int& value, int min, int max) {
  return take_any_integer(value, min, max);
}

Take take_integer(std::int64_t& value, std::int64_t min, std::int64_t max) {
  return take_any_integer(value, min, max);
}

Take take_real(double& value, double min, double max) {
  return take(
      value, [=](const std::string& text) { return base::read_real(text, min, max); },
      fmt::format("is not a number in {}..{}", min, max));
}

Take take_integers(std::vector<int>& values, int min, int max) {
  return take(
      values, [=](const std::string& text) { return base::read_integers(text, min, max); },
      fmt::format("is not a list of whole numbers in {}..{}, separated by commas", min, max));
}

Take take_text(std::string& value) {
  return take(
      value, [](const std::string& text) { return std::optional(text); }, "");
}

CLI::Option* add(CLI::App& command, const std::string& name, const std::string& looks, Take take,
                 const std::string& text) {
  return command
      .add_option(
          name,
          [name, take = std::move(take)](const CLI::results_t& texts) {
            take(name, texts);
            return true;
          },
          text)
      ->type_name(looks)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

CLI::Option* add_integer(CLI::App& command, const std::string& name, int& value, int min, int max,
                         const std::string& text) {
  return add(command, name, fmt::format("{}..{}", min, max), take_integer(value, min, max), text)
      ->default_str(std::to_string(value));
}

CLI::Option* add_real(CLI::App& command, const std::string& name, double& value, double min,
                      double max, const std::string& text) {
  return add(command, name, fmt::format("{}..{}", min, max), take_real(value, min, max), text)
      ->default_str(fmt::format("{}", value));
}

CLI::Option* add_text(CLI::App& command, const std::string& name, const std::string& looks,
                      std::string& value, const std::string& text) {
  return add(command, name, looks, take_text(value), text)->default_str(value);
}

CLI::Option* add_flag(CLI::App& command, const std::string& name, bool& value,
                      const std::string& text) {
  return command.add_flag(name, value, text)->disable_flag_override();
}

}  // namespace ovid::app
