#pragma once
// The owner of a file descriptor.

#include <utility>

#include <unistd.h>

namespace ovid::bench {

/// Closes it when destroyed. May own none.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) reset(std::exchange(other.number_, -1));
    return *this;
  }
  ~Descriptor() { reset(-1); }

  explicit operator bool() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  void reset(int number) {
    if (number_ >= 0) close(number_);
    number_ = number;
  }

  int number_ = -1;
};

}  // namespace ovid::bench
