#include "ovid/sim/sequence.hpp"

namespace ovid::sim {

void Sequence::take() {
  agenda_.advance(due());
  actions_[next_].at = agenda_.now().time_since_epoch();
  injector_.begin(next_++);
}

}  // namespace ovid::sim
