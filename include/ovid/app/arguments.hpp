#pragma once
// Options whose values are read here and not by the parser: numbers as in base/numbers.hpp. A wrong
// value ends the parsing with a CLI::ValidationError that names the option, the value and what is
// allowed. An option that is given twice must have the same value twice.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace ovid::app {

/// Reads the texts that were given for one option, or one environment variable, into its value. The
/// first argument is the name of the option in an error.
using Take = std::function<void(const std::string&, const std::vector<std::string>&)>;

/// The words that can be typed for a choice, and what they mean; at least one.
template <typename Value>
using Choices = std::vector<std::pair<std::string, Value>>;

Take take_integer(int& value, int min, int max);
Take take_integer(std::int64_t& value, std::int64_t min, std::int64_t max);
Take take_real(double& value, double min, double max);
Take take_integers(std::vector<int>& values, int min, int max);
Take take_text(std::string& value);

/// Stops the parsing: "`called` `text` `wrong`".
[[noreturn]] void refuse(const std::string& called, const std::string& text,
                         const std::string& wrong);
/// Stops the parsing if the texts are not all the same to `same`.
void refuse_contradictions(const std::string& called, const std::vector<std::string>& texts,
                           const std::function<bool(const std::string&, const std::string&)>& same);

template <typename Value>
Take take_choice(Value& value, Choices<Value> choices) {
  return [&value, choices](const std::string& called, const std::vector<std::string>& texts) {
    const auto chosen = [&](const std::string& text) {
      std::string all;
      for (const auto& [word, meaning] : choices) {
        if (word == text) return meaning;
        all += (all.empty() ? "" : ", ") + word;
      }
      refuse(called, text, "is not one of " + all);
    };
    for (const std::string& text : texts) value = chosen(text);
    refuse_contradictions(called, texts, [&](const std::string& x, const std::string& y) {
      return chosen(x) == chosen(y);
    });
  };
}

/// Declares an option, or an argument without dashes, with what its value looks like.
CLI::Option* add(CLI::App& command, const std::string& name, const std::string& looks, Take take,
                 const std::string& text);
/// The same for a number, whose range is shown and whose value so far is the default.
CLI::Option* add_integer(CLI::App& command, const std::string& name, int& value, int min, int max,
                         const std::string& text);
CLI::Option* add_real(CLI::App& command, const std::string& name, double& value, double min,
                      double max, const std::string& text);
CLI::Option* add_text(CLI::App& command, const std::string& name, const std::string& looks,
                      std::string& value, const std::string& text);
/// Takes no value.
CLI::Option* add_flag(CLI::App& command, const std::string& name, bool& value,
                      const std::string& text);

}  // namespace ovid::app
