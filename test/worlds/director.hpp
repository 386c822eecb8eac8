#pragma once
// Runs a play on a stage, and waits until the nodes have seen what is expected.

#include <string>
#include <vector>

#include "stage.hpp"

namespace ovid::worlds_test {

using Lines = std::vector<std::string>;

class Director {
 public:
  explicit Director(Stage& stage) : stage_(stage) {}

 protected:
  /// Waits until nodes 0 and 1 see each other, in new sessions.
  void meet() {
    sees(0, "up 1");
    sees(1, "up 0");
  }
  /// Waits until the node has seen `what` again, `times` times more than at the last call.
  void sees(int node, const std::string& what, int times = 1) {
    for (; times > 0; --times) {
      bool seen = false;
      while (!seen) {
        const Lines lines = stage_.seen(node);
        std::size_t& place = places_[node];
        while (place < lines.size() && !seen) seen = lines[place++] == what;
        if (seen || stage_.wait()) continue;
        trouble_.push_back("node " + std::to_string(node) + " never saw " + what);
        return;
      }
    }
  }
  void ends(int node) {
    while (stage_.runs(node))
      if (!stage_.wait())
        return trouble_.push_back("node " + std::to_string(node) + " never ended");
  }
  /// Everything that the nodes have seen, and what their logs say.
  Lines account() {
    Lines all = trouble_;
    for (int node = 0; node < 2; ++node) {
      all.push_back("node " + std::to_string(node));
      for (const std::string& line : stage_.seen(node)) all.push_back(line);
      for (const std::string& line : stage_.log(node)) all.push_back("log: " + line);
    }
    return all;
  }

  Stage& stage_;
  Lines trouble_;

 private:
  // By node: how many of the lines in seen() were already compared.
  std::size_t places_[2] = {0, 0};
};

}  // namespace ovid::worlds_test
