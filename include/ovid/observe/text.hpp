#pragma once
// Events as text.

#include <string>

#include "ovid/observe/event.hpp"

namespace ovid::observe {

/// In one line, for people, without the peer.
std::string text_of(const Event& event);

}  // namespace ovid::observe
