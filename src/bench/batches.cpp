#include "ovid/bench/batches.hpp"

#include "ovid/wire/body.hpp"

namespace ovid::bench {

std::string_view Batches::next() {
  batch_.clear();
  for (; left_ > 0 && batch_.size() < wire::kBodyBytesFull; --left_) batch_ += record_;
  return batch_;
}

}  // namespace ovid::bench
