#pragma once
// The exception for a node that cannot start; its text is the reason.

#include <stdexcept>

namespace ovid::base {

/// The text names the failing value ("port 3000 is taken"). Caught once, in the app.
class CannotStart : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace ovid::base
