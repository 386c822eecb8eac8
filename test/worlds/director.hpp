#pragma once
// Who has a play acted on a stage, and waits for what is to be seen.

#include <string>
#include <vector>

#include "stage.hpp"

namespace ovid::worlds_test {

using Lines = std::vector<std::string>;

class Director {
 public:
  explicit Director(Stage& stage) : stage_(stage) {}

 protected:
  /// The nodes 0 and 1 see each other in new sessions.
  void meet() {
    sees(0, "up 1");
    sees(1, "up 0");
  }
  /// Waits until the node has seen it once more, or several times more, than before.
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
  /// What the nodes have seen, and what their logs say.
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
  std::size_t places_[2] = {0, 0};  // what was seen before has been looked for
};

}  // namespace ovid::worlds_test
