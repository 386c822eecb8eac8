#pragma once
// A stream, and all the events that were reported to it.

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ovid/observe/stream.hpp"
#include "ovid/observe/text.hpp"

namespace ovid::test {

class Collector final : public observe::Reader {
 public:
  explicit Collector(observe::Kinds kinds = observe::Kinds::all()) { stream.give(*this, kinds); }
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  void read(const observe::Event& event) override { events.push_back(event); }

  /// Those of one kind.
  template <typename E>
  std::vector<E> all() const {
    std::vector<E> found;
    for (const observe::Event& each : events)
      if (const E* e = std::get_if<E>(&each)) found.push_back(*e);
    return found;
  }
  /// How many events have this text, and would be lines of the log.
  long with(std::string_view part) const {
    return std::count_if(events.begin(), events.end(), [&](const observe::Event& each) {
      return observe::is_worth_a_line(each) &&
             observe::text_of(each).find(part) != std::string::npos;
    });
  }

  observe::Stream stream;
  std::vector<observe::Event> events;
};

}  // namespace ovid::test
